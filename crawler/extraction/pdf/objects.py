"""The objects that draw a page: ruling lines, and which way its text runs. Calls into PDFium."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.grid import Rule
from crawler.extraction.pdf.matrix import IDENTITY, Matrix, matrix_of
from crawler.extraction.pdf.native import INDEX, POINTER, address_of, function
from crawler.extraction.pdf.paths import count_segments, rules_of

# An A4 page of a report holds about 1,000 characters and 50 objects, each of a few strokes; a
# drawing that exceeds this is no form with cells, and its lines are not worth the time.
MAX_PAGE_OBJECTS = 50_000
_FORM_DEPTH = 8
_NO_WIDTH = 0.02
_FLOAT = ctypes.sizeof(ctypes.c_float)

_count_on_page = function("FPDFPage_CountObjects", POINTER)
_get_on_page = function("FPDFPage_GetObject", POINTER, INDEX, gives=POINTER)
_count_in_form = function("FPDFFormObj_CountObjects", POINTER)
_get_in_form = function("FPDFFormObj_GetObject", POINTER, ctypes.c_ulong, gives=POINTER)
_kind = function("FPDFPageObj_GetType", POINTER)
_bounds = function("FPDFPageObj_GetBounds", POINTER, POINTER, POINTER, POINTER, POINTER)
_transform = function("FPDFPageObj_TransformF", POINTER, POINTER)
_render_mode = function("FPDFTextObj_GetTextRenderMode", POINTER)
_set_render_mode = function("FPDFTextObj_SetTextRenderMode", POINTER, INDEX)


class _Object(NamedTuple):
    """``outer`` is the matrix of the forms that the object lies in."""

    handle: int
    kind: int
    outer: Matrix


@dataclass(slots=True)
class PageObjects:
    """What the objects of a page are, in the page's own coordinates."""

    rules: list[Rule] = field(default_factory=list)
    looked_at: int = 0  # objects, and strokes of the paths read
    too_many: bool = False
    hidden_text: bool = False  # all text is invisible: an OCR layer under a scan
    directions: Counter[int] = field(default_factory=Counter)  # of texts, in degrees

    @property
    def direction(self) -> int | None:
        """The quarter turn of most texts."""
        quarters = [(count, turn) for turn, count in self.directions.items() if turn % 90 == 0]
        return max(quarters)[1] if quarters else None


def read_objects(page: pdfium.PdfPage) -> PageObjects:
    """Ruling lines and text objects, as far as ``MAX_PAGE_OBJECTS`` go."""
    found = PageObjects()
    texts: Counter[bool] = Counter()
    left = MAX_PAGE_OBJECTS
    for obj in _on_page(address_of(page.raw)):
        left -= count_segments(obj.handle) if obj.kind == pdfium_c.FPDF_PAGEOBJ_PATH else 1
        if left < 0:
            found.too_many = True
            break
        if obj.kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            mode = _render_mode(obj.handle)
            texts[mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE] += 1
            found.directions[_direction(matrix_of(obj.handle, obj.outer))] += 1
            _widen(obj.handle)
        elif obj.kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            found.rules.extend(rules_of(obj.handle, obj.outer))
    found.looked_at = _count_on_page(address_of(page.raw)) + MAX_PAGE_OBJECTS - max(left, 0)
    found.hidden_text = bool(texts) and not texts[False]
    return found


def _on_page(page: int) -> Iterator[_Object]:
    for index in range(_count_on_page(page)):
        yield from _with_inner(_get_on_page(page, index), IDENTITY, _FORM_DEPTH)


def _with_inner(handle: int, outer: Matrix, depth: int) -> Iterator[_Object]:
    """An object, then what is drawn in it when it is a form."""
    kind = _kind(handle)
    yield _Object(handle, kind, outer)
    if kind != pdfium_c.FPDF_PAGEOBJ_FORM or depth == 1:
        return
    matrix = matrix_of(handle, outer)
    for index in range(_count_in_form(handle)):
        yield from _with_inner(_get_in_form(handle, index), matrix, depth - 1)


def _direction(matrix: Matrix) -> int:
    """Which way a text runs: 0 to the right, 90 upwards."""
    if not (math.isfinite(matrix.a) and math.isfinite(matrix.b)):
        return 0
    return round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360


def _widen(text: int) -> None:
    """Keep PDFium from skipping a text object that it takes to be empty.

    Its text page leaves out objects without width, and a lone Han character (`条` in a cell) has
    none where its font is neither embedded nor installed. Drawn with a stroke it has the width
    of the stroke; only the copy in memory changes.
    """
    box = (ctypes.c_float * 4)()
    at = ctypes.addressof(box)
    _bounds(text, at, at + _FLOAT, at + 2 * _FLOAT, at + 3 * _FLOAT)
    left, _, right, _ = box
    if right - left < _NO_WIDTH:
        _set_render_mode(text, pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE)
        unmoved = pdfium_c.FS_MATRIX(*IDENTITY)
        _transform(text, ctypes.addressof(unmoved))  # makes PDFium compute the bounds anew
