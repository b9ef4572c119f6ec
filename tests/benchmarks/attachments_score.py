"""Scores of one attachment: what of its truth was read, and whether its outcome has the right word.

*Text* is compared without white space: recall is the share of the truth's characters that stand in
the result in order, precision the share of the result's that stand in the truth.

*Numbers*: a numeric cell of the truth is right when the result has the same value in the row with
the same labels and in the same column. Rows are aligned in order over all tables of the file, so
a table that was parted at a page break loses nothing here (it does in *tables*). A row's labels
are its cells that are no numbers, repeats apart; labels that a reader carries down from rows above
may stand before them. Columns and rows that are empty in the whole table do not count. The share
is of the numbers wanted or, where they are more, of the numbers in the tables given.

*Tables* are whole grids, cell for cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from tests.attachments.files import Attachment
from tests.attachments.truth import Grid, SpanTable, Truth
from tests.benchmarks.extract_text import bare, plain

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")


#: Marks of footnotes may stand or not.
_MARKS = str.maketrans("", "", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Word processors set a quarter of a letter between Han and digits: printed, is it a blank?
_SPACED = re.compile(r"(?<=[^\x00-\xff]) (?=[!-~])|(?<=[!-~]) (?=[^\x00-\xff])")


class Count(NamedTuple):
    """So many of so many; ``share`` is None where there was nothing to find."""

    hits: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of else None

    def plus(self, other: Count) -> Count:
        return Count(self.hits + other.hits, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says. Rows of tables are lines of ``text`` too, a tab between cells."""

    text: str = ""
    tables: tuple[Grid, ...] = ()
    outcome: str = ""
    crash: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    recall: Count
    precision: Count
    paragraphs: Count
    numbers: Count
    tables: Count
    outcome: Count


#: The counts of a score, in the order in which they are shown.
COLUMNS = tuple(Score.__dataclass_fields__)


def score(file: Attachment, found: Reading) -> Score:
    """A file that has no text to be had is scored by its outcome alone."""
    right = found.outcome == file.outcome or (found.outcome in file.without and not found.text)
    outcome = Count(int(right), 1) if found.outcome else Count()
    if not file.has_text:
        return Score(Count(), Count(), Count(), Count(), Count(), outcome)
    truth = file.text
    wanted = [table.grid for table in truth.tables]
    text = found.text.translate(_MARKS)
    same, in_truth, in_found = _common(truth, text, file.optional)
    return Score(
        recall=Count(same, in_truth),
        precision=Count(same, in_found),
        paragraphs=_paragraphs(truth, text, _SPACED if file.carrier == "pdf office" else None),
        numbers=numbers(wanted, found.tables),
        tables=_whole(wanted, found.tables),
        outcome=outcome,
    )


def total(scores: Iterable[Score]) -> dict[str, Count]:
    """Every column added up: a long text weighs more than a short one."""
    sums = dict.fromkeys(COLUMNS, Count())
    for one in scores:
        for column in COLUMNS:
            sums[column] = sums[column].plus(getattr(one, column))
    return sums


def truth_text(truth: Truth) -> str:
    lines = [truth.title]
    for block in truth.blocks:
        rows = block.grid if isinstance(block, SpanTable) else ((block,),)
        lines += ["\t".join(row) for row in rows]
    return "\n".join(lines)


def _common(truth: Truth, text: str, optional: Iterable[str]) -> tuple[int, int, int]:
    """(characters in both in order, in the truth, in the text)."""
    spare = {bare(line) for line in optional}
    wanted = bare(truth_text(truth))
    got = "".join(line for line in map(bare, text.split("\n")) if line not in spare)
    return LCSseq.similarity(wanted, got), len(wanted), len(got)


def _paragraphs(truth: Truth, text: str, free: re.Pattern[str] | None) -> Count:
    """Paragraphs that are a line of the text; blanks that match ``free`` count neither way."""

    def line_of(text: str) -> str:
        return free.sub("", plain(text)) if free else plain(text)

    left = [line_of(line) for line in text.split("\n")]
    hits = 0
    for line in map(line_of, truth.paragraphs):
        if line in left:
            left.remove(line)
            hits += 1
    return Count(hits, len(truth.paragraphs))


def numbers(wanted: Sequence[Grid], found: Sequence[Grid]) -> Count:
    rows = [row for grid in wanted for row in _dense(grid)]
    given = [row for grid in found for row in _dense(grid)]
    there = sum(bool(_value(cell)) for row in rows for cell in row)
    if not there:
        return Count()
    return Count(_aligned(rows, given), max(there, sum(bool(_value(c)) for r in given for c in r)))


def _dense(grid: Grid) -> list[tuple[str, ...]]:
    """Without white space, empty rows and empty columns."""
    rows = [tuple(map(bare, row)) for row in grid]
    width = max(map(len, rows), default=0)
    kept = [x for x in range(width) if any(x < len(row) and row[x] for row in rows)]
    dense = [tuple(row[x] if x < len(row) else "" for x in kept) for row in rows]
    return [row for row in dense if any(row)]


def _aligned(wanted: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> int:
    """Numbers in place, of the alignment of rows in order that has most of them."""
    labels = [_labels(row) for row in found]
    above = [0] * (len(found) + 1)
    for row in wanted:
        mine = _labels(row)
        line = [0]
        for index, other in enumerate(found):
            hits = _hits(row, other) if _is_row(mine, labels[index]) else 0
            line.append(max(above[index] + hits, above[index + 1], line[-1]))
        above = line
    return above[-1]


def _labels(row: Iterable[str]) -> list[str]:
    words = [cell for cell in row if cell and not _NUMBER.fullmatch(cell)]
    return [word for n, word in enumerate(words) if not n or words[n - 1] != word]


def _is_row(wanted: Sequence[str], found: Sequence[str]) -> bool:
    if not wanted:
        return not found
    return list(found[-len(wanted) :]) == list(wanted)


def _hits(wanted: Sequence[str], found: Sequence[str]) -> int:
    return sum(
        value is not None and value == _value(other)
        for value, other in zip(map(_value, wanted), found, strict=False)
    )


def _value(cell: str) -> tuple[Decimal] | None:
    """The number a cell shows, in a tuple that is true for zero as well: 1.32% is 0.0132."""
    if not _NUMBER.fullmatch(cell):
        return None
    number = Decimal(cell.rstrip("%").replace(",", ""))
    return (number / 100 if cell.endswith("%") else number,)


def _whole(wanted: Sequence[Grid], found: Sequence[Grid]) -> Count:
    left = [_trimmed(grid) for grid in found]
    hits = 0
    for grid in map(_trimmed, wanted):
        if grid in left:
            left.remove(grid)
            hits += 1
    return Count(hits, len(wanted))


def _trimmed(grid: Grid) -> list[str]:
    """Cells without white space, and without the empty ones at a row's end."""
    return ["\t".join(map(bare, row)).rstrip("\t") for row in grid]
