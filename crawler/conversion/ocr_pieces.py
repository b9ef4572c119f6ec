"""From what the detector boxed to single lines of single cells.

The detector joins lines across ruling lines and wide gaps, takes two short lines for a high one and
overlooks lone digits. The ruling lines know better: what they part is parted, and what is left in a
cell is a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from crawler.conversion.ocr_rulings import Ruling
from crawler.extraction.pdf.grid import Rule, find_grids, merged

Mask = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, right, bottom

_POINTS: Final = 72
# Shares of the height of a usual line.
_WIDE_GAP: Final = 1.5  # the way to another column
_LETTER: Final = 0.9  # with some of the room around it
_TWO_LINES: Final = 1.7
_STANDS: Final = 1.2
_HALF_IN: Final = 0.35  # of a line, to count as standing in a cell
_LEAST_MARK: Final = 0.3  # a dash is as wide, a digit higher
_ROOM: Final = 0.15  # white around the ink of a line that was found by its ink
_RULE_ROOM: Final = 3  # pixels beside a ruling
_SPECK: Final = 12  # pixels
_USUAL: Final = 40  # pixels high, where no line says otherwise


@dataclass(frozen=True, slots=True)
class Pieces:
    """Lines to be read. ``found`` by the detector; ``left`` were overlooked, if they are text.

    ``usual`` is the height of most lines, of tables where there are any, with the room that the
    detector leaves around letters.
    """

    found: tuple[Box, ...]
    left: tuple[Box, ...]
    usual: float


def pieces_of(boxes: Sequence[Box], cells: Sequence[Box], ink: Mask) -> Pieces:
    """The lines of a page; ``ink`` is without rulings."""
    usual = _usual_height(boxes, _USUAL)
    rest = _without(ink, boxes)
    found = [
        line
        for box in boxes
        for part in _parted(_grown(box, rest, usual), cells)
        for row in _rows(part, ink, usual)
        for line in _fitted(row, ink, usual)
    ]
    rest = _without(ink, found)
    # Tables are often set smaller than the text around them.
    usual = _usual_height([box for box in boxes if any(_holds(cell, box) for cell in cells)], usual)
    overlooked = [line for cell in cells for line in _overlooked(cell, rest, usual)]
    return Pieces(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(overlooked)), usual)


def cells_of(
    horizontal: Sequence[Ruling], vertical: Sequence[Ruling], height: int, dpi: int
) -> list[Box]:
    """The cells of all tables, as `read` will see them."""
    scale = _POINTS / dpi
    rules = [Rule(True, (height - at) * scale, a * scale, b * scale) for at, a, b in horizontal]
    rules += [
        Rule(False, at * scale, (height - b) * scale, (height - a) * scale) for at, a, b in vertical
    ]
    cells = []
    for grid in find_grids(merged(rules)):
        for region in grid.regions:
            left, right = (round(grid.xs[at] / scale) for at in (region.left, region.right))
            top, bottom = (
                height - round(grid.ys[at] / scale) for at in (region.top, region.bottom)
            )
            cells.append((left, top, right, bottom))
    return sorted(set(cells), key=lambda cell: (cell[1], cell[0], cell))


def _usual_height(boxes: Sequence[Box], otherwise: float) -> float:
    heights = [
        bottom - top for left, top, right, bottom in boxes if right - left > 2 * (bottom - top)
    ]
    return median(heights) if heights else otherwise


def _holds(cell: Box, box: Box) -> bool:
    """Whether the middle of a box lies in a cell."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def _without(ink: Mask, boxes: Sequence[Box]) -> Mask:
    """The ink outside ``boxes``."""
    rest = ink.copy()
    for left, top, right, bottom in boxes:
        rest[top:bottom, max(left - 2, 0) : right + 2] = 0
    return rest


def _grown(box: Box, rest: Mask, usual: float) -> Box:
    """The box with what no box holds and stands beside it: the detector drops a last full stop."""
    left, top, right, bottom = box
    reach = round(_LETTER * usual)
    after = np.flatnonzero(rest[top:bottom, right : right + reach].any(axis=0))
    start = max(left - reach, 0)
    before = np.flatnonzero(rest[top:bottom, start:left].any(axis=0))
    return (
        start + int(before[0]) if before.size else left,
        top,
        right + int(after[-1]) + 1 if after.size else right,
        bottom,
    )


def _parted(box: Box, cells: Sequence[Box]) -> Iterator[Box]:
    """The parts of a box in the cells it reaches into, or the box where it is in none."""
    inside = False
    for cell in cells:
        left, top = max(box[0], cell[0]), max(box[1], cell[1])
        right, bottom = min(box[2], cell[2]), min(box[3], cell[3])
        least = _HALF_IN * min(box[3] - box[1], cell[3] - cell[1])
        if right - left > 2 * _RULE_ROOM and bottom - top > least:
            inside = True
            yield left, top, right, bottom
    if not inside:
        yield box


def _rows(box: Box, ink: Mask, usual: float) -> Iterator[Box]:
    """A box as high as two lines, or higher than wide, cut where no ink is; else the box."""
    left, top, right, bottom = box
    height = bottom - top
    if height < _TWO_LINES * usual and not (height > _STANDS * usual and height > right - left):
        yield box
        return
    inside = ink[top:bottom, left:right]
    # A letter is as high as wide, and that of a title higher than a usual line.
    letter = _LETTER * max(usual, right - left if height > right - left else 0)
    room = round(_ROOM * usual)
    for start, end in _lines(inside.any(axis=1), letter):
        yield left, max(top + start - room, 0), right, min(top + end + room, ink.shape[0])


def _lines(filled: npt.ArrayLike, letter: float) -> Iterator[tuple[int, int]]:
    """Rows of pixels as lines of text. The strokes of 二 are farther apart than two lines may be,
    but together no higher than a letter."""
    line: tuple[int, int] | None = None
    for start, end in _runs(filled, 1):
        if line and end - line[0] <= letter:
            line = line[0], end
            continue
        if line:
            yield line
        line = start, end
    if line:
        yield line


def _fitted(box: Box, ink: Mask, usual: float) -> Iterator[Box]:
    """The box with its sides at the ink, cut at gaps that are no blanks."""
    left, top, right, bottom = box
    inside = ink[top:bottom, left:right]
    columns = np.count_nonzero(inside, axis=0) > 0
    for start, end in _runs(columns, _WIDE_GAP * max(usual, bottom - top)):
        yield left + start, top, left + end, bottom


def _runs(filled: npt.ArrayLike, least_gap: float) -> list[tuple[int, int]]:
    """Where ``filled`` is true, as runs that a gap of that length parts."""
    places = np.flatnonzero(filled)
    if not places.size:
        return []
    cuts = np.flatnonzero(np.diff(places) > least_gap)
    starts = [int(places[0]), *(int(places[cut + 1]) for cut in cuts)]
    ends = [*(int(places[cut]) + 1 for cut in cuts), int(places[-1]) + 1]
    return list(zip(starts, ends, strict=True))


def _overlooked(cell: Box, rest: Mask, usual: float) -> Iterator[Box]:
    """Lines of the ink in a cell that no box holds; specks are none."""
    left, top, right, bottom = (
        cell[0] + _RULE_ROOM, cell[1] + _RULE_ROOM, cell[2] - _RULE_ROOM, cell[3] - _RULE_ROOM,
    )  # fmt: skip
    if right <= left or bottom <= top:
        return
    inside = np.ascontiguousarray(rest[top:bottom, left:right])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    marks = [
        number
        for number, (_, _, width, height, area) in enumerate(stats.tolist())
        if number and area >= _SPECK and max(width, height) >= _LEAST_MARK * usual
    ]
    if not marks:
        return
    kept = np.isin(labels, marks).astype(np.uint8)
    for start, end in _lines(kept.any(axis=1), _LETTER * usual):
        # As high as a line, that a dash is no stroke: a recogniser judges by the room around.
        room = round(max(_ROOM * usual, (usual - (end - start)) / 2))
        high, low = max(top + start - room, top), min(top + end + room, bottom)
        for first, last in _runs(kept[start:end].any(axis=0), _WIDE_GAP * usual):
            yield left + first, high, left + last, low
