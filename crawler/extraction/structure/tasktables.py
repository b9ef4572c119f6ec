"""Tasks in tables: a row a task, with columns headed 责任单位, 牵头单位, 配合单位."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.blocks import Table
from crawler.extraction.structure.duties import role_of_column
from crawler.extraction.structure.outline import LISTING, number_kind
from crawler.extraction.structure.units import DATA, Unit, any_of, units_of
from crawler.hanzi import fold

_BESIDE = re.compile(any_of(DATA["tables"]["beside"]))
#: Titles and notes may stand in the table above its headings.
_HEADING_ROWS = 3

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

    A cell that spans rows is printed once. Where nobody is named beside a task, the cells above
    reach down; where only its co-operating bodies are, the leading one does; bodies beside
    nothing belong to the task above them.
    """
    columns = _columns(table.rows)
    if columns is None:
        return []
    lead = min(columns.roles)
    found: list[RowTask] = []
    above: Cells = {}
    for place, row in list(_placed_rows(start, table))[columns.headings :]:
        told = {column: row[column] for column in columns.roles if row[column]}
        named = {
            column: above.get(column, "") if cell in _SAME else cell
            for column, cell in told.items()
        }
        if row in table.rows[: columns.headings]:
            continue  # again, on the next page
        if _parts(row):
            above = {}
        elif row[columns.task]:
            reaching = {lead: above.get(lead, "")} if named else above
            above = reaching | named
            begin = place + sum(len(cell) + 1 for cell in row[: columns.task])
            units = _units(above, columns.roles)
            found.append(RowTask(begin, begin + len(row[columns.task]), units))
        elif named and found:
            found[-1].units += _units(named, columns.roles)
            above = above | named
    return [task for task in found if task.units]


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
    """The wordiest column tells what is to be done."""
    told = [
        column
        for column in range(len(rows[0]))
        if column not in roles
        and not any(_BESIDE.match(_bare(row[column])) for row in rows[:headings])
    ]
    return max(told, key=lambda column: sum(len(row[column]) for row in rows), default=None)


def _bare(cell: str) -> str:
    return fold("".join(cell.split()))


def _placed_rows(start: int, table: Table) -> Iterator[tuple[int, Row]]:
    """Every row with the place of its first character in the body."""
    for row in table.rows:
        yield start, row
        start += sum(len(cell) for cell in row) + len(row)
