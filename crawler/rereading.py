"""Reading stored captures again on all cores, with the outcome of one.

Processes are forked, so that the index of the WARC files is there once, and each reads some
captures in a row, with a worker of its own for files (`crawler.isolation`). What they give comes in
the order of the captures, a bounded number of rows ahead of whoever takes it.

A process that is killed (by a lack of memory, say) costs the page it was at: what it had in hand is
read again, a page at a time, and the page that ends another process is a damage of the archive.
"""

from __future__ import annotations

import math
import signal
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from os import getpid
from typing import Final, Self

from crawler.isolation.confinement import die_with
from crawler.isolation.limits import Limits
from crawler.isolation.pool import Pool
from crawler.items import Item
from crawler.portal.spider import PortalSpider
from crawler.reextract import Children, children_of, reread
from crawler.warc.reader import CaptureReader
from crawler.warc.scan import Damage

#: Captures a process reads in a row: enough that handing them over costs nothing.
_ROW: Final = 16
#: Rows under way or waiting to be taken, a process.
_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """What some captures gave; ``counts`` are the outcomes of pages that are no Documents."""

    items: list[Item] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    damages: list[Damage] = field(default_factory=list)

    def add(self, other: Row) -> None:
        self.items.extend(other.items)
        self.counts.update(other.counts)
        self.damages.extend(other.damages)


class Rereader:
    """Reads captures of one portal, in this process or in one forked from it."""

    def __init__(self, reader: CaptureReader, spider: PortalSpider, limits: Limits) -> None:
        self._reader = reader
        self._spider = spider
        self._limits = limits
        self._children: Children = children_of(reader)
        self._pool: Pool | None = None

    def start(self) -> None:
        """In the process that is to read."""
        self._pool = Pool(self._limits)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()

    def row(self, record_ids: list[str]) -> Row:
        assert self._pool is not None
        row, read = Row(), self._pool.read
        known = len(self._reader.damages)
        captures = self._reader.read(record_ids)
        row.items.extend(
            reread(self._reader, self._spider, captures, row.counts, read, self._children)
        )
        row.damages.extend(self._reader.damages[known:])
        return row

    def killed(self, record_id: str) -> Damage:
        """A page that ended the process which read it."""
        place = self._reader.location(record_id)
        reason = f"{record_id}: expected a page that can be read, found one that ends its process"
        return Damage(place.warc, place.offset, f"{reason}; free memory and run this again")


def row_count(record_ids: list[str]) -> int:
    """How many rows they are read in."""
    return math.ceil(len(record_ids) / _ROW)


def rows_of(rereader: Rereader, record_ids: list[str], jobs: int) -> Generator[Row, None, None]:
    """What all captures give, by ``jobs`` processes at the same time; one is this process."""
    rows = [record_ids[start : start + _ROW] for start in range(0, len(record_ids), _ROW)]
    if jobs == 1 or len(rows) < 2:
        rereader.start()
        try:
            yield from map(rereader.row, rows)
        finally:
            rereader.close()
        return
    with _Processes(rereader, min(jobs, len(rows))) as processes:
        yield from processes.map(rows)


class _Processes:
    def __init__(self, rereader: Rereader, jobs: int) -> None:
        self._rereader = rereader
        self._jobs = jobs
        self._executor = self._start(jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        for child in active_children() if fault else ():
            child.kill()  # nobody waits for what it is at
        self._executor.shutdown(cancel_futures=True)

    def map(self, rows: Iterable[list[str]]) -> Iterator[Row]:
        waiting = deque[tuple[list[str], Future[Row]]]()
        for row in rows:
            waiting.append((row, self._submit(row)))
            if len(waiting) > self._jobs * _AHEAD:
                yield self._answer(waiting)
        while waiting:
            yield self._answer(waiting)

    def _answer(self, waiting: deque[tuple[list[str], Future[Row]]]) -> Row:
        """The first row's answer. One process that dies takes the work of all with it: the rows
        that were under way are read again."""
        row, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            self._executor = self._start(self._jobs)
            for place, (lost, its_future) in enumerate(waiting):
                if not (its_future.done() and its_future.exception() is None):
                    waiting[place] = lost, self._submit(lost)
            return self._one_by_one(row)

    def _submit(self, row: list[str]) -> Future[Row]:
        try:
            return self._executor.submit(_row, row)
        except BrokenProcessPool as error:  # heard of at the row's turn
            broken: Future[Row] = Future()
            broken.set_exception(error)
            return broken

    def _one_by_one(self, row: list[str]) -> Row:
        """The row without the pages that end their process."""
        whole = Row()
        for record_id in row:
            with self._start(1) as executor:
                try:
                    whole.add(executor.submit(_row, [record_id]).result())
                except BrokenProcessPool:
                    whole.damages.append(self._rereader.killed(record_id))
        return whole

    def _start(self, jobs: int) -> ProcessPoolExecutor:
        """Forked: arguments are inherited, not sent."""
        context = get_context("fork")
        arguments = (self._rereader, getpid())
        return ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=arguments)


#: Of a forked process: what it reads with, until it ends.
_rereaders: list[Rereader] = []


def _begin(rereader: Rereader, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for our parent, which ends us
    die_with(parent)
    rereader.start()
    _rereaders.append(rereader)


def _row(record_ids: list[str]) -> Row:
    (rereader,) = _rereaders
    return rereader.row(record_ids)
