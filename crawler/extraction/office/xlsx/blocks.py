"""The cells of a sheet to tables and the lines above and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.extraction.office.xlsx.shown import Shown
from crawler.extraction.passages import Passage
from crawler.extraction.tables.gridlines import Cell
from crawler.extraction.tables.grids import PLACES_A_CELL, Grid, arranged
from crawler.extraction.tables.placed import MAX_COLUMNS
from crawler.items import Table
from crawler.titles import judge

# A line below a table that explains it stands in one cell, merged or not.
_NOTE = re.compile(r"(?:备注|附注|注|说明|填表|填报|制表|审核|单位负责)[^，。]{0,8}[:：]")

# What could be a title: no sentence.
_HEADING = re.compile(r"[^，。；！？]{2,60}(?<![:：])")

Row = list[Shown]


def pieces_of(cells: Sequence[Shown], page: int) -> Iterator[Passage | Table]:
    """Tables that empty rows part, each between its title rows and its notes."""
    for band in _bands(cells):
        title, body, notes = _parted(band)
        yield from _title_lines(title, page)
        yield from _table(body, page)
        yield from _lines(notes, page)


def _bands(cells: Sequence[Shown]) -> list[list[Row]]:
    """The rows of cells without an empty row between them; a merged cell fills its rows."""
    bands: list[list[Row]] = []
    reached = 0
    for cell in cells:
        if not bands or cell.row > reached:
            bands.append([[cell]])
        elif bands[-1][-1][0].row == cell.row:
            bands[-1][-1].append(cell)
        else:
            bands[-1].append([cell])
        reached = max(reached, cell.bottom)
    return bands


def _parted(rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of one cell above a table are its title, those below it that span it its notes."""
    first, last = 0, len(rows)
    while first < last and _is_lone(rows[first]) and not _is_caption(rows[first:]):
        first += 1
    body = [cell for row in rows[first:] for cell in row if not _is_lone(row)]
    width = max((c.right for c in body), default=0) - min((c.column for c in body), default=0)
    while last > first and _is_lone(rows[last - 1]) and _is_note(rows[last - 1][0], width):
        last -= 1
    return rows[:first], rows[first:last], rows[last:]


def _is_lone(row: Row) -> bool:
    return len(row) == 1 and row[0].rows == 1


def _is_caption(rows: list[Row]) -> bool:
    """Whether a row of one cell is the head of the table below it: both are ruled.

    Where the title of the whole sheet is ruled as well, it is the title all the same.
    """
    ruled = len(rows) > 1 and rows[0][0].style.ruled and rows[1][0].style.ruled
    if not ruled:
        return False
    judgement = judge(rows[0][0].text)
    return not (judgement.kind or judgement.look_alike)


def _is_note(cell: Shown, width: int) -> bool:
    return 2 * cell.columns > width or _NOTE.match(cell.text) is not None


def _title_lines(rows: list[Row], page: int) -> Iterator[Passage]:
    """The lines above a table. One of them may be the title: a centred one, where there is any.

    A title is one row, since cells wrap; so each line counts as smaller than the one above it.
    """
    headings = [row for row in rows if _HEADING.fullmatch(row[0].text)]
    titles = [row for row in headings if row[0].style.centred] or headings
    for index, row in enumerate(rows):
        if row[0].text:
            yield Passage(row[0].text, page, 0.5**index, row in titles)


def _lines(rows: list[Row], page: int) -> Iterator[Passage]:
    for row in rows:
        text = " ".join(cell.text for cell in row if cell.text)
        if text:
            yield Passage(text, page, 1.0, False)


def _table(rows: list[Row], page: int) -> Iterator[Passage | Table]:
    grid = _grid(rows)
    if grid and len(grid[0]) > 1:
        yield Table(grid)
    else:
        yield from _lines(rows, page)


def _grid(rows: list[Row]) -> Grid:
    """The logical grid; none where the cells lie too far apart for a table."""
    shown = [cell for row in rows for cell in row]
    if not shown:
        return ()
    top, left = rows[0][0].row, min(cell.column for cell in shown)
    height = max(cell.bottom for cell in shown) - top
    width = max(cell.right for cell in shown) - left
    if width > MAX_COLUMNS or height * width > PLACES_A_CELL * len(shown):
        return ()
    cells = [Cell(c.row - top, c.column - left, c.rows, c.columns, c.text) for c in shown]
    taken = {
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.end)
    }
    empty = (
        Cell(row, column, 1, 1, "")
        for row in range(height)
        for column in range(width)
        if (row, column) not in taken
    )
    return arranged(sorted([*cells, *empty], key=lambda cell: (cell.row, cell.column))).rows
