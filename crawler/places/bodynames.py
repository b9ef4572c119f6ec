"""A printed name taken apart: which places it names, what kind of body is left.

The shapes of names are data (``data/issuers.toml``), the places are the registry's. What a
reading means for a portal, as an issuer id, is said in `crawler.places.issuers`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from crawler import hanzi
from crawler.items import Level, Place
from crawler.places import registry

DATA: dict[str, Any] = tomllib.loads(
    (files("crawler") / "data" / "issuers.toml").read_text("utf-8")
)
#: How the names of counties and of what lies above them end.
PLACE_ENDINGS = tuple("县縣市區区旗省州盟")
_SITE_WORDS = re.compile(DATA["site_words"])
_HEAD_OFFICE = re.compile(DATA["head_office"])
_NOBODY = re.compile(DATA["nobody"])
_NAMELESS_PLACE = re.compile(DATA["nameless_place"])
_FOREIGN = re.compile(DATA["foreign"])
_SPELLINGS = [(re.compile(entry["pattern"]), entry["short"]) for entry in DATA["spellings"]]

_NOISE = re.compile(r"\s+|[(（〔\[].*?[)）〕\]]")
_LONGEST_NAME = 60  # characters of a printed name; whole sentences are no names
_BELOW_COUNTY = frozenset((Level.TOWNSHIP, Level.SUBDISTRICT))


@dataclass(frozen=True, slots=True)
class Body:
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
class Reading:
    """A printed name taken apart.

    ``place`` is None where the print names none, ``body`` where the name is kept whole because
    its place is not known.
    """

    short: str
    place: Place | None = None
    places_printed: int = 0
    body: Body | None = None


_BODIES = [
    Body(
        Level(entry["level"]),
        re.compile(entry["pattern"]),
        entry.get("ending", ""),
        entry.get("with_place", False),
        entry.get("prefix", ""),
    )
    for entry in DATA["bodies"]
]


def cleaned(printed: str) -> str:
    """The name alone: no white space, brackets or pinyin, Simplified, no 门户网站."""
    text = hanzi.simplify(hanzi.strip_pinyin_parentheses(printed[: 4 * _LONGEST_NAME]))
    text = _HEAD_OFFICE.sub("", _NOISE.sub("", text))
    while (shorter := _SITE_WORDS.sub("", text)) != text:
        text = shorter
    return text.removeprefix("中国共产党").removeprefix("中共")


def _body(rest: str) -> tuple[Body, str] | None:
    for body in _BODIES:
        if match := body.pattern.fullmatch(rest):
            return body, body.short(match)
    return None


def _is_of_unknown_place(text: str) -> bool:
    prefix = _FOREIGN.match(text)
    return prefix is not None and _body(text[prefix.end() :]) is not None


def read_name(text: str, home: Place | None) -> Reading | None:
    """Take a cleaned name apart; None when it names no body."""
    if not text or len(text) > _LONGEST_NAME or _NOBODY.fullmatch(text):
        return None
    meant, rest, count = registry.leading_places(text, home)
    if not meant and home and (unit := _NAMELESS_PLACE.match(text)):
        meant = [place for place in registry.above(home) if place.county.endswith(unit["unit"])][:1]
        rest = text[unit.end() :] if meant else text
    if not meant and _is_of_unknown_place(text):
        return Reading(text)
    if (found := _body(rest)) is None:
        return None
    body, short = found
    if not meant:  # 人民政府 alone names nobody
        return None if body.with_place else Reading(short, body=body)
    place = registry.nearest(meant, home)
    if place is None:  # the name of several places, none of them near
        return Reading(text)
    if home and body.level in _BELOW_COUNTY and registry.within(home, place):
        place = home  # 吴忠市太阳山镇: the print skips the county
    return Reading(short, place, count, body)


def names_body(text: str) -> bool:
    """Whether a text is a body's name and nothing else: ``示例县农业农村局``, ``遂溪县``."""
    return read_name(cleaned(text), None) is not None


def names_government(text: str) -> bool:
    """Whether a text is the name of a county or of its government, as sites are called."""
    name = cleaned(text)
    reading = read_name(name, None)
    if reading is None:
        return False
    if reading.body is None:
        return name.endswith((*PLACE_ENDINGS, "政府"))
    return reading.body.level is Level.COUNTY
