"""Rows of the list pages and their links, from which every page's context is worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from crawler.identity.contextgraph import LinkedPage
from crawler.identity.keys import utc_text
from crawler.items import CaptureRef, Context, Link, ListPage, Rel, Role
from crawler.serial import from_json, to_json
from crawler.store import schema
from crawler.store.rows import chunks, delete_in, put_rows, select_in
from crawler.store.sightings import digest, put_captures
from crawler.urls import canonical_url


def put_list_pages(connection: Connection, pages: Sequence[ListPage]) -> None:
    delete_in(connection, schema.list_pages.c.record_id, [page.record_id for page in pages])
    for page in pages:
        links_key = digest(to_json(page.links))
        key = schema.links.c.links_key
        if not select_in(connection, key, [links_key], key):
            put_rows(connection, schema.links, _link_rows(links_key, page.links))
        row = {
            "record_id": page.record_id,
            "portal": page.portal,
            "url": page.url,
            "canonical_url": canonical_url(page.url),
            "date": utc_text(page.date),
            "context": to_json(page.context),
            "stated_total": page.stated_total,
            "links_key": links_key,
        }
        put_rows(connection, schema.list_pages, [row])
        ref = CaptureRef(page.record_id, page.url, page.date, Role.PAGE, page.warc, page.offset)
        put_captures(connection, page.portal, [ref])


def drop_list_pages(connection: Connection, portal: str, kept: Collection[str]) -> int:
    """Remove a portal's list pages but those of the ``kept`` records; how many."""
    table = schema.list_pages.c
    rows = connection.execute(select(table.record_id).where(table.portal == portal))
    gone = sorted({row.record_id for row in rows} - set(kept))
    delete_in(connection, table.record_id, gone)
    return len(gone)


def _link_rows(links_key: str, links: Sequence[Link]) -> list[dict[str, Any]]:
    return [
        {
            "links_key": links_key,
            "place": place,
            "url": link.url,
            "target": _target(link.url),
            "text": link.text,
            "date": link.date,
            "position": link.position,
            "rel": link.rel.value,
        }
        for place, link in enumerate(links)
    ]


def _target(url: str) -> str | None:
    try:
        return canonical_url(url)
    except ValueError:
        return None


def load_list_pages(connection: Connection, portal: str) -> list[LinkedPage]:
    """A portal's list pages with all their links, in a fixed order."""
    table = schema.list_pages
    query = select(table).where(table.c.portal == portal).order_by(table.c.record_id)
    rows = connection.execute(query).all()
    links = _load_links(connection, {row.links_key for row in rows})
    return [
        LinkedPage(
            url=row.url,
            canonical_url=row.canonical_url,
            context=from_json(Context, row.context),
            links=tuple(links.get(row.links_key, ())),
        )
        for row in rows
    ]


def _load_links(connection: Connection, keys: set[str]) -> dict[str, list[tuple[str, Link]]]:
    table = schema.links
    query = select(table).where(table.c.target.is_not(None))
    links: dict[str, list[tuple[str, Link]]] = {}
    for chunk in chunks(sorted(keys)):
        for row in connection.execute(query.where(table.c.links_key.in_(chunk))):
            links.setdefault(row.links_key, []).append((row.target, to_link(row)))
    return links


def to_link(row: Row[Any]) -> Link:
    return Link(row.url, row.text, row.date, row.position, Rel(row.rel))
