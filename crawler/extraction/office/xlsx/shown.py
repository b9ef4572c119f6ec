"""The cells of a sheet that a reader sees, in rows and columns counted without the hidden ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.office.xlsx.sheet import Merged, Place, Sheet
from crawler.extraction.office.xlsx.workbook import Style

# Merged areas may lie over one another without end; no form comes near.
_MOST_COVERED = 2_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell with something to say, perhaps merged."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    style: Style

    @property
    def bottom(self) -> int:
        return self.row + self.rows

    @property
    def right(self) -> int:
        return self.column + self.columns


def shown_cells(sheet: Sheet) -> list[Shown]:
    """What is seen of a sheet, row by row.

    Cells that another is merged over are not. A merged cell whose first rows or columns are
    hidden shows its text in what is left of it.
    """
    rows, columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)
    covered = _covered(sheet)
    areas = {(one.top, one.left): one for one in sheet.merged}
    found = []
    for place, text in sorted(sheet.texts.items()):
        if place in covered:
            continue
        area = areas.get(place, Merged(*place, *place))
        top, height = _seen(rows, area.top, area.bottom)
        left, width = _seen(columns, area.left, area.right)
        if height and width:
            found.append(Shown(top, left, height, width, text, sheet.styles[place]))
    return found


def _seen(hidden: Sequence[int], first: int, last: int) -> tuple[int, int]:
    """Where a run of rows or columns begins, and how long it is, when the hidden ones are gone."""
    start = first - bisect_left(hidden, first)
    return start, last + 1 - bisect_left(hidden, last + 1) - start


def _covered(sheet: Sheet) -> set[Place]:
    """The places with a text that a cell is merged over; its own first place is none of them."""
    covered: set[Place] = set()
    left = _MOST_COVERED
    for area in sheet.merged:
        size = (area.bottom - area.top + 1) * (area.right - area.left + 1)
        left -= min(size, len(sheet.texts))
        if left < 0:
            break
        if size <= len(sheet.texts):
            inside = {
                (row, column)
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            }
        else:
            inside = {place for place in sheet.texts if _is_within(place, area)}
        covered |= inside - {(area.top, area.left)}
    return covered


def _is_within(place: Place, area: Merged) -> bool:
    return area.top <= place[0] <= area.bottom and area.left <= place[1] <= area.right
