"""The state file of a portal: opened, checked, written in transactions; see `State`.

Tables belong to the modules that use them: each hands `State` its ``SCHEMA`` (``CREATE … IF NOT
EXISTS``). All reading and writing happens on the reactor's thread, through ``connection``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crawler.atomic import sync_directory
from crawler.errors import StateError

VERSION: Final = 1
BUSY_SECONDS: Final = 30.0

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS walk (          -- the one row: the walk under way
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation TEXT NOT NULL               -- the run that began it; '' when none is under way
);
CREATE TABLE IF NOT EXISTS runs (          -- the runs of that walk, oldest first
    number INTEGER PRIMARY KEY,
    run TEXT NOT NULL UNIQUE
);
INSERT OR IGNORE INTO walk VALUES (1, '');
"""


class State:
    """An open state file. Any trouble with it is a StateError; it is never started afresh."""

    def __init__(self, path: Path, portal: str, schemas: Iterable[str] = ()) -> None:
        self.path = path
        self.portal = portal
        self._durable: bool | None = None  # what the connection is set to
        with self._named("open it"):
            path.parent.mkdir(parents=True, exist_ok=True)
            new = not path.exists()
            # Transactions are begun and ended by `writing` alone.
            self.connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            if new:
                sync_directory(path.parent)
        try:
            self._prepare((SCHEMA, *schemas))
        except StateError:
            self.connection.close()
            raise

    @property
    def generation(self) -> str:
        """The run that began the walk under way; runs that resume it keep it. '' before one."""
        with self._named("read it"):
            (generation,) = self.connection.execute("SELECT generation FROM walk").fetchone()
        return str(generation)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs of the walk under way, oldest first."""
        with self._named("read it"):
            rows = self.connection.execute("SELECT run FROM runs ORDER BY number").fetchall()
        return tuple(run for (run,) in rows)

    def join(self, run: str) -> None:
        """A run takes part in the walk under way, or begins one."""
        with self.writing() as connection:
            connection.execute("UPDATE walk SET generation = ? WHERE generation = ''", (run,))
            connection.execute("INSERT OR IGNORE INTO runs (run) VALUES (?)", (run,))

    def end_walk(self, connection: sqlite3.Connection) -> None:
        """The walk is over: the next run begins another. Part of the caller's transaction."""
        connection.execute("UPDATE walk SET generation = ''")
        self.forget_runs(connection)

    def forget_runs(self, connection: sqlite3.Connection) -> None:
        """The runs so far have no answers for those to come. Part of the caller's transaction."""
        connection.execute("DELETE FROM runs")

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing, on the disk when the block is left.

        Without ``durable`` it outlives the process but not a power cut, at a tenth of the cost.
        """
        connection = self.connection
        with self._named("write it"):
            if durable is not self._durable:
                connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._durable = durable
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for queries, errors named."""
        with self._named("read it"):
            yield self.connection

    def close(self) -> None:
        with self._named("close it"):
            self.connection.close()

    def _prepare(self, schemas: Iterable[str]) -> None:
        with self._named("read it"):
            self.connection.execute("PRAGMA journal_mode = WAL")
            (answer,) = self.connection.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if answer != "ok":
            raise self._error("read it", answer)
        if version > VERSION:
            raise StateError(
                f"{self.portal}: expected the state file {self.path} of version {VERSION} or"
                f" older, found {version}; update this installation"
            )
        with self.writing() as connection:
            for statement in _statements(schemas):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _named(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._error(doing, str(error)) from error

    def _error(self, doing: str, found: str) -> StateError:
        return StateError(
            f"{self.portal}: state file {self.path}: expected to {doing}, found: {found}; free"
            " space or restore it and start the crawl again. If it is beyond repair, move it away:"
            " the WARC files have everything but the queue, and the next crawl walks the portal"
            " from its entry pages"
        )


def _statements(schemas: Iterable[str]) -> Iterator[str]:
    """The single statements of some scripts; ``executescript`` would commit in between."""
    for script in schemas:
        statement = ""
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""
