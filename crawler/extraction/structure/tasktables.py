"""Tasks in tables: a row a task, with columns headed 责任单位, 牵头单位, 配合单位."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.blocks import Table
from crawler.extraction.structure.outline import LISTING, number_kind
from crawler.extraction.structure.roles import role_of_column
from crawler.extraction.structure.units import DATA, NOBODY, Unit, any_of, units_of
from crawler.hanzi import fold

_BESIDE = re.compile(any_of(DATA["tables"]["beside"]))
#: Titles and notes may stand in the table above its headings.
_HEADING_ROWS = 3

# What says that the task is in the column below it, whatever stands beside it (a14).
_TASK = re.compile(DATA["tables"]["task"])
#: A cell that repeats the one above it.
_SAME = frozenset(("同上", "〃", "″"))

Row = tuple[str, ...]
Cells = dict[int, str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns tell: the task's words, and roles by column."""

    headings: int  # how many rows they take
    task: int
    roles: dict[int, str]


@dataclass(slots=True)
class RowTask:
    """The place of a task's words in the body, and who answers for them."""

    start: int
    end: int
    units: list[Unit]


def table_tasks(start: int, table: Table) -> list[RowTask]:
    """The tasks of a table that has columns of roles.

    A cell that spans rows is printed once. Where the markup spans none and nobody is named beside
    a task, the cells above reach down; where only its co-operating bodies are, the leading one
    does; bodies beside nothing belong to the task above them.
    """
    columns = _columns(table.rows)
    if columns is None:
        return []
    covered = _covered(table, columns)
    lead = min(columns.roles)
    merges = any(column == lead for _, column in covered)
    found: list[RowTask] = []
    above: Cells = {}
    for index, (place, row) in enumerate(_placed_rows(start, table)):
        if row in table.rows[: columns.headings]:
            continue  # they may come again, on the next page
        named = {
            column: above.get(column, "") if cell in _SAME else cell
            for column in columns.roles
            if (cell := _cell(row, column) or covered.get((index, column), ""))
        }
        if not named and _parts(row):
            above = {}
        elif row[columns.task]:
            reaching = {} if merges else {lead: above.get(lead, "")}
            above = (reaching if named else above) | named
            begin = place + sum(len(cell) + 1 for cell in row[: columns.task])
            units = _units(above, columns.roles)
            found.append(RowTask(begin, begin + len(row[columns.task]), units))
        elif named and found:
            found[-1].units += _units(named, columns.roles)
            above = above | named
    return [task for task in found if task.units]


def _covered(table: Table, columns: _Columns) -> dict[tuple[int, int], str]:
    """What the cells of roles say that span a place below their own (g06, h03)."""
    return {
        (row + below, column): table.rows[row][column]
        for row, column, rows in table.reach
        if row >= columns.headings and column in columns.roles
        for below in range(1, rows)
    }


def _cell(row: Row, column: int) -> str:
    """What a cell says; a dash drawn over two columns says it for both (c12)."""
    return row[column] or (row[column - 1] if column and row[column - 1] in NOBODY else "")


def _parts(row: Row) -> bool:
    """Whether a row parts the table, with a heading over its whole width: 一、主动公开."""
    cells = [cell for cell in row if cell]
    kind = number_kind(cells[0]) if len(cells) == 1 else None
    return not cells or (kind is not None and kind not in LISTING)


def _units(cells: Cells, roles: dict[int, str]) -> list[Unit]:
    return [
        unit for column, role in roles.items() for unit in units_of(cells.get(column, ""), role)
    ]


def _columns(rows: Sequence[Row]) -> _Columns | None:
    """What the last row of headings with roles in it says; 责任单位 may stand over two of them."""
    for index in reversed(range(min(_HEADING_ROWS, len(rows)))):
        roles = {
            column: role
            for column, cell in enumerate(rows[index])
            if (role := role_of_column(cell))
        }
        if roles:
            task = _task_column(rows, index + 1, roles)
            return None if task is None else _Columns(index + 1, task, roles)
    return None


def _task_column(rows: Sequence[Row], headings: int, roles: dict[int, str]) -> int | None:
    """The column that is headed so tells what is to be done, or else the wordiest.

    One with fewer cells than others only groups them.
    """
    told = [
        column
        for column in range(len(rows[0]))
        if column not in roles
        and not any(_BESIDE.match(_bare(row[column])) for row in rows[:headings])
    ]
    if not told:
        return None
    wordiest = max(told, key=lambda column: sum(len(row[column]) for row in rows))
    told_by = [row for row in rows[headings:] if row[wordiest]]
    headed = (
        column
        for column in told
        if any(_TASK.search(_bare(row[column])) for row in rows[:headings])
        and all(row[column] for row in told_by)
    )
    return next(headed, wordiest)


def _bare(cell: str) -> str:
    return fold("".join(cell.split()))


def _placed_rows(start: int, table: Table) -> Iterator[tuple[int, Row]]:
    """Every row with the place of its first character in the body."""
    for row in table.rows:
        yield start, row
        start += sum(len(cell) for cell in row) + len(row)
