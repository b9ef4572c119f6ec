"""Records items in the store: batched, off the reactor, in one thread.

While one batch is being written the next gathers, so that a batch is as large as the store is
slow. An item goes on only when it is recorded; a batch that fails is tried again item by item,
so that one bad item takes no other with it.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from crawler.items import Document, ListPage
from crawler.layout import Layout
from crawler.store import Settled, Store

#: More items in one transaction would keep other processes waiting for seconds.
BATCH = 64

Waiting = tuple[Document | ListPage, asyncio.Future[None]]


class CataloguePipeline:
    def __init__(self, store: Store, stats: StatsCollector) -> None:
        self._store = store
        self._stats = stats
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalogue")
        self._queue: list[Waiting] = []
        self._worker: asyncio.Task[None] | None = None
        self._portals: set[str] = set()
        self._urls: set[str] = set()  # of the Documents seen

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        layout = Layout(crawler.settings["ARCHIVE_DIR"])
        return cls(Store(layout, crawler.settings.get("CATALOGUE_URL")), crawler.stats)

    async def process_item(self, item: Document | ListPage) -> Document | ListPage:
        recorded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((item, recorded))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._drain())
        await recorded
        return item

    async def close_spider(self) -> None:
        """Finish what is queued, then put every page under its smallest context."""
        if self._worker is not None:
            await self._worker
        loop = asyncio.get_running_loop()
        for portal in sorted(self._portals):
            await loop.run_in_executor(self._thread, self._store.finalise, portal)
        self._stats.set_value("documents/found", len(self._store.ids_of(self._urls)))
        self._thread.shutdown()
        self._store.close()

    async def _drain(self) -> None:
        while self._queue:
            batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
            await self._record(batch)

    async def _record(self, batch: list[Waiting]) -> None:
        items = [item for item, _ in batch]
        call = asyncio.get_running_loop().run_in_executor(self._thread, self._store.record, items)
        (settled,) = await asyncio.gather(call, return_exceptions=True)
        if isinstance(settled, Settled):
            self._count(items, settled)
            for _, recorded in batch:
                if not recorded.cancelled():  # a spider told to stop no longer waits
                    recorded.set_result(None)
        elif len(batch) > 1:
            for one in batch:
                await self._record([one])
        elif not batch[0][1].cancelled():
            batch[0][1].set_exception(settled)

    def _count(self, items: list[Document | ListPage], settled: Settled) -> None:
        self._portals |= {item.portal for item in items}
        documents = [item for item in items if isinstance(item, Document)]
        self._urls |= {document.canonical_url for document in documents}
        self._stats.inc_value("lists/recorded", len(items) - len(documents))
        self._stats.inc_value("documents/recorded", len(documents))
        self._stats.inc_value("documents/new", len(settled.new))
        self._stats.inc_value("documents/altered", len(settled.altered))
