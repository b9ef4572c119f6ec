"""Tables without ruling lines: rows of text whose parts stand below one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crawler.extraction.pdf.lines import Chunk, Line
from crawler.extraction.pdf.tables import Cell, Fragment

# Fewer aligned rows may be a signature beside a date, or a line of labels.
_LEAST_ROWS = 4
_LEAST_FULL_ROWS = 3


def find_columns(items: Sequence[Line | Fragment]) -> list[Line | Fragment]:
    """``items`` of one sheet in order, runs of aligned columns replaced by tables."""
    found: list[Line | Fragment] = []
    run: list[Line] = []
    bands: list[tuple[float, float]] = []
    for line in items:
        if isinstance(line, Fragment):
            found += [*_close(run, bands), line]
            run, bands = [], []
            continue
        widened = _widened(bands, line.chunks) if run else _bands(line)
        if len(line.chunks) < 2 or widened is None:
            found.extend(_close(run, bands))
            run, bands = [], []
            widened = _bands(line) if len(line.chunks) > 1 else None
        if widened is None:
            found.append(line)
        else:
            run.append(line)
            bands = widened
    found.extend(_close(run, bands))
    return found


def _bands(line: Line) -> list[tuple[float, float]]:
    return [(chunk.left, chunk.right) for chunk in line.chunks]


def _widened(
    bands: list[tuple[float, float]], chunks: Sequence[Chunk]
) -> list[tuple[float, float]] | None:
    """The columns widened by a row that fits them: each part below exactly one column.

    A row may leave columns empty, or show a column that the rows above left empty.
    """
    widened = list(bands)
    for chunk in chunks:
        hits = [i for i, (x0, x1) in enumerate(widened) if x0 < chunk.right and chunk.left < x1]
        if len(hits) > 1:
            return None
        if hits:
            left, right = widened[hits[0]]
            widened[hits[0]] = (min(left, chunk.left), max(right, chunk.right))
        else:
            widened = sorted([*widened, (chunk.left, chunk.right)])
    apart = all(a[1] < b[0] for a, b in pairwise(widened))
    return widened if apart else None


def _close(run: list[Line], bands: list[tuple[float, float]]) -> Sequence[Line | Fragment]:
    full = sum(len(line.chunks) == len(bands) for line in run)
    if len(run) < _LEAST_ROWS or full < _LEAST_FULL_ROWS:
        return run
    cells = tuple(
        Cell(row, row + 1, left, right, _text_within(line, left, right))
        for row, line in enumerate(run)
        for left, right in bands
    )
    return [Fragment(cells, len(run), run[0].y + run[0].em, run[-1].y, run[0].page)]


def _text_within(line: Line, left: float, right: float) -> str:
    return " ".join(c.text for c in line.chunks if left <= c.left and c.right <= right)
