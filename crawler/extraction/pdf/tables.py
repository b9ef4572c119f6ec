"""Tables of a page: the text of each cell, and the logical grid.

A cell's text stands in its first row and column; the other places of a spanning cell are empty.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from crawler.extraction.pdf.grid import Grid as Ruling
from crawler.extraction.pdf.grid import Region
from crawler.extraction.pdf.lines import Line, joined, read_lines
from crawler.extraction.pdf.page import Glyph
from crawler.extraction.tables.gridlines import Cell as Placed
from crawler.extraction.tables.grids import Grid, arranged

# Word cuts columns by pixels, from row to row a little differently: nearer edges are one.
COLUMN_SNAP = 6.0
# In ems: Word's cell margins, a character that did not fit, and a mark it had to stay with.
_ROOM = 3.5
# In points: no cell that is as high as its table holds less than two characters side by side.
_NARROWEST = 15.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell on rows ``top … bottom`` (end excluded) between two column edges.

    ``filled``: its last line has no room for another word.
    """

    top: int
    bottom: int
    left: float
    right: float
    text: str
    filled: bool = False


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

    @property
    def start(self) -> float:
        """Where it comes in the order of reading."""
        return self.top

    def row(self, number: int) -> list[Cell]:
        """The cells that begin in a row, left to right."""
        return sorted((c for c in self.cells if c.top == number), key=lambda c: c.left)

    def reaching(self, number: int) -> list[Cell]:
        """The cells that begin in a row or reach into it, left to right."""
        found = (c for c in self.cells if c.top <= number < c.bottom)
        return sorted(found, key=lambda c: c.left)


def ruled_tables(
    glyphs: list[Glyph], grids: Sequence[Ruling], page: int, autospaced: bool
) -> tuple[list[Fragment], list[Glyph]]:
    """The page's ruled tables, and the glyphs that stand in none of them."""
    fragments: list[Fragment] = []
    rest = glyphs
    for grid in grids:
        inside: dict[int, list[Glyph]] = {}
        outside: list[Glyph] = []
        for glyph in rest:
            region = grid.region_at((glyph.x0 + glyph.x1) / 2, glyph.y + glyph.height * 0.25)
            if region is None:
                outside.append(glyph)
            else:
                inside.setdefault(region, []).append(glyph)
        filled = sum(any(g.char != " " for g in held) for held in inside.values())
        if filled >= 2 or (filled and len(grid.xs) == 2):
            fragments.append(_fragment(grid, inside, page, autospaced))
            rest = outside
    return fragments, rest


def _fragment(
    grid: Ruling, inside: dict[int, list[Glyph]], page: int, autospaced: bool
) -> Fragment:
    cells = []
    held = {n: r for n, r in enumerate(grid.regions) if n in inside or not _is_frame(r, grid)}
    above = min(region.top for region in held.values())
    for number, region in held.items():
        lines = read_lines(inside.get(number, []), page)
        left, right = grid.xs[region.left], grid.xs[region.right]
        text = joined(lines, autospaced)
        filled = bool(lines) and _is_filled(lines[-1], right - left)
        cells.append(Cell(region.top - above, region.bottom - above, left, right, text, filled))
    rows = max(cell.bottom for cell in cells)
    return Fragment(tuple(cells), rows, grid.ys[0], grid.ys[-1], page)


def _is_frame(region: Region, grid: Ruling) -> bool:
    """What lies between a table and a frame drawn around it: round it, or on one side."""
    if region.top > 0 or region.bottom < len(grid.ys) - 1:
        return False
    width = grid.xs[region.right] - grid.xs[region.left]
    return width < _NARROWEST or width == grid.xs[-1] - grid.xs[0]


def _is_filled(last: Line, width: float) -> bool:
    return width - (last.right - last.left) < _ROOM * last.em


def rows_of(fragment: Fragment) -> Grid:
    """The logical grid: every row has a place for every column; see `arranged`."""
    edges: list[float] = []
    for edge in sorted(edge for cell in fragment.cells for edge in (cell.left, cell.right)):
        if not edges or edge - edges[-1] > COLUMN_SNAP:
            edges.append(edge)
    placed = []
    for cell in sorted(fragment.cells, key=lambda cell: (cell.top, cell.left)):
        first, last = (bisect_right(edges, edge) - 1 for edge in (cell.left, cell.right))
        placed.append(
            Placed(
                row=cell.top,
                column=first,
                rows=cell.bottom - cell.top,
                columns=max(1, last - first),
                text=cell.text,
                width=partial(format, cell.right - cell.left, ".1f"),
            )
        )
    return arranged(placed).rows
