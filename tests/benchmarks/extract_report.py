"""The figures as tables: on the console, and as Markdown for the documentation."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata

from rich.console import Console
from rich.table import Table

from tests.benchmarks.extract_bars import Bar, Scored
from tests.benchmarks.extract_jobs import OURS, Run
from tests.benchmarks.extract_score import STRUCTURE, Figure, PageScore

WORST_SHOWN = 5
NOTHING = "–"
#: Heading → column; the heading of a counted column carries what it is out of.
TEXT_COLUMNS = {
    "F1": "f1", "median": "f1 median", "worst": "f1 worst",
    "P": "precision", "P med.": "precision median", "P worst": "precision worst",
    "R": "recall", "R med.": "recall median", "R worst": "recall worst",
    "para.": "paragraphs", "chrome": "chrome", "residue": "residue",
}  # fmt: skip
FIELD_COLUMNS = {
    "rows": "rows", "cells": "cells", "tables": "tables", "misplaced": "misplaced",
    "extra": "extra", "title": "title", "date": "published", "source": "source",
    "索引号": "index_number", "文号": "doc_number", "crashes": "crashes",
}  # fmt: skip
_UNCOUNTED = ("residue", "misplaced", "extra", "crashes")
SET_NAMES = {
    "real": "shared/real (real pages, development set)",
    "dev": "tests/gold/dev",
    "holdout": "tests/gold/holdout",
    "all": "all sets",
}
_INTRODUCTION = """\
# Figures of extraction

Written by `make bench-extract ARGS='--write docs/extraction-figures.md'`, never by hand. The sets
are described in `tests/gold/README.md`; `shared/real` lies outside the repository. Peers run in an
environment of their own, each with the call that serves it best
(`tests/benchmarks/extract_peers.py`).

F1, P and R are by characters, without white space, averaged over the pages that have a body
(longest common subsequence); `para.` is the share of paragraphs that are a line of the result;
`chrome` counts pages with four or more characters in a row that the gold does not have; `residue`
counts named phrases left over; `rows` are whole rows, `cells` weighs cells in their right row and
column against all cells of the tables wanted and given; `tables` are whole grids; `misplaced` stand
on the wrong side of a paragraph, `extra` are no tables of the text. Fields count when equal; a
value made up where the page shows none is wrong.
"""


def show(console: Console, scored: Scored, runs: Sequence[Run], pages: Mapping[str, int]) -> None:
    for name, extractors in scored.items():
        for columns in (TEXT_COLUMNS, FIELD_COLUMNS):
            heads, rows = _grid(extractors, columns)
            table = Table(*heads, title=f"{SET_NAMES[name]}: {pages[name]} pages")
            for row in rows:
                table.add_row(*row)
            console.print(table)
    console.print("pages a second (CPU, best run): " + _speeds(runs))
    for run in runs:
        if run.missing:
            console.print(f"missing: {run.name}: {run.missing}", soft_wrap=True, markup=False)


def show_own(console: Console, name: str, figures: Mapping[str, Figure]) -> None:
    table = Table("field", "right", "of", "share", title=f"{SET_NAMES[name]}: {OURS} only")
    for row in _own_rows(figures):
        table.add_row(*row)
    console.print(table)


def show_pages(console: Console, name: str, scores: Sequence[PageScore]) -> None:
    """The worst texts, and every page with a wrong field."""
    table = Table("page", "P", "R", "F1", "wrong", "chrome left", title=f"{SET_NAMES[name]}: pages")
    with_body = [one for one in scores if one.text.f1 is not None]
    worst = sorted(with_body, key=lambda one: one.text.f1 or 0.0)[:WORST_SHOWN]
    for one in [*worst, *(one for one in scores if one not in worst and one.wrong())]:
        text = one.text
        measures = (
            NOTHING if v is None else f"{v:.3f}" for v in (text.precision, text.recall, text.f1)
        )
        table.add_row(one.page, *measures, " ".join(one.wrong()), text.chrome[:30])
    console.print(table)


def show_bars(console: Console, held: Sequence[Bar]) -> None:
    words = {True: "met", False: "MISSED", None: "not measured"}
    table = Table("bar", "", "figure", title="bars")
    for bar in held:
        table.add_row(bar.text, words[bar.met], bar.figure)
    console.print(table)


def markdown(
    scored: Scored,
    own: Mapping[str, Mapping[str, Figure]],
    runs: Sequence[Run],
    pages: Mapping[str, int],
) -> str:
    """The documentation's page: aggregates only, no text of any page."""
    parts = [_INTRODUCTION, _made_with(runs)]
    for name, extractors in scored.items():
        parts.append(f"## {SET_NAMES[name]}: {pages[name]} pages\n")
        for columns in (TEXT_COLUMNS, FIELD_COLUMNS):
            parts.append("\n".join(_markdown(*_grid(extractors, columns))) + "\n")
        rows = list(_own_rows(own[name]))
        parts.append(f"What only {OURS} reads:\n")
        parts.append("\n".join(_markdown(["field", "right", "of", "share"], rows)) + "\n")
    return "\n".join(parts)


def _made_with(runs: Sequence[Run]) -> str:
    today = datetime.now(UTC).date().isoformat()
    lines = [
        f"Measured {today} with Python {platform.python_version()}, "
        f"lxml {metadata.version('lxml')}, on {platform.machine()}.\n"
    ]
    rows = [
        [run.name, run.version, f"{run.speed:.0f}"]
        if run.found
        else [run.name, NOTHING, f"missing: {run.missing}"]
        for run in runs
    ]
    heads = ["extractor", "version", "pages a second (CPU)"]
    return "\n".join([*lines, *_markdown(heads, rows), ""])


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _grid(
    extractors: Mapping[str, Mapping[str, Figure]], columns: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    ours = extractors[OURS]
    heads = [_head(head, column, ours.get(column)) for head, column in columns.items()]
    rows = [
        [name, *(str(figures.get(column, NOTHING)) for column in columns.values())]
        for name, figures in extractors.items()
    ]
    return ["extractor", *heads], rows


def _head(head: str, column: str, figure: Figure | None) -> str:
    if figure is None or figure.count is None or column in _UNCOUNTED:
        return head
    return f"{head} /{figure.of}"


def _own_rows(figures: Mapping[str, Figure]) -> Iterator[list[str]]:
    """A row a field; structure without gold is shown as such."""
    for label in [*figures, *(name for name in STRUCTURE if name not in figures)]:
        figure = figures.get(label)
        yield [label, *(_cells_of(figure) if figure else [NOTHING] * 3)]


def _cells_of(figure: Figure) -> tuple[str, str, str]:
    counted = figure.count is not None
    return (
        str(figure.count) if counted else NOTHING,
        str(figure.of) if counted else NOTHING,
        f"{figure.value:.3f}",
    )


def _speeds(runs: Sequence[Run]) -> str:
    return ", ".join(f"{run.name} {run.speed:.0f}" for run in runs if run.found)
