"""All scores of one answer to one page, and the figures of an extractor over a set."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks import extract_fields as fields
from tests.benchmarks.extract_found import Found
from tests.benchmarks.extract_tables import TableScore, score_tables
from tests.benchmarks.extract_text import TextScore, score_text
from tests.gold.pages import GoldPage

STRUCTURE = ("headings", "tasks")


@dataclass(frozen=True, slots=True)
class PageScore:
    page: str
    text: TextScore
    tables: TableScore
    common: Mapping[str, bool]
    decisions: Mapping[str, bool]
    words: Mapping[str, bool] = field(default_factory=dict)
    headings: fields.Hits | None = None
    tasks: fields.Hits | None = None
    crashed: bool = False

    def wrong(self) -> list[str]:
        """Names of the fields this page has wrong."""
        judged = {**self.common, **self.decisions, **self.words}
        return [name for name, right in judged.items() if not right]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share between 0 and 1, or ``count`` of ``of``; ``value`` is the share that is good."""

    value: float
    count: int | None = None
    of: int | None = None

    def __str__(self) -> str:
        return f"{self.value:.3f}" if self.count is None else str(self.count)


def score_page(page: GoldPage, found: Found) -> PageScore:
    details = found.details
    return PageScore(
        page=page.id,
        text=score_text(page.body, found.body, page.optional_lines),
        tables=score_tables(page, found.body),
        common=fields.score_common(page, found),
        decisions=fields.score_decisions(page, found),
        words=fields.score_words(page, details) if details else {},
        headings=fields.score_headings(page, details) if details else None,
        tasks=fields.score_tasks(page, details) if details else None,
        crashed=bool(found.crash),
    )


def figures_of(scores: Sequence[PageScore]) -> dict[str, Figure]:
    """The columns every extractor has; a column without anything to judge is left out."""
    texts = [one.text for one in scores]
    figures: dict[str, Figure] = {}
    for name in ("f1", "precision", "recall"):
        values = [value for text in texts if (value := getattr(text, name)) is not None]
        if values:
            figures[name] = Figure(statistics.mean(values))
            figures[f"{name} median"] = Figure(statistics.median(values))
            figures[f"{name} worst"] = Figure(min(values))
    figures["paragraphs"] = _share([text.paragraphs for text in texts])
    figures["chrome"] = _faults(sum(bool(text.chrome) for text in texts), len(texts))
    figures["residue"] = _faults(sum(len(text.residue) for text in texts), len(texts))
    figures |= _table_figures([one.tables for one in scores])
    for name in fields.COMMON:
        decided = [one.common[name] for one in scores if name in one.common]
        figures[name] = _counted(sum(decided), len(decided))
    figures["crashes"] = _faults(sum(one.crashed for one in scores), len(scores))
    return {name: figure for name, figure in figures.items() if figure.of != 0}


def own_figures_of(scores: Sequence[PageScore]) -> dict[str, Figure]:
    """The columns only this project has, again without those nothing was judged in."""
    decided = [right for one in scores for right in one.decisions.values()]
    figures = {"fields": _counted(sum(decided), len(decided))}
    labels = sorted({name for one in scores for name in one.decisions})
    for name in [*labels, *sorted({name for one in scores for name in one.words})]:
        judged = [{**one.decisions, **one.words}.get(name) for one in scores]
        known = [right for right in judged if right is not None]
        figures[name] = _counted(sum(known), len(known))
    for name in STRUCTURE:
        hits = [pair for one in scores if (pair := getattr(one, name)) is not None]
        if hits:
            figures[name] = _dice([sum(column) for column in zip(*hits, strict=True)])
    return {name: figure for name, figure in figures.items() if figure.of != 0}


def _table_figures(tables: Sequence[TableScore]) -> dict[str, Figure]:
    rows, exact = ([getattr(one, name) for one in tables] for name in ("rows", "exact"))
    cells = [sum(column) for column in zip(*(one.cells for one in tables), strict=True)]
    if not cells or not cells[1]:
        return {}
    return {
        "rows": _share(rows),
        "cells": _dice(cells),
        "tables": _counted(sum(hits for hits, _ in exact), sum(of for _, of in exact)),
        "misplaced": _faults(sum(one.misplaced for one in tables), cells[1]),
        "extra": _faults(sum(one.extra for one in tables), len(tables)),
    }


def _share(pairs: Sequence[tuple[int, int]]) -> Figure:
    hits, wanted = sum(one for one, _ in pairs), sum(of for _, of in pairs)
    return Figure(hits / wanted if wanted else 0.0, of=wanted)


def _counted(count: int, of: int) -> Figure:
    return Figure(count / of if of else 0.0, count, of)


def _faults(count: int, of: int) -> Figure:
    """A count where less is better."""
    return Figure(1 - count / of if of else 0.0, count, of)


def _dice(sums: Sequence[int]) -> Figure:
    """What is missing and what was made up weigh the same."""
    hits, wanted, given = sums
    return Figure(2 * hits / (wanted + given) if wanted + given else 0.0, of=wanted + given)
