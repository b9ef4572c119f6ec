"""The scheduler of a crawl that loses nothing: Scrapy's seams on one side, `Frontier` on the other.

A request is over when its callback, its items and their pipelines are; then everything it
fetched is awaited on the disk, and what it led to is committed together with its end. Children
are handed out only after that commit, so a walk that is cut off anywhere goes on from there:
an answer that is archived but not committed is answered from the archive (`recovery`).

Leans on private names of Scrapy 2.19 (here and in `flights`); tests/test_resume.py holds it
to them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property, partial
from typing import Final, Self, TypeVar

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.reactor import CallLaterOnce
from scrapy.utils.request import RequestFingerprinterProtocol
from twisted.internet.defer import Deferred

from crawler.errors import StateError
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.politeness import PolitenessMiddleware
from crawler.fetch.stopping import stop_for_fault
from crawler.layout import Layout
from crawler.state import frontier, known, leads, lists, pages
from crawler.state.db import State
from crawler.state.entries import Entry, entry_of, request_of
from crawler.state.fingerprints import Fingerprinter
from crawler.state.flights import Flights
from crawler.state.frontier import Counts, Ending, Frontier
from crawler.state.lock import name_run
from crawler.state.memory import memory_of
from crawler.state.parentage import PARENT, ROW
from crawler.state.recovery import Recovery

logger = logging.getLogger(__name__)

#: What goes out within this time is put on record together.
_MARK_SECONDS: Final = 0.25
#: The finish reason of a crawl whose state file failed.
FAILED: Final = "state_failed"
SCHEMAS: Final = (frontier.SCHEMA, pages.SCHEMA, lists.SCHEMA, leads.SCHEMA, known.SCHEMA)

T = TypeVar("T")


class DurableScheduler(BaseScheduler):
    """Scrapy's SCHEDULER. ``state`` is open from before the first request to after the last.

    Stats: ``frontier/resumed`` (the run that began the walk), ``frontier/queued``,
    ``frontier/in_flight``, ``frontier/answerable`` and ``frontier/refetched`` (of those in flight,
    the ones without an answer), as found at the start,
    ``frontier/dropped`` (by ``-a fresh=1``), ``frontier/answered`` (from the archive),
    ``frontier/put_off``, ``frontier/trouble``, ``frontier/known`` (met again, not queued),
    ``frontier/left`` (open requests at the end), ``frontier/given_up`` (pages that run after run
    could not handle) and ``frontier/lists_asked`` (by the runs before, if that is long ago).
    """

    state: State | None = None
    recovery: Recovery | None = None

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._layout = Layout(crawler.settings["ARCHIVE_DIR"])
        self._failed = False
        self._roots: list[Entry] = []  # what the spider starts with, until the next hand-out
        self._flights = Flights(crawler, self._commit)
        self._mark_soon = CallLaterOnce(self._mark)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    # -- beginning and end --------------------------------------------------------------------

    def open(self, spider: Spider) -> None:
        self._spider = spider
        self._portal: str = getattr(spider, "portal", spider.name)
        try:
            state = self.state = State(self._layout.state(self._portal), self._portal, SCHEMAS)
            self._frontier = Frontier(state)
            self._take_up(state, self._frontier.counts())
        except StateError as error:
            self._failed = True
            logger.error("%s", error)
        self._flights.watch()
        self._crawler.signals.connect(self._opened, signal=signals.spider_opened)

    def _take_up(self, state: State, found: Counts) -> None:
        """Go on with the walk of an earlier run, or begin one."""
        if found.left and not getattr(self._spider, "fresh", False):
            self._resume(state, found)
            return
        if found.left:
            self._say(f"fresh start: {found.left} requests of an earlier run dropped")
            self._crawler.stats.set_value("frontier/dropped", found.left)
        self._frontier.clear()

    def _resume(self, state: State, found: Counts) -> None:
        directory = self._layout.warc_dir(self._portal)
        self.recovery = Recovery(
            directory, state.runs, self._frontier, partial(pages.original, state.connection)
        )
        refetched = found.in_flight - self.recovery.in_flight
        in_flight = found.in_flight + self.recovery.unmarked
        queued = found.queued - self.recovery.unmarked
        self._frontier.requeue()
        self._look_again(state)
        self._say(
            f"resuming run {state.generation}: {queued} queued, {in_flight} in flight"
            f" ({self.recovery.pages} answered from the archive), {refetched} re-fetched"
        )
        facts = {
            "resumed": state.generation,
            "queued": queued,
            "in_flight": in_flight,
            "answerable": self.recovery.pages,
            "refetched": refetched,
            "given_up": found.given_up,
        }
        for name, value in facts.items():
            self._crawler.stats.set_value(f"frontier/{name}", value)

    def _look_again(self, state: State) -> None:
        """A walk cut off long ago knows nothing of the reports since: its lists are due again."""
        with state.reading() as connection:
            asked = pages.lists_asked(connection, state.generation)
        if asked is not None and memory_of(self._crawler).schedule.is_another_visit(asked):
            self._frontier.forget_done()
            self._crawler.stats.set_value("frontier/lists_asked", asked.isoformat())
            self._say(f"first pages of lists were asked {asked:%Y-%m-%d}: they are asked again")

    def _opened(self) -> None:
        """The archive, connected before us, has given the run its name."""
        if self._failed:  # here and not in `open`, after which Scrapy could not close in order
            raise CloseSpider(FAILED)
        archive, state = self._crawler.get_extension(CrawlArchive), self.state
        if archive is not None and archive.run and state is not None:
            self._guarded(lambda: state.join(archive.run))
            name_run(self._layout.lock(self._portal), archive.run)

    def close(self, reason: str) -> Deferred[None]:
        return deferred_from_coro(self._close(reason))

    async def _close(self, reason: str) -> None:
        await self._flights.settled()
        self._mark_soon.cancel()
        if not self._failed:
            self._guarded(lambda: self._take_stock(reason))
        if self.state is not None:
            self._guarded(self.state.close)

    def _take_stock(self, reason: str) -> None:
        counts = self._frontier.counts()
        left = counts.left
        self._crawler.stats.set_value("frontier/left", left)
        self._crawler.stats.set_value("frontier/given_up", counts.given_up)
        if left:
            self._say(f"{left} requests stay queued; `scrapy crawl {self._portal}` goes on")
        elif reason == "finished":
            self._frontier.clear()

    # -- what the engine asks -----------------------------------------------------------------

    def has_pending_requests(self) -> bool:
        return not self._failed and bool(self._roots or self._flights or self._frontier)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request in: it waits for the end of the one that it came from."""
        if (flight := self._flights.get(request.meta.get(ROW))) is not None:
            request.dont_filter = flight.dont_filter  # a retry sets it for Scrapy's own filter
            flight.ending.successor = self._entry(request)
        elif (flight := self._flights.get(request.meta.get(PARENT))) is not None:
            flight.ending.children.append(self._entry(request))
        else:
            self._roots.append(self._entry(request))
        return True

    def next_request(self) -> Request | None:
        return None if self._failed else self._guarded(self._next)

    def _next(self) -> Request | None:
        if self._roots:
            roots, self._roots = self._roots, []
            self._count_known(len(roots), self._frontier.add(roots))
        row = self._frontier.next(self._may_go)
        if row is None:
            return None
        self._mark_soon.schedule(_MARK_SECONDS)  # or with the next commit
        request = request_of(row.request, row.priority, self._spider, row.made)
        if row.fingerprint is not None and isinstance(self._fingerprinter, Fingerprinter):
            self._fingerprinter.know(request, row.fingerprint)
        self._flights.begin(request, row.id)
        return request

    @cached_property
    def _may_go(self) -> Callable[[str], bool]:
        """Requests that would only wait for a slow host keep those to others from the wire."""
        politeness = self._crawler.get_downloader_middleware(PolitenessMiddleware)
        return politeness.may_hand_out if politeness is not None else lambda _: True

    def _mark(self) -> None:
        if not self._failed:
            self._guarded(self._frontier.mark)

    def _entry(self, request: Request) -> Entry:
        if request.dont_filter:
            return entry_of(request, None)
        return entry_of(request, self._fingerprinter.fingerprint(request))

    @cached_property
    def _fingerprinter(self) -> RequestFingerprinterProtocol:
        assert self._crawler.request_fingerprinter is not None
        return self._crawler.request_fingerprinter

    # -- what is committed --------------------------------------------------------------------

    def _commit(self, ended: list[Ending]) -> None:
        if not self._failed:
            self._guarded(lambda: self._end(ended))

    def _end(self, ended: list[Ending]) -> None:
        met = sum(len(ending.children) for ending in ended)
        self._count_known(met, self._frontier.end(ended))

    def _count_known(self, met: int, new: int) -> None:
        self._crawler.stats.inc_value("frontier/known", met - new)

    def _guarded(self, work: Callable[[], T]) -> T | None:
        """Do it, or stop the crawl by name: a walk that cannot be recorded must not go on."""
        try:
            return work()
        except StateError as error:
            self._failed = True
            logger.error("%s", error)
            stop_for_fault(self._crawler, FAILED)
            return None

    def _say(self, message: str) -> None:
        """To whoever started the crawl, whatever the log level."""
        logger.info("%s: %s", self._portal, message)
        print(f"{self._portal}: {message}", flush=True)
