"""``scrapy show``: from a Document's id to everything known of it, down to its WARC bytes."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from scrapy.exceptions import UsageError

from crawler.catalogue import Catalogue, Row, StoredDocument, UnknownDocumentError
from crawler.command import ProjectCommand
from crawler.export import TASK_COLUMNS, task_rows
from crawler.extraction.structure.outline import outline
from crawler.items import Context
from crawler.layout import Layout
from crawler.tables import print_table
from crawler.warc.reader import CaptureReader
from crawler.warc.scan import read_record

_FIELDS = (
    "doc_id",
    "portal",
    "kind",
    "report_year",
    "issuer_name",
    "issuer",
    "title",
    "published",
    "authority",
    "url",
    "first_seen",
    "last_seen",
    "gone_since",
)
_VERSIONS = ("number", "first_seen", "last_seen", "text_source", "rules_version", "file", "url")
_URLS = ("role", "canonical_url", "first_seen", "last_seen", "gone_since", "mirror_of")
_CAPTURES = ("version", "role", "date", "warc", "offset", "record_id", "url")
_CONVERSIONS = ("engine", "version", "record_id")
_CHECKS = ("date", "outcome", "warc", "offset", "record_id", "url")
_LIST = ("date", "warc", "offset", "record_id", "url")


class Command(ProjectCommand):
    def syntax(self) -> str:
        return "[options] DOC_ID"

    def short_desc(self) -> str:
        return "Show a Document: metadata, versions, URLs, flags, captures"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--raw",
            action="store_true",
            help="write the WARC record of the latest version's page to stdout",
        )
        what.add_argument(
            "--outline", action="store_true", help="print the headings of the latest text as a tree"
        )
        what.add_argument(
            "--tasks", action="store_true", help="print its tasks, each with who answers for it"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected one DOC_ID")
        assert self.settings is not None
        catalogue = Catalogue(self.layout, self.settings.get("CATALOGUE_URL"))
        try:
            document = catalogue.document(args[0])
        except UnknownDocumentError as error:
            raise UsageError(str(error), print_help=False) from error
        if document.row["doc_id"] != args[0]:
            print(f"{args[0]} is superseded by {document.row['doc_id']}", file=sys.stderr)
        if opts.raw:
            sys.stdout.buffer.write(_raw(self.layout, document))
        elif opts.outline:
            _print_outline(document)
        elif opts.tasks:
            _print_tasks(document)
        else:
            _print(document)


def _raw(layout: Layout, document: StoredDocument) -> bytes:
    """The record as it stands in its file, found by its place.

    Only where the place does not hold it (files moved, a foreign file that is one gzip member)
    all files of the portal are searched.
    """
    latest = document.latest
    directory = layout.warc_dir(latest.portal)
    (place,) = (row for row in document.captures if row["record_id"] == latest.record_id)
    if (directory / place["warc"]).is_file():
        record = read_record(directory / place["warc"], place["offset"])
        if record.id() == latest.record_id:
            return record.head + record.block
    return CaptureReader(directory).raw(latest.record_id)


def _print_outline(document: StoredDocument) -> None:
    sections = outline(document.latest.blocks)
    if not sections:
        print(f"{document.row['doc_id']}: no numbered headings in the text", file=sys.stderr)
    for section in sections:
        print(f"{'  ' * (section.level - 1)}{section.number}{section.title}")


def _print_tasks(document: StoredDocument) -> None:
    rows = list(task_rows(document))
    if not rows:
        print(f"{document.row['doc_id']}: nobody is named for a task in the text", file=sys.stderr)
        return
    shown = ("unit", "role", "section", "task")
    places = [TASK_COLUMNS.index(name) for name in shown]
    print_table(shown, ([_in_a_line(row[place]) for place in places] for row in rows))


def _in_a_line(cell: object) -> str:
    return " ".join(str(cell).split())


def _print(document: StoredDocument) -> None:
    latest = document.latest
    fields = [(name, document.row[name]) for name in _FIELDS if document.row[name] is not None]
    fields += _context(latest.context)
    fields += latest.infobox
    fields += [("warnings", ", ".join(latest.warnings))] if latest.warnings else []
    fields += [(name, json.dumps(value)) for name, value in sorted(document.flags.items())]
    print_table(("field", "value"), fields)
    _section("versions", _VERSIONS, document.versions)
    _section("URLs", _URLS, document.urls)
    _section("captures", _CAPTURES, document.captures)
    _section("read from what a tool made", _CONVERSIONS, [asdict(c) for c in latest.conversions])
    _section("found on the list page", _LIST, [document.found_on] if document.found_on else [])
    _section("found absent", _CHECKS, document.checks)
    for info in latest.attachments:
        became = f"{info.use}, {info.outcome}" if info.use else info.outcome
        print(f"\nattachment: {info.name or info.url} ({became}) {info.url}")


def _context(context: Context) -> list[tuple[str, object]]:
    """How the page was found, so far as it was by a list."""
    fields = {
        "column": " > ".join(context.column),
        "list_url": context.list_url,
        "link_text": context.link_text,
        "list_date": context.list_date,
    }
    return [(name, value) for name, value in fields.items() if value]


def _section(name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    if not rows:
        return
    print(f"\n{name}:")
    cells = ([_known(row[column]) for column in columns] for row in rows)
    print_table(columns, cells)


def _known(value: object) -> object:
    return "" if value is None else value
