"""``scrapy crawl``: Scrapy's own command with honest exit codes and no stack trace.

0 for ``ok nothing_new budget late``, 3 for ``failed drift blocked broken``, 1 interrupted,
2 usage: unknown portals, options and spider arguments, a missing contact. A second start while
one runs says who holds the portal's lock and exits 0; a broken state file exits 3.
"""

from __future__ import annotations

import argparse
import logging
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.command import refuse_unknown_options
from crawler.crawl_settings import check_crawl
from crawler.errors import StateError, XianzhiError
from crawler.fetch.contact import require_contact
from crawler.fetch.scope import scope_hosts
from crawler.fetch.stopping import stop_unstarted
from crawler.layout import Layout
from crawler.portal.choice import named_spider
from crawler.runs.words import exit_code
from crawler.state.db import State
from crawler.state.lock import PortalBusyError, PortalLock
from crawler.state.scheduler import SCHEMAS
from crawler.store import Store

#: Scrapy's lists of what it has switched on; ``-L DEBUG`` shows them.
_TALKATIVE = ("scrapy.utils.log", "scrapy.crawler", "scrapy.addons", "scrapy.middleware")


class Command(ScrapyCrawl):
    def syntax(self) -> str:
        return "[options] <portal>"

    def short_desc(self) -> str:
        return "Crawl one portal into the archive"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_unknown_options(args)
        if len(args) != 1:
            raise UsageError(f"expected one portal, found {len(args)}; `scrapy list` names them")
        assert self.crawler_process is not None and self.settings is not None
        if self.settings["LOG_LEVEL"] == "INFO":  # sixty lines that say the same every day
            for name in _TALKATIVE:
                logging.getLogger(name).setLevel(logging.WARNING)
        try:
            layout = Layout(self.settings["ARCHIVE_DIR"])
            kind, meant = named_spider(self.settings, args[0])
            opts.spargs = {**meant, **opts.spargs}
            crawler = self.crawler_process.create_crawler(kind)
            spider = kind(**opts.spargs)
            # `portal` crawls any of them: the archive goes by the portal, not by the spider.
            portal = getattr(spider, "portal", spider.name)
            require_contact(self.settings, scope_hosts(spider))
            check_crawl(self.settings)
            # Before the first request: a catalogue that cannot be opened stops here, by name.
            Store(layout, self.settings["CATALOGUE_URL"]).close()
        except XianzhiError as error:
            raise UsageError(str(error), print_help=False) from error
        except OSError as error:
            raise UsageError(
                f"ARCHIVE_DIR: expected a directory to write, found {error}", print_help=False
            ) from error
        try:
            with PortalLock.acquire(layout.lock(portal), portal):
                State(layout.state(portal), portal, SCHEMAS).close()  # by name, as above
                self._crawl(crawler, opts)
        except PortalBusyError as busy:
            print(busy)
        except StateError as error:
            print(error, file=sys.stderr)
            self.exitcode = 3

    def _crawl(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        stop_unstarted(crawler)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
        verdict = crawler.stats.get_value("verdict") if crawler.stats else None
        self.exitcode = exit_code(verdict, reason)
