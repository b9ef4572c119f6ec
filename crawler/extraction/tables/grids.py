"""Tables as logical grids: which are data, and what their cells are.

A cell that spans rows or columns prints its text once, in its first place; the places it covers
stay empty. Repeating it would put numbers into the archive that nobody published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from crawler.blocks import Table
from crawler.extraction.tables.gridlines import Cell, logical_columns
from crawler.extraction.tables.rows import Layout, Row
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lines import Lines, LinesOf, visible_lines
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


def is_data(table: Element, page: Lines | None = None) -> bool:
    """Whether a table holds data; layout tables are read as lines like any other block.

    ``page`` has the lines of what the table stands in, where that has been walked already.
    """
    if table.get("role") == "presentation":
        return False
    page = page or Lines(table)
    lines = page.of(table)
    if all(line.linked and not line.unlinked for line in lines):
        return False  # links in columns (d26)
    inner = list(_inner_tables(table))
    # A table inside is among the cells here and has too little for any. Few cells are long:
    # what is in a table is only counted for them.
    cells = table.iterdescendants("td", "th")
    long = [cell for cell in cells if page.length(cell) > ARTICLE_CELL_HAN]
    if not inner and not long:
        return True
    total = _size(lines)
    if sum(_size(page.of(one)) for one in inner) > total / 2:
        return False
    return not any(_is_article(page.of(cell), total) for cell in long)


def _is_article(lines: Sequence[Line], total: int) -> bool:
    """Whether a cell has most of a table's text, and that in paragraphs."""
    size = _size(lines)
    if size <= ARTICLE_CELL_HAN or size <= total * ARTICLE_SHARE:
        return False
    pieces = sum(line.text.count(HARD_BREAK + HARD_BREAK) + 1 for line in lines)
    return pieces >= ARTICLE_CELL_LINES


def grid(layout: Layout, lines_of: LinesOf = visible_lines) -> Grid:
    """The rows of a data table, each with the table's full number of cells."""
    return table_of(layout, lines_of).rows


def table_of(layout: Layout, lines_of: LinesOf = visible_lines) -> Table:
    """A data table with its rows, and which cells reach over several of them.

    Empty rows and columns of the markup are gone; a table of one column comes back as rows of
    one cell, which are paragraphs to the caller. No rows: it has no cells, or is no grid.
    """
    return arranged(_place(layout.rows, lines_of))


def arranged(cells: Sequence[Cell]) -> Table:
    """The table that placed cells make, whatever carrier they come from; see `table_of`."""
    most_places = PLACES_A_CELL * len(cells)
    if not cells or sum(cell.rows for cell in cells) > most_places:
        return Table(())
    columns = logical_columns(cells)
    height = 1 + max(cell.row for cell in cells)
    width = 1 + max(columns.values())
    if height * width > most_places:
        return Table(())
    rows = [[""] * width for _ in range(height)]
    for cell in cells:
        column = columns[cell.row, cell.column]
        before = rows[cell.row][column]
        rows[cell.row][column] = join(before, cell.text) if before else cell.text
    filled = [index for index, row in enumerate(rows) if any(row)]
    kept = [index for index in range(width) if any(rows[row][index] for row in filled)]
    return Table(
        tuple(tuple(rows[row][index] for index in kept) for row in filled),
        _reach(cells, columns, filled, kept),
    )


def _reach(
    cells: Sequence[Cell],
    columns: Mapping[tuple[int, int], int],
    rows: Sequence[int],
    kept: Sequence[int],
) -> tuple[tuple[int, int, int], ...]:
    """Row, column and number of rows of the cells that span rows, among those that are left."""
    spanning = [cell for cell in cells if cell.rows > 1 and cell.text]
    if not spanning:
        return ()
    row_of = {row: index for index, row in enumerate(rows)}
    column_of = {column: index for index, column in enumerate(kept)}
    return tuple(
        (row_of[cell.row], column_of[columns[cell.row, cell.column]], covered)
        for cell in spanning
        if (covered := sum(row in row_of for row in range(cell.row, cell.row + cell.rows))) > 1
    )


def cell_text(lines: Sequence[Line]) -> str:
    """A cell's lines as one: what the carrier wrapped is joined."""
    if not lines:
        return ""
    if len(lines) == 1 and HARD_BREAK not in lines[0].text:  # most of a form's thousands
        return squeeze(soften(lines[0].text))
    pieces = (piece for line in lines for piece in line.text.split(HARD_BREAK))
    return joined(squeeze(soften(piece)) for piece in pieces)


def _size(lines: Iterable[Line]) -> int:
    return han("".join([line.text for line in lines]))


def _inner_tables(table: Element) -> Iterator[Element]:
    """The tables inside a table, not those inside them."""
    for inner in table.iterdescendants("table"):
        if next(inner.iterancestors("table")) is table:
            yield inner


def _span(stated: str) -> int:
    """How far a cell reaches; 0 is a rowspan's word for the rest of its section."""
    value = stated.strip()
    if not value.isdecimal():
        return 1
    # Python refuses to read a number of thousands of digits.
    return min(int(value), MAX_SPAN) if len(value) < 9 else MAX_SPAN


def _width(cell: Element) -> str:
    return cell.get("width") or cell.get("style") or ""


def _place(table_rows: Sequence[Row], lines_of: LinesOf) -> list[Cell]:
    """Every cell at its place in the markup's own grid, spans taken into account.

    None where the grid grows too wide.
    """
    free: dict[int, int] = {}  # the first row in which a column is free again of spanning cells
    cells = []
    for row_number, row in enumerate(table_rows):
        column = 0
        for element in row.cells:
            while free and free.get(column, 0) > row_number:
                column += 1
            # In bytes: a name in str is encoded anew for each of a form's hundreds of cells.
            rowspan, colspan = element.get(b"rowspan"), element.get(b"colspan")
            rows = min(_span(rowspan) or row.left, row.left) if rowspan else 1
            columns = _span(colspan) or 1 if colspan else 1
            end = column + columns
            if end > MAX_COLUMNS:
                return []
            text = cell_text(lines_of(element))
            cells.append(Cell(row_number, column, rows, columns, text, partial(_width, element)))
            if rows > 1:
                for covered in range(column, end):
                    free[covered] = max(free.get(covered, 0), row_number + rows)
            column = end
    return cells
