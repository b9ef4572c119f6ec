"""Waits until the captures an item was read from are on the disk, and notes where they lie.

Nothing is recorded of evidence that a power cut could still take away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Protocol, Self

from scrapy.crawler import Crawler

from crawler.errors import ConfigurationError
from crawler.fetch.archive import CrawlArchive
from crawler.items import CaptureRef, Document, Item
from crawler.warc.records import Location


class Archive(Protocol):
    """What the pipeline needs of `CrawlArchive`, or of whatever stands for it offline."""

    def durable(self, record_id: str) -> Awaitable[Location]: ...


class WarcPipeline:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        archive = crawler.get_extension(CrawlArchive)
        if archive is None:
            raise ConfigurationError(
                "WarcPipeline: expected the extension crawler.fetch.archive.CrawlArchive, found"
                " none; add it to EXTENSIONS"
            )
        return cls(archive)

    async def process_item(self, item: Item) -> Item:
        if not isinstance(item, Document):
            location = await self._archive.durable(item.record_id)
            return replace(item, warc=location.warc, offset=location.offset)
        captures = await asyncio.gather(*(self._located(ref) for ref in item.captures))
        return replace(item, captures=tuple(captures))

    async def _located(self, ref: CaptureRef) -> CaptureRef:
        location = await self._archive.durable(ref.record_id)
        return replace(ref, warc=location.warc, offset=location.offset)
