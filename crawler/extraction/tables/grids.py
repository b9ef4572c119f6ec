"""Tables as logical grids: which are data, and what their cells are.

A cell that spans rows or columns prints its text once, in its first place; the places it covers
stay empty. Repeating it would put numbers into the archive that nobody published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from crawler.blocks import Table
from crawler.extraction.tables.gridlines import Cell, logical_columns
from crawler.extraction.tables.placed import placed
from crawler.extraction.tables.rows import Layout
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lines import Lines, LinesOf, visible_lines
from crawler.extraction.whitespace import HARD_BREAK, han, join

Grid: TypeAlias = tuple[tuple[str, ...], ...]

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
    long = page.longer(cells, ARTICLE_CELL_HAN)
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
    return arranged(placed(layout.rows, lines_of))


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


def _size(lines: Iterable[Line]) -> int:
    return han("".join([line.text for line in lines]))


def _inner_tables(table: Element) -> Iterator[Element]:
    """The tables inside a table, not those inside them."""
    for inner in table.iterdescendants("table"):
        if next(inner.iterancestors("table")) is table:
            yield inner
