"""Word tables: merged cells to the logical grid, layout tables to what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from crawler.extraction.office.docx.names import below, content, is_on, number, value, w
from crawler.extraction.office.package import Element
from crawler.extraction.passages import Passage
from crawler.extraction.tables.gridlines import Cell
from crawler.extraction.tables.grids import (
    ARTICLE_CELL_HAN,
    ARTICLE_CELL_LINES,
    ARTICLE_SHARE,
    arranged,
)
from crawler.extraction.tables.placed import MAX_COLUMNS, MAX_SPAN
from crawler.extraction.whitespace import han, joined
from crawler.items import Table

Pieces = list[Passage | Table]


@dataclass(frozen=True, slots=True)
class _Filled:
    """A cell at its place, and the paragraphs and tables it holds."""

    cell: Cell
    pieces: Sequence[Passage | Table]

    @property
    def size(self) -> int:
        return han(self.cell.text)


def table_pieces(table: Element, read: Callable[[Element], Pieces]) -> Pieces:
    """A table as one piece; one that only lays out text, or has a single column, as its text."""
    filled = _placed(table, read)
    if not _is_layout(filled):
        rows = arranged([one.cell for one in filled]).rows
        if rows and len(rows[0]) > 1:
            return [Table(rows)]
    return [piece for one in filled for piece in one.pieces]


def _is_layout(filled: Sequence[_Filled]) -> bool:
    """Whether cells hold a table or an article that is most of the text; as in HTML."""
    total = sum(one.size for one in filled)
    nested = sum(han(_text([piece])) for one in filled for piece in one.pieces if _is_table(piece))
    if nested > total / 2:
        return True
    return any(
        one.size > max(ARTICLE_CELL_HAN, total * ARTICLE_SHARE)
        and len(one.pieces) >= ARTICLE_CELL_LINES
        for one in filled
    )


def _is_table(piece: Passage | Table) -> bool:
    return isinstance(piece, Table)


def _text(pieces: Sequence[Passage | Table]) -> str:
    """A cell's paragraphs as one line: what the carrier broke is joined."""
    lines: list[str] = []
    for piece in pieces:
        if isinstance(piece, Table):
            lines.extend(text for row in piece.rows for text in row)
        else:
            lines.append(piece.text)
    return joined(lines)


def _placed(table: Element, read: Callable[[Element], Pieces]) -> list[_Filled]:
    """The cells at their places in the table's own grid; those merged into others are gone."""
    filled: list[_Filled] = []
    open_cells: dict[int, int] = {}  # the cell above that a merged one goes on, by column
    rows = (row for row in content(table) if row.tag == w("tr") and not _is_gone(row))
    for row_number, row in enumerate(rows):
        column = number(value(row, "trPr/gridBefore"), 0, MAX_SPAN)
        reached: dict[int, int] = {}
        for element in content(row):
            if element.tag != w("tc") or below(element, "tcPr/cellDel") is not None:
                continue
            span = max(1, number(value(element, "tcPr/gridSpan"), 1, MAX_SPAN))
            if column + span > MAX_COLUMNS:
                break
            if column in open_cells and _goes_on(element, "vMerge"):
                index = open_cells[column]
                reached[column] = index
                cell = filled[index].cell
                filled[index] = replace(
                    filled[index], cell=replace(cell, rows=row_number + 1 - cell.row)
                )
            elif filled and filled[-1].cell.row == row_number and _goes_on(element, "hMerge"):
                cell = filled[-1].cell
                filled[-1] = replace(
                    filled[-1], cell=replace(cell, columns=column + span - cell.column)
                )
            else:
                reached[column] = len(filled)
                filled.append(_filled(element, row_number, column, span, read(element)))
            column += span
        open_cells = reached
    return filled


def _filled(element: Element, row: int, column: int, span: int, pieces: Pieces) -> _Filled:
    width = partial(value_of_width, element)
    return _Filled(Cell(row, column, 1, span, _text(pieces), width), pieces)


def value_of_width(element: Element) -> str:
    """The width a cell states, in twentieths of a point."""
    width = below(element, "tcPr/tcW")
    if width is None or width.get(w("type")) not in (None, "dxa"):
        return ""
    return width.get(w("w")) or ""


def _goes_on(cell: Element, name: str) -> bool:
    """Whether a cell is merged into the one above it or before it; no value means it is."""
    merge = below(cell, f"tcPr/{name}")
    return merge is not None and (merge.get(w("val")) or "continue") == "continue"


def _is_gone(row: Element) -> bool:
    return below(row, "trPr/del") is not None or bool(is_on(row, "trPr/hidden"))
