"""What the server was asked beside what the archive has: the torture's account of requests.

A request is *in flight* at a kill when the server had it and its answer is on no record. Only
those may be asked again by the run that goes on. A walk that had come to its end is followed by
another one, which asks lists and robots.txt anew: the account is kept walk by walk.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawler.layout import Layout
from crawler.state.frontier import Standing
from crawler.warc.index import build_index
from tests.benchmarks.torture_site import Site


@dataclass
class Ledger:
    """The account of one archive; `close_run` after every run, killed or not."""

    site: Site
    archive: Path
    portal: str
    in_flight: int = 0  # requests that were out when a crawl died, all kills together
    asked_again: int = 0
    answered_again: list[str] = field(default_factory=list)  # … though the answer was on record
    _of_walk: Counter[str] = field(default_factory=Counter)  # asked by its earlier runs
    _durable: Counter[str] = field(default_factory=Counter)  # answers of all runs, by path
    _known: set[str] = field(default_factory=set)  # answered in this walk
    _seen: int = 0

    def close_run(self) -> None:
        self.site.settle()
        asked = Counter(self.site.asked[self._seen :])
        self._seen += asked.total()
        durable = self._answers()
        # Met before in this walk, or twice in this run.
        self.asked_again += sum(
            times if path in self._of_walk else times - 1 for path, times in asked.items()
        )
        self.answered_again += sorted(self._known & asked.keys())
        self.in_flight += (asked - (durable - self._durable)).total()
        self._known |= (durable - self._durable).keys()
        self._of_walk += asked
        self._durable = durable
        if self._walk_is_over():
            self._of_walk.clear()
            self._known.clear()

    def _answers(self) -> Counter[str]:
        """Answers on record, those in files that a kill left open included."""
        entries = build_index(Layout(self.archive).warc_dir(self.portal)).entries.values()
        kinds = ("response", "revisit")
        return Counter(urlsplit(entry.url).path for entry in entries if entry.kind in kinds)

    def _walk_is_over(self) -> bool:
        path = Layout(self.archive).state(self.portal)
        if not path.exists():
            return True
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name = 'walk'"
            if connection.execute(query).fetchone() is None:  # killed as it was made
                return True
            (generation,) = connection.execute("SELECT generation FROM walk").fetchone()
            # Killed at its close, a walk has nothing left and is not yet called over: what comes
            # next is another one.
            query = "SELECT 1 FROM frontier WHERE standing < ?"
            left = connection.execute(query, (Standing.DONE,)).fetchone()
        return not generation or left is None
