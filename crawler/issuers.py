"""Who speaks: from a printed name to an issuer id.

A printed name is place names followed by a body: 吴忠市·红寺堡区·太阳山镇人民政府. The places are
looked up in the registry, the body's shape decides its level (``data/issuers.toml``). What the
print leaves out (陈家乡, 县人民政府) the portal's own place fills in.

A county government and its office are two issuers (``440823/county/遂溪县`` and
``440823/department/遂溪县人民政府办公室``): linked by the adcode, never equated. A bare county name
in a title (``通许县2017年度…年报``) is the county government. A body of another county keeps that
county's adcode; one of a county the registry does not know, or knows more than once, stays
under the portal's adcode with level ``other`` and its full printed name as short name, so that it
can never be taken for the portal's own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from crawler import hanzi, registry
from crawler.items import Issuer, Level, Place

_DATA: dict[str, Any] = tomllib.loads(
    (files("crawler") / "data" / "issuers.toml").read_text("utf-8")
)
_SITE_WORDS = re.compile(_DATA["site_words"])
_HEAD_OFFICE = re.compile(_DATA["head_office"])
_NOBODY = re.compile(_DATA["nobody"])
_MEDIUM = re.compile(_DATA["medium"])
_CENTRAL = re.compile(_DATA["central"])
_NAMELESS_PLACE = re.compile(_DATA["nameless_place"])
_FOREIGN = re.compile(_DATA["foreign"])
_SPELLINGS = [(re.compile(entry["pattern"]), entry["short"]) for entry in _DATA["spellings"]]
_TITLE = {name: re.compile(pattern) for name, pattern in _DATA["title"].items()}

_NOISE = re.compile(r"\s+|[(（〔\[].*?[)）〕\]]")
_LONGEST_NAME = 60  # characters of a printed name; whole sentences are no names
_GOVERNMENT_ENDING = ("人民政府", "办事处")
_ENDINGS = {Level.TOWNSHIP: "人民政府", Level.SUBDISTRICT: "办事处"}
_BELOW_COUNTY = frozenset(_ENDINGS)


@dataclass(frozen=True, slots=True)
class _Body:
    """One shape of a body's name (``[[bodies]]``)."""

    level: Level
    pattern: re.Pattern[str]
    ending: str
    with_place: bool
    prefix: str

    def short(self, match: re.Match[str]) -> str:
        groups = match.groupdict()
        short: str = groups.get("short") or groups.get("stem", "") + self.ending
        for pattern, spelling in _SPELLINGS:
            short = pattern.sub(spelling, short)
        return short


@dataclass(frozen=True, slots=True)
class _Reading:
    """A printed name taken apart.

    ``place`` is None where the print names none, ``body`` where the name is kept whole because
    its place is not known.
    """

    short: str
    place: Place | None = None
    places_printed: int = 0
    body: _Body | None = None


_BODIES = [
    _Body(
        Level(entry["level"]),
        re.compile(entry["pattern"]),
        entry.get("ending", ""),
        entry.get("with_place", False),
        entry.get("prefix", ""),
    )
    for entry in _DATA["bodies"]
]


def _clean(printed: str) -> str:
    """The name alone: no white space, brackets or pinyin, Simplified, no 门户网站."""
    text = hanzi.simplify(hanzi.strip_pinyin_parentheses(printed[: 4 * _LONGEST_NAME]))
    text = _HEAD_OFFICE.sub("", _NOISE.sub("", text))
    while (shorter := _SITE_WORDS.sub("", text)) != text:
        text = shorter
    return text.removeprefix("中国共产党").removeprefix("中共")


def _body(rest: str) -> tuple[_Body, str] | None:
    for body in _BODIES:
        if match := body.pattern.fullmatch(rest):
            return body, body.short(match)
    return None


def _is_of_unknown_place(text: str) -> bool:
    prefix = _FOREIGN.match(text)
    return prefix is not None and _body(text[prefix.end() :]) is not None


def _read(text: str, home: Place | None) -> _Reading | None:
    """Take a cleaned name apart; None when it names no body."""
    if not text or len(text) > _LONGEST_NAME or _NOBODY.fullmatch(text):
        return None
    meant, rest, count = registry.leading_places(text, home)
    if not meant and home and (unit := _NAMELESS_PLACE.match(text)):
        meant = [place for place in registry.above(home) if place.county.endswith(unit["unit"])][:1]
        rest = text[unit.end() :] if meant else text
    if not meant and _is_of_unknown_place(text):
        return _Reading(text)
    if (found := _body(rest)) is None:
        return None
    body, short = found
    if not meant:  # 人民政府 alone names nobody
        return None if body.with_place else _Reading(short, body=body)
    place = registry.nearest(meant, home)
    if place is None:  # the name of several places, none of them near
        return _Reading(text)
    if home and body.level in _BELOW_COUNTY and registry.within(home, place):
        place = home  # 吴忠市太阳山镇: the print skips the county
    return _Reading(short, place, count, body)


def _level_of(place: Place) -> Level:
    if place.adcode.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if place.adcode.endswith("00") else Level.COUNTY


def _full_place(place: Place) -> str:
    """How a place is written in full: a district with its city, a county or city alone."""
    return "".join(place.names[-2:]) if place.county.endswith("区") else place.county


def _identity(reading: _Reading, place: Place) -> tuple[str, Level, str, str]:
    """adcode, level, short name and full name of a reading at its place."""
    body, short = reading.body, reading.short
    if reading.place is None and _CENTRAL.match(short):
        return _DATA["central_adcode"], Level.OTHER, short, short
    if body is None:
        return place.adcode, Level.OTHER, short, short
    level = _level_of(place) if body.level is Level.COUNTY else body.level
    name = body.prefix + _full_place(place) + (short or "人民政府") + _ENDINGS.get(level, "")
    return place.adcode, level, place.county + short if body.with_place else short, name


def _issuer(reading: _Reading, evidence: str, printed: str, home: Place | None) -> Issuer | None:
    place = reading.place or home
    if place is None:
        return None
    adcode, level, short, name = _identity(reading, place)
    return Issuer(f"{adcode}/{level}/{short}", printed, name, adcode, level, short, evidence)


def _completeness(count: int, printed: str) -> tuple[int, bool, int]:
    return count, hanzi.simplify(printed).endswith(_GOVERNMENT_ENDING), len(printed)


def resolve(candidates: Sequence[tuple[str, str]], place: Place | None) -> Issuer | None:
    """The issuer of a page from (evidence, printed) pairs in order of trust.

    The first that names a body decides who it is. Of all that name the same body the fullest
    print is kept (中卫市沙坡头区东园镇人民政府 in the signature over 东园镇 in the title), with its
    evidence.
    """
    found: list[tuple[tuple[int, bool, int], Issuer]] = []
    for evidence, raw in candidates:
        printed = "".join(raw.split())
        text = _clean(printed)
        if evidence == "source" and _MEDIUM.search(text):
            continue
        reading = _read(text, place)
        issuer = _issuer(reading, evidence, printed, place) if reading else None
        if reading and issuer and (not found or issuer.id == found[0][1].id):
            found.append((_completeness(reading.places_printed, printed), issuer))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _is_bare_county(reading: _Reading, phrase: str) -> bool:
    is_body = reading.body is not None and reading.body.level is not Level.COUNTY
    return not is_body and phrase.endswith(tuple("县縣市区區旗省州盟"))


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
            return None
        end = stop.start()
        if folded.startswith("政府", end) and folded[:end].endswith("人民"):
            end += 2  # 人民政府信息公开: the word belongs to both
        phrase = text[start:end].removesuffix("的")
        if reading := _read(_clean(phrase), None):
            is_area = _is_bare_county(reading, phrase) and _TITLE["area_only"].search(folded)
            return None if is_area else phrase
        if _TITLE["forwarded"].match(stop[0]):
            return None
        start = max(stop.end(), start + 1)
    return None
