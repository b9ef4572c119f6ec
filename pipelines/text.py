"""Makes sure that a Document's text file can be written.

The file itself is written by the store, within the transaction that records the Document:
which sighting gives the text, and under which name, depends on all sightings of the Document.
What cannot be text at all (lone surrogates of a broken decoding) is stopped here, by name,
before it could fail a whole batch.
"""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.items import Document, Item
from crawler.store.texts import render_text


class TextPipeline:
    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    async def process_item(self, item: Item) -> Item:
        if not isinstance(item, Document):
            return item
        try:
            render_text(item)
        except UnicodeEncodeError as error:
            self._stats.inc_value("dropped/text")
            raise DropItem(
                f"{item.portal}: text of {item.url}: expected Unicode text, found"
                f" {error.object[error.start : error.end]!a} ({error.reason}); freeze the page,"
                " fix its decoding"
            ) from error
        return item
