"""The item pipelines without a crawl: for re-extraction.

Scrapy builds pipelines from a crawler and feeds them; here a stand-in with the three things they
ask of a crawler does, so that stored captures take the very same way as fresh ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Any

from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from crawler.errors import ArchiveError
from crawler.fetch.stopping import FAULT
from crawler.items import Item
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Location

#: Items under way at once; the catalogue writes about as many in one transaction.
_BATCH = 64


class Counts(StatsCollector):
    """Scrapy's statistics without a crawler to dump them for."""

    def __init__(self) -> None:
        self._stats: dict[str, Any] = {}


class StoredArchive:
    """What the WARC pipeline waits for: everything read from a file is durable."""

    def __init__(self, reader: CaptureReader) -> None:
        self._reader = reader

    async def durable(self, record_id: str) -> Location:
        return self._reader.location(record_id)


class OfflineCrawler:
    """What pipelines ask of a crawler: settings, stats and the archive."""

    def __init__(self, settings: BaseSettings, archive: StoredArchive) -> None:
        self.settings = settings
        self.stats = Counts()
        self._archive = archive

    def get_extension(self, _: type) -> StoredArchive:
        return self._archive


async def feed(crawler: OfflineCrawler, items: Iterable[Item]) -> None:
    """Send items through the pipelines that the settings name, in their order."""
    paths = build_component_list(crawler.settings.getwithbase("ITEM_PIPELINES"))
    pipelines = [load_object(path).from_crawler(crawler) for path in paths]

    async def through(item: Any) -> None:
        try:
            for pipeline in pipelines:
                item = await pipeline.process_item(item)
        except DropItem as dropped:
            crawler.stats.inc_value("items/dropped")
            if getattr(dropped, "log_level", None) != "DEBUG":
                print(dropped)

    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        await asyncio.gather(*map(through, batch))
    for pipeline in pipelines:
        if hasattr(pipeline, "close_spider"):
            await pipeline.close_spider()
    if fault := crawler.stats.get_value(FAULT):
        raise ArchiveError(f"expected all items recorded, found {fault}; the log says why")
