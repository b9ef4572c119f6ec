"""The extension that reads files while a crawl goes on: in workers, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cached_property
from typing import Any, Final, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future

from crawler.conversion.tools import CONVERT, crawl_converts, tools_of
from crawler.errors import ConfigurationError
from crawler.extraction.extract import is_file, read
from crawler.fetch.conversions import Conversions
from crawler.fetch.refusals import Interrupted
from crawler.fetch.stopping import is_stopping
from crawler.isolation.pool import Pool, PoolClosedError
from crawler.items import Capture, PageResult

#: Seconds between two looks at whether the crawl is stopping.
_LOOK: Final = 0.2
#: Seconds a file may still take then, of the ten in which a crawl ends: most take a tenth of one.
_GRACE: Final = 3.0


class Attachments:
    """The pool starts with the first file, and ends with the crawl however that ends."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        attachments = cls(crawler)
        crawler.signals.connect(attachments.spider_closed, signal=signals.spider_closed)
        return attachments

    def spider_closed(self) -> None:
        self._close()

    async def read(self, capture: Capture) -> PageResult:
        """What `read` gives, of a file that a tool can convert after it did; Interrupted when the
        crawl stops before that."""
        if not is_file(capture):
            return read(capture, capture.note.context)
        result: PageResult = await _in_asyncio(self._before_stop(capture, self._read(capture)))
        return result

    async def _read(self, capture: Capture) -> PageResult:
        result = await self._in_worker(capture)
        if not crawl_converts(self._crawler.settings):
            return result
        # What comes out of a RAR may need a tool as well; no tool is asked twice.
        while converted := await self._conversions.of(capture, result):
            capture, result = converted, await self._in_worker(converted)
        return result

    async def _in_worker(self, capture: Capture) -> PageResult:
        return await asyncio.wrap_future(self._pool.submit(capture, capture.note.context))

    async def _before_stop(
        self, capture: Capture, reading: Coroutine[Any, Any, PageResult]
    ) -> PageResult:
        left = _GRACE
        answer = asyncio.ensure_future(reading)
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=_LOOK)
                if is_stopping(self._crawler):
                    left -= _LOOK
                if left <= 0:
                    self._close()
            result = answer.result()
        except (PoolClosedError, asyncio.CancelledError):
            raise Interrupted(capture.url) from None
        if self._closed:  # what was read in the last moment may lack what a tool would have made
            raise Interrupted(capture.url)
        return result

    @cached_property
    def _pool(self) -> Pool:
        from twisted.internet import reactor

        pool = Pool.of(self._crawler.settings)
        # A second Ctrl-C ends the loop without closing the spider, and Python would wait for the
        # threads of the pool: as long as the longest file.
        reactor.addSystemEventTrigger("after", "shutdown", self._close)  # type: ignore[arg-type]
        return pool

    @cached_property
    def _conversions(self) -> Conversions:
        return Conversions(self._crawler, tools_of(self._crawler.settings, CONVERT))

    def _close(self) -> None:
        self._closed = True
        if "_conversions" in self.__dict__:
            self._conversions.close()
        if "_pool" in self.__dict__:
            self._pool.close()


def attachments_of(crawler: Crawler) -> Attachments:
    found = crawler.get_extension(Attachments)
    if found is None:
        raise ConfigurationError(
            "EXTENSIONS: expected crawler.fetch.attachments.Attachments, found none;"
            " files are not read in the crawl's own process"
        )
    return found


async def _in_asyncio(coro: Any) -> Any:
    """Waiting needs a task of the event loop; Scrapy's callbacks are not always one."""
    return await maybe_deferred_to_future(deferred_from_coro(coro))
