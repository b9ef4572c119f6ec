"""Where the objects of a page are drawn: PDFium's matrices."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

from crawler.extraction.pdf.native import POINTER, function

_matrix = function("FPDFPageObj_GetMatrix", POINTER, POINTER)


class Matrix(NamedTuple):
    """``x' = ax + cy + e``, ``y' = bx + dy + f``."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self
        return a * x + c * y + e, b * x + d * y + f

    def then(self, other: Matrix) -> Matrix:
        """First this matrix, then ``other``."""
        a, b, c, d, e, f = self
        return Matrix(
            a * other.a + b * other.c,
            a * other.b + b * other.d,
            c * other.a + d * other.c,
            c * other.b + d * other.d,
            *other.point(e, f),
        )


IDENTITY = Matrix()


def matrix_of(handle: int, outer: Matrix) -> Matrix:
    """From an object's own coordinates to the page's; ``outer`` is that of its form."""
    values = (ctypes.c_float * 6)()
    _matrix(handle, ctypes.addressof(values))
    own = Matrix(*values)
    return own if outer is IDENTITY else own.then(outer)
