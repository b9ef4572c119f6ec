"""``scrapy extract``: read saved pages and attachments without a crawl."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from scrapy.exceptions import UsageError

from crawler.atomic import atomic_file
from crawler.command import ProjectCommand
from crawler.errors import ConfigurationError
from crawler.isolation.pool import Pool
from crawler.items import Context
from crawler.progress import track
from crawler.saved import read_saved


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] FILE_OR_DIR"

    def short_desc(self) -> str:
        return "Read saved pages and attachments, one JSON line each"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", default="", help="the URL the file was saved from")
        parser.add_argument(
            "--context",
            default="{}",
            metavar="JSON",
            help='how the page was reached, e.g. \'{"link_text": "…", "list_date": "2021-01-28"}\'',
        )
        parser.add_argument("--output", metavar="FILE", help="write there instead of to stdout")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected one FILE_OR_DIR")
        files = _files(Path(args[0]))
        if opts.url and len(files) > 1:
            raise UsageError("--url names one page; give it with a single file")
        context = _context(opts.context)
        assert self.settings is not None
        with Pool.of(self.settings) as pool, _output(opts.output) as out:
            for path in track(files, "extract", show=bool(opts.output)):
                found = read_saved(path, opts.url, context, pool.read)
                line = json.dumps(found, ensure_ascii=False)
                out.write(line.encode("utf-8", "backslashreplace") + b"\n")


def _files(root: Path) -> list[Path]:
    """The file itself, or every file below a folder, sorted."""
    try:
        if root.is_dir():
            return sorted(path for path in root.rglob("*") if path.is_file())
        if root.is_file():
            return [root]
    except OSError as error:
        raise ConfigurationError(f"cannot read {root}: {error.strerror}") from error
    raise ConfigurationError(f"no such file or folder: {root}")


def _context(text: str) -> Context:
    try:
        values: Any = json.loads(text)
        if not isinstance(values, dict):
            raise TypeError("expected a JSON object")
        if "column" in values:
            values["column"] = tuple(values["column"])
        return Context(**values)
    except (ValueError, TypeError) as error:
        fields = ", ".join(Context.__dataclass_fields__)
        raise ConfigurationError(f"--context: {error}; known fields: {fields}") from error


@contextmanager
def _output(name: str | None) -> Iterator[IO[bytes]]:
    """The standard output, or a file that appears only when it is complete."""
    if name is None:
        yield sys.stdout.buffer
        return
    if Path(name).is_dir():
        raise ConfigurationError(f"{name}: expected a file to write, found a folder")
    with atomic_file(Path(name)) as file:
        yield file
