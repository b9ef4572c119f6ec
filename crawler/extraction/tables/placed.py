"""The cells of a table at their places in the markup's own grid, with their texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crawler.compiled import twin
from crawler.extraction.tables.gridlines import Cell
from crawler.extraction.tables.rows import Row
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lines import LinesOf
from crawler.extraction.whitespace import HARD_BREAK, joined, soften, squeeze

# A page that asks for more columns than any form has is broken or hostile.
MAX_SPAN = 100
# ...wider than any sheet a department exports: no grid, and read as lines.
MAX_COLUMNS = 256


def cell_text(lines: Sequence[Line]) -> str:
    """A cell's lines as one: what the carrier wrapped is joined."""
    if not lines:
        return ""
    if len(lines) == 1 and HARD_BREAK not in lines[0].text:  # most of a form's thousands
        return squeeze(soften(lines[0].text))
    pieces = (piece for line in lines for piece in line.text.split(HARD_BREAK))
    return joined(squeeze(soften(piece)) for piece in pieces)


def span(stated: str) -> int:
    """How far a cell reaches; 0 is a rowspan's word for the rest of its section."""
    value = stated.strip()
    if not value.isdecimal():
        return 1
    # Python refuses to read a number of thousands of digits.
    return min(int(value), MAX_SPAN) if len(value) < 9 else MAX_SPAN


def width(cell: Element) -> str:
    """The attribute that may state how wide a cell is."""
    return cell.get("width") or cell.get("style") or ""


@twin
def placed(table_rows: Sequence[Row], lines_of: LinesOf) -> list[Cell]:
    """Every cell, spans taken into account; none where the grid grows too wide."""
    free: dict[int, int] = {}  # the first row in which a column is free again of spanning cells
    cells = []
    for row_number, row in enumerate(table_rows):
        column = 0
        for element in row.cells:
            while free and free.get(column, 0) > row_number:
                column += 1
            # In bytes: a name in str is encoded anew for each of a form's hundreds of cells.
            rowspan, colspan = element.get(b"rowspan"), element.get(b"colspan")
            rows = min(span(rowspan) or row.left, row.left) if rowspan else 1
            columns = span(colspan) or 1 if colspan else 1
            end = column + columns
            if end > MAX_COLUMNS:
                return []
            text = cell_text(lines_of(element))
            cells.append(Cell(row_number, column, rows, columns, text, partial(width, element)))
            if rows > 1:
                for covered in range(column, end):
                    free[covered] = max(free.get(covered, 0), row_number + rows)
            column = end
    return cells
