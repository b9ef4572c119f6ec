"""``scrapy replay``: run a portal's spider against its own archive, without the network."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.command import refuse_unknown_options
from crawler.layout import Layout
from crawler.store import compare

#: What differs from a crawl: answers come from the archive, nobody has to be spared.
REPLAY_SETTINGS = {
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.fetch.replay.ReplayHandler",
        "https": "crawler.fetch.replay.ReplayHandler",
    },
    "POLITENESS": False,
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
            "--output", metavar="DIR",
            help="keep the replayed texts and catalogue there (default: compare and discard)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        raise NotImplementedError
