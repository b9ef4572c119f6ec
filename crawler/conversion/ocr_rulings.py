"""The ruling lines of a straightened page, as its ink shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from crawler.extraction.pdf.grid import MAX_RULES

Mask = npt.NDArray[np.uint8]
#: Where a line runs, its start and its end, in pixels.
Ruling = tuple[int, int, int]

_MM: Final = 25.4
# In millimetres. The least row is 5 high. Strokes of letters are rarely as long, and most of those
# stand inside a line of text; across, where the strokes of a title are longest, cells are wider.
_HIGHEST_STROKE: Final = 5.0
_WIDEST_STROKE: Final = 8.0
_LONGEST_DASH: Final = 30.0
# Of a line's height: so far a stroke may stick out of its box.
_OUT: Final = 0.12
_THICKEST: Final = 1.3
_GAP: Final = 1.0  # where a line was not scanned well
_RIM: Final = 0.4  # the grey beside a line
_SHADOW: Final = 3.0  # of the sheet's edge on the glass


def rulings_of(ink: Mask, dpi: int) -> tuple[list[Ruling], list[Ruling]]:
    """Horizontal and vertical lines, from top to bottom and from left to right."""
    across = _along(ink, dpi, _WIDEST_STROKE)
    down = _along(np.ascontiguousarray(ink.T), dpi, _HIGHEST_STROKE)
    if len(across) + len(down) > MAX_RULES:
        return [], []  # a drawing, or a screen of dots
    return [rule for rule in across if not _is_dash(rule, down, dpi)], down


def _is_dash(rule: Ruling, down: Sequence[Ruling], dpi: int) -> bool:
    """Whether a short line hangs on no other: `——` in a cell."""
    at, start, end = rule
    touch = _GAP / _MM * dpi
    return end - start < _LONGEST_DASH / _MM * dpi and not any(
        start - touch <= x <= end + touch and top - touch <= at <= bottom + touch
        for x, top, bottom in down
    )


def _along(ink: Mask, dpi: int, stroke: float) -> list[Ruling]:
    lengths = (stroke, _THICKEST, _GAP, _SHADOW)
    shortest, thickest, gap, rim = (max(1, round(mm / _MM * dpi)) for mm in lengths)
    whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    # A line that is a little oblique leaves a row of pixels for the next: two rows are one.
    whole = cv2.dilate(whole, np.ones((3, 1), np.uint8))
    lines = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    found = []
    for left, top, width, height, area in stats[1:count].tolist():
        at = top + height // 2
        # A line's own thickness, not that of the box it crosses obliquely.
        thin = area / width <= thickest + 2 and height <= 3 * thickest + 2
        if thin and rim < at < len(ink) - rim:
            found.append((at, left, left + width - 1))
    return sorted(found)


def without_strokes(
    rulings: list[Ruling], boxes: Sequence[tuple[int, int, int, int]], *, horizontal: bool
) -> list[Ruling]:
    """``rulings`` less those that lie inside a line of text: strokes of its letters."""
    return [
        rule
        for rule in rulings
        if not any(_is_within(rule, box, horizontal=horizontal) for box in boxes)
    ]


def _is_within(rule: Ruling, box: tuple[int, int, int, int], *, horizontal: bool) -> bool:
    at, start, end = rule
    left, top, right, bottom = box if horizontal else (box[1], box[0], box[3], box[2])
    out = _OUT * (box[3] - box[1])
    return top < at < bottom and left - out <= start and end <= right + out


def erased(grey: Mask, horizontal: list[Ruling], vertical: list[Ruling], dpi: int) -> Mask:
    """The page without its rulings: else they are read as strokes beside the letters."""
    reach = max(1, round((_THICKEST / 2 + _RIM) / 2 / _MM * dpi))
    page = grey.copy()
    for at, start, end in horizontal:
        page[max(at - reach, 0) : at + reach + 1, start : end + 1] = 255
    for at, start, end in vertical:
        page[start : end + 1, max(at - reach, 0) : at + reach + 1] = 255
    return page
