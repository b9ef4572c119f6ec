"""Scores of tables: rows, cells in their place, whole tables, their place between paragraphs.

A cell is right in the right row *and* column of its table. Rows of the result are first aligned
with those of the gold, in order, so that one row too many does not shift all that follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.benchmarks.extract_text import bare
from tests.gold.pages import GoldPage, Grid

#: A table of the gold is found when this share of its cells is right.
_FOUND = 0.5


@dataclass(frozen=True, slots=True)
class TableScore:
    """Pairs of hits and how many were wanted; ``cells`` has how many its tables hold as well.

    ``misplaced`` counts tables that were found, but before or after the wrong paragraph;
    ``extra`` those of the result that are none of the gold's.
    """

    rows: tuple[int, int]
    cells: tuple[int, int, int]
    exact: tuple[int, int]
    misplaced: int
    extra: int


@dataclass(frozen=True, slots=True)
class _Match:
    """A table of the gold in the result: which one, and what of it is right."""

    found: int
    rows: int
    cells: int


#: A body in order: a paragraph, or a grid.
Segment = str | Grid


def score_tables(page: GoldPage, found_body: str) -> TableScore:
    found = list(segments(found_body))
    places = [index for index, one in enumerate(found) if not isinstance(one, str)]
    wanted = [_bare(grid) for grid in page.tables]
    grids = [one for one in found if not isinstance(one, str)]
    if not page.whole_tables:
        wanted, grids = ([_without_headings(grid) for grid in some] for some in (wanted, grids))
    matches = _matches(wanted, grids)
    exact = sum(
        match is not None and _same(grid, grids[match.found])
        for grid, match in zip(wanted, matches, strict=True)
    )
    at = [places[match.found] if match else None for match in matches]
    used = {match.found for match in matches if match}
    return TableScore(
        rows=(sum(m.rows for m in matches if m), sum(map(len, wanted))),
        cells=(sum(m.cells for m in matches if m), _cells(wanted), _cells(grids[i] for i in used)),
        exact=(exact, len(wanted)) if page.whole_tables else (0, 0),
        misplaced=_misplaced(list(_parted(page)), found, at),
        extra=len(grids) - len(used),
    )


def segments(body: str) -> Iterator[Segment]:
    """Paragraphs and tables of a body, without white space; a line without a tab ends a table."""
    rows: list[tuple[str, ...]] = []
    for line in [*body.split("\n"), ""]:
        if "\t" in line:
            rows.append(tuple(bare(cell) for cell in line.split("\t")))
            continue
        if rows:
            yield tuple(rows)
            rows = []
        if bare(line):
            yield bare(line)


def _parted(page: GoldPage) -> Iterator[Segment]:
    """The gold's segments: tables without a line between them are parted where it says so."""
    lengths = iter([len(grid) for grid in page.tables])
    for one in segments(page.body):
        if isinstance(one, str):
            yield one
            continue
        start = 0
        while start < len(one):
            end = start + next(lengths)
            yield one[start:end]
            start = end


def _bare(grid: Grid) -> Grid:
    return tuple(tuple(bare(cell) for cell in row) for row in grid)


def _without_headings(grid: Grid) -> Grid:
    """Without rows of one filled cell: some golds print them as lines between two tables."""
    return tuple(row for row in grid if sum(map(bool, row)) > 1)


def _cells(grids: Iterable[Grid]) -> int:
    return sum(bool(cell) for grid in grids for row in grid for cell in row)


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Without the empty cells at its end, which most formats cannot tell."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return tuple(row[:end])


def _same(one: Grid, other: Grid) -> bool:
    return [_trimmed(row) for row in one] == [_trimmed(row) for row in other]


def _matches(wanted: Sequence[Grid], grids: Sequence[Grid]) -> list[_Match | None]:
    """For each table the one of the result with most cells in place, when it is that table at all.

    Several may lie in one grid, which an extractor ran together; between equals an unused one.
    """
    matches: list[_Match | None] = []
    used: set[int] = set()
    for grid in wanted:
        tried = [_Match(index, *_aligned(grid, other)) for index, other in enumerate(grids)]
        best = max(tried, key=lambda m: (m.cells, m.rows, m.found not in used), default=None)
        found = best is not None and best.cells >= _FOUND * _cells([grid])
        matches.append(best if found else None)
        used |= {best.found} if best and found else set()
    return matches


def _aligned(wanted: Grid, found: Grid) -> tuple[int, int]:
    """(rows wholly right, cells in place) of the alignment with most cells in place."""
    above = [(0, 0)] * (len(found) + 1)
    for row in wanted:
        line = [(0, 0)]
        for index, other in enumerate(found):
            cells, rows = above[index]
            hits = sum(bool(a) and a == b for a, b in zip(row, other, strict=False))
            whole = bool(hits) and _trimmed(row) == _trimmed(other)
            line.append(max((cells + hits, rows + whole), above[index + 1], line[-1]))
        above = line
    cells, rows = above[-1]
    return rows, cells


def _misplaced(wanted: list[Segment], found: list[Segment], at: Sequence[int | None]) -> int:
    """Tables that stand before the paragraph they follow, or after the one they precede.

    Only paragraphs that occur once on both sides say where something is.
    """
    known = {
        one: found.index(one)
        for one in wanted
        if isinstance(one, str) and wanted.count(one) == 1 and found.count(one) == 1
    }
    tables = [index for index, one in enumerate(wanted) if not isinstance(one, str)]
    wrong = 0
    for index, place in zip(tables, at, strict=True):
        if place is None:
            continue
        before = next((known[x] for x in reversed(wanted[:index]) if x in known), None)
        after = next((known[x] for x in wanted[index:] if x in known), None)
        wrong += (before is not None and before > place) or (after is not None and after < place)
    return wrong
