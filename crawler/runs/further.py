"""The further pages that a run's lists lead to: which of them are pages of their list, and which
are missing, something else, or silent.

A page of the list has rows, and they lie where those of the list lie, in this run or in earlier
ones: what stands on page 2 may be of the time before a relaunch, all of it. What a portal shows in
place of a page it no longer has (its home page, another list, a notice) has others or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from crawler.discovery.drift import directories_of
from crawler.items import Link
from crawler.runs.observed import ListSeen
from crawler.thresholds import LIMITS

#: What the address of a further page answers where the list no longer has it.
_NO_PAGE = frozenset({"not_found", "gone", "soft_404", "redirected"})
#: Answered, and no page of its list so far: what it is will be read yet, or has been.
_STRANGE = "strange"
_MISSING = "missing"
#: A list with rows in more places than this gathers them, and what is strange to it nobody can say.
_MOST_DIRECTORIES = 30


class FurtherPages:
    """Every page by its canonical URL; lists go by the name that `collect` gives them."""

    def __init__(self, directories: Mapping[str, Collection[str]]) -> None:
        self._list_of: dict[str, str] = {}
        self._ends: dict[str, str] = {}  # of those that are no pages of their list: why
        self._attempts: Counter[str] = Counter()  # that failed
        self._known = directories  # of each list's rows, in earlier runs
        self._directories: dict[str, set[str]] = {}  # … in this one

    def linked(self, url: str, name: str) -> None:
        self._list_of.setdefault(url, name)

    def failed(self, url: str) -> None:
        if url in self._list_of:
            self._attempts[url] += 1

    def answered(self, url: str, end: str) -> None:
        if url in self._list_of:
            self._ends[url] = _MISSING if end in _NO_PAGE else _STRANGE
            del self._attempts[url]

    def read(self, name: str, url: str, rows: Sequence[Link], *, first: bool) -> bool:
        """A list's page was read; is it one of its own? A first page always is."""
        if not first and (self._ends.get(url) == _MISSING or self._is_foreign(name, rows)):
            return False
        self._ends.pop(url, None)
        self._directories.setdefault(name, set()).update(directories_of(rows))
        return True

    def _is_foreign(self, name: str, rows: Sequence[Link]) -> bool:
        here = self._directories.get(name, set()).union(self._known.get(name, ()))
        if not here or len(here) > _MOST_DIRECTORIES:
            return False
        own = sum(directory in here for directory in directories_of(rows))
        return own < max(1, LIMITS["own_rows"] * len(rows))

    def counted_in(self, lists: Mapping[str, ListSeen]) -> dict[str, ListSeen]:
        """The lists, with the number of their further pages that were not read."""
        ends = Counter((self._list_of[url], end) for url, end in self._ends.items())
        asked = LIMITS["silent_attempts"]
        silent = Counter(self._list_of[url] for url, n in self._attempts.items() if n >= asked)
        return {
            name: replace(
                seen,
                missing=ends[name, _MISSING],
                strange=ends[name, _STRANGE],
                silent=silent[name],
                directories=self._kept_of(name),
            )
            for name, seen in lists.items()
        }

    def _kept_of(self, name: str) -> tuple[str, ...]:
        """One more than needed tells later runs that there were too many."""
        return tuple(sorted(self._directories.get(name, ())))[: _MOST_DIRECTORIES + 1]
