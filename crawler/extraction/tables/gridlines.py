"""Which cells of a table stand in one column, although the markup draws its lines unevenly.

Word cuts columns by pixel widths: one line of the table is drawn a little to the left in some
rows, a little to the right in others, and each of the two is a line of the markup's grid (a11,
portals.md §5). But no row of cells is ever parted by both of them. So neighbouring lines that
never part the same row are one line; what lies between lines is a column. A line that could be
the one to its left as well as the one to its right is the nearer, by the widths cells state.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median

from crawler.extraction.tables.counted import counted_columns

# A width attribute, or a style that has one.
_WIDTH = re.compile(r"(?:^|(?<![\w-])width\s*:)\s*(\d{1,5}(?:\.\d{1,3})?)", re.IGNORECASE)


_COLUMN = attrgetter("column")


@dataclass(slots=True)  # not frozen: a form has hundreds, and freezing doubles what one costs
class Cell:
    """A cell as the markup has it: where it starts, how far it reaches, what it says.

    ``width`` gives the attribute that may state one: it is rarely asked for.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    width: Callable[[], str] = str

    @property
    def end(self) -> int:
        return self.column + self.columns


@dataclass(frozen=True, slots=True)
class _Usual:
    """Where most rows of several cells end, and the most cells such a row has."""

    end: int
    cells: int

    def is_followed(self, row: Sequence[Cell]) -> bool:
        """Whether a row keeps to the grid.

        One that is as full as the others and ends elsewhere was cut without regard to it: its
        cells are counted. A shorter one may be a caption with a lazy span, or lack its end.
        """
        return row[-1].end == self.end or len(row) < self.cells


def logical_columns(cells: Sequence[Cell]) -> dict[tuple[int, int], int]:
    """The logical column of each cell, by its place (row, column)."""
    if all(cell.columns == cell.rows == 1 for cell in cells):
        return {(cell.row, cell.column): cell.column for cell in cells}
    by_row = _by_row(cells)
    if _is_even(by_row, max([cell.end for cell in cells])):
        return {(cell.row, cell.column): cell.column for cell in cells}
    usual = _usual(by_row.values())
    lines = _lines(by_row, usual)
    if counted := counted_columns(by_row, len(set(lines.values())) - 1):
        return counted
    starts = sorted(lines)
    places: dict[tuple[int, int], int] = {}
    for row in by_row.values():
        followed = usual.is_followed(row)
        least = 0
        for index, cell in enumerate(row):
            at = starts[bisect_right(starts, cell.column) - 1]
            column = max(lines[at] if followed else index, least)
            column = places.setdefault((cell.row, cell.column), column)
            least = column + 1
    return places


def _by_row(cells: Sequence[Cell]) -> dict[int, list[Cell]]:
    """The cells that reach into each row, from left to right."""
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            by_row.setdefault(row, []).append(cell)
    for row_cells in by_row.values():
        row_cells.sort(key=_COLUMN)
    return by_row


def _is_even(by_row: Mapping[int, Sequence[Cell]], end: int) -> bool:
    """Whether all rows reach the end and one of them has a text, and a cell at each line.

    It is parted by all lines of the grid, so that no two of them are one: so are most forms.
    """
    return all(row[-1].end == end for row in by_row.values()) and any(
        len(row) == end
        and [cell.column for cell in row] == list(range(end))
        and any(cell.text and cell.row == number for cell in row)
        for number, row in by_row.items()
    )


def _usual(rows: Iterable[Sequence[Cell]]) -> _Usual:
    parted = [row for row in rows if len(row) > 1]
    ends = Counter(row[-1].end for row in parted)
    end = max(ends, key=lambda one: ends[one], default=1)  # the first of equals
    return _Usual(end, max((len(row) for row in parted if row[-1].end == end), default=1))


def _lines(by_row: Mapping[int, Sequence[Cell]], usual: _Usual) -> dict[int, int]:
    """The logical column that begins at each line of the grid.

    Empty rows draw none: Word ends a table with one that has a cell between any two lines.
    """
    drawn: dict[int, set[int]] = {0: set()}  # the rows a line parts
    for number, row in by_row.items():
        if usual.is_followed(row) and any(cell.text and cell.row == number for cell in row):
            for cell in row:
                drawn.setdefault(cell.column, set()).add(number)
                drawn.setdefault(cell.end, set()).add(number)
    groups = _groups(drawn, by_row)
    return {line: column for column, group in enumerate(groups) for line in group}


def _groups(drawn: Mapping[int, set[int]], by_row: Mapping[int, Sequence[Cell]]) -> list[list[int]]:
    """Neighbouring lines that are one: no two of a group part the same row."""
    groups: list[list[int]] = []
    parted: set[int] = set()
    for line in sorted(drawn):
        if groups and parted.isdisjoint(drawn[line]):
            groups[-1].append(line)
            parted |= drawn[line]
        else:
            groups.append([line])
            parted = set(drawn[line])
    measured: dict[int, float] = {}
    for group, following in pairwise(groups):
        rows = set().union(*(drawn[line] for line in following))
        if len(group) > 1 and rows.isdisjoint(drawn[group[-1]]):
            measured = measured or _measured(by_row)
            _move_over(group, following, rows, drawn, measured)
    return groups


def _move_over(
    group: list[int],
    following: list[int],
    rows: set[int],
    drawn: Mapping[int, set[int]],
    measured: Mapping[int, float],
) -> None:
    """Give the lines at the end of a group to the next one where that is as good and nearer."""
    while len(group) > 1 and rows.isdisjoint(drawn[group[-1]]):
        line = group[-1]
        if not all(one in measured for one in (*group, *following)):
            return
        here = median(measured[one] for one in group[:-1])
        there = median(measured[one] for one in following)
        if there - measured[line] >= measured[line] - here:
            return
        following.insert(0, group.pop())
        rows |= drawn[line]


def _measured(by_row: Mapping[int, Sequence[Cell]]) -> dict[int, float]:
    """How far from the left each line is, where cells state their widths."""
    at = {0: 0.0}
    for row in by_row.values():
        for cell in row:
            stated = _WIDTH.search(cell.width())
            if stated and cell.column in at:
                at.setdefault(cell.end, at[cell.column] + float(stated[1]))
    return at
