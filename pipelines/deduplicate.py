"""Gives a Document its identity and drops what this run has handed on already.

Only another reading of the *same capture* is a repeat. Another capture of the same page (http
beside https, a page met again) says when and where the page was seen: it goes on, costs one row
that shares its body with the first, and is merged by the store, where arrival order plays no
part. Dropping it here would make the catalogue depend on what came first.
"""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.identity.keys import identified
from crawler.items import Document, Item


class DeduplicatePipeline:
    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._seen: dict[str, tuple[str, str]] = {}  # record id → what it was read as

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    async def process_item(self, item: Item) -> Item:
        if not isinstance(item, Document):
            return item
        document = identified(item)
        reading = (document.canonical_url, document.body_key)
        if self._seen.get(document.record_id) == reading:
            self._stats.inc_value("documents/repeated")
            raise DropItem(
                f"{document.portal}: {document.url}: capture {document.record_id} was handed on"
                " in this run already",
                log_level="DEBUG",
            )
        self._seen[document.record_id] = reading
        return document
