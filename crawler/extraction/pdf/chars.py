"""The characters of a page, a column for each thing that PDFium knows of them."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import pypdfium2 as pdfium

from crawler.extraction.pdf.native import INDEX, POINTER, address_of, function

_BLANK = 0x20
_SURROGATES = range(0xD800, 0xE000)
_LOW_SURROGATES = range(0xDC00, 0xE000)
_DOUBLE, _FLOAT = ctypes.sizeof(ctypes.c_double), ctypes.sizeof(ctypes.c_float)
_PLACE, _BOX = 2 * _DOUBLE, 4 * _FLOAT

_unicode = function("FPDFText_GetUnicode", POINTER, INDEX, gives=ctypes.c_uint)
_is_generated = function("FPDFText_IsGenerated", POINTER, INDEX)
_origin = function("FPDFText_GetCharOrigin", POINTER, INDEX, POINTER, POINTER)
_loose_box = function("FPDFText_GetLooseCharBox", POINTER, INDEX, POINTER)


class Chars(NamedTuple):
    """In the page's own coordinates: where characters stand, and their loose boxes.

    ``codes`` are code points, None where PDFium added one, or where a pair has its other half.
    """

    codes: Sequence[int | None]
    xs: Sequence[float]
    ys: Sequence[float]
    lefts: Sequence[float]
    tops: Sequence[float]
    rights: Sequence[float]
    bottoms: Sequence[float]


def read_chars(textpage: pdfium.PdfTextPage, count: int) -> Chars:
    """The first ``count`` characters of a page that has so many."""
    page, indices = address_of(textpage.raw), range(count)
    places, boxes = (ctypes.c_double * (2 * count))(), (ctypes.c_float * (4 * count))()
    place, box = ctypes.addressof(places), ctypes.addressof(boxes)
    xs = range(place, place + _PLACE * count, _PLACE)
    ys = range(place + _DOUBLE, place + _DOUBLE + _PLACE * count, _PLACE)
    _run(map(_origin, repeat(page), indices, xs, ys))
    _run(map(_loose_box, repeat(page), indices, range(box, box + _BOX * count, _BOX)))
    codes = _code_points(page, list(map(_unicode, repeat(page), indices)))
    return Chars(codes, places[0::2], places[1::2], *(boxes[side::4] for side in range(4)))


def _run(calls: Iterable[Any]) -> None:
    deque(calls, maxlen=0)


def _code_points(page: int, units: list[int]) -> list[int | None]:
    codes: list[int | None] = [*units]
    high = 0
    for index, unit in enumerate(units):
        if unit <= _BLANK:
            # PDFium adds blanks and line ends by its own idea of the layout; ours is geometric.
            if _is_generated(page, index) == 1:
                codes[index] = None
        elif unit in _SURROGATES:
            if unit not in _LOW_SURROGATES:
                high, codes[index] = unit, None
            elif high:
                codes[index] = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)
                high = 0
    return codes
