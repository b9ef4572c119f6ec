"""The figures of the attachments on the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from tests.attachments.files import Attachment
from tests.benchmarks.attachments_jobs import Run
from tests.benchmarks.attachments_score import COLUMNS, Count, Reading, Score, score, total
from tests.benchmarks.extract_bars import Bar

NOTHING = "–"
_WORDS = {True: "met", False: "MISSED", None: "not measured"}


def show(console: Console, files: Sequence[Attachment], runs: Sequence[Run]) -> None:
    """A table a carrier would be long: one table, carriers by readers."""
    table = Table(
        "carrier", "reader", "files", *COLUMNS, "files/s CPU", "crashes", title="Attachments"
    )
    for carrier in dict.fromkeys(one.carrier for one in files):
        for run in runs:
            found = run.found or {}
            group = [one for one in files if one.carrier == carrier and one.name in found]
            if group:
                table.add_row(carrier, run.name, str(len(group)), *_figures(group, found))
        table.add_section()
    console.print(table)
    for run in runs:
        console.print(f"{run.name} {run.version or run.missing}", highlight=False)


def _figures(group: Sequence[Attachment], found: Mapping[str, Reading]) -> list[str]:
    sums = total(score(one, found[one.name]) for one in group)
    seconds = sum(found[one.name].seconds for one in group)
    crashes = sum(bool(found[one.name].crash) for one in group)
    return [
        *(figure(column, sums[column]) for column in COLUMNS),
        f"{len(group) / seconds:.1f}" if seconds else NOTHING,
        str(crashes or ""),
    ]


def figure(column: str, count: Count) -> str:
    """Characters as a share, the rest as so many of so many."""
    if count.share is None:
        return NOTHING
    if column in ("recall", "precision"):
        return f"{count.share:.4f}"
    return f"{count.hits}/{count.of}"


def show_details(console: Console, files: Sequence[Attachment], run: Run) -> None:
    """Every file that is not perfect, the worst first."""
    found = run.found or {}
    scored = [(one, score(one, found[one.name])) for one in files if one.name in found]
    table = Table("file", *COLUMNS, "word", "expected", title=f"{run.name}: files not perfect")
    for one, its in sorted(scored, key=lambda pair: _worst(pair[1])):
        if _worst(its) < 1:
            reading = found[one.name]
            word = f"{reading.outcome} {reading.crash}".strip() or NOTHING
            cells = (figure(column, getattr(its, column)) for column in COLUMNS)
            table.add_row(one.name, *cells, word, one.outcome)
    console.print(table)


def _worst(its: Score) -> float:
    shares = [getattr(its, column).share for column in COLUMNS]
    return min((share for share in shares if share is not None), default=1.0)


def show_bars(console: Console, held: Sequence[Bar]) -> None:
    table = Table("bar", "", "figure", title="Bars")
    for bar in held:
        table.add_row(bar.text, _WORDS[bar.met], bar.figure)
    console.print(table)
