"""Takedowns in the store: what `crawler.tombstones` names is neither taken in nor kept.

Nothing read from a forgotten URL stays: no Document (one whose attachment is forgotten included,
since its text is the attachment's), no list page, no check, and no link, whose text is mostly
the title.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from crawler.identity.keys import Sighting
from crawler.items import Context, Document, Item, Link, ListPage
from crawler.serial import from_json
from crawler.store import schema
from crawler.store.lists import put_list_pages, to_link
from crawler.store.rows import delete_in, select_in
from crawler.store.sightings import replace_sightings
from crawler.tombstones import Tombstones
from crawler.urls import canonical_url


def allowed(items: Iterable[Item], forgotten: Tombstones) -> list[Item]:
    """The items that may be stored, less links to forgotten pages."""
    if not forgotten:  # nearly always
        return list(items)
    kept = [item for item in items if not _is_forgotten(item, forgotten)]
    return [_unlinked(i, forgotten) if isinstance(i, ListPage) else i for i in kept]


def _is_forgotten(item: Item, forgotten: Tombstones) -> bool:
    urls = [item.url]
    if isinstance(item, Document):
        urls += [ref.url for ref in item.captures]
    return any(_names(url, forgotten) for url in urls)


def _names(url: str, forgotten: Tombstones) -> bool:
    try:
        return canonical_url(url) in forgotten
    except ValueError:  # a link that leads nowhere
        return False


def _unlinked(page: ListPage, forgotten: Tombstones) -> ListPage:
    links = tuple(link for link in page.links if not _names(link.url, forgotten))
    return page if len(links) == len(page.links) else replace(page, links=links)


def take_down(connection: Connection, forgotten: Tombstones) -> tuple[list[Sighting], set[str]]:
    """Remove what is stored of forgotten URLs: the sightings removed, and all portals touched."""
    records = _sightings(connection, forgotten)
    table = schema.sightings.c
    portals = {row.portal for row in select_in(connection, table.record_id, records, table.portal)}
    removed = replace_sightings(connection, [], withdrawn=sorted(records))
    for seen in (schema.checks.c, schema.list_pages.c):
        rows = select_in(connection, seen.canonical_url, forgotten, seen.portal)
        portals |= {row.portal for row in rows}
        delete_in(connection, seen.canonical_url, forgotten)
    return removed, portals | _unlink(connection, forgotten)


def _sightings(connection: Connection, forgotten: Tombstones) -> set[str]:
    """Record ids of the sightings of forgotten pages, and of those with a forgotten part."""
    table, parts, captures = schema.sightings.c, schema.sighting_captures.c, schema.captures.c
    rows = select_in(connection, table.canonical_url, forgotten, table.record_id)
    found = {row.record_id for row in rows}
    # As captured, so that every spelling of a URL is known; a takedown may take its seconds.
    query = select(parts.sighting, captures.url).join_from(
        schema.sighting_captures, schema.captures, captures.record_id == parts.record_id
    )
    rows_of_parts = connection.execute(query.where(parts.place > 0))
    return found | {row.sighting for row in rows_of_parts if _names(row.url, forgotten)}


def _unlink(connection: Connection, forgotten: Tombstones) -> set[str]:
    """Store list pages that link to forgotten pages again, without these links; their portals."""
    links, pages = schema.links.c, schema.list_pages.c
    linking = select_in(connection, links.target, forgotten, links.links_key)
    keys = {row.links_key for row in linking}
    rows = select_in(connection, pages.links_key, keys)
    met: dict[str, list[Link]] = {}
    for link in sorted(select_in(connection, links.links_key, keys), key=lambda row: row.place):
        if link.target not in forgotten:
            met.setdefault(link.links_key, []).append(to_link(link))
    again = [
        ListPage(
            record_id=row.record_id,
            url=row.url,
            portal=row.portal,
            context=from_json(Context, row.context),
            links=tuple(met.get(row.links_key, ())),
            date=datetime.fromisoformat(row.date),
            stated_total=row.stated_total,
        )
        for row in rows
    ]
    put_list_pages(connection, again)
    return {page.portal for page in again}
