"""Which request goes out next.

In memory are how many rows wait at each host, the first few of those, and some of the requests that
this run made rows of, which need not be read from these. That a row went out is
put on record soon after, together with others: by itself it would cost more than all else that is
written of a request. A kill in between leaves the row queued, and costs no more than that: what a
run that goes on looks for in the archive are the answers to all that is open.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection
from sqlite3 import Connection
from typing import Final, NamedTuple

from scrapy import Request

from crawler.state.db import State
from crawler.state.standing import Standing

#: Rows of a host that are read at once; many more than go out between two commits are in vain.
_AHEAD: Final = 32
#: Requests that are held beside their rows: those of a few lists, some 2 KB each.
HELD: Final = 512


class Row(NamedTuple):
    """A request that goes out. Rows sort as they go: by priority, then by age."""

    rank: int  # the highest priority first
    id: int
    request: str
    fingerprint: bytes | None
    made: Request | None = None  # see `Entry`

    @property
    def priority(self) -> int:
        return -self.rank


class Departures:
    """``next`` takes a row out; `record` or `mark` make that known to the table."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._waiting: Counter[str] = Counter()  # queued rows by host
        self._ahead: dict[str, deque[Row]] = {}  # the first of them
        self._taken: set[int] = set()  # queued only by what the table says
        self._made: dict[int, Request] = {}  # by row
        self.recount()

    def __bool__(self) -> bool:
        """Is anything queued?"""
        return bool(self._waiting)

    def recount(self) -> None:
        """The table was changed by others than `next`."""
        with self._state.reading() as connection:
            query = "SELECT host, count(*) FROM frontier WHERE standing = ? GROUP BY host"
            self._waiting = Counter(dict(connection.execute(query, (Standing.QUEUED,))))
        self._ahead.clear()
        self._taken.clear()
        self._made.clear()

    def arrived(self, host: str) -> None:
        """One more row is queued."""
        self._waiting[host] += 1
        self._ahead.pop(host, None)  # it may come before those

    def hold(self, row: int, made: Request | None) -> None:
        """Keep a request at hand that is queued as that row, while there is room."""
        if made is not None and len(self._made) < HELD:
            self._made[row] = made

    def next(self, may_go: Callable[[str], bool]) -> Row | None:
        """The first row, by priority, of the hosts that may be asked now."""
        heads = ((self._head(host), host) for host in self._waiting if may_go(host))
        row, host = min(heads, default=(None, ""))
        if row is None:
            return None
        self._ahead[host].popleft()
        self._taken.add(row.id)
        self._made.pop(row.id, None)
        self._waiting[host] -= 1
        if not self._waiting[host]:
            del self._waiting[host]
        return row

    def mark(self) -> None:
        """Put on record what went out."""
        if self._taken:
            with self._state.writing(durable=False) as connection:
                self.record(connection)
            self.recorded()

    def record(self, connection: Connection, but: Collection[int] = ()) -> None:
        """… in the caller's transaction, before anything that became of it; then `recorded`.

        ``but`` are those whose end is part of it, which says more.
        """
        connection.executemany(
            "UPDATE frontier SET standing = ? WHERE id = ?",
            [(Standing.IN_FLIGHT.value, row) for row in self._taken if row not in but],
        )

    def recorded(self) -> None:
        """That transaction is committed."""
        self._taken.clear()

    def _head(self, host: str) -> Row:
        ahead = self._ahead.get(host)
        if not ahead:
            ahead = self._ahead[host] = self._read(host)
        return ahead[0]

    def _read(self, host: str) -> deque[Row]:
        with self._state.reading() as connection:
            rows = connection.execute(
                "SELECT -priority, id, request, fingerprint FROM frontier"
                " WHERE standing = 0 AND host = ? ORDER BY priority DESC, id LIMIT ?",
                (host, _AHEAD + len(self._taken)),
            )
            return deque(
                Row(rank, id_, request, fingerprint, self._made.get(id_))
                for rank, id_, request, fingerprint in rows
                if id_ not in self._taken
            )
