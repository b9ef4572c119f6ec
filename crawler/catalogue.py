"""The reading side of the catalogue, for commands and tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from crawler.errors import ConfigurationError, XianzhiError
from crawler.items import Document
from crawler.layout import Layout
from crawler.store import schema
from crawler.store.rows import chunks, select_in
from crawler.store.sightings import load_documents

Row = dict[str, Any]


class UnknownDocumentError(XianzhiError):
    """No Document has or ever had this id."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A Document with all the catalogue knows of it.

    ``latest`` is the sighting that gives the latest text; ``captures`` are those of the
    versions' sightings, pages before their parts.
    """

    row: Row
    latest: Document
    versions: list[Row]
    urls: list[Row]
    captures: list[Row]

    @property
    def flags(self) -> dict[str, Any]:
        flags: dict[str, Any] = json.loads(self.row["flags"])
        return flags


class Catalogue:
    """The catalogue as it stands; nothing is created or changed."""

    def __init__(self, layout: Layout, catalogue_url: str | None = None) -> None:
        if catalogue_url is None and not layout.catalogue.exists():
            raise ConfigurationError(
                f"{layout.catalogue}: expected a catalogue, found none;"
                " run `scrapy crawl <portal>` first, or set ARCHIVE_DIR"
            )
        url = catalogue_url or schema.sqlite_url(layout.catalogue)
        self._engine = schema.open_engine(url, create=False)

    def documents(self, portals: Sequence[str] = ()) -> list[Row]:
        """Rows of documents in the order of the export: portal, kind, year, issuer, id."""
        query = select(schema.documents)
        if portals:
            query = query.where(schema.documents.c.portal.in_(portals))
        with self._engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        return sorted(rows, key=_export_order)  # not by SQL: its order of text and NULL differs

    def document(self, doc_id: str) -> StoredDocument:
        """The Document of an id, superseded ids included."""
        with self._engine.connect() as connection:
            found = _rows(connection, schema.documents, "doc_id", [doc_id])
            if not found:
                aliases = _rows(connection, schema.aliases, "alias", [doc_id])
                ids = [row["doc_id"] for row in aliases]
                found = _rows(connection, schema.documents, "doc_id", ids)
            if not found:
                raise UnknownDocumentError(
                    f"{doc_id}: expected the id of a Document, found none in the catalogue;"
                    " `scrapy status` lists portals, `scrapy export --format jsonl` all ids"
                )
            return next(self._whole(connection, found))

    def whole(self, rows: Iterable[Row]) -> Iterator[StoredDocument]:
        """Rows of `documents` with everything belonging to them, in the same order."""
        for chunk in chunks(rows):
            with self._engine.connect() as connection:
                yield from self._whole(connection, chunk)

    def _whole(self, connection: Connection, rows: Sequence[Row]) -> Iterator[StoredDocument]:
        ids = [row["doc_id"] for row in rows]
        versions = _grouped(connection, schema.versions, ids, "number")
        urls = _grouped(connection, schema.urls, ids, "canonical_url")
        latest = load_documents(connection, [row["record_id"] for row in rows])
        for row in rows:
            yield StoredDocument(
                row=row,
                latest=latest[row["record_id"]],
                versions=versions.get(row["doc_id"], []),
                urls=urls.get(row["doc_id"], []),
                captures=_captures(connection, versions.get(row["doc_id"], [])),
            )


def _export_order(row: Row) -> tuple[str, str, int, str, str]:
    year = row["report_year"] or 0
    return (row["portal"], row["kind"], year, row["issuer"], row["doc_id"])


def _rows(connection: Connection, table: Table, column: str, values: Sequence[str]) -> list[Row]:
    return [dict(row._mapping) for row in select_in(connection, table.c[column], values)]


def _grouped(
    connection: Connection, table: Table, doc_ids: Sequence[str], order: str
) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    rows = _rows(connection, table, "doc_id", doc_ids)
    for row in sorted(rows, key=lambda row: row[order]):
        grouped.setdefault(row["doc_id"], []).append(row)
    return grouped


def _captures(connection: Connection, versions: Sequence[Row]) -> list[Row]:
    """The captures the versions were read from, with the version each belongs to."""
    captures: list[Row] = []
    for version in versions:
        table = schema.sighting_captures.c
        parts = _rows(connection, schema.sighting_captures, "sighting", [version["record_id"]])
        ids = [part[table.record_id.name] for part in sorted(parts, key=lambda p: p["place"])]
        found = {
            row["record_id"]: row for row in _rows(connection, schema.captures, "record_id", ids)
        }
        captures += [{"version": version["number"], **found[i]} for i in ids if i in found]
    return captures
