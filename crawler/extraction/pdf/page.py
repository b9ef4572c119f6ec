"""What stands on a PDF page: glyphs with their boxes, and ruling lines. The calls into PDFium.

PDFium is not thread-safe: a process may read several PDFs one after the other, never two at once
in threads. Coordinates are in points as the page is displayed (its rotation undone), y upwards,
the origin in the lower left corner of the visible page.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.grid import MAX_RULES, Rule, merged

# An A4 page of a report holds about 1,000 characters and 50 objects, each of a few strokes; a
# drawing that exceeds this is no form with cells, and its lines are not worth the time.
MAX_PAGE_OBJECTS = 50_000
# Ruling lines thicker than this are filled areas (a shaded heading), not borders.
_MAX_RULE_WIDTH = 3.0
_FORM_DEPTH = 8
_NO_WIDTH = 0.02
_FAR = 1e5  # infinite and undefined coordinates are also farther than this
_KANGXI_RADICALS = range(0x2F00, 0x2FE0)
_OBJECT_KINDS = [
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_FORM,
    pdfium_c.FPDF_PAGEOBJ_TEXT,
]


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
    width, height = page.get_size()
    ink = PageInk(width, height)
    view = _View.of(page)
    _read_objects(page, view, ink)
    textpage = page.get_textpage()
    try:
        _read_glyphs(textpage, view, ink, max_chars)
    finally:
        textpage.close()
    return ink


@dataclass(frozen=True, slots=True)
class _View:
    """From the page's own coordinates to the displayed ones."""

    left: float
    bottom: float
    width: float  # before rotation
    height: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> _View:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right - left, top - bottom, page.get_rotation())

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.rotation == 90:
            return y, self.width - x
        if self.rotation == 180:
            return self.width - x, self.height - y
        if self.rotation == 270:
            return self.height - y, x
        return x, y


def _read_glyphs(textpage: pdfium.PdfTextPage, view: _View, ink: PageInk, max_chars: int) -> None:
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium_c.FS_RECTF()
    pending_surrogate = 0
    count = textpage.count_chars()
    ink.cut = count > max_chars
    for index in range(min(count, max_chars)):
        # PDFium adds blanks and line ends by its own idea of the layout; ours is geometric.
        if pdfium_c.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code < 0xDC00:
            pending_surrogate = code
            continue
        if 0xDC00 <= code < 0xE000 and pending_surrogate:
            code = 0x10000 + ((pending_surrogate - 0xD800) << 10) + (code - 0xDC00)
        pending_surrogate = 0
        char = _printable(code)
        if not char:
            ink.unreadable += _means_nothing(code)
            continue
        pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y)
        pdfium_c.FPDFText_GetLooseCharBox(textpage, index, box)
        left, bottom = view.point(box.left, box.bottom)
        right, top = view.point(box.right, box.top)
        _, baseline = view.point(x.value, y.value)
        glyph = Glyph(char, min(left, right), max(left, right), baseline, abs(top - bottom))
        if 0 <= glyph.x0 <= glyph.x1 <= ink.width and 0 <= baseline <= ink.height:
            ink.glyphs.append(glyph)


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


def _read_objects(page: pdfium.PdfPage, view: _View, ink: PageInk) -> None:
    ink.objects = pdfium_c.FPDFPage_CountObjects(page)
    matrices = {0: pdfium.PdfMatrix()}
    texts: Counter[bool] = Counter()
    rules: list[Rule] = []
    left = MAX_PAGE_OBJECTS
    for obj in page.get_objects(filter=_OBJECT_KINDS, max_depth=_FORM_DEPTH):
        left -= max(1, pdfium_c.FPDFPath_CountSegments(obj))
        if left < 0:
            break
        if obj.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            mode = pdfium_c.FPDFTextObj_GetTextRenderMode(obj)
            texts[mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE] += 1
            _widen(obj)
            continue
        matrix = obj.get_matrix().multiply(matrices[obj.level])
        if obj.type == pdfium_c.FPDF_PAGEOBJ_FORM:
            matrices[obj.level + 1] = matrix
        else:
            rules.extend(_rules(obj, matrix, view))
    rules = merged(rules)
    ink.too_many_objects = left < 0 or len(rules) > MAX_RULES
    ink.rules = [] if ink.too_many_objects else rules
    ink.objects += MAX_PAGE_OBJECTS - max(left, 0)
    ink.hidden_text = bool(texts) and not texts[False]


def _widen(text: pdfium.PdfObject) -> None:
    """Keep PDFium from skipping a text object that it takes to be empty.

    Its text page leaves out objects without width, and a lone Han character (`条` in a cell) has
    none where its font is neither embedded nor installed. Drawn with a stroke it has the width
    of the stroke; only the copy in memory changes.
    """
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium_c.FPDFPageObj_GetBounds(text, left, bottom, right, top)
    if right.value - left.value < _NO_WIDTH:
        pdfium_c.FPDFTextObj_SetTextRenderMode(text, pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE)
        text.transform(pdfium.PdfMatrix())  # makes PDFium compute the bounds anew


def _rules(path: pdfium.PdfObject, matrix: pdfium.PdfMatrix, view: _View) -> Iterator[Rule]:
    """The ruling lines a path draws: stroked straight segments, or a thin filled bar."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    points = [view.point(*matrix.on_point(*point)) for point in _points(path)]
    if not all(abs(x) < _FAR and abs(y) < _FAR for x, y in points):
        return
    if stroke.value:
        for (x0, y0), (x1, y1) in _segments(path, points):
            if abs(y0 - y1) <= 1 < abs(x0 - x1):
                yield Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
            elif abs(x0 - x1) <= 1 < abs(y0 - y1):
                yield Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    elif fill.value and points:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if height <= _MAX_RULE_WIDTH < width:
            yield Rule(True, (max(ys) + min(ys)) / 2, min(xs), max(xs))
        elif width <= _MAX_RULE_WIDTH < height:
            yield Rule(False, (max(xs) + min(xs)) / 2, min(ys), max(ys))


def _points(path: pdfium.PdfObject) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium_c.FPDFPath_CountSegments(path)):
        pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFPath_GetPathSegment(path, index), x, y)
        yield x.value, y.value


def _segments(
    path: pdfium.PdfObject, points: list[tuple[float, float]]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes between a path's points, closing strokes included."""
    start = points[0] if points else (0.0, 0.0)
    for index, point in enumerate(points):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, index)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield points[index - 1], point
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            yield point, start
