"""Tables of a page: the text of each cell, tables over page breaks, and the logical grid.

A cell's text stands in its first row and column; the other places of a spanning cell are empty.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.extraction.pdf.grid import Grid, find_grids
from crawler.extraction.pdf.lines import join, joined, read_lines
from crawler.extraction.pdf.page import Glyph, PageInk
from crawler.items import Table

# Word cuts columns by pixels, from row to row a little differently: nearer edges are one.
_COLUMN_SNAP = 6.0
_SAME_FRAME = 20.0
_STOPS = "。；：！？"
_ENTRY_START = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|其中|合计|总计|小计")
_NUMERIC = re.compile(r"[-—–+\d.,%/\s]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell on rows ``top … bottom`` (end excluded) between two column edges."""

    top: int
    bottom: int
    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """A table, or the part of one that stands on one page."""

    cells: tuple[Cell, ...]
    rows: int
    top: float
    bottom: float
    page: int

    @property
    def left(self) -> float:
        return min(cell.left for cell in self.cells)

    @property
    def right(self) -> float:
        return max(cell.right for cell in self.cells)

    def row(self, number: int) -> list[Cell]:
        """The cells that begin in a row, left to right."""
        return sorted((c for c in self.cells if c.top == number), key=lambda c: c.left)


def ruled_tables(ink: PageInk, page: int, autospaced: bool) -> tuple[list[Fragment], list[Glyph]]:
    """The page's ruled tables, and the glyphs that stand in none of them."""
    fragments: list[Fragment] = []
    rest = ink.glyphs
    for grid in find_grids(ink.rules):
        inside: dict[int, list[Glyph]] = {}
        outside: list[Glyph] = []
        for glyph in rest:
            region = grid.region_at((glyph.x0 + glyph.x1) / 2, glyph.y + glyph.height * 0.25)
            if region is None:
                outside.append(glyph)
            else:
                inside.setdefault(region, []).append(glyph)
        if sum(any(g.char != " " for g in glyphs) for glyphs in inside.values()) >= 2:
            fragments.append(_fragment(grid, inside, page, autospaced))
            rest = outside
    return fragments, rest


def _fragment(grid: Grid, inside: dict[int, list[Glyph]], page: int, autospaced: bool) -> Fragment:
    cells = tuple(
        Cell(
            top=region.top,
            bottom=region.bottom,
            left=grid.xs[region.left],
            right=grid.xs[region.right],
            text=joined(read_lines(inside.get(number, []), page), autospaced),
        )
        for number, region in enumerate(grid.regions)
    )
    return Fragment(cells, len(grid.ys) - 1, grid.ys[0], grid.ys[-1], page)


def continues(upper: Fragment, lower: Fragment) -> bool:
    """Whether ``lower`` is the rest of ``upper`` on the next page: the same frame."""
    return (
        lower.page == upper.page + 1
        and abs(lower.left - upper.left) <= _SAME_FRAME
        and abs(lower.right - upper.right) <= _SAME_FRAME
    )


def splice(upper: Fragment, lower: Fragment, autospaced: bool) -> Fragment:
    """One table of two parts: a repeated header once, a row or cell cut by the page whole."""
    lower = _without_repeated_header(upper, lower)
    cut_row = lower.rows > 0 and _is_rest_of_row(upper.row(upper.rows - 1), lower.row(0))
    shift = upper.rows - cut_row
    cells = list(upper.cells)
    for cell in sorted(lower.cells, key=lambda c: (c.top, c.left)):
        above = _cell_above(cells, cell, upper.rows) if cell.top == 0 else None
        moved = replace(cell, top=cell.top + shift, bottom=cell.bottom + shift)
        if above is not None and (cut_row or _is_rest_of_cell(cells[above], cell)):
            text = join(cells[above].text, cell.text, autospaced)
            cells[above] = replace(cells[above], bottom=moved.bottom, text=text)
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


def _texts(fragment: Fragment, row: int) -> list[str]:
    return [cell.text for cell in fragment.row(row)]


def _is_rest_of_row(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """A row cut by the page: its rest has text only where the upper part breaks off."""
    if len(upper) != len(lower):
        return False
    pairs = list(zip(upper, lower, strict=True))
    if any(abs(a.left - b.left) > _COLUMN_SNAP for a, b in pairs):
        return False
    rest = [(a.text, b.text) for a, b in pairs if b.text]
    return bool(rest) and len(rest) < len(pairs) and all(_breaks_off(a, b) for a, b in rest)


def _is_rest_of_cell(upper: Cell, lower: Cell) -> bool:
    """A spanning cell cut by the page: `（四）无` above, `法提供` below."""
    spanning = upper.bottom - upper.top > 1 or lower.bottom - lower.top > 1
    return spanning and (not lower.text or _breaks_off(upper.text, lower.text))


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
            and abs(other.left - cell.left) <= _COLUMN_SNAP
            and abs(other.right - cell.right) <= _COLUMN_SNAP
        ):
            return index
    return None


def to_table(fragment: Fragment) -> Table:
    """The logical grid: every row has a place for every column."""
    edges: list[float] = []
    for left in sorted(cell.left for cell in fragment.cells):
        if not edges or left - edges[-1] > _COLUMN_SNAP:
            edges.append(left)
    rows = [[""] * len(edges) for _ in range(fragment.rows)]
    for cell in fragment.cells:
        column = bisect_right(edges, cell.left) - 1
        rows[cell.top][column] = f"{rows[cell.top][column]} {cell.text}".strip()
    return Table(tuple(tuple(row) for row in rows))
