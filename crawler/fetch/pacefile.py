"""The politeness file: what all crawls of one machine know about when a host may be asked.

    lanes   a host or an address: when its last request began or ended, when the next may begin
    hosts   the wishes of a host, remembered for a day
    turns   requests on the wire: in which lane, whose, until when at the latest
    owners  the crawls; one whose byte of the file beside it is unlocked was killed
    boot    the start of the machine all moments count from

It holds nothing worth keeping: while no crawl is running it may be deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.fetch.alive import AliveFile
from crawler.fetch.clock import DAY

_VERSION = 2
_SCHEMA = f"""
create table lanes
    (name text primary key, last real not null, ready real not null) without rowid;
create table hosts
    (name text primary key, crawl_delay real not null, latency real not null,
     refusals integer not null, noted real not null) without rowid;
create table turns
    (lane text not null, owner integer not null, turn integer not null, ends real not null,
     primary key (lane, owner, turn)) without rowid;
create table owners (id integer primary key autoincrement);
create table boot (id text not null);
pragma user_version = {_VERSION};
"""
# Transactions take 50 µs. Waiting holds up the whole crawl, so it must end well before the ten
# seconds within which a crawl answers SIGTERM.
_BUSY_SECONDS = 5.0


class PaceFile:
    """A connection to the file; ``owner`` is this crawl's number in it."""

    def __init__(self, path: Path, boot: str, now: float) -> None:
        self._path = path
        with self._named_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._alive = AliveFile(path.with_name(path.name + ".alive"))
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            # Crawls started together must not set up the file at the same time.
            with self._named_errors(), self._alive.alone():
                self._set_up()
            with self.transaction():
                self._start_anew_after_boot(boot, now)
                self._forget(now)
                self.owner = self._new_owner()
        except ArchiveError:
            self._release()
            raise

    def close(self) -> None:
        """Gives back what this crawl still held."""
        try:
            with self.transaction():
                self._remove(self.owner)
        finally:
            self._release()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one crawl at a time."""
        with self.reading() as db:
            db.execute("begin immediate")
            with db:  # commits, or rolls back and lets the error through
                yield db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._named_errors():
            yield self._db

    def is_alive(self, owner: int) -> bool:
        return owner == self.owner or self._alive.holds(owner)

    def bury(self, owner: int, now: float) -> None:
        """End the turns of a crawl that was killed.

        Its last requests may have reached the wire long after their turns began, so their lanes
        rest once more from now, when nothing of them can come any more.
        """
        self._db.execute(
            "update lanes set ready = max(ready, ? + ready - last), last = ?"
            " where name in (select lane from turns where owner = ?)",
            (now, now, owner),
        )
        self._remove(owner)

    def _set_up(self) -> None:
        version = self._db.execute("pragma user_version").fetchone()[0]
        if version not in (0, _VERSION):
            raise ArchiveError(
                f"{self._path}: expected a politeness file of version {_VERSION}, found {version}; "
                "delete it while no crawl is running: it holds nothing worth keeping"
            )
        # In WAL mode a kill loses nothing and a power cut the last pauses.
        self._db.execute("pragma synchronous = normal")
        if version == 0:
            self._db.execute("pragma journal_mode = wal")
            self._db.executescript(f"begin; {_SCHEMA} commit;")

    def _start_anew_after_boot(self, boot: str, now: float) -> None:
        """Moments of another start mean nothing: every lane rests for all of its pause again."""
        if self._db.execute("select id from boot").fetchone() == (boot,):
            return
        self._db.execute("update lanes set ready = ? + max(ready - last, 0), last = ?", (now, now))
        self._db.execute("update hosts set noted = ?", (now,))
        self._db.execute("delete from turns")
        self._db.execute("delete from boot")
        self._db.execute("insert into boot values (?)", (boot,))

    def _forget(self, now: float) -> None:
        self._db.execute("delete from lanes where max(last, ready) < ?", (now - DAY,))
        self._db.execute("delete from hosts where noted < ?", (now - DAY,))
        for (owner,) in self._db.execute("select id from owners").fetchall():
            if not self._alive.holds(owner):
                self.bury(owner, now)

    def _new_owner(self) -> int:
        """A number of our own; one that is taken belongs to a crawl whose file was deleted."""
        while True:
            owner = self._db.execute("insert into owners default values").lastrowid
            assert owner is not None
            if self._alive.claim(owner):
                return owner

    def _remove(self, owner: int) -> None:
        self._db.execute("delete from turns where owner = ?", (owner,))
        self._db.execute("delete from owners where id = ?", (owner,))

    def _release(self) -> None:
        self._db.close()
        self._alive.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """What goes wrong is told with the file and what to do about it."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(
                f"{self._path}: expected to read and write the politeness file, found "
                f"{type(error).__name__}: {error}; see that the disk has room and the file may be "
                "written, or delete it while no crawl is running: it holds nothing worth keeping"
            ) from error
