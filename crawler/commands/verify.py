"""``scrapy verify``: check stored WARC files, record by record."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.progress import track
from crawler.warc.verify import verify


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] [PORTAL ...]"

    def short_desc(self) -> str:
        return "Check stored WARC files: digests, lengths, links between records"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        files = [file for portal in args or self.layout.portals() for file in self._files(portal)]
        if not files:
            raise ConfigurationError(
                f"no WARC files below {self.layout.root}; run `scrapy crawl PORTAL` first"
            )
        wrong = 0
        for file in track(files, "verify"):
            problems = list(verify(file))
            wrong += bool(problems)
            for problem in problems:
                print(problem)
        print(f"{len(files)} files checked, {wrong} with problems")
        self.exitcode = 3 if wrong else 0

    def _files(self, portal: str) -> list[Path]:
        """A portal's closed files; one that is being written is no subject yet."""
        directory = self.layout.warc_dir(portal)
        if not directory.is_dir():
            raise ConfigurationError(f"{portal}: no WARC files in {directory}")
        return sorted(directory.glob("*.warc.gz"))
