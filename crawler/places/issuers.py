"""Who speaks: from a printed name to an issuer id.

A printed name is place names followed by a body: 吴忠市·红寺堡区·太阳山镇人民政府;
`crawler.places.bodynames` takes it apart. What the print leaves out (陈家乡, 县人民政府) the
portal's own place fills in.

A county government and its office are two issuers (``440823/county/遂溪县`` and
``440823/department/遂溪县人民政府办公室``): linked by the adcode, never equated. A bare county name
in a title (``通许县2017年度…年报``) is the county government. A body of another county keeps that
county's adcode; one of a county the registry does not know, or knows more than once, stays
under the portal's adcode with level ``other`` and its full printed name as short name, so that it
can never be taken for the portal's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler import hanzi
from crawler.items import Issuer, Level, Place
from crawler.places import authority
from crawler.places.bodynames import (
    DATA,
    PLACE_ENDINGS,
    Reading,
    cleaned,
    names_body,
    names_government,
    read_name,
)

_MEDIUM = re.compile(DATA["medium"])
_CENTRAL = re.compile(DATA["central"])
_TITLE = {name: re.compile(pattern) for name, pattern in DATA["title"].items()}
_CONFIDENCE: dict[str, float] = DATA["confidence"]
_GOVERNMENT_ENDING = ("人民政府", "办事处")
_ENDINGS = {Level.TOWNSHIP: "人民政府", Level.SUBDISTRICT: "办事处"}


def _level_of(place: Place) -> Level:
    if place.adcode.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if place.adcode.endswith("00") else Level.COUNTY


def _full_place(place: Place) -> str:
    """How a place is written in full: a district with its city, a county or city alone."""
    return "".join(place.names[-2:]) if place.county.endswith("区") else place.county


def _identity(reading: Reading, place: Place) -> tuple[str, Level, str, str]:
    """adcode, level, short name and full name of a reading at its place."""
    body, short = reading.body, reading.short
    if reading.place is None and _CENTRAL.match(short):
        return DATA["central_adcode"], Level.OTHER, short, short
    if body is None:
        return place.adcode, Level.OTHER, short, short
    level = _level_of(place) if body.level is Level.COUNTY else body.level
    name = body.prefix + _full_place(place) + (short or "人民政府") + _ENDINGS.get(level, "")
    return place.adcode, level, place.county + short if body.with_place else short, name


def _issuer(reading: Reading, evidence: str, printed: str, home: Place | None) -> Issuer | None:
    place = reading.place or home
    if place is None:
        return None
    adcode, level, short, name = _identity(reading, place)
    township = authority.townships(adcode).get(short) if level in _ENDINGS else None
    code = township.code if township else None
    return Issuer(f"{adcode}/{level}/{short}", printed, name, adcode, level, short, evidence, code)


def _completeness(count: int, printed: str) -> tuple[int, bool, int]:
    return count, hanzi.simplify(printed).endswith(_GOVERNMENT_ENDING), len(printed)


def resolve(candidates: Sequence[tuple[str, str]], place: Place | None) -> Issuer | None:
    """The issuer of a page from (evidence, printed) pairs in order of trust.

    The first that names a body decides who it is. Of all that name the same body the fullest
    print is kept (中卫市沙坡头区东园镇人民政府 in the signature over 东园镇 in the title), with its
    evidence.
    """
    found: list[tuple[tuple[int, bool, int], Issuer]] = []
    doubt = 1.0
    named_by = set()
    for evidence, raw in candidates:
        printed = "".join(raw.split())
        text = cleaned(printed)
        if evidence == "source" and _MEDIUM.search(text):
            continue
        reading = read_name(text, place)
        issuer = _issuer(reading, evidence, printed, place) if reading else None
        if reading and issuer and (not found or issuer.id == found[0][1].id):
            found.append((_completeness(reading.places_printed, printed), issuer))
            if evidence not in named_by:
                doubt *= 1 - _trust(evidence, reading)
            named_by.add(evidence)
    if not found:
        return None
    return replace(max(found, key=lambda pair: pair[0])[1], confidence=round(1 - doubt, 3))


def _trust(evidence: str, reading: Reading) -> float:
    trust = _CONFIDENCE.get(evidence, _CONFIDENCE["elsewhere"])
    return trust if reading.body else trust * _CONFIDENCE["unplaced"]


def _is_bare_county(reading: Reading, phrase: str) -> bool:
    is_body = reading.body is not None and reading.body.level is not Level.COUNTY
    return not is_body and phrase.endswith(PLACE_ENDINGS)


def printed_issuer(title: str) -> str | None:
    """The issuer inside a title, as printed: ``关于印发东园镇2018年…`` → 东园镇.

    None also for ``2022年德清县政务公开工作要点``: there the county is only the area.
    """
    text = "".join(hanzi.strip_pinyin_parentheses(title[:300]).split())
    folded = hanzi.fold(text)  # same length: positions found there hold here
    start = 0
    while start < len(text):
        for part in ("lead", "verbs", "year"):
            if match := _TITLE[part].match(folded[start:]):
                start += match.end()
        stop = _TITLE["stop"].search(folded, start)
        if stop is None:
            return text if start == 0 and names_body(text) and not names_government(text) else None
        end = stop.start()
        if folded.startswith("政府", end) and folded[:end].endswith("人民"):
            end += 2  # 人民政府信息公开: the word belongs to both
        phrase = text[start:end].removesuffix("的")
        if reading := read_name(cleaned(phrase), None):
            is_area = _is_bare_county(reading, phrase) and _TITLE["area_only"].search(folded)
            return None if is_area else phrase
        if _TITLE["forwarded"].match(stop[0]):
            return None
        start = max(stop.end(), start + 1)
    return None
