"""The paths of a page: which of them are ruling lines. Calls into PDFium."""

# mypy: disable-error-code="attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence

import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.grid import Rule
from crawler.extraction.pdf.matrix import Matrix, matrix_of
from crawler.extraction.pdf.native import INDEX, POINTER, function

# Ruling lines thicker than this are filled areas (a shaded heading), not borders.
_MAX_RULE_WIDTH = 3.0
_FAR = 1e5  # infinite and undefined coordinates are also farther than this
_INT, _FLOAT = ctypes.sizeof(ctypes.c_int), ctypes.sizeof(ctypes.c_float)

count_segments = function("FPDFPath_CountSegments", POINTER)
_segment = function("FPDFPath_GetPathSegment", POINTER, INDEX, gives=POINTER)
_draw_mode = function("FPDFPath_GetDrawMode", POINTER, POINTER, POINTER)
_point = function("FPDFPathSegment_GetPoint", POINTER, POINTER, POINTER)
_kind = function("FPDFPathSegment_GetType", POINTER)
_closes = function("FPDFPathSegment_GetClose", POINTER)

_Point = tuple[float, float]


def rules_of(path: int, outer: Matrix) -> Iterator[Rule]:
    """The ruling lines a path draws: stroked straight segments, or a thin filled bar."""
    modes = (ctypes.c_int * 2)()
    _draw_mode(path, ctypes.addressof(modes), ctypes.addressof(modes) + _INT)
    fill, stroke = modes
    if not (fill or stroke):
        return
    segments = [_segment(path, index) for index in range(count_segments(path))]
    points = _points(segments, matrix_of(path, outer))
    if not all(abs(x) < _FAR and abs(y) < _FAR for x, y in points):
        return
    if stroke:
        for (x0, y0), (x1, y1) in _strokes(segments, points):
            if abs(y0 - y1) <= 1 < abs(x0 - x1):
                yield Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
            elif abs(x0 - x1) <= 1 < abs(y0 - y1):
                yield Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    elif points:
        xs, ys = zip(*points, strict=True)
        width, height = max(xs) - min(xs), max(ys) - min(ys)
        if height <= _MAX_RULE_WIDTH < width:
            yield Rule(True, (max(ys) + min(ys)) / 2, min(xs), max(xs))
        elif width <= _MAX_RULE_WIDTH < height:
            yield Rule(False, (max(xs) + min(xs)) / 2, min(ys), max(ys))


def _points(segments: Sequence[int], matrix: Matrix) -> list[_Point]:
    """Where each segment ends."""
    values = (ctypes.c_float * 2)()
    at_x = ctypes.addressof(values)
    points = []
    for segment in segments:
        _point(segment, at_x, at_x + _FLOAT)
        points.append(matrix.point(*values))
    return points


def _strokes(segments: Sequence[int], points: Sequence[_Point]) -> Iterator[tuple[_Point, _Point]]:
    """The straight strokes between a path's points, closing strokes included."""
    start = previous = points[0] if points else (0.0, 0.0)
    for segment, point in zip(segments, points, strict=True):
        kind = _kind(segment)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield previous, point
        if _closes(segment):
            yield point, start
        previous = point
