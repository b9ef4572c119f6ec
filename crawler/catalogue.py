"""The reading side of the catalogue, for commands and tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from crawler.errors import ConfigurationError, XianzhiError
from crawler.identity.gone import ABSENT
from crawler.identity.keys import utc_text
from crawler.items import Document
from crawler.layout import Layout
from crawler.store import schema
from crawler.store.absence import linking_by_text
from crawler.store.rows import chunks, select_in
from crawler.store.sightings import load_documents
from crawler.tombstones import Tombstone, load_tombstones
from crawler.urls import canonical_url, host
from crawler.urls import doc_id as doc_id_of

Row = dict[str, Any]


class UnknownDocumentError(XianzhiError):
    """No Document has or ever had this id."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A Document with all the catalogue knows of it.

    ``latest`` is the sighting that gives the latest text; ``captures`` are those of the
    versions' sightings, pages before their parts; ``checks`` are the answers that one of its
    pages is not there; ``found_on`` is the capture of the list page that led to it.
    """

    row: Row
    latest: Document
    versions: list[Row]
    urls: list[Row]
    captures: list[Row]
    checks: list[Row]
    found_on: Row | None

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
        self._forgotten = load_tombstones(layout.tombstones)

    def documents(self, portals: Sequence[str] = ()) -> list[Row]:
        """Rows of documents in the order of the export: portal, kind, year, issuer, id."""
        query = select(schema.documents)
        if portals:
            query = query.where(schema.documents.c.portal.in_(portals))
        with self._engine.connect() as connection:
            hidden = self._hidden(connection)
            found = [dict(row._mapping) for row in connection.execute(query)]
        rows = [row for row in found if row["doc_id"] not in hidden]
        return sorted(rows, key=_export_order)  # not by SQL: its order of text and NULL differs

    def document(self, doc_id: str) -> StoredDocument:
        """The Document of an id, superseded ids included."""
        with self._engine.connect() as connection:
            found = _rows(connection, schema.documents, "doc_id", [doc_id])
            if not found:
                aliases = _rows(connection, schema.aliases, "alias", [doc_id])
                ids = [row["doc_id"] for row in aliases]
                found = _rows(connection, schema.documents, "doc_id", ids)
            hidden = self._hidden(connection)
            if taken_down := hidden.get(found[0]["doc_id"] if found else doc_id):
                raise UnknownDocumentError(f"{doc_id}: {taken_down}; its WARC records stay")
            if not found:
                raise UnknownDocumentError(
                    f"{doc_id}: expected the id of a Document, found none in the catalogue;"
                    " `scrapy status` lists portals, `scrapy export --format jsonl` all ids"
                )
            return next(self._whole(connection, found))

    def _hidden(self, connection: Connection) -> dict[str, Tombstone]:
        """Ids that were taken down. Their Documents may still be in the catalogue, where the file
        of tombstones came from another machine."""
        rows = _rows(connection, schema.urls, "canonical_url", self._forgotten)
        hidden = {row["doc_id"]: self._forgotten[row["canonical_url"]] for row in rows}
        return {doc_id_of(url): stone for url, stone in self._forgotten.items()} | hidden

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
        checks = _checks(connection, urls)
        for row in rows:
            yield StoredDocument(
                row=row,
                latest=latest[row["record_id"]],
                versions=versions.get(row["doc_id"], []),
                urls=urls.get(row["doc_id"], []),
                captures=_captures(connection, versions.get(row["doc_id"], [])),
                checks=checks.get(row["doc_id"], []),
                found_on=_found_on(connection, latest[row["record_id"]]),
            )


def _export_order(row: Row) -> tuple[str, str, int, str, str]:
    year = row["report_year"] or 0
    return (row["portal"], row["kind"], year, row["issuer"], row["doc_id"])


def _rows(connection: Connection, table: Table, column: str, values: Iterable[str]) -> list[Row]:
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
        found = _places(connection, ids)
        captures += [{"version": version["number"], **found[i]} for i in ids if i in found]
    return captures


def _checks(connection: Connection, urls: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The absent checks of Documents' URLs, in time order, each with the place of its capture."""
    owner = {row["canonical_url"]: doc_id for doc_id, rows in urls.items() for row in rows}
    of_urls = _rows(connection, schema.checks, "canonical_url", owner)
    rows = [row for row in of_urls if row["outcome"] in ABSENT]
    places = _places(connection, [row["record_id"] for row in rows])
    checks: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row["date"], row["record_id"])):
        place = places[row["record_id"]]
        full = {**row, "warc": place["warc"], "offset": place["offset"]}
        checks.setdefault(owner[row["canonical_url"]], []).append(full)
    return checks


def _found_on(connection: Connection, document: Document) -> Row | None:
    """The capture of the list page a Document's context is taken from: the last one before the
    Document's own, or the first there is."""
    if not host(document.context.list_url):
        return None
    keys = [key for _, key in linking_by_text(connection, document.context)]
    rows = _rows(connection, schema.list_pages, "links_key", keys)
    seen = utc_text(document.date)
    wanted = canonical_url(document.context.list_url)
    dated = sorted(
        (row["date"], row["record_id"]) for row in rows if row["canonical_url"] == wanted
    )
    if not dated:
        return None
    _, record_id = max((pair for pair in dated if pair[0] <= seen), default=dated[0])
    return _places(connection, [record_id])[record_id]


def _places(connection: Connection, record_ids: Iterable[str]) -> dict[str, Row]:
    return {
        row["record_id"]: row for row in _rows(connection, schema.captures, "record_id", record_ids)
    }
