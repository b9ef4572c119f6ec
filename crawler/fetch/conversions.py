"""What tools make of files while a crawl goes on: one file at a time, each kept in the WARC.

Stats: ``convert/made`` (by this run), ``convert/known`` (the archive had it, of a file that has not
changed), ``convert/failed/<outcome>``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from scrapy.crawler import Crawler

from crawler.conversion.keeping import conversion, failure, holder_of
from crawler.conversion.tool import Made, NotMade, Tool
from crawler.errors import XianzhiError
from crawler.fetch.archive import CrawlArchive
from crawler.isolation.pool import PoolClosedError
from crawler.items import Capture, Conversion, PageOutcome, PageResult
from crawler.warc.conversions import conversions_of, index_conversions
from crawler.warc.index import Index, Place
from crawler.warc.records import Location

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Conversions:
    """The ``tools`` work in a thread of their own, off the event loop."""

    def __init__(self, crawler: Crawler, tools: Sequence[Tool]) -> None:
        self._crawler = crawler
        self._tools = tools
        # A tool's children end with the thread that started them: this one lives as long as we.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="conversions")
        self._missing: set[str] = set()
        self._closed = False

    async def of(self, capture: Capture, result: PageResult) -> Capture | None:
        """The capture with a conversion it did not have; None where no tool makes one."""
        for tool in self._tools:
            if capture.conversion(tool.engine) is None and tool.wants(capture, result):
                made = await self._known(capture, tool) or await self._make(capture, tool)
                if made is not None:
                    return replace(capture, conversions=(*capture.conversions, made))
        return None

    def close(self) -> None:
        """End the tools and what they are at; nobody waits for it any more."""
        self._closed = True
        for tool in self._tools:
            tool.close()
        self._thread.shutdown(cancel_futures=True)

    async def _known(self, capture: Capture, tool: Tool) -> Conversion | None:
        """Of a file that has not changed, what was made of it when it was fetched first."""
        if not capture.original:
            return None
        known, place = await self._off_loop(lambda: self._find(capture, tool))
        if known is not None and place is not None:
            self._archive.adopt(known.record_id, Location(place.warc, place.offset))
            self._count("known")
        return known

    def _find(self, capture: Capture, tool: Tool) -> tuple[Conversion | None, Place | None]:
        limit = self._crawler.settings.getint("DOWNLOAD_MAXSIZE")
        found = conversions_of(
            self._archive.directory, self._index, {capture.holder}, limit, _say_damage
        )
        known = next((one for one in found if one.engine == tool.engine), None)
        return known, self._index.entries[known.record_id].place if known else None

    async def _make(self, capture: Capture, tool: Tool) -> Conversion | None:
        version = await self._off_loop(tool.version)
        if version is None:
            self._say_missing(capture, tool)
            return None
        made = await self._off_loop(lambda: _converted(tool, capture))
        if self._closed:
            raise PoolClosedError  # ended by us: no fault of the file
        if isinstance(made, NotMade):
            logger.warning("%s", failure(capture, tool, made))
            self._count(f"failed/{made.outcome}")
            return None
        stored = self._archive.store_conversion(
            holder_of(capture), made, capture.note, tool.engine, version
        )
        self._count("made")
        return conversion(stored, tool.engine, version, made)

    def _say_missing(self, capture: Capture, tool: Tool) -> None:
        """Once, not for every file."""
        if tool.engine in self._missing:
            return
        self._missing.add(tool.engine)
        logger.warning(
            "%s: %s and perhaps others need %s, which is not installed: %s; then run `scrapy"
            " reextract --convert %s`",
            capture.note.portal,
            capture.url,
            tool.engine,
            tool.missing,
            capture.note.portal,
        )

    async def _off_loop(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise PoolClosedError
        return await asyncio.wrap_future(self._thread.submit(work))

    @cached_property
    def _index(self) -> Index:
        """One scan of the portal's files, in a run that meets a file it knows."""
        return index_conversions(self._archive.directory)

    @property
    def _archive(self) -> CrawlArchive:
        archive = self._crawler.get_extension(CrawlArchive)
        assert archive is not None  # without it nothing is fetched
        return archive

    def _count(self, what: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"convert/{what}")


def _converted(tool: Tool, capture: Capture) -> Made | NotMade:
    """A tool that cannot even be started, or has no room, costs this file's text, not the crawl."""
    try:
        (made,) = tool.convert([capture.content])
    except (XianzhiError, OSError) as error:
        return NotMade(PageOutcome.NEEDS_TOOL, str(error))
    return made


def _say_damage(place: Place, reason: str) -> None:
    logger.warning("%s at %d: %s", place.warc, place.offset, reason)
