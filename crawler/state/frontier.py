"""The queue of a walk: every request that was ever met in it, and what became of it.

Pure SQLite: no fingerprint is held in memory, and of the requests only those that go out next
(`departures`). Which row is next is asked of an index; whether a URL was met before, of the
unique one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.state.db import State
from crawler.state.departures import Departures, Row
from crawler.state.entries import Entry
from crawler.state.standing import Standing as Standing

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS frontier (
    id INTEGER PRIMARY KEY,
    fingerprint BLOB UNIQUE,               -- NULL: may be asked for any number of times
    host TEXT NOT NULL,
    priority INTEGER NOT NULL,
    standing INTEGER NOT NULL,             -- see Standing
    troubles INTEGER NOT NULL DEFAULT 0,   -- how often handling its answer failed
    request TEXT NOT NULL                  -- see entries; empty once it is over
);
CREATE INDEX IF NOT EXISTS frontier_queue ON frontier (host, priority DESC, id)
    WHERE standing = 0;
CREATE INDEX IF NOT EXISTS frontier_open ON frontier (standing) WHERE standing IN (1, 2);
"""

#: A page whose handling failed is tried again by this many runs; then it is given up, by name,
#: or the walk would never come to its end.
MAX_TROUBLES: Final = 3


class Open(NamedTuple):
    """A request that is not over yet."""

    request: str
    standing: Standing


#: Part of the transaction that ends a request: what else became known by its answer.
StateWrite = Callable[[sqlite3.Connection], None]


@dataclass(slots=True)
class Ending:
    """How a request ended, and all that becomes true with it, in one transaction.

    ``successor`` is its own retry or redirect. ``writes`` count only for a request that is done.
    """

    row: int
    standing: Standing = Standing.DONE
    trouble: bool = False
    children: list[Entry] = field(default_factory=list)
    successor: Entry | None = None
    writes: Sequence[StateWrite] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    queued: int = 0
    in_flight: int = 0
    done: int = 0
    given_up: int = 0

    @property
    def left(self) -> int:
        return self.queued + self.in_flight


class Frontier:
    def __init__(self, state: State) -> None:
        self._state = state
        self._departures = Departures(state)

    def __bool__(self) -> bool:
        """Is anything queued?"""
        return bool(self._departures)

    def counts(self) -> Counts:
        """What is put off counts as queued: it was never asked for."""
        self._departures.mark()
        with self._state.reading() as connection:
            query = "SELECT standing, count(*) FROM frontier GROUP BY standing"
            found = Counter(dict(connection.execute(query)))
        return Counts(
            queued=found[Standing.QUEUED] + found[Standing.PUT_OFF],
            in_flight=found[Standing.IN_FLIGHT],
            done=found[Standing.DONE],
            given_up=found[Standing.GIVEN_UP],
        )

    def add(self, entries: Iterable[Entry]) -> int:
        """Queue what was not met before; how many that were.

        For what a run begins with: a run that is cut off begins with it again.
        """
        with self._state.writing(durable=False) as connection:
            return sum(self._insert(connection, entry) for entry in entries)

    def next(self, may_go: Callable[[str], bool]) -> Row | None:
        """The first request, by priority, of the hosts that may be asked now; `mark` it soon."""
        return self._departures.next(may_go)

    def mark(self) -> None:
        """Put on record what went out."""
        self._departures.mark()

    def end(self, endings: Sequence[Ending]) -> int:
        """Make endings true, all in one durable transaction; how many of the children are new."""
        with self._state.writing() as connection:
            self._departures.record(connection, but={ending.row for ending in endings})
            new = sum(self._end(connection, ending) for ending in endings)
        self._departures.recorded()
        return new

    def open_request(self, fingerprint: bytes) -> Open | None:
        """The request of that fingerprint that is not over yet."""
        with self._state.reading() as connection:
            query = "SELECT request, standing FROM frontier WHERE fingerprint = ? AND standing < ?"
            row = connection.execute(query, (fingerprint, Standing.DONE)).fetchone()
        return Open(row[0], Standing(row[1])) if row else None

    def requeue(self) -> None:
        """At the start of a run: what the last one left in flight or put off waits again."""
        with self._state.writing() as connection:
            connection.execute(
                "UPDATE frontier SET standing = ? WHERE standing IN (?, ?)",
                (Standing.QUEUED, Standing.IN_FLIGHT, Standing.PUT_OFF),
            )
        self._departures.recount()

    def forget_done(self) -> None:
        """Whatever is over may be asked again in this walk; the runs before are not asked for
        its answers, which would be the old ones."""
        with self._state.writing() as connection:
            connection.execute("DELETE FROM frontier WHERE standing = ?", (Standing.DONE,))
            self._state.forget_runs(connection)

    def clear(self) -> None:
        """The walk is over, or given up: forget it."""
        with self._state.writing() as connection:
            connection.execute("DELETE FROM frontier")
            self._state.end_walk(connection)
        self._departures.recount()

    def _end(self, connection: sqlite3.Connection, ending: Ending) -> int:
        new = sum(self._insert(connection, child) for child in ending.children)
        standing = self._standing(connection, ending)
        text = "" if standing >= Standing.DONE else None
        connection.execute(
            "UPDATE frontier SET standing = ?, troubles = troubles + ?,"
            " request = coalesce(?, request) WHERE id = ?",
            (standing, ending.trouble, text, ending.row),
        )
        if ending.successor is not None:
            self._succeed(connection, ending.row, ending.successor)
        if standing is Standing.DONE:
            for write in ending.writes:
                write(connection)
        return new

    def _standing(self, connection: sqlite3.Connection, ending: Ending) -> Standing:
        if not ending.trouble:
            return ending.standing
        query = "SELECT troubles FROM frontier WHERE id = ?"
        (troubles,) = connection.execute(query, (ending.row,)).fetchone()
        return Standing.GIVEN_UP if troubles + 1 >= MAX_TROUBLES else Standing.PUT_OFF

    def _succeed(self, connection: sqlite3.Connection, row: int, entry: Entry) -> None:
        """A retry takes its own row again; a redirect is a request like any other."""
        changed = connection.execute(
            "UPDATE frontier SET standing = ?, priority = ?, request = ?"
            " WHERE id = ? AND fingerprint IS ?",
            (Standing.QUEUED, entry.priority, entry.request, row, entry.fingerprint),
        ).rowcount
        if changed:
            self._departures.arrived(entry.host)
        else:
            self._insert(connection, entry)

    def _insert(self, connection: sqlite3.Connection, entry: Entry) -> int:
        inserted = connection.execute(
            "INSERT OR IGNORE INTO frontier (fingerprint, host, priority, standing, request)"
            " VALUES (?, ?, ?, ?, ?)",
            (entry.fingerprint, entry.host, entry.priority, Standing.QUEUED, entry.request),
        )
        if inserted.rowcount:
            assert inserted.lastrowid is not None
            self._departures.arrived(entry.host)
            self._departures.hold(inserted.lastrowid, entry.made)
        return inserted.rowcount
