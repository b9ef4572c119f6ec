"""Rows of what was seen: sightings with their bodies, captures and parts.

Every function works in the caller's transaction. Putting the same thing twice changes nothing;
putting another reading of the same record replaces the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select

from crawler.identity.keys import DocKey, Sighting, sighting_of, utc_text
from crawler.items import Block, CaptureRef, Context, Document, Kind
from crawler.serial import from_json, to_json
from crawler.store import schema
from crawler.store.rows import chunks, delete_in, put_rows, select_in

_IDENTITY = [
    column
    for column in schema.sightings.columns
    if column.name not in {"fetched", "context", "document", "blocks_key"}
]


def replace_sightings(
    connection: Connection,
    documents: Sequence[tuple[Document, Context]],
    withdrawn: Sequence[str] = (),
) -> list[Sighting]:
    """Store `identified` Documents, each with the context of its own fetch, in place of what
    their records said before; remove ``withdrawn`` ones. All that changed: old and new."""
    records = [*(document.record_id for document, _ in documents), *withdrawn]
    old = load_sightings(connection, records)
    delete_in(connection, schema.sightings.c.record_id, records)
    delete_in(connection, schema.sighting_captures.c.sighting, records)
    delete_in(connection, schema.attachments.c.sighting, records)
    _put_bodies(connection, [document for document, _ in documents])
    put_rows(connection, schema.sightings, [_sighting_row(d, fetched) for d, fetched in documents])
    for document, _ in documents:
        put_rows(connection, schema.sighting_captures, _capture_rows(document))
        put_rows(connection, schema.attachments, _attachment_rows(document))
        put_captures(connection, document.portal, document.captures)
    return old + [sighting_of(document) for document, _ in documents]


def load_sightings(connection: Connection, record_ids: Iterable[str]) -> list[Sighting]:
    column = schema.sightings.c.record_id
    return [to_sighting(row) for row in select_in(connection, column, record_ids, *_IDENTITY)]


def sightings_at(connection: Connection, canonical_urls: Iterable[str]) -> list[Sighting]:
    column = schema.sightings.c.canonical_url
    return [to_sighting(row) for row in select_in(connection, column, canonical_urls, *_IDENTITY)]


def recorded_ids(connection: Connection, portal: str) -> set[str]:
    table = schema.sightings.c
    rows = connection.execute(select(table.record_id).where(table.portal == portal))
    return {row.record_id for row in rows}


def _put_bodies(connection: Connection, documents: Iterable[Document]) -> None:
    key = schema.bodies.c.blocks_key
    bodies = {digest(text): text for text in (to_json(d.blocks) for d in documents)}
    known = {row.blocks_key for row in select_in(connection, key, bodies, key)}
    rows = [{"blocks_key": k, "blocks": text} for k, text in bodies.items() if k not in known]
    put_rows(connection, schema.bodies, rows)


def drop_unused(connection: Connection, portal: str) -> None:
    """Remove bodies and link sets, and captures of a portal, that nothing refers to any more."""
    for shared, user in (
        (schema.bodies.c.blocks_key, schema.sightings.c.blocks_key),
        (schema.links.c.links_key, schema.list_pages.c.links_key),
    ):
        used = exists().where(user == shared)
        connection.execute(delete(shared.table).where(~used))
    capture = schema.captures.c
    users = (schema.sighting_captures, schema.list_pages, schema.checks)
    unused = [~exists().where(user.c.record_id == capture.record_id) for user in users]
    connection.execute(delete(schema.captures).where(capture.portal == portal, *unused))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sighting_row(document: Document, fetched: Context) -> dict[str, Any]:
    seen = sighting_of(document)
    return {
        "record_id": seen.record_id,
        "portal": document.portal,
        "url": seen.url,
        "canonical_url": seen.canonical_url,
        "date": seen.date,
        "mirror": seen.mirror,
        "issuer": seen.key.issuer,
        "report_year": seen.key.year,
        "kind": seen.key.kind.value,
        "conflict": seen.conflict,
        "body_key": seen.body_key,
        "han": seen.han,
        "path_key": seen.path_key,
        "carrier": seen.carrier,
        "lacking": seen.lacking,
        "body_bond": seen.body_key if seen.long else None,
        "key_bond": str(seen.key) if seen.key.complete and not seen.conflict else None,
        "fetched": to_json(fetched),
        "context": to_json(document.context),
        "document": to_json(replace(document, blocks=())),
        "blocks_key": digest(to_json(document.blocks)),
    }


def _capture_rows(document: Document) -> list[dict[str, Any]]:
    return [
        {"sighting": document.record_id, "place": place, "record_id": ref.record_id}
        for place, ref in enumerate(document.captures)
    ]


def _attachment_rows(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "sighting": document.record_id,
            "place": place,
            "url": info.url,
            "name": info.name,
            "outcome": info.outcome,
            "record_id": info.record_id,
            "use": info.use,
        }
        for place, info in enumerate(document.attachments)
    ]


def put_captures(connection: Connection, portal: str, refs: Iterable[CaptureRef]) -> None:
    """Store where captures lie; a place once known is not forgotten."""
    wanted = {ref.record_id: ref for ref in refs}
    table = schema.captures
    for row in select_in(connection, table.c.record_id, list(wanted)):
        if wanted[row.record_id].warc is None:
            del wanted[row.record_id]
    delete_in(connection, table.c.record_id, list(wanted))
    rows = [
        {
            "record_id": ref.record_id,
            "portal": portal,
            "url": ref.url,
            "date": utc_text(ref.date),
            "role": ref.role.value,
            "warc": ref.warc,
            "offset": ref.offset,
        }
        for ref in wanted.values()
    ]
    put_rows(connection, table, rows)


def to_sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        record_id=row.record_id,
        url=row.url,
        canonical_url=row.canonical_url,
        date=row.date,
        mirror=row.mirror,
        key=DocKey(row.issuer, row.report_year, Kind(row.kind)),
        conflict=row.conflict,
        body_key=row.body_key,
        han=row.han,
        path_key=row.path_key,
        carrier=row.carrier,
        lacking=row.lacking,
    )


def load_documents(connection: Connection, record_ids: Iterable[str]) -> dict[str, Document]:
    """Sightings as whole Documents, by record id."""
    rows = select_in(connection, schema.sightings.c.record_id, record_ids)
    keys = {row.blocks_key for row in rows}
    blocks = {
        row.blocks_key: from_json(tuple[Block, ...], row.blocks)
        for row in select_in(connection, schema.bodies.c.blocks_key, keys)
    }
    return {
        row.record_id: replace(from_json(Document, row.document), blocks=blocks[row.blocks_key])
        for row in rows
    }


def connected(connection: Connection, seeds: Iterable[Sighting]) -> list[Sighting]:
    """Every sighting that may have to do with the seeds: by URL, body, key or mirrored path.

    The seeds themselves need not be stored any more.
    """
    table = schema.sightings
    found: dict[str, Sighting] = {}
    asked: set[tuple[str, str]] = set()
    fresh = list(seeds)
    while fresh:
        bonds = {bond for seed in fresh for bond in _bonds(seed)} - asked
        asked |= bonds
        fresh = []
        for name in sorted({name for name, _ in bonds}):
            column = table.c["path_key" if name == "mirror" else name]
            query = select(*_IDENTITY)
            if name == "mirror":
                query = query.where(table.c.mirror)
            for chunk in chunks(sorted(value for kind, value in bonds if kind == name)):
                for row in connection.execute(query.where(column.in_(chunk))):
                    if row.record_id not in found:
                        found[row.record_id] = to_sighting(row)
                        fresh.append(found[row.record_id])
    return list(found.values())


def _bonds(seen: Sighting) -> Iterator[tuple[str, str]]:
    """(column, value) pairs to look for; ``mirror`` asks for mirrors of the same path."""
    yield "canonical_url", seen.canonical_url
    yield ("path_key" if seen.mirror else "mirror"), seen.path_key
    if seen.long:
        yield "body_bond", seen.body_key
    if seen.key.complete and not seen.conflict:
        yield "key_bond", str(seen.key)
