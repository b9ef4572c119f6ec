"""``scrapy reextract``: read the stored WARCs again and rebuild texts and catalogue."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, closing

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.command import ProjectCommand
from crawler.conversion.lacking import make_lacking
from crawler.conversion.tool import Tool
from crawler.conversion.tools import CONVERT, OCR, installed, tools_of
from crawler.errors import ConfigurationError
from crawler.isolation.limits import limits_of
from crawler.items import Item
from crawler.offline import OfflineCrawler, StoredArchive, feed
from crawler.portal.choice import spider_for
from crawler.progress import track
from crawler.rereading import Rereader, row_count, rows_of
from crawler.state.lock import PortalBusyError
from crawler.store import Store
from crawler.warc.reader import CaptureReader


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PORTAL ...]"

    def short_desc(self) -> str:
        return "Read the stored WARCs again; rebuild texts and catalogue without the network"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--jobs",
            type=int,
            default=os.cpu_count() or 1,
            metavar="N",
            help="processes that read at the same time (default: one for each core);"
            " the outcome is the same for any number",
        )
        parser.add_argument(
            "--convert",
            action="store_true",
            help="before that, convert stored DOC, WPS, XLS, RTF, ODF and RAR files that were not"
            " converted yet, and keep what was made as WARC records; needs LibreOffice, for RAR"
            " bsdtar",
        )
        parser.add_argument(
            "--ocr",
            action="store_true",
            help="before that, read stored scans that were not read yet, and keep what was seen as"
            " WARC records; needs `pip install 'xianzhi[ocr]'`, seconds a page",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="with --convert or --ocr: also what was converted before, perhaps by an older"
            " version; the latest is used, the others stay",
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.jobs < 1:
            raise UsageError(f"--jobs: expected 1 or more, found {opts.jobs}", print_help=False)
        if opts.again and not (opts.convert or opts.ocr):
            raise UsageError("--again: say what, --convert or --ocr", print_help=False)
        portals = args or self.layout.portals()
        if not portals:
            raise UsageError(
                f"no WARC files below {self.layout.root}; run `scrapy crawl PORTAL` first",
                print_help=False,
            )
        assert self.settings is not None
        with ExitStack() as stack:
            tools = _tools(self.settings, opts)
            for tool in tools:
                stack.callback(tool.close)
            self._forget()
            for portal in portals:
                if not self._reextract(portal, tools, opts):
                    self.exitcode = 3

    def _forget(self) -> None:
        """Obey takedowns that came with the archive's files rather than by `scrapy forget`."""
        assert self.settings is not None
        store = Store(self.layout, self.settings.get("CATALOGUE_URL"))
        try:
            store.forget()
        finally:
            store.close()

    def _reextract(self, portal: str, tools: list[Tool], opts: argparse.Namespace) -> bool:
        """Rebuild one portal; False when some of its records could not be read."""
        assert self.settings is not None
        if portal not in self.layout.portals():
            raise ConfigurationError(f"{portal}: no WARC files in {self.layout.warc_dir(portal)}")
        if tools:
            try:
                make_lacking(self.layout, portal, tools, self.settings, opts.jobs, again=opts.again)
            except PortalBusyError as busy:
                print(busy)
                return True
        reader = CaptureReader(self.layout.warc_dir(portal))
        crawler = OfflineCrawler(self.settings, StoredArchive(reader))
        pages: Counter[str] = Counter()
        seen: set[str] = set()
        with closing(self._items(portal, reader, pages, seen, opts.jobs)) as items:
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
        jobs: int,
    ) -> Generator[Item, None, None]:
        assert self.settings is not None
        kind, arguments = spider_for(self.settings, portal)
        spider = kind(**arguments)
        spider.recall(reader)
        rereader = Rereader(reader, spider, limits_of(self.settings))
        record_ids = list(reader.record_ids())
        with closing(rows_of(rereader, record_ids, jobs)) as rows:
            for row in track(rows, portal, total=row_count(record_ids)):
                pages.update(row.counts)
                reader.add_damages(row.damages)
                for item in row.items:
                    seen.add(item.record_id)
                    yield item

    def _withdraw(self, portal: str, seen: set[str]) -> int:
        """Take back what an older version of the rules read and this one does not."""
        assert self.settings is not None
        store = Store(self.layout, self.settings.get("CATALOGUE_URL"))
        try:
            return store.keep_only(portal, seen)
        finally:
            store.close()


def _tools(settings: BaseSettings, opts: argparse.Namespace) -> list[Tool]:
    """Those that the options ask for; ConfigurationError where one of them has none here."""
    asked = [name for name, wanted in ((CONVERT, opts.convert), (OCR, opts.ocr)) if wanted]
    tools: list[Tool] = []
    for name in asked:
        found, missing = installed(tools_of(settings, name))
        tools += found
        for engine, needed in dict.fromkeys((tool.engine, tool.missing) for tool in missing):
            print(f"files that need {engine} are left: {needed}", file=sys.stderr)
    return tools
