"""What a verdict rests on, as figures. Pure data: no Scrapy, no clock, no files.

`Observed` is what one run (or several that continue each other) met on the portal; the run file
keeps it, so that later runs can compare. `Holdings` is what the catalogue has of the portal after
the run, `Baseline` what healthy runs met before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

Counts = Mapping[str, int]
#: How a fetch ended that brought nothing; the word of its failure is among the outcomes.
NO_ANSWER = "no answer"
#: A known list that was met as a link and not due to be asked.
LINKED = "linked"


@dataclass(frozen=True, slots=True)
class ListSeen:
    """One list: what stood on its first page, and how its further pages were.

    ``relevant`` rows have a title that may name a Document, ``dated`` ones a date beside them;
    ``letters`` is the length of all their titles;
    ``columns`` counts sub-columns and frames; ``following`` tells whether it links to a next page.
    ``repeated`` counts further pages that brought exactly the rows of an earlier one, ``missing``
    those that are linked and not there. ``parent`` is
    the list that led here; the columns that the portal's file names have none. ``at`` is where the
    first page was found in the end, in canonical form.
    """

    rows: int = 0
    relevant: int = 0
    dated: int = 0
    columns: int = 0
    following: bool = False
    parent: str = ""
    at: str = ""
    pages: int = 0
    repeated: int = 0
    letters: int = 0
    missing: int = 0

    def joined(self, other: ListSeen) -> ListSeen:
        """The same list met by two runs of one walk: the first page from the later that read it."""
        both = bool(self.at and other.at)
        return replace(
            other if other.at else self,
            pages=self.pages + other.pages - both,
            repeated=self.repeated + other.repeated,
            missing=self.missing + other.missing,
        )


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """The Documents read below one entry column, and how many of them have each trait."""

    read: int = 0
    traits: Counts = field(default_factory=dict)

    def joined(self, other: ColumnRead) -> ColumnRead:
        return ColumnRead(self.read + other.read, summed(self.traits, other.traits))


@dataclass(frozen=True, slots=True)
class Observed:
    """The figures of a walk. ``no_lists`` says for known lists how they ended instead.

    ``outcomes`` are counts by `FetchOutcome`, ``pages`` of pages that are no Document by
    `PageOutcome`, ``errors`` of what raised in our own code, ``given_up`` of the pages that no run
    of the walk could handle. ``had`` counts, of the known Documents that were read again, those
    that had a thing before, ``lost`` those that have it no more; ``lost_at`` names some.
    """

    requests: int = 0
    outcomes: Counts = field(default_factory=dict)
    pages: Counts = field(default_factory=dict)
    errors: Counts = field(default_factory=dict)
    given_up: int = 0
    documents: Counts = field(default_factory=dict)  # found, new, altered, recorded
    lists: Mapping[str, ListSeen] = field(default_factory=dict)
    no_lists: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)
    paths: Counts = field(default_factory=dict)  # how bodies were found: for people to look at
    ended: Mapping[str, str] = field(default_factory=dict)  # hosts given up, and why
    had: Counts = field(default_factory=dict)
    lost: Counts = field(default_factory=dict)
    lost_at: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return self.documents.get("found", 0)

    @property
    def read(self) -> int:
        """Documents read, each capture once."""
        return sum(column.read for column in self.columns.values())

    @property
    def whole(self) -> ColumnRead:
        """All columns as one: a small portal has too few Documents in each."""
        total = ColumnRead()
        for column in self.columns.values():
            total = total.joined(column)
        return total

    def joined(self, other: Observed) -> Observed:
        """Two runs of one walk as if it had been one; ``other`` is the later one.

        It handles again whatever the earlier one could not, so that its own errors are all there
        are, beside what was given up.
        """
        missed = {**self.no_lists, **other.no_lists}
        ended = {url for url, end in other.no_lists.items() if end not in (LINKED, NO_ANSWER)}
        lists = {url: seen for url, seen in self.lists.items() if url not in ended}
        for url, seen in other.lists.items():
            lists[url] = lists[url].joined(seen) if url in lists else seen
        columns = dict(self.columns)
        for name, column in other.columns.items():
            columns[name] = columns[name].joined(column) if name in columns else column
        return Observed(
            requests=self.requests + other.requests,
            outcomes=summed(self.outcomes, other.outcomes),
            pages=summed(self.pages, other.pages),
            errors=other.errors,
            given_up=other.given_up,
            documents=summed(self.documents, other.documents),
            lists=lists,
            no_lists={url: word for url, word in missed.items() if url not in lists},
            columns=columns,
            paths=summed(self.paths, other.paths),
            ended={**self.ended, **other.ended},
            had=summed(self.had, other.had),
            lost=summed(self.lost, other.lost),
            lost_at={**self.lost_at, **other.lost_at},
        )


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
    list did not answer. A column is as the run that read most of it did: adding
    runs up would count the same Document ten times, and make two odd ones look significant.
    """

    runs: int = 0
    lists: Mapping[str, ListSeen] = field(default_factory=dict)
    silent: Counts = field(default_factory=dict)
    walked: Counts = field(default_factory=dict)
    columns: Mapping[str, ColumnRead] = field(default_factory=dict)
    whole: ColumnRead = ColumnRead()
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
    columns: dict[str, ColumnRead] = {}
    for walk in healthy:
        lists.update(walk.lists)
        for url, seen in walk.lists.items():
            walked[url] = max(walked.get(url, 0), seen.pages)
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
    observed: Observed = Observed()
    holdings: Holdings = Holdings()
    baseline: Baseline = Baseline()


def summed(*counts: Counts) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))
