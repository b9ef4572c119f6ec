"""``scrapy replay``: run a portal's spider against its own archive, without the network."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.command import refuse_unknown_options
from crawler.errors import ConfigurationError, XianzhiError
from crawler.layout import Layout
from crawler.settings import DOWNLOADER_MIDDLEWARES
from crawler.store.compare import differences, sightings_of_run
from crawler.tombstones import copy_tombstones

#: What differs from a crawl: answers come from the archive, nobody has to be spared.
REPLAY_SETTINGS = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.fetch.replay.ReplayHandler"),
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",  # in memory: it leaves no state behind
    "EXTENSIONS": {
        "crawler.fetch.archive.CrawlArchive": None,
        "crawler.fetch.replay.ReplayArchive": 100,
    },
    "DOWNLOADER_MIDDLEWARES": {
        **DOWNLOADER_MIDDLEWARES,
        "crawler.state.conditional.ConditionalMiddleware": None,
        "crawler.fetch.politeness.PolitenessMiddleware": None,
        "crawler.fetch.replay.NoPoliteness": 900,
    },
    "CONTACT": "replay@localhost.localdomain",  # nobody is asked for anything
}


class Command(ScrapyCommand):
    requires_project = True

    def syntax(self) -> str:
        return "[options] PORTAL"

    def short_desc(self) -> str:
        return "Run a portal's spider against its own archive and compare the outcome"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--run", metavar="RUN", help="the run to replay (default: the latest)")
        parser.add_argument(
            "--output",
            metavar="DIR",
            help="keep the replayed texts and catalogue there (default: compare and discard)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_unknown_options(args)
        if len(args) != 1:
            raise UsageError(f"expected one portal, found {len(args)}")
        assert self.settings is not None
        portal, archive = args[0], Layout(self.settings["ARCHIVE_DIR"])
        try:
            run = _chosen_run(archive, portal, opts.run)
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from error
        with ExitStack() as stack:
            output = opts.output or stack.enter_context(tempfile.TemporaryDirectory())
            try:
                self._replay(portal, archive, run, output)
                self._compare(portal, archive, run, Layout(output))
            except XianzhiError as error:
                print(error, file=sys.stderr)
                self.exitcode = 3

    def _replay(self, portal: str, archive: Layout, run: str, output: str) -> None:
        assert self.crawler_process is not None
        settings = self.crawler_process.settings
        settings.setdict(REPLAY_SETTINGS, priority="cmdline")
        settings.set("REPLAY", f"{archive.warc_dir(portal)}|{run}", priority="cmdline")
        settings.set("ARCHIVE_DIR", output, priority="cmdline")
        # What was taken down is in no catalogue; a replay must not bring it back either.
        copy_tombstones(archive.tombstones, Layout(output).tombstones)
        try:
            crawler = self.crawler_process.create_crawler(portal)
        except KeyError as error:
            raise UsageError(f"unknown portal {portal!r}", print_help=False) from error
        self.crawler_process.crawl(crawler)
        self.crawler_process.start()

    def _compare(self, portal: str, archive: Layout, run: str, output: Layout) -> None:
        assert self.settings is not None
        url = self.settings.get("CATALOGUE_URL")
        before = sightings_of_run(archive, portal, run, url)
        after = sightings_of_run(output, portal, run)
        different = list(differences(before, after))
        for line in different:
            print(f"{portal}: {line}")
        equal = len(before.keys() & after.keys())
        print(f"{portal}: run {run} replayed, {equal} documents read, {len(different)} differ")
        self.exitcode = 3 if different else 0


def _chosen_run(archive: Layout, portal: str, wanted: str | None) -> str:
    """The run to replay; its WARC files must be there."""
    runs = archive.archived_runs(portal) if portal in archive.portals() else []
    if not runs:
        raise ConfigurationError(
            f"{portal}: no WARC files in {archive.warc_dir(portal)}; run `scrapy crawl` first"
        )
    if wanted is not None and wanted not in runs:
        raise ConfigurationError(f"{portal}: no run {wanted}; there are {', '.join(runs)}")
    return wanted or runs[-1]
