"""``scrapy export``: the catalogue's Documents as numbered text files or as JSON lines."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from scrapy.exceptions import UsageError

from crawler.atomic import atomic_file
from crawler.catalogue import Catalogue, StoredDocument
from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.export import export_texts, jsonl
from crawler.progress import track


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Export Documents as numbered texts (like NNN_<doc_id>.txt) or JSON lines"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", choices=("text", "jsonl"), required=True)
        parser.add_argument(
            "--output", metavar="PATH", help="folder for text, file for jsonl (default: stdout)"
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
            count = export_texts(documents, Path(opts.output))
        else:
            count = _write_jsonl(documents, opts.output)
        if opts.output:
            print(f"{count} documents exported to {opts.output}", file=sys.stderr)


def _write_jsonl(documents: Iterable[StoredDocument], output: str | None) -> int:
    if output is None:
        return _copy(jsonl(documents), sys.stdout.buffer)
    if Path(output).is_dir():
        raise ConfigurationError(f"{output}: expected a file to write, found a folder")
    with atomic_file(Path(output)) as file:
        return _copy(jsonl(documents), file)


def _copy(lines: Iterable[bytes], file: IO[bytes]) -> int:
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count
