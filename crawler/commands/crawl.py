"""``scrapy crawl``: Scrapy's own command with honest exit codes and no stack trace.

0 for ``ok nothing_new budget late``, 3 for ``failed drift blocked broken``, 1 interrupted,
2 usage: unknown portals, options and spider arguments, a missing contact.
"""

from __future__ import annotations

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from crawler.command import refuse_unknown_options
from crawler.errors import XianzhiError
from crawler.fetch.contact import require_contact
from crawler.fetch.scope import scope_hosts
from crawler.layout import Layout
from crawler.runs.verdict import exit_code
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
            crawler = self.crawler_process.create_crawler(args[0])
        except KeyError as error:
            raise UsageError(
                f"unknown portal {args[0]!r}; `scrapy list` names those there are",
                print_help=False,
            ) from error
        try:
            spider = crawler.spidercls(**opts.spargs)
            require_contact(self.settings, scope_hosts(spider))
            # Before the first request: a catalogue that cannot be opened stops here, by name.
            Store(Layout(self.settings["ARCHIVE_DIR"]), self.settings["CATALOGUE_URL"]).close()
        except XianzhiError as error:
            raise UsageError(str(error), print_help=False) from error
        except OSError as error:
            raise UsageError(
                f"ARCHIVE_DIR: expected a directory to write, found {error}", print_help=False
            ) from error
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
        verdict = crawler.stats.get_value("verdict") if crawler.stats else None
        self.exitcode = exit_code(verdict, reason)
