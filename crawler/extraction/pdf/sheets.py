"""Pages to sheets: a page set in columns is read as several sheets, one below the other.

Columns of prose are told from the columns of a table by their lines: prose is broken where its
column ends, so that many of its lines are full on both sides of the gutter; cells are as long as
what they say. A page that shows too little of its columns (the last one) is cut as the others are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from crawler.extraction.pdf.lines import Line, read_lines
from crawler.extraction.pdf.tables import Fragment

# In ems. Word's narrowest usual gutter is two, of which a mark that hangs over takes up one; what
# is looked at is the rest, beside the right column.
_BESIDE = 0.3
_CLEAR = 0.2  # to the left and right of that
NARROWEST = 8.0  # a column of prose
_FULL = 2.5  # what a full line may lack: a mark that hangs over in others, a character that moved
LEAST_FULL = 3
FULL_SHARE = 1 / 3
_SAME_EDGE = 4.0  # points
_MOST_COLUMNS = 4
_MOST_CANDIDATES = 5

Item = Line | Fragment


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is read from top to bottom. ``column`` is its number, None where it is the page."""

    items: tuple[Item, ...]
    column: int | None = None


def sheets_of(pages: Sequence[Sequence[Item]], sizes: Sequence[int]) -> list[list[Sheet]]:
    """The sheets of each page; ``sizes`` says which pages are set alike.

    Lines and tables know the number of their sheet instead of their page where the two differ.
    """
    gutters = [_gutters([item for item in page if isinstance(item, Line)]) for page in pages]
    if not any(gutters):
        return [[Sheet(tuple(page))] for page in pages]
    usual = _usual(gutters, sizes)
    number = 0
    sheets: list[list[Sheet]] = []
    for page, own, size in zip(pages, gutters, sizes, strict=True):
        cut = list(_cut(page, own or _if_kept(page, usual[size])))
        sheets.append([_numbered(sheet, number + at) for at, sheet in enumerate(cut)])
        number += len(cut)
    return sheets


def _numbered(sheet: Sheet, number: int) -> Sheet:
    return replace(sheet, items=tuple(replace(item, page=number) for item in sheet.items))


def _usual(
    gutters: Sequence[tuple[float, ...]], sizes: Sequence[int]
) -> dict[int, tuple[float, ...]]:
    """The gutters that most pages of a size have."""
    seen: dict[int, Counter[tuple[float, ...]]] = {size: Counter() for size in sizes}
    for own, size in zip(gutters, sizes, strict=True):
        if own:
            seen[size][own] += 1
    return {size: max(tally, key=lambda g: tally[g], default=()) for size, tally in seen.items()}


def _if_kept(page: Sequence[Item], gutters: Sequence[float]) -> Sequence[float]:
    """``gutters`` where most lines keep them clear."""
    lines = [item for item in page if isinstance(item, Line)]
    clear = sum(not any(_crosses(line, x) for x in gutters) for line in lines)
    return gutters if 2 * clear > len(lines) else ()


def _gutters(lines: Sequence[Line]) -> tuple[float, ...]:
    """Where the gutters between columns of prose are, left to right."""
    likely = _candidates(lines)
    for count in range(_MOST_COLUMNS - 1, 0, -1):
        for gutters in combinations(likely, count):
            runs = _runs(lines, gutters)
            if any(not crossing and _is_prose(run, gutters) for crossing, run in runs):
                return gutters
    return ()


def _candidates(lines: Sequence[Line]) -> list[float]:
    """Left of the places where the most lines, or parts of lines, begin."""
    if not lines:
        return []
    margin, em = min(line.left for line in lines), lines[len(lines) // 2].em
    starts: dict[int, list[float]] = {}
    for line in lines:
        for chunk in line.chunks:
            if chunk.left > margin + NARROWEST * em:
                starts.setdefault(round(chunk.left / _SAME_EDGE), []).append(chunk.left)
    likely = sorted(starts.values(), key=lambda lefts: (-len(lefts), lefts))[:_MOST_CANDIDATES]
    return [
        x
        for x in sorted(min(lefts) - _BESIDE * em for lefts in likely if len(lefts) >= LEAST_FULL)
        if any(not crossing and len(run) >= LEAST_FULL for crossing, run in _runs(lines, (x,)))
    ]


def _runs(items: Iterable[Item], gutters: Sequence[float]) -> Iterator[tuple[bool, list[Item]]]:
    """Items in order, as runs that cross a gutter and runs that do not."""
    run: list[Item] = []
    was = False
    for item in items:
        crosses = any(_crosses(item, x) for x in gutters)
        if run and crosses != was:
            yield was, run
            run = []
        run.append(item)
        was = crosses
    if run:
        yield was, run


def _crosses(item: Item, x: float) -> bool:
    if isinstance(item, Fragment):
        return item.left < x < item.right
    if not item.left < x < item.right:
        return False
    low, high = x - _CLEAR * item.em, x + _CLEAR * item.em
    return any(glyph.x0 < high and low < glyph.x1 for glyph in item.glyphs)


def _is_prose(run: Sequence[Item], gutters: Sequence[float]) -> bool:
    columns = _columns([item for item in run if isinstance(item, Line)], gutters)
    return all(map(_is_column_of_prose, columns))


def _is_column_of_prose(lines: Sequence[Line]) -> bool:
    if len(lines) < LEAST_FULL:
        return False
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    em = lines[len(lines) // 2].em
    full = sum(right - line.right < _FULL * em and len(line.chunks) == 1 for line in lines)
    wide = right - left >= NARROWEST * em
    return wide and full >= max(LEAST_FULL, FULL_SHARE * len(lines))


def _columns(lines: Sequence[Line], gutters: Sequence[float]) -> list[list[Line]]:
    """The lines cut at ``gutters``, each column from top to bottom."""
    edges = [float("-inf"), *gutters, float("inf")]
    page = lines[0].page if lines else 0
    return [
        read_lines((g for line in lines for g in line.glyphs if left < g.x0 <= right), page)
        for left, right in pairwise(edges)
    ]


def _cut(page: Sequence[Item], gutters: Sequence[float]) -> Iterator[Sheet]:
    if not gutters:
        yield Sheet(tuple(page))
        return
    for crossing, run in _runs(page, gutters):
        if crossing:
            yield Sheet(tuple(run))
            continue
        lines = _columns([item for item in run if isinstance(item, Line)], gutters)
        for number, column in enumerate(lines):
            right = gutters[number] if number < len(gutters) else float("inf")
            left = gutters[number - 1] if number else float("-inf")
            tables = [i for i in run if isinstance(i, Fragment) and left <= i.left < right]
            if column or tables:
                yield Sheet(in_order([*column, *tables]), number)


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Lines and tables from top to bottom."""
    return tuple(sorted(items, key=_start, reverse=True))


def _start(item: Item) -> float:
    return item.start
