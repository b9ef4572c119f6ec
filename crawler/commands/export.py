"""``scrapy export``: the catalogue's Documents as text files or JSON lines, or their tasks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.atomic import atomic_file
from crawler.catalogue import Catalogue
from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.export import csv_lines, export_texts, jsonl
from crawler.progress import track

#: What is made of lines, and by what.
_LINES = {"jsonl": jsonl, "tasks": csv_lines}


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Export Documents as numbered texts (like NNN_<doc_id>.txt) or JSON lines, or tasks"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", choices=("text", *_LINES), required=True)
        parser.add_argument(
            "--output",
            metavar="PATH",
            help="folder for text; file for jsonl, and for tasks as CSV (default: stdout)",
        )
        parser.add_argument(
            "--portal", action="append", default=[], help="only this portal (may be repeated)"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"expected no arguments, found {' '.join(args)}")
        if opts.format == "text" and not opts.output:
            raise UsageError("--format text needs --output DIR", print_help=False)
        assert self.settings is not None
        catalogue = Catalogue(self.layout, self.settings.get("CATALOGUE_URL"))
        rows = catalogue.documents(opts.portal)
        if missing := sorted(set(opts.portal) - {row["portal"] for row in rows}):
            raise ConfigurationError(
                f"{', '.join(missing)}: expected documents, found none; see `scrapy status`"
            )
        documents = catalogue.whole(track(rows, "export", show=bool(opts.output)))
        if opts.format == "text":
            export_texts(documents, Path(opts.output))
        else:
            _write(_LINES[opts.format](documents), opts.output)
        if opts.output:
            print(f"{len(rows)} documents exported to {opts.output}", file=sys.stderr)


def _write(lines: Iterable[bytes], output: str | None) -> None:
    if output is None:
        sys.stdout.buffer.writelines(lines)
        return
    if Path(output).is_dir():
        raise ConfigurationError(f"{output}: expected a file to write, found a folder")
    with atomic_file(Path(output)) as file:
        file.writelines(lines)
