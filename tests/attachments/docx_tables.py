"""Tables as Word writes them: spans over columns, merges over rows, columns cut by pixel widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.attachments.truth import Cell, SpanTable

_WIDTH = 8300  # of the text, in twentieths of a point
_RESTART = '<w:vMerge w:val="restart"/>'
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0"/>' for side in _SIDES)


def table_element(table: SpanTable, size: float, *, phantom: bool = False) -> Any:
    """``phantom``: one grid column too many. In most rows the first logical column takes two of
    the grid's, in every third plain row the second does: no row alone shows the true columns."""
    columns = table.width + phantom
    grid = f'<w:gridCol w:w="{_WIDTH // columns}"/>' * columns
    rows = "".join(_row(table, y, size, phantom) for y in range(len(table.rows)))
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>'
        f"{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(table: SpanTable, y: int, size: float, phantom: bool) -> str:
    second = phantom and len(table.rows[y]) == table.width and y % 3 == 2
    wide = 1 if second else 0  # the logical column that takes the phantom one
    cells = []
    for x, cell, first in _reaching(table, y):
        span = cell.columns + (phantom and x <= wide < x + cell.columns)
        merge = _RESTART if first else "<w:vMerge/>"
        merge = merge if cell.rows > 1 else ""
        text = f"<w:t>{escape(cell.text)}</w:t>" if first and cell.text else ""
        cells.append(
            f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr><w:p><w:r><w:rPr>'
            f'<w:sz w:val="{round(2 * size)}"/></w:rPr>{text}</w:r></w:p></w:tc>'
        )
    return f"<w:tr>{''.join(cells)}</w:tr>"


def _reaching(table: SpanTable, y: int) -> Iterator[tuple[int, Cell, bool]]:
    """The cells that cover row ``y`` from left to right, and whether they begin in it."""
    here = [(x, cell, top == y) for top, x, cell in table.placed() if top <= y < top + cell.rows]
    yield from sorted(here, key=lambda one: one[0])
