"""Signs that a page is a mirror's copy: another script, readings printed behind characters.

They are measured on the text and never asked of the host (portals.md §0.5): copies stand on
hosts of all kinds. The text stays as published; keys and likeness of bodies look past the signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.extraction.walk.flow import Element
from crawler.hanzi import annotation, count_han, looks_converted, traditional_share

TRADITIONAL = "script:traditional"
BY_CHARACTER = "annotated:pinyin"
BY_WORD = "annotated:parenthesised"

# A Traditional text has a third (seed 002, d17), one that quotes a name none to speak of.
_TRADITIONAL_SHARE = 0.1
# Whatever a page does to its text shows in its beginning.
_LOOKED_AT = 1000
# Readings above the characters, in <ruby>: as many as an annotated text has at least.
_HAN_A_RUBY = 60
_LEAST_RUBIES = 4


def mirror_signs(elements: Sequence[Element], text: str) -> Mapping[str, dict[str, Any]]:
    """The warnings a copy calls for, each with its evidence; the annotation comes first."""
    found: dict[str, dict[str, Any]] = {}
    rubies = sum(1 for _ in _rubies(elements))
    if rubies >= _LEAST_RUBIES and rubies * _HAN_A_RUBY >= count_han(text):
        found[BY_CHARACTER] = {"where": "ruby", "readings": rubies}
    if not looks_converted(text[:_LOOKED_AT]):
        return found
    if annotated := annotation(text):
        found[BY_WORD if annotated.by_word else BY_CHARACTER] = {
            "where": "body",
            "readings": annotated.readings,
            "raw": annotated.example,
        }
    share = traditional_share(text)
    if share >= _TRADITIONAL_SHARE:
        found[TRADITIONAL] = {"where": "body", "share": round(share, 3)}
    return found


def _rubies(elements: Sequence[Element]) -> Iterator[Element]:
    """The readings in <rt>."""
    for element in elements:
        yield from (one for one in element.iter("rt") if looks_converted(one.text or ""))
