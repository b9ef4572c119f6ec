"""Frames of one column: a row that spans its table and that a page break cut off, or no table.

`第二十条第（一）项` over the whole width, alone at the foot of a page, is drawn like a frame around
text. What it is, the neighbouring page says.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.pdf.grid import Grid, find_grids
from crawler.extraction.pdf.page import PageInk
from crawler.extraction.pdf.running import in_margin

# In points; margins of facing pages differ.
SAME_FRAME = 20.0


def grids_of(inks: Sequence[PageInk]) -> list[list[Grid]]:
    """The tables of each page, and the frames that continue one of a neighbouring page."""
    found = [find_grids(ink.rules) for ink in inks]
    last = [_last(*page) for page in zip(inks, found, strict=True)]
    first = [_first(*page) for page in zip(inks, found, strict=True)]
    kept = []
    for number, grids in enumerate(found):
        above = last[number - 1] if number else None
        below = first[number + 1] if number + 1 < len(found) else None
        kept.append(
            [
                grid
                for grid in grids
                if _is_table(grid)
                or (grid is last[number] and _continues(grid, below))
                or (grid is first[number] and _continues(grid, above))
            ]
        )
    return kept


def _is_table(grid: Grid) -> bool:
    return len(grid.xs) > 2


def _continues(box: Grid, table: Grid | None) -> bool:
    return (
        table is not None
        and _is_table(table)
        and abs(box.xs[0] - table.xs[0]) <= SAME_FRAME
        and abs(box.xs[-1] - table.xs[-1]) <= SAME_FRAME
    )


def _last(ink: PageInk, grids: Sequence[Grid]) -> Grid | None:
    """The grid at the foot of a page, when no text but running lines stands below it."""
    grid = min(grids, key=lambda grid: grid.ys[-1], default=None)
    if grid and any(g.y < grid.ys[-1] and not in_margin(g.y, ink.height) for g in ink.glyphs):
        return None
    return grid


def _first(ink: PageInk, grids: Sequence[Grid]) -> Grid | None:
    """The grid at the head of a page, when no text but running lines stands above it."""
    grid = max(grids, key=lambda grid: grid.ys[0], default=None)
    if grid and any(g.y > grid.ys[0] and not in_margin(g.y, ink.height) for g in ink.glyphs):
        return None
    return grid
