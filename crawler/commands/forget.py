"""``scrapy forget``: take pages down for good.

Writes a tombstone for each URL, then removes what the catalogue and the texts hold of it.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from scrapy.exceptions import UsageError

from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.store import Store
from crawler.tombstones import add_tombstones, load_tombstones
from crawler.urls import canonical_url


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] URL ..."

    def short_desc(self) -> str:
        return "Take pages down: texts, catalogue, exports, further crawls; WARC files stay"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", default="", help="kept with the takedown")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError("expected one or more URLs")
        if not self.layout.root.is_dir():
            raise ConfigurationError(
                f"{self.layout.root}: expected an archive, found none; set ARCHIVE_DIR"
            )
        urls = list(dict.fromkeys(map(_canonical, args)))
        # Before the rows: a takedown that is interrupted is made good by the same call again.
        stones = self.layout.tombstones
        add_tombstones(stones, urls, opts.reason, datetime.now(UTC))
        removed, others = self._take_down(urls)
        forgotten = load_tombstones(stones)
        for url in urls:
            print(forgotten[url])
        print(
            f"{removed} readings removed; crawls, re-extraction and exports obey {stones}. The WARC"
            " records stay: keep these files to yourself, or take the records out of copies."
        )
        for url in sorted(others):
            print(
                f"still there: {url} has the same Document; `scrapy forget` takes it down too",
                file=sys.stderr,
            )

    def _take_down(self, urls: list[str]) -> tuple[int, set[str]]:
        """How many readings were removed, and the other URLs of the Documents concerned."""
        assert self.settings is not None
        catalogue_url = self.settings.get("CATALOGUE_URL")
        if catalogue_url is None and not self.layout.catalogue.exists():
            return 0, set()
        store = Store(self.layout, catalogue_url)
        try:
            others = store.urls_of(store.ids_of(urls)) - set(urls)
            return store.forget(), others
        finally:
            store.close()


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
