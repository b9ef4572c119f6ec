"""Records items in the store; an item goes on only when it is recorded.

At the end every page is put under its smallest context, and the counts become known.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.batches import Batches
from crawler.errors import ArchiveError
from crawler.fetch.stopping import FAULT
from crawler.items import Document, Item, ListPage
from crawler.layout import Layout
from crawler.store import Store

logger = logging.getLogger(__name__)

#: The finish reason of a crawl whose catalogue could not be brought to its end.
FAILED = "catalogue_failed"
#: More items in one transaction would keep other processes waiting for seconds.
BATCH = 64


class CataloguePipeline:
    def __init__(self, store: Store, stats: StatsCollector) -> None:
        self._store = store
        self._stats = stats
        self._batches = Batches(self._record, BATCH)
        # What follows is touched by the batches' thread only.
        self._counts: Counter[str] = Counter()
        self._portals: set[str] = set()
        self._urls: set[str] = set()  # of the Documents seen

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        layout = Layout(crawler.settings["ARCHIVE_DIR"])
        return cls(Store(layout, crawler.settings.get("CATALOGUE_URL")), crawler.stats)

    async def process_item(self, item: Item) -> Item:
        await self._batches.put(item)
        return item

    async def close_spider(self) -> None:
        try:
            await self._batches.close(self._finish)
        except ArchiveError as error:
            # Scrapy would print a stack trace, and call the crawl finished all the same.
            logger.error("%s", error)
            self._stats.set_value(FAULT, FAILED)
        for name, count in self._counts.items():
            self._stats.set_value(name, count)

    def _record(self, items: list[Item]) -> None:
        settled = self._store.record(items)
        documents = [item for item in items if isinstance(item, Document)]
        self._portals |= {item.portal for item in items}
        self._urls |= {document.canonical_url for document in documents}
        lists = sum(isinstance(item, ListPage) for item in items)
        self._counts["lists/recorded"] += lists
        self._counts["checks/recorded"] += len(items) - len(documents) - lists
        self._counts["documents/recorded"] += len(documents)
        self._counts["documents/new"] += len(settled.new)
        self._counts["documents/altered"] += len(settled.altered)

    def _finish(self) -> None:
        for portal in sorted(self._portals):
            self._store.finalise(portal)
        self._counts["documents/found"] = len(self._store.ids_of(self._urls))
        self._store.close()
