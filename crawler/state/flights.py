"""The requests that are out: how each one ends, and the commit that makes its end true.

No public hook of Scrapy sees every scheduled request end: redirects and retries reach no spider
middleware, refused answers no callback. ``engine._remove_request`` does, after callback, items
and pipelines; how they went is told by the errback, ``spider_error`` and ``item_error``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.reactor import CallLaterOnce
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.errors import ArchiveError
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.refusals import PutOff
from crawler.state.frontier import Ending, Standing
from crawler.state.memory import WRITES
from crawler.state.parentage import PUT_OFF, ROW


@dataclass(slots=True)
class Flight:
    """A request that is out: its end as far as it is known. ``dont_filter`` as its row has it."""

    ending: Ending
    dont_filter: bool


class Flights:
    """``commit`` makes endings true, many at a time; children go out only after it."""

    def __init__(self, crawler: Crawler, commit: Callable[[list[Ending]], None]) -> None:
        self._crawler = crawler
        self._commit = commit
        self._out: dict[int, Flight] = {}
        self._settling = 0  # requests that are over and not committed
        self._over: deque[tuple[Ending, str | None]] = deque()  # … and the last record before
        self._is_waiting = False  # for the first of them
        self._ended: list[Ending] = []  # those whose records are durable
        self._commit_soon = CallLaterOnce(self._commit_ended)
        self._all_settled: Deferred[None] | None = None

    def __bool__(self) -> bool:
        """Is an end awaiting its commit?"""
        return self._settling > 0

    def watch(self) -> None:
        """From now on see requests end."""
        connect = self._crawler.signals.connect
        connect(self._troubled, signal=signals.spider_error)
        connect(self._troubled, signal=signals.item_error)
        engine = self._crawler.engine
        assert engine is not None
        remove = engine._remove_request

        def removed(result: Any, request: Request) -> None:
            self._removed(request)
            remove(result, request)

        engine._remove_request = removed  # type: ignore[assignment, method-assign]

    def begin(self, request: Request, row: int) -> None:
        """A request goes out."""
        request.meta.update({ROW: row, WRITES: []})
        request.errback = self._not_answered
        self._out[row] = Flight(Ending(row), request.dont_filter)

    def get(self, row: int | None) -> Flight | None:
        return self._out.get(row) if row is not None else None

    async def settled(self) -> None:
        """Return when every end is committed."""
        if self._settling:
            self._all_settled = Deferred()
            await maybe_deferred_to_future(self._all_settled)

    def _not_answered(self, failure: Failure) -> None:
        """The errback of every request; raises again what it got, as if there were none."""
        if isinstance(failure.value, PutOff):
            failure.request.meta[PUT_OFF] = True  # type: ignore[attr-defined]
        failure.raiseException()

    def _troubled(self, response: Response | Failure | None) -> None:
        """A callback or a pipeline failed: what it should have recorded is not recorded."""
        request: Request | None = getattr(response, "request", None)
        flight = self.get(request.meta.get(ROW)) if request is not None else None
        if flight is not None:
            flight.ending.trouble = True

    def _removed(self, request: Request) -> None:
        ending = self._out.pop(request.meta[ROW]).ending
        ending.writes = request.meta[WRITES]
        if ending.trouble:
            self._crawler.stats.inc_value("frontier/trouble")
        elif PUT_OFF in request.meta:
            ending.standing = Standing.PUT_OFF
            self._crawler.stats.inc_value("frontier/put_off")
        self._settling += 1
        self._over.append((ending, self._archive.last if self._archive is not None else None))
        if not self._is_waiting:
            self._is_waiting = True
            deferred_from_coro(self._settle())

    @cached_property
    def _archive(self) -> CrawlArchive | None:
        return self._crawler.get_extension(CrawlArchive)

    async def _settle(self) -> None:
        """All that was fetched for a request must be on the disk before the request is over.

        A sync takes all there is: where the first has waited for it, the others need not.
        """
        while self._over:
            ending, record_id = self._over.popleft()
            try:
                if self._archive is not None and record_id is not None:
                    await self._archive.durable(record_id)
            except ArchiveError:  # the archive closes the crawl, and the request stays in flight
                self._less(1)
                continue
            self._ended.append(ending)
            self._commit_soon.schedule()
        self._is_waiting = False

    def _commit_ended(self) -> None:
        ended, self._ended = self._ended, []
        self._commit(ended)
        self._less(len(ended))
        engine = self._crawler.engine
        if engine is not None and engine._slot is not None:
            # Otherwise new requests would wait for the next heartbeat.
            engine._slot.nextcall.schedule()

    def _less(self, count: int) -> None:
        self._settling -= count
        if not self._settling and self._all_settled is not None:
            self._all_settled.callback(None)
