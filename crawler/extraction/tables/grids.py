"""Tables as logical grids: which are data, and what their cells are.

A cell that spans rows or columns prints its text once, in its first place; the places it covers
stay empty. Repeating it would put numbers into the archive that nobody published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from crawler.extraction.tables.gridlines import Cell, logical_columns
from crawler.extraction.tables.rows import Layout, Row
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lines import LinesOf, visible_lines
from crawler.extraction.whitespace import HARD_BREAK, han, join, joined, soften, squeeze

Grid: TypeAlias = tuple[tuple[str, ...], ...]

# A page that asks for more columns than any form has is broken or hostile.
MAX_SPAN = 100
# ...wider than any sheet a department exports: no grid, and read as lines.
MAX_COLUMNS = 256
# Spans that blow a few cells up to a field of empty places are no grid either.
PLACES_A_CELL = 64
# A cell with this many Han in several lines is an article laid out in a table, not a datum.
ARTICLE_CELL_HAN = 150
ARTICLE_CELL_LINES = 4
# ...when it is most of the table's text as well.
ARTICLE_SHARE = 0.6


def is_data(table: Element, lines_of: LinesOf = visible_lines) -> bool:
    """Whether a table holds data; layout tables are read as lines like any other block."""
    if table.get("role") == "presentation":
        return False
    total = _size(lines_of(table))
    nested = sum(_size(lines_of(inner)) for inner in _inner_tables(table))
    if nested > total / 2:
        return False
    for cell in table.iterdescendants("td", "th"):  # a table inside has too little for any
        lines = lines_of(cell)
        if sum(len(line.text) for line in lines) <= ARTICLE_CELL_HAN:
            continue
        size = _size(lines)
        if size > ARTICLE_CELL_HAN and size > total * ARTICLE_SHARE:
            pieces = sum(line.text.count(HARD_BREAK + HARD_BREAK) + 1 for line in lines)
            if pieces >= ARTICLE_CELL_LINES:
                return False
    return True


def grid(layout: Layout, lines_of: LinesOf = visible_lines) -> Grid:
    """The rows of a data table, each with the table's full number of cells.

    Empty rows and columns of the markup are gone; a table of one column comes back as rows of
    one cell, which are paragraphs to the caller. No rows: it has no cells, or is no grid.
    """
    cells = _place(layout.rows, lines_of)
    most_places = PLACES_A_CELL * len(cells)
    if not cells or sum(cell.rows for cell in cells) > most_places:
        return ()
    columns = logical_columns(cells)
    height = 1 + max(cell.row for cell in cells)
    width = 1 + max(columns.values())
    if height * width > most_places:
        return ()
    rows = [[""] * width for _ in range(height)]
    for cell in cells:
        column = columns[cell.row, cell.column]
        rows[cell.row][column] = join(rows[cell.row][column], cell.text)
    filled = [row for row in rows if any(row)]
    kept = [index for index in range(width) if any(row[index] for row in filled)]
    return tuple(tuple(row[index] for index in kept) for row in filled)


def cell_text(lines: Iterable[Line]) -> str:
    """A cell's lines as one: what the carrier wrapped is joined."""
    lines = list(lines)
    if not lines:
        return ""
    if len(lines) == 1 and HARD_BREAK not in lines[0].text:  # most of a form's thousands
        return squeeze(soften(lines[0].text))
    pieces = (piece for line in lines for piece in line.text.split(HARD_BREAK))
    return joined(squeeze(soften(piece)) for piece in pieces)


def _size(lines: Iterable[Line]) -> int:
    return sum(han(line.text) for line in lines)


def _inner_tables(table: Element) -> Iterator[Element]:
    """The tables inside a table, not those inside them."""
    for inner in table.iterdescendants("table"):
        if next(inner.iterancestors("table")) is table:
            yield inner


def _span(cell: Element, name: str) -> int:
    """How far a cell reaches; 0 is a rowspan's word for the rest of its section."""
    value = (cell.get(name) or "").strip()
    if not value.isdecimal():
        return 1
    # Python refuses to read a number of thousands of digits.
    return min(int(value), MAX_SPAN) if len(value) < 9 else MAX_SPAN


def _place(table_rows: Sequence[Row], lines_of: LinesOf) -> list[Cell]:
    """Every cell at its place in the markup's own grid, spans taken into account.

    None where the grid grows too wide.
    """
    free: list[int] = []  # the first row in which each column is free again
    cells = []
    for row_number, row in enumerate(table_rows):
        column = 0
        for element in row.cells:
            while column < len(free) and free[column] > row_number:
                column += 1
            rows = min(_span(element, "rowspan") or row.left, row.left)
            columns = _span(element, "colspan") or 1
            if column + columns > MAX_COLUMNS:
                return []
            text = cell_text(lines_of(element))
            width = element.get("width") or element.get("style") or ""
            cells.append(Cell(row_number, column, rows, columns, text, width))
            free.extend([0] * (column + columns - len(free)))
            for covered in range(column, column + columns):
                free[covered] = max(free[covered], row_number + rows)
            column += columns
    return cells
