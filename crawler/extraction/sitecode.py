"""Whose portal a page belongs to, by what the page itself says. Pure.

For home pages the registry does not know, and for hosts that two counties share.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from crawler.extraction.page import Page
from crawler.items import Place
from crawler.places.bodynames import cleaned, read_name
from crawler.places.registry import place_of_code, within

_DATA = tomllib.loads((files("crawler") / "data" / "sites.toml").read_text("utf-8"))
_CODE_LINE = re.compile(_DATA["code"]["line"])
_NAME_LINE = re.compile(_DATA["name"]["line"])
_AROUND = re.compile(_DATA["words"]["around"])
_SEPARATOR = re.compile(_DATA["words"]["separator"])
_GOVERNMENT = re.compile(_DATA["words"]["government"])
# Site names are short; a line may be a whole page.
_LONGEST = 200


class SiteOwner(NamedTuple):
    """Whose a page is: the registry's place if it has one, the name as printed, the evidence.

    ``adcode`` is the one of the 网站标识码, also where the registry does not know it.
    """

    place: Place | None
    printed: str
    evidence: str
    adcode: str = ""


def place_named_by(page: Page) -> SiteOwner:
    """The county a page names as its own.

    The 网站标识码 says where to look the name up; where it is a county's it decides. All is empty
    where the page says nothing.
    """
    code, code_evidence = next(_codes(page), ("", ""))
    coded = place_of_code(code)
    named, printed, name_evidence = _name(page, coded)
    evidence = "; ".join(filter(None, (code_evidence, name_evidence)))
    return SiteOwner(_decided(coded, named, printed), printed, evidence, code[:6])


def _decided(coded: Place | None, named: Place | None, printed: str) -> Place | None:
    """The narrower of two places; a name against a code that was copied from another site."""
    if named is not None:
        return coded if coded and within(coded, named) else named
    # A county the registry lacks, on its prefecture's system, is not the prefecture.
    is_outer = coded is not None and coded.adcode.endswith("00")
    return None if is_outer and printed else coded


def _codes(page: Page) -> Iterator[tuple[str, str]]:
    for name in _DATA["code"]["meta"]:
        if (code := page.meta(name)).isdecimal():
            yield code, f"meta {name} {code}"
    for line in reversed(page.lines):
        if match := _CODE_LINE.search(line.text):
            yield match["code"], f"网站标识码 {match['code']}"


def _name(page: Page, area: Place | None) -> tuple[Place | None, str, str]:
    """The first name that a place of the registry has, else the first that names a government."""
    unknown = (None, "", "")
    for evidence, text in _names(page):
        for part in _SEPARATOR.split(text[:_LONGEST]):
            printed = _AROUND.sub("", part)
            reading = read_name(cleaned(printed), area)
            if reading and reading.place:
                return reading.place, printed, f"{evidence} {printed}"
            if not unknown[1] and (found := _GOVERNMENT.search(printed)):
                unknown = (None, found[0], f"{evidence} {found[0]}")
    return unknown


def _names(page: Page) -> Iterator[tuple[str, str]]:
    for name in _DATA["name"]["meta"]:
        yield f"meta {name}", page.meta(name)
    yield "title", page.title
    for line in reversed(page.lines):
        if match := _NAME_LINE.search(line.text):
            yield "line", match["name"]
