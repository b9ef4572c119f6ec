"""Tables over page breaks: what the page cut, and the header that it repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extraction.pdf.boxes import SAME_FRAME
from crawler.extraction.pdf.lines import join
from crawler.extraction.pdf.tables import COLUMN_SNAP, Cell, Fragment

_STOPS = "。；：！？"
_ENTRY_START = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|其中|合计|总计|小计")
_NUMERIC = re.compile(r"[-—–+\d.,%/\s]*")


def continues(upper: Fragment, lower: Fragment) -> bool:
    """Whether ``lower`` is the rest of ``upper`` on the next page: the same frame."""
    return (
        lower.page == upper.page + 1
        and abs(lower.left - upper.left) <= SAME_FRAME
        and abs(lower.right - upper.right) <= SAME_FRAME
    )


def splice(upper: Fragment, lower: Fragment, autospaced: bool) -> Fragment:
    """One table of two parts: a repeated header once, a row or cell cut by the page whole."""
    lower = _without_repeated_header(upper, lower)
    if upper.rows > 1 and lower.rows > 1:
        # A row that is cut often leaves all its text on one side.
        upper = _without_row_if_empty(upper, upper.rows - 1)
        lower = _without_row_if_empty(lower, 0)
    cut_row = lower.rows > 0 and _is_rest_of_row(upper.reaching(upper.rows - 1), lower.row(0))
    shift = upper.rows - cut_row
    cells = list(upper.cells)
    for cell in sorted(lower.cells, key=lambda c: (c.top, c.left)):
        above = _cell_above(cells, cell, upper.rows) if cell.top == 0 else None
        moved = replace(cell, top=cell.top + shift, bottom=cell.bottom + shift)
        if above is not None and (cut_row or _is_rest_of_cell(cells[above], cell)):
            text = join(cells[above].text, cell.text, autospaced)
            cells[above] = replace(cells[above], bottom=moved.bottom, text=text, filled=cell.filled)
        else:
            cells.append(moved)
    return Fragment(
        tuple(cells), upper.rows + lower.rows - cut_row, upper.top, lower.bottom, lower.page
    )


def _without_repeated_header(upper: Fragment, lower: Fragment) -> Fragment:
    repeated = 0
    while repeated < min(upper.rows, lower.rows) and _texts(upper, repeated) == _texts(
        lower, repeated
    ):
        repeated += 1
    # A cell that spans out of the header would be cut in two: then nothing is taken off.
    if any(cell.top < repeated < cell.bottom for cell in lower.cells):
        return lower
    kept = (
        replace(cell, top=cell.top - repeated, bottom=cell.bottom - repeated)
        for cell in lower.cells
        if cell.top >= repeated
    )
    return replace(lower, cells=tuple(kept), rows=lower.rows - repeated) if repeated else lower


def _without_row_if_empty(fragment: Fragment, row: int) -> Fragment:
    """Cells that reach over the row become shorter by it."""
    own = [cell for cell in fragment.row(row) if not _spans(cell)]
    if not own or any(cell.text for cell in own):
        return fragment
    kept = (
        replace(cell, top=cell.top - (cell.top > row), bottom=cell.bottom - (cell.bottom > row))
        for cell in fragment.cells
        if cell.top != row or _spans(cell)
    )
    return replace(fragment, cells=tuple(kept), rows=fragment.rows - 1)


def _texts(fragment: Fragment, row: int) -> list[str]:
    return [cell.text for cell in fragment.row(row)]


def _is_rest_of_row(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """A row cut by the page: its rest has text only where the upper part breaks off.

    There the upper part is filled, else it would be a row that says little above another one.
    """
    if len(upper) != len(lower):
        return False
    pairs = list(zip(upper, lower, strict=True))
    if any(abs(a.left - b.left) > COLUMN_SNAP for a, b in pairs):
        return False
    rest = [(a, b) for a, b in pairs if b.text]
    return 0 < len(rest) < len(pairs) and all(
        (a.filled or _spans(a)) and _breaks_off(a.text, b.text) for a, b in rest
    )


def _is_rest_of_cell(upper: Cell, lower: Cell) -> bool:
    """A spanning cell cut by the page: `（四）无` above, `法提供` below."""
    spanning = _spans(upper) or _spans(lower)
    return spanning and (not lower.text or _breaks_off(upper.text, lower.text))


def _spans(cell: Cell) -> bool:
    return cell.bottom - cell.top > 1


def _breaks_off(upper: str, lower: str) -> bool:
    return bool(
        upper
        and upper[-1] not in _STOPS
        and not _ENTRY_START.match(lower)
        and not _NUMERIC.fullmatch(upper)
        and not _NUMERIC.fullmatch(lower)
    )


def _cell_above(cells: Sequence[Cell], cell: Cell, rows: int) -> int | None:
    for index, other in enumerate(cells):
        if (
            other.bottom == rows
            and abs(other.left - cell.left) <= COLUMN_SNAP
            and abs(other.right - cell.right) <= COLUMN_SNAP
        ):
            return index
    return None
