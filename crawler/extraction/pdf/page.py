"""What stands on a PDF page: glyphs with their boxes, and ruling lines. The calls into PDFium.

PDFium is not thread-safe: a process may read several PDFs one after the other, never two at once
in threads.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.chars import Chars, read_chars
from crawler.extraction.pdf.grid import MAX_RULES, Rule, merged
from crawler.extraction.pdf.objects import read_objects
from crawler.extraction.pdf.view import View

_KANGXI_RADICALS = range(0x2F00, 0x2FE0)
_SLANT = 10  # degrees
# More glyphs without a character than this share are no text layer: the font's map is broken.
_UNREADABLE_SHARE = 0.3


class Glyph(NamedTuple):
    """One printed character. ``x0 … x1`` is its advance, ``y`` its baseline."""

    char: str
    x0: float
    x1: float
    y: float
    height: float


@dataclass(slots=True)
class PageInk:
    """The glyphs and ruling lines of one page, and what was wrong with them."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    objects: int = 0  # what there was to look at: objects, and strokes of the paths read
    unreadable: int = 0  # glyphs the font gives no character for
    hidden_text: bool = False  # all text is invisible: an OCR layer under a scan
    too_many_objects: bool = False
    cut: bool = False  # there were more characters than asked for


def is_unreadable(inks: Iterable[PageInk]) -> bool:
    """Whether too few glyphs of some pages say which characters they are."""
    counts = [(len(ink.glyphs), ink.unreadable) for ink in inks]
    unreadable = sum(count for _, count in counts)
    return unreadable > _UNREADABLE_SHARE * (unreadable + sum(count for count, _ in counts))


def read_ink(page: pdfium.PdfPage, max_chars: int) -> PageInk:
    """Everything on ``page``; glyphs beyond ``max_chars`` are left out."""
    objects = read_objects(page)
    view = View.of(page, objects.direction)
    rules = merged(map(view.rule, objects.rules))
    too_many = objects.too_many or len(rules) > MAX_RULES
    ink = PageInk(
        *view.size,
        rules=[] if too_many else rules,
        objects=objects.looked_at,
        hidden_text=objects.hidden_text,
        too_many_objects=too_many,
    )
    textpage = page.get_textpage()
    try:
        _read_glyphs(textpage, view, ink, max_chars, mixed=len(objects.directions) > 1)
    finally:
        textpage.close()
    return ink


def _read_glyphs(
    textpage: pdfium.PdfTextPage, view: View, ink: PageInk, max_chars: int, *, mixed: bool
) -> None:
    """``mixed``: not all text runs one way."""
    count = textpage.count_chars()
    ink.cut = count > max_chars
    chars = read_chars(textpage, min(count, max_chars))
    printed = [(code and _printable(code)) or "" for code in chars.codes]
    ink.unreadable = sum(
        code is not None and _means_nothing(code)
        for code, char in zip(chars.codes, printed, strict=True)
        if not char
    )
    if mixed:
        printed = [
            "" if char and _is_slanted(textpage.raw, index) else char
            for index, char in enumerate(printed)
        ]
    ink.glyphs = list(_placed(printed, chars, view))


def _placed(printed: Sequence[str], chars: Chars, view: View) -> Iterator[Glyph]:
    """The characters that are not empty and lie on the page, where they are seen."""
    width, height = view.size
    _, baselines = view.points(chars.xs, chars.ys)
    lefts, bottoms = view.points(chars.lefts, chars.bottoms)
    rights, tops = view.points(chars.rights, chars.tops)
    for char, x0, x1, y, bottom, top in zip(
        printed, lefts, rights, baselines, bottoms, tops, strict=True
    ):
        if x1 < x0:
            x0, x1 = x1, x0
        if char and x0 >= 0 and x1 <= width and 0 <= y <= height:
            yield Glyph(char, x0, x1, y, abs(top - bottom))


def _is_slanted(textpage: object, index: int) -> bool:
    """A watermark, which runs across the page."""
    turn = math.degrees(pdfium_c.FPDFText_GetCharAngle(textpage, index)) % 90
    return _SLANT < turn < 90 - _SLANT


@lru_cache(maxsize=8_192)
def _printable(code: int) -> str:
    """The character, or an empty string where the code is no text."""
    if code in _KANGXI_RADICALS:
        # Some fonts map 文 to the radical ⽂ (U+2F42): the same glyph, a different character.
        return unicodedata.normalize("NFKC", chr(code))
    if _means_nothing(code):
        return ""
    category = unicodedata.category(chr(code))
    if category in {"Cc", "Cf", "Cs"}:
        return ""
    return " " if category == "Zs" else chr(code)


def _means_nothing(code: int) -> bool:
    """What PDFium gives for a glyph whose font does not say which character it is."""
    if code in (0, 0xFFFD) or code > 0x10FFFF:
        return True
    return unicodedata.category(chr(code)) in {"Cn", "Co"}
