"""``scrapy reextract``: read the stored WARCs again and rebuild texts and catalogue."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator

from scrapy.exceptions import UsageError

from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.isolation.pool import Pool
from crawler.items import Item
from crawler.offline import OfflineCrawler, StoredArchive, feed
from crawler.portal.choice import spider_for
from crawler.portal.spider import PortalSpider
from crawler.progress import track
from crawler.reextract import reread
from crawler.store import Store
from crawler.warc.reader import CaptureReader


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PORTAL ...]"

    def short_desc(self) -> str:
        return "Read the stored WARCs again; rebuild texts and catalogue without the network"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        portals = args or self.layout.portals()
        if not portals:
            raise UsageError(
                f"no WARC files below {self.layout.root}; run `scrapy crawl PORTAL` first",
                print_help=False,
            )
        self._forget()
        assert self.settings is not None
        with Pool.of(self.settings) as pool:
            for portal in portals:
                if not self._reextract(portal, pool):
                    self.exitcode = 3

    def _forget(self) -> None:
        """Obey takedowns that came with the archive's files rather than by `scrapy forget`."""
        assert self.settings is not None
        store = Store(self.layout, self.settings.get("CATALOGUE_URL"))
        try:
            store.forget()
        finally:
            store.close()

    def _reextract(self, portal: str, pool: Pool) -> bool:
        """Rebuild one portal; False when some of its records could not be read."""
        assert self.settings is not None
        if portal not in self.layout.portals():
            raise ConfigurationError(f"{portal}: no WARC files in {self.layout.warc_dir(portal)}")
        reader = CaptureReader(self.layout.warc_dir(portal))
        crawler = OfflineCrawler(self.settings, StoredArchive(reader))
        pages: Counter[str] = Counter()
        seen: set[str] = set()
        items = self._items(portal, reader, pages, seen, pool)
        asyncio.run(feed(crawler, items))
        # What could not be read may still be a Document: then nothing is taken back.
        withdrawn = 0 if reader.damages else self._withdraw(portal, seen)
        found = crawler.stats.get_value("documents/recorded", 0)
        print(
            f"{portal}: {found} documents read again, {withdrawn} withdrawn; other pages: "
            + (", ".join(f"{name} {count}" for name, count in sorted(pages.items())) or "none")
        )
        for damage in reader.damages:
            print(f"{portal}: {damage.warc} at {damage.offset}: {damage.reason}", file=sys.stderr)
        return not reader.damages

    def _items(
        self,
        portal: str,
        reader: CaptureReader,
        pages: Counter[str],
        seen: set[str],
        pool: Pool,
    ) -> Iterator[Item]:
        spider = self._spider(portal)
        spider.recall(reader)
        captures = track(reader.captures(), portal)
        for item in reread(reader, spider, captures, pages, pool.read):
            seen.add(item.record_id)
            yield item

    def _spider(self, portal: str) -> PortalSpider:
        assert self.settings is not None
        kind, arguments = spider_for(self.settings, portal)
        return kind(**arguments)

    def _withdraw(self, portal: str, seen: set[str]) -> int:
        """Take back what an older version of the rules read and this one does not."""
        assert self.settings is not None
        store = Store(self.layout, self.settings.get("CATALOGUE_URL"))
        try:
            return store.keep_only(portal, seen)
        finally:
            store.close()
