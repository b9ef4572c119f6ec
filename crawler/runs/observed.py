"""What one run met on a portal, as figures. Pure data: no Scrapy, no clock, no files.

`Observed` is what one run (or several that continue each other) met; the run file keeps it, so that
later runs can compare (`crawler.runs.evidence`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Counts = Mapping[str, int]
#: How a fetch ended that brought nothing; the word of its failure is among the outcomes.
NO_ANSWER = "no answer"
#: A known list that was met as a link and not due to be asked.
LINKED = "linked"
#: Ends that somebody meant, and that no further attempt would change.
CLOSED = frozenset({"robots", "maintenance"})


@dataclass(frozen=True, slots=True)
class ListSeen:
    """One list: what stood on its first page, and how its further pages were.

    ``relevant`` rows have a title that may name a Document, ``dated`` ones a date beside them;
    ``letters`` is the length of all their titles, ``years`` counts those that state a report year;
    ``days`` counts the different dates, ``newest`` is the last of them and ``recent`` that of the
    third newest row. ``columns`` counts sub-columns and frames; ``following`` tells whether it
    links to a next page.

    ``pages`` counts the pages that brought rows of the list, ``repeated`` those with exactly the
    rows of an earlier one; of the further pages that it leads to, ``missing`` are not there,
    ``strange`` have no rows of the list, ``silent`` do not answer however often they are asked.
    ``directories`` are those its rows lie in, ``beyond`` counts the rows on further pages.

    ``parent`` is the list that led here; the columns that the portal's file names have none.
    ``at`` is where the first page was found in the end. Both are canonical, as lists' names are
    everywhere here: a portal that takes to https has the lists it had.
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
    years: int = 0
    days: int = 0
    newest: str = ""
    recent: str = ""
    strange: int = 0
    silent: int = 0
    directories: tuple[str, ...] = ()
    beyond: int = 0

    def joined(self, other: ListSeen) -> ListSeen:
        """The same list met by two runs of one walk: the first page from the later that read it."""
        both = bool(self.at and other.at)
        return replace(
            other if other.at else self,
            pages=self.pages + other.pages - both,
            repeated=self.repeated + other.repeated,
            missing=self.missing + other.missing,
            strange=self.strange + other.strange,
            silent=self.silent + other.silent,
            beyond=self.beyond + other.beyond,
            directories=tuple(sorted({*self.directories, *other.directories})),
        )

    @property
    def astray(self) -> int:
        """Further pages that are linked and are no pages of this list."""
        return self.missing + self.strange


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
    ``unanswered`` counts the attempts made on known lists that answered none of them.
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
    unanswered: Counts = field(default_factory=dict)

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
            unanswered=summed(self.unanswered, other.unanswered),
        )


def summed(*counts: Counts) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))
