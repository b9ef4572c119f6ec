"""When a host may be asked next, agreed between all crawls of the machine.

A request takes a *turn* in its lanes (its host and the host's addresses) in one transaction that
also sets when the next turn may begin. A crawl that is killed therefore leaves its pause behind,
and the kernel tells that its turns are over (crawler.fetch.alive).

A crawl that is frozen (SIGSTOP, a suspended container) is alive and says nothing. Its turn lasts
until its request must be over, ``Pace.longest`` after it began, and a delay more. When it wakes it
may still have that request to send: what was not sent within ``Pace.longest`` is not sent at all
(crawler.fetch.wire), so no two requests come closer than the delay.
"""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.fetch.clock import DAY, boot_id, machine_now
from crawler.fetch.pacefile import PaceFile
from crawler.fetch.pacing import Manners, Pace

# How often another crawl's turn is looked at: four times a delay, within reason.
_LOOKS = 4
_LEAST_LOOK = 0.005


@dataclass(frozen=True, slots=True)
class Turn:
    """A request on the wire: the lanes it occupies and since when.

    After ``send_before``, by `machine_now`, others count it as over: it must not be sent any more.
    """

    number: int
    host: str
    lanes: tuple[str, ...]
    began: float
    send_before: float


class SharedPacer:
    """Keeps ``pace.limit`` requests at a time, a delay apart, per host and per address."""

    def __init__(
        self,
        path: Path,
        pace: Pace,
        clock: Callable[[], float] = machine_now,
        boot: str | None = None,
    ) -> None:
        self.pace = pace
        self._clock = clock
        self._file = PaceFile(path, boot_id() if boot is None else boot, clock())
        self._turns = 0

    def close(self) -> None:
        self._file.close()

    def delay(self, host: str) -> float:
        """The distance between two requests to ``host``."""
        with self._file.reading() as db:
            return self.pace.delay(_manners(db, host))

    def wait(self, host: str, lanes: Sequence[str]) -> float:
        """Seconds until it is worth trying to `start`, 0 when it is now.

        Infinite while a request of this very crawl is under way: its end is soon known.
        """
        with self._file.reading() as db:
            now = self._clock()
            holders = self._holders(db, lanes, now)
            for owner in holders:
                if not self._file.is_alive(owner):
                    self._file.bury(owner, now)
            delay = self.pace.delay(_manners(db, host))
            pause = 0.0
            for name, last, ready in _lanes(db, lanes):
                # An address is also shared with hosts that wish for more than this one.
                wish = last + (delay if name == host else self.pace.own_delay)
                if wish > max(ready, now):
                    # Told to the others too: the less patient would always be quicker.
                    db.execute(
                        "update lanes set ready = max(ready, ?) where name = ?", (wish, name)
                    )
                pause = max(pause, ready - now, wish - now)
        if pause <= 0 and holders:
            ours = self._file.owner in holders
            return math.inf if ours else max(_LEAST_LOOK, delay / _LOOKS)
        return pause

    def start(self, host: str, lanes: tuple[str, ...]) -> Turn | None:
        """Take the turn `wait` said was free, unless another crawl was quicker."""
        with self._file.transaction() as db:
            now = self._clock()
            resting = any(ready > now for _, _, ready in _lanes(db, lanes))
            if resting or self._holders(db, lanes, now):
                return None
            self._turns += 1
            turn = Turn(self._turns, host, lanes, now, now + self.pace.longest)
            delay = self.pace.delay(_manners(db, host))
            rows = self._rows(turn, turn.send_before + delay)
            db.executemany("insert into turns values (?, ?, ?, ?)", rows)
            _note(db, lanes, now, now + delay)
        return turn

    def finish(self, turn: Turn, *, welcomed: bool) -> None:
        """The request has left the wire: the next one may begin a delay from now.

        ``welcomed`` says that the host answered without asking for a pause.
        """
        with self._file.transaction() as db:
            now = self._clock()
            known = _manners(db, turn.host).answered_in(now - turn.began)
            if welcomed:
                known = replace(known, refusals=0)
            _learn(db, turn.host, known, now)
            _note(db, turn.lanes, now, now + self.pace.delay(known))
            db.executemany(
                "delete from turns where lane = ? and owner = ? and turn = ?", self._rows(turn)
            )

    def throttled(self, host: str, lanes: Sequence[str], wanted: float) -> float:
        """The host asked for a pause of ``wanted`` seconds, or of no stated length (0)."""
        with self._file.transaction() as db:
            now = self._clock()
            known = _manners(db, host)
            seconds = self.pace.pause(known, wanted)
            _learn(db, host, known.refused(), now)
            # One host's wish may not close a platform's address, with all its portals, for long.
            _note(db, lanes, now, now + min(seconds, self.pace.patience))
            _note(db, (host,), now, now + min(seconds, DAY))
        return seconds

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        with self._file.transaction() as db:
            known = replace(_manners(db, host), crawl_delay=min(seconds, DAY))
            _learn(db, host, known, self._clock())

    def _rows(self, turn: Turn, *more: float) -> list[tuple[str | float, ...]]:
        return [(lane, self._file.owner, turn.number, *more) for lane in turn.lanes]

    def _holders(self, db: sqlite3.Connection, lanes: Sequence[str], now: float) -> set[int]:
        """The crawls whose requests fill one of the lanes; empty while there is room in all."""
        turns = db.execute(
            f"select lane, owner from turns where lane in ({_marks(lanes)}) and ends > ?",
            (*lanes, now),
        ).fetchall()
        taken = Counter(lane for lane, _ in turns)
        return {owner for lane, owner in turns if taken[lane] >= self.pace.limit}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _lanes(db: sqlite3.Connection, names: Sequence[str]) -> list[tuple[str, float, float]]:
    """Name, last and ready of the lanes there are."""
    query = f"select name, last, ready from lanes where name in ({_marks(names)})"
    return db.execute(query, tuple(names)).fetchall()


def _note(db: sqlite3.Connection, lanes: Sequence[str], last: float, ready: float) -> None:
    """Something happened in the lanes; a longer pause that was agreed before stays."""
    db.executemany(
        "insert into lanes values (?, ?, ?) on conflict (name) do update"
        " set last = excluded.last, ready = max(ready, excluded.ready)",
        [(name, last, ready) for name in lanes],
    )


def _manners(db: sqlite3.Connection, host: str) -> Manners:
    query = "select crawl_delay, latency, refusals from hosts where name = ?"
    row = db.execute(query, (host,)).fetchone()
    return Manners(*row) if row else Manners()


def _learn(db: sqlite3.Connection, host: str, known: Manners, now: float) -> None:
    db.execute(
        "insert or replace into hosts values (?, ?, ?, ?, ?)",
        (host, known.crawl_delay, known.latency, known.refusals, now),
    )
