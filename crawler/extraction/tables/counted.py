"""Columns counted in full rows, where lines alone part more of them than any row has (h01).

Word may shift two borders at once: what is the third border of one row is the fourth of another,
so that no line of the grid is one column's. But a full row has a cell for each column: its cells
are counted, and those of other rows take the columns whose borders are nearest to theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Protocol, TypeAlias

# How far the columns given to a row's cells so far are from its borders: outside of where full
# rows have them, then from the middle of these; and the columns.
_Way: TypeAlias = tuple[int, float, list[int]]
# This share of a table's rows must be full to say what is a column...
_LEAST_SHARE = 0.3
# ...and so many of them.
_LEAST_ROWS = 3
# No form has more; each way to place a row's cells is weighed.
_MOST_COLUMNS = 32


class Placed(Protocol):
    """A cell of the markup's grid: its row, where it starts."""

    @property
    def row(self) -> int: ...

    @property
    def column(self) -> int: ...


def counted_columns(
    by_row: Mapping[int, Sequence[Placed]], parted: int
) -> dict[tuple[int, int], int]:
    """The column of each cell, by row and place; none where the ``parted`` columns may be right."""
    counts = Counter(len(row) for row in by_row.values())
    width = max(counts, default=0)
    full = [row for row in by_row.values() if len(row) == width]
    if not width < parted <= _MOST_COLUMNS or len(full) < max(
        _LEAST_ROWS, _LEAST_SHARE * len(by_row)
    ):
        return {}
    starts = [[row[index].column for row in full] for index in range(width)]
    borders = [(min(ones), median(ones), max(ones)) for ones in starts]
    places: dict[tuple[int, int], int] = {}
    for row in by_row.values():
        columns = _nearest([cell.column for cell in row], borders)
        for cell, column in zip(row, columns, strict=True):
            places.setdefault((cell.row, cell.column), column)
    return places


def _nearest(row: Sequence[int], borders: Sequence[tuple[int, float, int]]) -> list[int]:
    """The columns, one after the other, whose borders are nearest to a row's."""
    left = len(borders) - len(row)
    if not left:
        return list(range(len(row)))
    best: list[_Way] = [(0, 0, [])]
    for index, start in enumerate(row):
        found: list[_Way] = []
        for cost, doubt, columns in best:
            for column in range(columns[-1] + 1 if columns else 0, index + left + 1):
                least, middle, most = borders[column]
                outside = max(least - start, start - most, 0)
                found.append((cost + outside, doubt + abs(middle - start), [*columns, column]))
        best = _best_by_end(found)
    return min(best)[2]


def _best_by_end(ways: Sequence[_Way]) -> list[_Way]:
    """Of the ways that end in the same column the best one."""
    by_end: dict[int, _Way] = {}
    for way in ways:
        end = way[2][-1]
        by_end[end] = min(way, by_end.get(end, way))
    return list(by_end.values())
