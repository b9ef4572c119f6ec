"""PDFium's functions as C sees them: handles and addresses are numbers.

The bindings make an object of every pointer that goes in and of every handle that comes out, which
takes longer than what PDFium does; and `map` can count addresses up without a loop in Python.
"""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c

# Without the system's fonts, in the whole process: what is read must not hang on what is installed
# there, and text whose font is not embedded is measured in a third of the time.
pdfium_c.FPDF_SetSystemFontInfo(None)

POINTER, INDEX = ctypes.c_void_p, ctypes.c_int


def address_of(pointer: Any) -> int:
    """The number of a handle, a function or a pointer; 0 where it points to nothing."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def function(name: str, *types: type, gives: type = ctypes.c_int) -> Callable[..., int]:
    """A function of PDFium by its name; one that gives a handle gives None for none."""
    # PYFUNCTYPE keeps the interpreter's lock, which these short calls need not give back.
    return ctypes.PYFUNCTYPE(gives, *types)(address_of(getattr(pdfium_c, name)))
