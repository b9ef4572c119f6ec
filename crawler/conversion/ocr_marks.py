"""Dashes, told by their shape: alone in a cell, `——` is as good as `--` or `二` to a recogniser.

A statistics table prints them where there is nothing to count, so that they are worth a look.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, right, bottom

_SPECK: Final = 6  # pixels
_SLENDER: Final = 4.0  # times as wide as high
# Of the height of a usual line, of which its letters take up three quarters.
_EM: Final = 0.75
_LEVEL: Final = 0.12
# Ems: one alone may be the numeral 一, which only a recogniser can tell.
_TWO: Final = 1.4


def dashes(box: Box, ink: Mask, usual: float) -> str:
    """``——`` where the box holds bars on one level, as long together as two letters or more."""
    left, top, right, bottom = box
    inside = np.ascontiguousarray(ink[top:bottom, left:right])
    _, _, stats, centres = cv2.connectedComponentsWithStats(inside, connectivity=8)
    marks = [
        (x, width, height, y)
        for (x, _, width, height, area), (_, y) in zip(
            stats[1:].tolist(), centres[1:].tolist(), strict=True
        )
        if area >= _SPECK
    ]
    if not marks or any(width < _SLENDER * height for _, width, height, _ in marks):
        return ""
    levels = [y for *_, y in marks]
    if max(levels) - min(levels) > _LEVEL * usual:
        return ""
    extent = max(x + width for x, width, *_ in marks) - min(x for x, *_ in marks)
    ems = extent / (_EM * usual)
    return "—" * max(2, round(ems)) if ems >= _TWO else ""
