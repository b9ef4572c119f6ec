"""The objects that draw a page: ruling lines, and which way its text runs. Calls into PDFium."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.grid import Rule

# An A4 page of a report holds about 1,000 characters and 50 objects, each of a few strokes; a
# drawing that exceeds this is no form with cells, and its lines are not worth the time.
MAX_PAGE_OBJECTS = 50_000
# Ruling lines thicker than this are filled areas (a shaded heading), not borders.
_MAX_RULE_WIDTH = 3.0
_FORM_DEPTH = 8
_NO_WIDTH = 0.02
_FAR = 1e5  # infinite and undefined coordinates are also farther than this
_OBJECT_KINDS = [
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_FORM,
    pdfium_c.FPDF_PAGEOBJ_TEXT,
]


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
    matrices = {0: pdfium.PdfMatrix()}
    texts: Counter[bool] = Counter()
    left = MAX_PAGE_OBJECTS
    for obj in page.get_objects(filter=_OBJECT_KINDS, max_depth=_FORM_DEPTH):
        left -= max(1, pdfium_c.FPDFPath_CountSegments(obj))
        if left < 0:
            found.too_many = True
            break
        matrix = obj.get_matrix().multiply(matrices[obj.level])
        if obj.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            mode = pdfium_c.FPDFTextObj_GetTextRenderMode(obj)
            texts[mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE] += 1
            found.directions[_direction(matrix)] += 1
            _widen(obj)
        elif obj.type == pdfium_c.FPDF_PAGEOBJ_FORM:
            matrices[obj.level + 1] = matrix
        else:
            found.rules.extend(_rules(obj, matrix))
    found.looked_at = pdfium_c.FPDFPage_CountObjects(page) + MAX_PAGE_OBJECTS - max(left, 0)
    found.hidden_text = bool(texts) and not texts[False]
    return found


def _direction(matrix: pdfium.PdfMatrix) -> int:
    """Which way a text runs: 0 to the right, 90 upwards."""
    if not all(map(math.isfinite, (matrix.a, matrix.b))):
        return 0
    return round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360


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


def _rules(path: pdfium.PdfObject, matrix: pdfium.PdfMatrix) -> Iterator[Rule]:
    """The ruling lines a path draws: stroked straight segments, or a thin filled bar."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    points = [matrix.on_point(*point) for point in _points(path)]
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
