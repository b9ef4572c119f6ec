"""The crawl's archive: a Scrapy extension that owns the WARC writer of a run.

The download handler hands it every exchange; pipelines and frontier wait for `durable`. Records
are made durable in groups, since an fsync for each nearly doubles a crawl's time: at 64 records,
one second after the first of them, or at once when somebody waits and nothing is being fetched.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy
import twisted
from scrapy import signals
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from scrapy.utils.reactor import CallLaterOnce
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

import crawler as xianzhi
from crawler.conversion.keeping import keep
from crawler.conversion.tool import Made
from crawler.errors import ArchiveError, ConfigurationError
from crawler.fetch.contact import user_agent
from crawler.fetch.stopping import stop_for_fault
from crawler.items import Note
from crawler.layout import Layout
from crawler.state.memory import memory_of
from crawler.warc.records import (
    Exchange,
    FailedFetch,
    Location,
    Original,
    Reference,
    Stored,
)
from crawler.warc.recover import recover
from crawler.warc.writer import WarcWriter, open_writer

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

GROUP_RECORDS = 64
GROUP_SECONDS = 1.0
# Whoever asks where a record lies asks while its page is handled, not this many records later.
_REMEMBERED = 50_000
#: The finish reason of a crawl that could not be recorded.
FAILED = "archive_failed"


class CrawlArchive:
    """``store_*`` return at once; `durable` tells when and where a record is on the disk.

    ``run`` and ``directory`` are known from ``spider_opened`` on. ``last`` is the latest record
    stored; a sync takes all there is, so whatever came before it is durable with it.
    """

    def __init__(self, crawler: Crawler, layout: Layout) -> None:
        self._crawler = crawler
        self._layout = layout
        self._writer: WarcWriter | None = None
        self._failure: ArchiveError | None = None
        self._stored: set[str] = set()  # records that are not durable yet
        self._located: OrderedDict[str, Location] = OrderedDict()
        self._waiting: defaultdict[str, list[Deferred[Location]]] = defaultdict(list)
        self._syncing: Deferred[None] | None = None
        self._timer = CallLaterOnce(self._sync)
        self._closed: Deferred[None] = Deferred()
        self.run = ""
        self.last: str | None = None
        self.directory = Path()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlArchive:
        archive = cls(crawler, Layout(crawler.settings["ARCHIVE_DIR"]))
        crawler.signals.connect(archive.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(archive.spider_closed, signal=signals.spider_closed)
        return archive

    def spider_opened(self, spider: Spider) -> None:
        portal = getattr(spider, "portal", spider.name)
        try:
            self._open(portal)
        except ConfigurationError as error:
            self._failure = ArchiveError(str(error))
        except OSError as error:
            self._failure = ArchiveError(
                f"{portal}: expected to write WARC files below {self._layout.root}, found {error};"
                " set ARCHIVE_DIR to a directory you may write to"
            )
        if self._failure is not None:
            logger.error("%s", self._failure)
            raise CloseSpider(FAILED)

    async def spider_closed(self) -> None:
        """Pipelines have ended by now: close the files and answer whoever still waits."""
        writer, self._writer = self._writer, None
        try:
            if self._syncing is not None:
                await maybe_deferred_to_future(self._syncing)
            self._timer.cancel()
            if writer is not None:
                await self._settle(writer.close)
        finally:
            self._closed.callback(None)

    async def closed(self) -> None:
        """Return when the files of a run that ends are closed, or could not be. For one waiter."""
        await maybe_deferred_to_future(self._closed)

    def store_exchange(self, exchange: Exchange, note: Note) -> Stored:
        return self._store(lambda writer: writer.write_exchange(exchange, note))

    def store_unchanged(self, exchange: Exchange, note: Note, of: Original) -> Stored:
        """A 304 to a question that carried the validators of ``of``."""
        return self._store(lambda writer: writer.write_unchanged(exchange, note, of))

    def store_failure(self, failed: FailedFetch, note: Note) -> Stored:
        return self._store(lambda writer: writer.write_failure(failed, note))

    def store_refusal(self, url: str, reason: str, note: Note) -> Stored:
        return self._store(lambda writer: writer.write_refusal(url, reason, note))

    def store_resource(
        self, of: Reference, content_type: str, content: bytes, note: Note
    ) -> Stored:
        """A rendered DOM, to be read in place of the response ``of``."""
        return self._store(lambda writer: writer.write_resource(of, content_type, content, note))

    def store_conversion(
        self, of: Reference, made: Made, note: Note, engine: str, version: str
    ) -> Stored:
        """What a tool made of the body of ``of``, which may be a record of an earlier run."""
        return self._store(lambda writer: keep(writer, of, made, note, engine, version))

    async def durable(self, record_id: str) -> Location:
        """Where a record of this run lies, once it is on the disk. Any number may wait for one."""
        if record_id in self._located:
            return self._located[record_id]
        if self._failure is not None:
            raise self._failure
        if record_id not in self._stored:
            raise ArchiveError(f"{record_id}: expected a record of run {self.run}, found none")
        waiter: Deferred[Location] = Deferred()
        self._waiting[record_id].append(waiter)
        self._schedule()
        return await maybe_deferred_to_future(waiter)

    def adopt(self, record_id: str, location: Location) -> None:
        """A record of an earlier run, on the disk already, that this run goes on from."""
        self._locate({record_id: location})

    def _open(self, portal: str) -> None:
        self.directory = self._layout.warc_dir(portal)
        for message in recover(self.directory, portal):
            logger.warning("%s: %s", portal, message)
        info = {
            "software": (
                f"xianzhi/{xianzhi.__version__} rules/{xianzhi.RULES_VERSION}"
                f" Scrapy/{scrapy.__version__} Twisted/{twisted.__version__}"
            ),
            "robots": "obey",
            "http-header-user-agent": user_agent(
                (self._crawler.settings.get("CONTACT") or "").strip()
            ),
        }
        lookup = memory_of(self._crawler).same_payload
        self.run, self._writer = open_writer(self.directory, portal, info, lookup)

    def _store(self, write: Callable[[WarcWriter], Stored]) -> Stored:
        if self._failure is not None:
            raise self._failure
        if self._writer is None:
            raise ArchiveError("expected an open archive, found a spider that is not running")
        try:
            stored = write(self._writer)
        except ArchiveError as error:
            self._fail(error)
            raise
        self._stored.add(stored.record_id)
        self.last = stored.record_id
        self._schedule()
        return stored

    def _schedule(self) -> None:
        """See that every stored record is synced: now, or by the timer."""
        if self._syncing is not None or not self._stored:
            return  # the end of a sync comes back here
        engine = self._crawler.engine
        idle = engine is not None and not engine.downloader.active
        if len(self._stored) >= GROUP_RECORDS or (self._waiting and idle):
            self._sync()
        else:
            self._timer.schedule(GROUP_SECONDS)  # from the first of the group: a no-op when set

    def _sync(self) -> None:
        self._timer.cancel()
        self._timer = CallLaterOnce(self._sync)  # a cancelled one can never be set again
        if self._writer is None or self._syncing is not None:
            return
        self._syncing = deferred_from_coro(self._sync_group(self._writer.sync))

    async def _sync_group(self, sync: Callable[[], dict[str, Location]]) -> None:
        await self._settle(sync)
        self._syncing = None
        self._schedule()

    async def _settle(self, make_durable: Callable[[], dict[str, Location]]) -> None:
        """Run a sync in a thread, where it may take its time, and answer those who waited."""
        try:
            located = await maybe_deferred_to_future(deferToThread(make_durable))
        except ArchiveError as error:
            self._fail(error)
            return
        self._locate(located)
        self._stored.difference_update(located)
        for record_id in located:
            for waiter in self._waiting.pop(record_id, ()):
                waiter.callback(located[record_id])

    def _locate(self, located: Mapping[str, Location]) -> None:
        self._located.update(located)
        while len(self._located) > _REMEMBERED:
            self._located.popitem(last=False)

    def _fail(self, error: ArchiveError) -> None:
        """Nothing may be fetched that is not recorded: stop the crawl, saying why."""
        if self._failure is not None:
            return
        self._failure = error
        self._timer.cancel()
        logger.error("%s", error)
        waiting, self._waiting = self._waiting, defaultdict(list)
        for waiters in waiting.values():
            for waiter in waiters:
                waiter.errback(error)
        stop_for_fault(self._crawler, FAILED)
