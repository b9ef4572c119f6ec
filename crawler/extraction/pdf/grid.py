"""Ruling lines to grids: where the borders of a table's cells run on one page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import neg
from typing import NamedTuple

# In points. A border is often drawn twice or in pieces that miss each other by a hair.
_SNAP = 4.0
_TOUCH = 3.0
_SHORTEST = 8.0
# Beyond this a page is a drawing; the search for crossings is quadratic.
MAX_RULES = 1_500
_MAX_CELLS = 10_000


class Rule(NamedTuple):
    """A straight line: horizontal ``at`` a y from x ``start`` to ``end``, or the other way."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Region:
    """A cell, possibly spanning: rows and columns by number, their ends excluded."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's column edges (left to right), row edges (top to bottom) and cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[Region, ...]
    owner: tuple[tuple[int, ...], ...]  # the region of each elementary cell

    def region_at(self, x: float, y: float) -> int | None:
        """Which region a point lies in."""
        column = bisect_right(self.xs, x) - 1
        row = bisect_right(self.ys, -y, key=neg) - 1
        if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1:
            return self.owner[row][column]
        return None


def merged(rules: Iterable[Rule]) -> list[Rule]:
    """Pieces of one line as one; what then is shorter than any cell is no border."""
    lines: list[Rule] = []
    for pieces in _clusters(rules):
        at = sum(piece.at for piece in pieces) / len(pieces)
        first = pieces[0]
        start, end = first.start, first.end
        for piece in pieces[1:]:
            if piece.start <= end + _TOUCH:
                end = max(end, piece.end)
                continue
            lines.append(Rule(first.horizontal, at, start, end))
            start, end = piece.start, piece.end
        lines.append(Rule(first.horizontal, at, start, end))
    return [line for line in lines if line.end - line.start >= _SHORTEST]


def find_grids(rules: Sequence[Rule]) -> list[Grid]:
    """The grids that merged ruling lines make, smallest first."""
    horizontal = [rule for rule in rules if rule.horizontal]
    vertical = [rule for rule in rules if not rule.horizontal]
    grids = (_grid(hs, vs) for hs, vs in _components(horizontal, vertical))
    found = [grid for grid in grids if grid is not None]
    return sorted(found, key=lambda g: ((g.xs[-1] - g.xs[0]) * (g.ys[0] - g.ys[-1]), g.ys, g.xs))


def _clusters(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Rules of one direction at nearly the same place, each group by where its pieces start."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: (r.horizontal, r.at)):
        first = groups[-1][0] if groups else None
        if first and first.horizontal == rule.horizontal and rule.at - first.at <= _SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [sorted(group, key=lambda r: (r.start, r.end)) for group in groups]


def _components(
    horizontal: list[Rule], vertical: list[Rule]
) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """Rules that touch one another, directly or through others, belong to one table."""
    parent = list(range(len(horizontal) + len(vertical)))
    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical, start=len(horizontal)):
            if (
                h.start - _TOUCH <= v.at <= h.end + _TOUCH
                and v.start - _TOUCH <= h.at <= v.end + _TOUCH
            ):
                parent[find_root(parent, i)] = find_root(parent, j)
    members: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*horizontal, *vertical]):
        pair = members.setdefault(find_root(parent, index), ([], []))
        pair[0 if rule.horizontal else 1].append(rule)
    return [pair for pair in members.values() if pair[0] and pair[1]]


def find_root(parent: list[int], index: int) -> int:
    """The representative of ``index`` in a union-find forest, with its path halved."""
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def _grid(horizontal: list[Rule], vertical: list[Rule]) -> Grid | None:
    # The outer frame counts as a border even where it is not drawn (open sides, page breaks).
    xs = _edges([v.at for v in vertical] + [e for h in horizontal for e in (h.start, h.end)])
    ys = _edges([h.at for h in horizontal] + [e for v in vertical for e in (v.start, v.end)])[::-1]
    rows, columns = len(ys) - 1, len(xs) - 1
    if columns < 1 or rows < 1 or rows * columns > _MAX_CELLS:
        return None
    parent = list(range(rows * columns))

    def unite(a: int, b: int) -> None:
        a, b = find_root(parent, a), find_root(parent, b)
        parent[max(a, b)] = min(a, b)

    for column in range(columns - 1):
        borders = _at(vertical, xs[column + 1])
        for row in range(rows):
            if not _covers(borders, (ys[row] + ys[row + 1]) / 2):
                unite(row * columns + column, row * columns + column + 1)
    for row in range(rows - 1):
        borders = _at(horizontal, ys[row + 1])
        for column in range(columns):
            if not _covers(borders, (xs[column] + xs[column + 1]) / 2):
                unite(row * columns + column, (row + 1) * columns + column)
    return _with_regions(tuple(xs), tuple(ys), parent)


def _with_regions(xs: tuple[float, ...], ys: tuple[float, ...], parent: list[int]) -> Grid:
    columns = len(xs) - 1
    cells: dict[int, list[int]] = {}
    for index in range(len(parent)):
        cells.setdefault(find_root(parent, index), []).append(index)
    number = {root: position for position, root in enumerate(cells)}
    regions = tuple(
        Region(
            top=min(i // columns for i in members),
            bottom=max(i // columns for i in members) + 1,
            left=min(i % columns for i in members),
            right=max(i % columns for i in members) + 1,
        )
        for members in cells.values()
    )
    owner = tuple(
        tuple(number[find_root(parent, row * columns + column)] for column in range(columns))
        for row in range(len(ys) - 1)
    )
    return Grid(xs, ys, regions, owner)


def _edges(positions: list[float]) -> list[float]:
    """Distinct positions in rising order; near ones are one edge."""
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > _SNAP:
            edges.append(position)
    return edges


def _at(rules: list[Rule], edge: float) -> list[Rule]:
    return [rule for rule in rules if abs(rule.at - edge) <= _SNAP]


def _covers(borders: list[Rule], where: float) -> bool:
    """Whether a border is drawn beside the point ``where`` on its edge."""
    return any(border.start <= where <= border.end for border in borders)
