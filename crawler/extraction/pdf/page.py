"""What stands on a PDF page: glyphs with their boxes, and ruling lines. The calls into PDFium.

PDFium is not thread-safe: a process may read several PDFs one after the other, never two at once
in threads.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
import math
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.grid import MAX_RULES, Rule, merged
from crawler.extraction.pdf.objects import read_objects
from crawler.extraction.pdf.view import View

_KANGXI_RADICALS = range(0x2F00, 0x2FE0)
_BLANK = 0x20
_SLANT = 10  # degrees


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
    raw = textpage.raw
    boxes = _Boxes(raw, view)
    count = textpage.count_chars()
    ink.cut = count > max_chars
    pending_surrogate = 0
    for index in range(min(count, max_chars)):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        # PDFium adds blanks and line ends by its own idea of the layout; ours is geometric.
        if code <= _BLANK and pdfium_c.FPDFText_IsGenerated(raw, index) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            pending_surrogate = code
            continue
        if 0xDC00 <= code < 0xE000 and pending_surrogate:
            code = 0x10000 + ((pending_surrogate - 0xD800) << 10) + (code - 0xDC00)
        pending_surrogate = 0
        char = _printable(code)
        if not char:
            ink.unreadable += _means_nothing(code)
        elif not (mixed and _is_slanted(raw, index)):
            glyph = boxes.glyph(index, char)
            if 0 <= glyph.x0 <= glyph.x1 <= ink.width and 0 <= glyph.y <= ink.height:
                ink.glyphs.append(glyph)


class _Boxes:
    """Where glyphs stand; PDFium writes into the same three variables for all of them."""

    def __init__(self, textpage: object, view: View) -> None:
        self._textpage, self._point = textpage, view.point
        self._x, self._y, self._box = ctypes.c_double(), ctypes.c_double(), pdfium_c.FS_RECTF()

    def glyph(self, index: int, char: str) -> Glyph:
        x, y, box = self._x, self._y, self._box
        pdfium_c.FPDFText_GetCharOrigin(self._textpage, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(self._textpage, index, box)
        left, bottom = self._point(box.left, box.bottom)
        right, top = self._point(box.right, box.top)
        _, baseline = self._point(x.value, y.value)
        if right < left:
            left, right = right, left
        return Glyph(char, left, right, baseline, abs(top - bottom))


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
