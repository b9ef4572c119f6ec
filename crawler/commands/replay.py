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
from crawler.portal.choice import spider_for
from crawler.runs.files import walk_of
from crawler.settings import DOWNLOADER_MIDDLEWARES
from crawler.store.compare import differences, sightings_of
from crawler.tombstones import copy_tombstones

#: What differs from a crawl: answers come from the archive, nobody has to be spared.
REPLAY_SETTINGS = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.fetch.replay.ReplayHandler"),
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",  # in memory: it leaves no state behind
    "EXTENSIONS": {
        "crawler.fetch.archive.CrawlArchive": None,
        "crawler.fetch.replay.ReplayArchive": 100,
        "crawler.fetch.attachments.Attachments": 120,
    },
    "DOWNLOADER_MIDDLEWARES": {
        **DOWNLOADER_MIDDLEWARES,
        "crawler.state.conditional.ConditionalMiddleware": None,
        "crawler.fetch.leads.LeadsMiddleware": None,  # what was asked was wanted
        "crawler.fetch.politeness.PolitenessMiddleware": None,
        "crawler.fetch.replay.NoPoliteness": 900,
    },
    "ATTACHMENT_CONVERT": "off",  # what was made is in the archive; nothing is written
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
        parser.add_argument(
            "--run", metavar="RUN", help="a run of the walk to replay (default: the latest)"
        )
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
            runs = _chosen_runs(archive, portal, opts.run)
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from error
        with ExitStack() as stack:
            output = opts.output or stack.enter_context(tempfile.TemporaryDirectory())
            try:
                self._replay(portal, archive, runs, output)
                self._compare(portal, archive, runs, Layout(output))
            except XianzhiError as error:
                print(error, file=sys.stderr)
                self.exitcode = 3

    def _replay(self, portal: str, archive: Layout, runs: list[str], output: str) -> None:
        assert self.crawler_process is not None
        settings = self.crawler_process.settings
        settings.setdict(REPLAY_SETTINGS, priority="cmdline")
        settings.set("REPLAY", f"{archive.warc_dir(portal)}|{','.join(runs)}", priority="cmdline")
        settings.set("ARCHIVE_DIR", output, priority="cmdline")
        # What was taken down is in no catalogue; a replay must not bring it back either.
        copy_tombstones(archive.tombstones, Layout(output).tombstones)
        try:
            kind, arguments = spider_for(settings, portal)
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from error
        self.crawler_process.crawl(kind, **arguments)
        self.crawler_process.start()

    def _compare(self, portal: str, archive: Layout, runs: list[str], output: Layout) -> None:
        assert self.settings is not None
        url = self.settings.get("CATALOGUE_URL")
        before = sightings_of(archive, portal, runs, url)
        after = sightings_of(output, portal, runs)
        different = list(differences(before, after))
        for line in different:
            print(f"{portal}: {line}")
        equal = len(before.keys() & after.keys())
        told = f"run {runs[0]}" + "".join(f", continued by {run}" for run in runs[1:])
        print(f"{portal}: {told} replayed, {equal} documents read, {len(different)} differ")
        self.exitcode = 3 if different else 0


def _chosen_runs(archive: Layout, portal: str, wanted: str | None) -> list[str]:
    """The runs of the walk to replay, oldest first; WARC files must be there."""
    runs = archive.archived_runs(portal) if portal in archive.portals() else []
    if not runs:
        raise ConfigurationError(
            f"{portal}: no WARC files in {archive.warc_dir(portal)}; run `scrapy crawl` first"
        )
    if wanted is not None and wanted not in runs:
        raise ConfigurationError(f"{portal}: no run {wanted}; there are {', '.join(runs)}")
    walk = walk_of(archive, portal, wanted or runs[-1])
    return [run for run in runs if run in walk]
