"""Glyphs to lines of text: what stands on one baseline, and where it was letter-spaced or blank."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from statistics import median

from crawler.extraction.pdf.page import Glyph
from crawler.hanzi import is_fullwidth, is_han

# All in ems (the width of a Han character).
_SAME_LINE = 0.45  # baselines closer than this are one line; a raised mark is a third higher
_OVERPRINT = 0.2  # a bold face faked by printing twice
_LATIN_GAP = 0.16  # Word sets a quarter em between 2018 and 年
_HAN_GAP = 0.75  # less between two Han characters is letter-spacing, not a blank
_CHUNK_GAP = 1.2  # more is the way to another column

_X0, _Y = attrgetter("x0"), attrgetter("y")
_HABIT = 100  # so many places where Han and Latin meet show how all of them are set

# A web or mail address runs on over the end of a line, and so does a hyphenated word.
_ADDRESS_END = re.compile(r"(?:https?:|www\.|@|/)[^\s一-鿿]*$|[-/_]$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of text without a wide gap."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; ``chunks`` are its parts between wide gaps.

    ``page`` is the number of the page, or of the sheet where pages are set in columns.
    ``blank_after``: a blank was set at its end, where the line broke between two words.
    """

    chunks: tuple[Chunk, ...]
    y: float
    em: float
    page: int
    blank_after: bool = False
    glyphs: Sequence[Glyph] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)

    @property
    def left(self) -> float:
        return self.chunks[0].left

    @property
    def right(self) -> float:
        return self.chunks[-1].right

    @property
    def start(self) -> float:
        """Where it comes in the order of reading; its baseline may lie on a border below it."""
        return self.y + 0.3 * self.em


def read_lines(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The lines that ``glyphs`` make, from top to bottom."""
    lines = (_line(row, page) for row in _rows(glyphs))
    return [line for line in lines if line]


def _rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The glyphs of each baseline, left to right."""
    rows: list[list[Glyph]] = []
    first: Glyph | None = None
    for glyph in sorted(sorted(glyphs, key=_X0), key=_Y, reverse=True):
        drop = first.y - glyph.y if first else 0.0
        if first and (not drop or drop <= _SAME_LINE * max(first.height, glyph.height)):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            first = glyph
    return [sorted(row, key=_X0) for row in rows]


def _line(row: list[Glyph], page: int) -> Line | None:
    printed = [glyph for glyph in row if glyph.char != " "]
    if not printed:
        return None
    em = em_of(printed)
    narrow = _LATIN_GAP * em  # the least of all gaps: most glyphs have none
    chunks: list[Chunk] = []
    text, left, right = "", printed[0].x0, printed[0].x1
    blank = False
    previous: Glyph | None = None
    for glyph in row:
        if glyph.char == " ":
            blank = blank or previous is not None
            continue
        if previous is not None:
            if glyph.char == previous.char and glyph.x0 - previous.x0 < _OVERPRINT * em:
                continue
            gap = glyph.x0 - previous.x1
            if gap > _CHUNK_GAP * em:
                chunks.append(Chunk(text, left, right))
                text, left = "", glyph.x0
            elif blank or (gap > narrow and gap > _least_gap(previous.char, glyph.char) * em):
                text += " "
        text += glyph.char
        previous, right, blank = glyph, glyph.x1, False
    chunks.append(Chunk(text, left, right))
    return Line(tuple(chunks), median(glyph.y for glyph in printed), em, page, blank, row)


@lru_cache(maxsize=8_192)
def wide(char: str) -> bool:
    """Whether a character takes a full em in Chinese text, so that no blank stands beside it."""
    return is_han(char) or is_fullwidth(char) or char in "“”‘’—…·"


@lru_cache(maxsize=8_192)
def _is_han(char: str) -> bool:
    return is_han(char)


def _two_digits(widths: Sequence[float]) -> float:
    return 2 * median(widths)


_RULERS: tuple[tuple[Callable[[str], bool], Callable[[Sequence[float]], float]], ...] = (
    (_is_han, median),
    (wide, max),
    (str.isdecimal, _two_digits),
)


def em_of(glyphs: Sequence[Glyph]) -> float:
    """The width of a Han character in this text.

    Where there is none, that of the widest mark, for marks are often set narrower; twice that of a
    digit; else judged by the height, which says little across typefaces.
    """
    for is_kind, measure in _RULERS:
        widths = [g.x1 - g.x0 for g in glyphs if g.x1 > g.x0 and is_kind(g.char)]
        if widths:
            return max(measure(widths), 1.0)
    return max(0.8 * median(g.height for g in glyphs), 1.0)


def _least_gap(before: str, after: str) -> float:
    return _HAN_GAP if wide(before) and wide(after) else _LATIN_GAP


def is_autospaced(pages: Iterable[Sequence[Glyph]]) -> bool:
    """Whether the layout sets a gap between Han and Latin (`2018 年`) without a blank there.

    Word does so unless told otherwise, and at the end of a line the gap leaves no trace.
    """
    tally: Counter[bool] = Counter()
    for glyphs in pages:
        tally.update(
            gap > _LATIN_GAP
            for row in _rows(glyphs)
            for a, b in pairwise(row)
            if _is_mixed(a.char, b.char) and (gap := (b.x0 - a.x1) / em_of((a, b))) < _CHUNK_GAP
        )
        if tally.total() >= _HABIT:
            break
    return tally[True] > tally[False]


def _is_mixed(a: str, b: str) -> bool:
    if a.isascii() == b.isascii():
        return False
    if b.isascii():
        return b.isalnum() and is_han(a)
    return (a.isalnum() or a == "%") and is_han(b)


def joined(lines: Iterable[Line], autospaced: bool) -> str:
    """The lines of one paragraph or cell as the text they were before they were broken."""
    text, blank = "", False
    for line in lines:
        text = join(text, line.text, autospaced, blank)
        blank = line.blank_after
    return text


def join(before: str, after: str, autospaced: bool, blank: bool = False) -> str:
    """Two pieces of one sentence that only the end of a line or page separates.

    Nothing goes between full-width characters. Where one side is Latin, a blank set at the end
    of the line stays; else the text's own habit decides. Between two Latin words there was a
    blank, inside a number or an address none.
    """
    if not before or not after:
        return before + after
    a, b = before[-1], after[0]
    if wide(a) and wide(b):
        return before + after
    if blank:
        return f"{before} {after}"
    if wide(a) or wide(b):
        return f"{before} {after}" if autospaced and _is_mixed(a, b) else before + after
    if _ADDRESS_END.search(before) or not (a.isalpha() or b.isalpha()):
        return before + after
    return f"{before} {after}"
