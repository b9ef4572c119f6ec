"""Glyphs to lines of text: what stands on one baseline, and where it was letter-spaced or blank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from crawler.extraction.pdf_page import Glyph
from crawler.hanzi import is_fullwidth, is_han

# All in ems (the width of a Han character).
_SAME_LINE = 0.35  # baselines closer than this are one line
_OVERPRINT = 0.2  # a bold face faked by printing twice
_LATIN_GAP = 0.16  # Word sets a quarter em between 2018 and 年
_HAN_GAP = 0.75  # less between two Han characters is letter-spacing, not a blank
_CHUNK_GAP = 1.2  # more is the way to another column

_WORD_END = re.compile(r"[A-Za-z]{2,}[,.;:]?$|[,;:]$")
_WORD_START = re.compile(r"[A-Za-z]")
_ADDRESS_END = re.compile(r"(?:https?:|www\.|@|[\w-]+[./])[^\s一-鿿]*$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of text without a wide gap."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; ``chunks`` are its parts between wide gaps."""

    chunks: tuple[Chunk, ...]
    y: float
    em: float
    page: int

    @property
    def text(self) -> str:
        return " ".join(chunk.text for chunk in self.chunks)

    @property
    def left(self) -> float:
        return self.chunks[0].left

    @property
    def right(self) -> float:
        return self.chunks[-1].right


def read_lines(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """The lines that ``glyphs`` make, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.y, g.x0)):
        if rows and rows[-1][0].y - glyph.y <= _SAME_LINE * max(rows[-1][0].height, glyph.height):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines = (_line(sorted(row, key=lambda g: g.x0), page) for row in rows)
    return [line for line in lines if line]


def _line(row: list[Glyph], page: int) -> Line | None:
    printed = [glyph for glyph in row if glyph.char != " "]
    if not printed:
        return None
    em = em_of(printed)
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
            elif blank or gap > _least_gap(previous.char, glyph.char) * em:
                text += " "
        text += glyph.char
        previous, right, blank = glyph, glyph.x1, False
    chunks.append(Chunk(text, left, right))
    return Line(tuple(chunks), median(glyph.y for glyph in printed), em, page)


def em_of(glyphs: Sequence[Glyph]) -> float:
    """The width of a Han character in this text, judged by the height where there is none."""
    widths = [g.x1 - g.x0 for g in glyphs if is_han(g.char) and g.x1 > g.x0]
    return max(median(widths) if widths else 0.8 * median(g.height for g in glyphs), 1.0)


def _least_gap(before: str, after: str) -> float:
    return _HAN_GAP if wide(before) and wide(after) else _LATIN_GAP


def wide(char: str) -> bool:
    """Whether a character takes a full em in Chinese text, so that no blank stands beside it."""
    return is_han(char) or is_fullwidth(char) or char in "“”‘’—…·"


def is_autospaced(lines: Iterable[Line]) -> bool:
    """Whether this text sets a blank between Han and Latin (`2018 年`) as a rule."""
    close = spaced = 0
    for line in lines:
        for a, b in pairwise(line.text):
            if is_han(a) and b.isalnum() and b.isascii() or is_han(b) and a.isalnum() and a.isascii():
                close += 1
        spaced += len(re.findall(r"[一-鿿] [0-9A-Za-z]|[0-9A-Za-z] [一-鿿]", line.text))
    return spaced > close


def join(before: str, after: str, autospaced: bool) -> str:
    """Two pieces of one sentence that only the end of a line or page separates.

    Nothing goes between full-width characters. Where one side is Latin, the text's own habit
    decides; between two Latin words there was a blank, inside a number or an address none.
    """
    if not before or not after:
        return before + after
    a, b = before[-1], after[0]
    if wide(a) and wide(b):
        return before + after
    if wide(a) or wide(b):
        mixed = (is_han(a) and b.isalnum()) or (is_han(b) and (a.isalnum() or a == "%"))
        return f"{before} {after}" if mixed and autospaced else before + after
    if _WORD_END.search(before) and _WORD_START.match(after) and not _ADDRESS_END.search(before):
        return f"{before} {after}"
    return before + after
