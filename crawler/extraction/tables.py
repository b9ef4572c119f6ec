"""Tables as logical grids: which are data, and what their cells are.

A cell that spans rows or columns prints its text once, in its first place; the places it covers
stay empty. Repeating it would put numbers into the archive that nobody published.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extraction.flow import Element, Line, flow, is_hidden
from crawler.extraction.whitespace import HARD_BREAK, han, join, soften, squeeze

# A page that asks for more columns than any form has is broken or hostile.
MAX_SPAN = 100
# A cell with this many Han in several lines is an article laid out in a table, not a datum.
ARTICLE_CELL_HAN = 150
ARTICLE_CELL_LINES = 4
# ...when it is most of the table's text as well.
ARTICLE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the markup has it: where it starts, how far it reaches, what it says."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def is_data(table: Element) -> bool:
    """Whether a table holds data; layout tables are read as lines like any other block."""
    if table.get("role") == "presentation":
        return False
    total = han(_visible_text(table))
    nested = sum(han(_visible_text(inner)) for inner in table.iter("table") if inner is not table)
    if nested > total / 2:
        return False
    for cell in _own_cells(table):
        lines = [line for line in flow(cell) if isinstance(line, Line)]
        size = sum(han(line.text) for line in lines)
        pieces = sum(line.text.count(HARD_BREAK + HARD_BREAK) + 1 for line in lines)
        if (
            size > ARTICLE_CELL_HAN
            and size > total * ARTICLE_SHARE
            and pieces >= ARTICLE_CELL_LINES
        ):
            return False
    return True


def grid(table: Element) -> tuple[tuple[str, ...], ...]:
    """The rows of a data table, each with the table's full number of cells.

    Empty rows and columns of the markup are gone; a table of one column comes back as rows of
    one cell, which are paragraphs to the caller.
    """
    cells = _place(table)
    if not cells:
        return ()
    columns = _logical_columns(cells)
    height = 1 + max(cell.row for cell in cells)
    width = 1 + max(columns.values())
    rows = [[""] * width for _ in range(height)]
    for cell in cells:
        column = columns[cell.row, cell.column]
        rows[cell.row][column] = join(rows[cell.row][column], cell.text)
    filled = [row for row in rows if any(row)]
    kept = [index for index in range(width) if any(row[index] for row in filled)]
    return tuple(tuple(row[index] for index in kept) for row in filled)


def cell_text(cell: Element) -> str:
    """A cell's lines as one: what the carrier wrapped is joined."""
    text = ""
    for line in flow(cell):
        if isinstance(line, Line):
            for piece in line.text.split(HARD_BREAK):
                text = join(text, squeeze(soften(piece)))
    return text


def _visible_text(element: Element) -> str:
    return "".join(line.text for line in flow(element) if isinstance(line, Line))


def _own_rows(table: Element) -> Iterator[Element]:
    """The table's rows, not those of tables inside it; libxml2 leaves odd nestings as they are."""
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            yield row


def _own_cells(table: Element) -> Iterator[Element]:
    for row in _own_rows(table):
        yield from row.iterchildren("td", "th")


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isdecimal() else 1


def _place(table: Element) -> list[Cell]:
    """Every cell at its place in the markup's own grid, spans taken into account."""
    taken: set[tuple[int, int]] = set()
    cells = []
    table_rows = list(_own_rows(table))
    for row_number, row in enumerate(table_rows):
        column = 0
        for element in row.iterchildren("td", "th"):
            if is_hidden(element):
                continue
            while (row_number, column) in taken:
                column += 1
            rows = min(_span(element, "rowspan"), len(table_rows) - row_number)
            columns = _span(element, "colspan")
            cells.append(Cell(row_number, column, rows, columns, cell_text(element)))
            taken.update(
                (row_number + down, column + right)
                for down in range(rows)
                for right in range(columns)
            )
            column += columns
    return cells


def _logical_columns(cells: list[Cell]) -> dict[tuple[int, int], int]:
    """The logical column of each cell, by its place.

    Word cuts columns by pixel widths, so one logical column is one grid column in some rows and
    two in others. Rows with the most cells show the logical columns: the middle of their n-th
    cells is where the n-th column lies. A cell of any other row begins at the first column whose
    middle it covers.
    """
    by_row: dict[int, list[Cell]] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + cell.rows):
            by_row.setdefault(row, []).append(cell)
    for row_cells in by_row.values():
        row_cells.sort(key=lambda cell: cell.column)
    count = _column_count(by_row)
    full = [row_cells for row_cells in by_row.values() if len(row_cells) == count]
    middles = [
        statistics.median(row[index].column + row[index].columns / 2 for row in full)
        for index in range(count)
    ]
    places: dict[tuple[int, int], int] = {}
    for row_cells in by_row.values():
        least = 0
        for index, cell in enumerate(row_cells):
            full_row = len(row_cells) == count
            column = index if full_row else max(_first_covered(cell, middles), least)
            place = (cell.row, cell.column)
            column = places.setdefault(place, min(column, count - 1))
            least = column + 1
    return places


def _column_count(by_row: dict[int, list[Cell]]) -> int:
    """The most cells a row has; a single stray row with more than all others does not decide."""
    counts = Counter(len(row_cells) for row_cells in by_row.values())
    most = max(counts)
    ordinary = [count for count, times in counts.items() if times > 1]
    if counts[most] == 1 and len(by_row) > 3 and ordinary and max(ordinary) > 1:
        return max(ordinary)
    return most


def _first_covered(cell: Cell, middles: list[float]) -> int:
    end = cell.column + cell.columns
    for index, middle in enumerate(middles):
        if cell.column <= middle < end:
            return index
    return min(range(len(middles)), key=lambda index: abs(middles[index] - cell.column))
