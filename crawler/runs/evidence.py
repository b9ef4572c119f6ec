"""What a verdict rests on, as figures. Pure data: no Scrapy, no clock, no files.

`Observed` is what a run met on the portal, `Holdings` what the catalogue has of it after the run,
`Baseline` what healthy runs met before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crawler.runs.observed import NO_ANSWER, ColumnRead, Counts, ListSeen, Observed, summed


@dataclass(frozen=True, slots=True)
class Holdings:
    """The portal in the catalogue: Documents by kind, and the years of each issuer's reports.

    ``expects`` are the portal's stated counts (kind → least, most).
    """

    kinds: Counts = field(default_factory=dict)
    reports: Mapping[str, frozenset[int]] = field(default_factory=dict)
    expects: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def known(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Baseline:
    """What healthy runs met.

    A list is as the latest of them saw it; ``silent`` counts the latest runs in a row that a known
    list did not answer, ``walked`` the most pages any of them read of it, ``astray`` the most that
    were linked and not its own, ``directories`` all that its rows lay in, ``beyond`` the rows that
    were read last on its further pages. A column is as the run that read most of it did: adding
    runs up would count the same Document ten times, and make two odd ones look significant.
    """

    runs: int = 0
    lists: Mapping[str, ListSeen] = field(default_factory=dict)
    silent: Counts = field(default_factory=dict)
    walked: Counts = field(default_factory=dict)
    astray: Counts = field(default_factory=dict)
    beyond: Counts = field(default_factory=dict)
    directories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)
    whole: ColumnRead = field(default_factory=ColumnRead)
    outcomes: Counts = field(default_factory=dict)
    pages: Counts = field(default_factory=dict)
    read: int = 0
    most_requests: int = 0
    least_yield: float = 0.0  # Documents found a request, in the dearest run


def baseline_of(healthy: Sequence[Observed]) -> Baseline:
    """What to compare with, from healthy walks, oldest first."""
    lists: dict[str, ListSeen] = {}
    silent: dict[str, int] = {}
    walked: dict[str, int] = {}
    astray: dict[str, int] = {}
    beyond: dict[str, int] = {}
    directories: dict[str, frozenset[str]] = {}
    columns: dict[str, ColumnRead] = {}
    for walk in healthy:
        lists.update(walk.lists)
        for url, seen in walk.lists.items():
            walked[url] = max(walked.get(url, 0), seen.pages)
            astray[url] = max(astray.get(url, 0), seen.astray)
            beyond[url] = seen.beyond or beyond.get(url, 0)
            directories[url] = directories.get(url, frozenset()).union(seen.directories)
        silent = {
            url: silent.get(url, 0) + 1 for url, end in walk.no_lists.items() if end == NO_ANSWER
        }
        for name, column in walk.columns.items():
            columns[name] = max(columns.get(name, column), column, key=lambda one: one.read)
    largest = max(healthy, key=lambda walk: walk.read, default=Observed())
    return Baseline(
        runs=len(healthy),
        lists=lists,
        silent=silent,
        walked=walked,
        astray=astray,
        beyond=beyond,
        directories=directories,
        columns=columns,
        whole=largest.whole,
        outcomes=summed(*(walk.outcomes for walk in healthy)),
        pages=largest.pages,
        read=largest.read,
        most_requests=max((walk.requests for walk in healthy), default=0),
        least_yield=min((walk.found / max(1, walk.requests) for walk in healthy), default=0.0),
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """All a verdict rests on; ``day`` is the day the run ended."""

    finish_reason: str
    day: date
    observed: Observed = field(default_factory=Observed)
    holdings: Holdings = Holdings()
    baseline: Baseline = Baseline()
