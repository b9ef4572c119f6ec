"""The store: takes sightings, list pages and absent checks in any order and any batching.

Safe with several processes at once (each call is one write transaction) and when killed at any
point: texts are in place before the catalogue names them, and the same call may be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, select

from crawler.extraction.document.assemble import complete
from crawler.identity.contextgraph import smallest_contexts
from crawler.identity.keys import identified
from crawler.items import AbsentCheck, Context, Document, Item, ListPage
from crawler.layout import Layout
from crawler.places.registry import place
from crawler.serial import from_json
from crawler.store import schema
from crawler.store.absence import drop_checks, misjudged, put_checks
from crawler.store.lists import drop_list_pages, load_list_pages, put_list_pages
from crawler.store.rows import select_in
from crawler.store.settle import Settled, known_ids, settle
from crawler.store.sightings import (
    drop_unused,
    load_documents,
    load_sightings,
    recorded_ids,
    replace_sightings,
    sightings_at,
)
from crawler.store.takedown import allowed, take_down
from crawler.store.texts import missing_texts, remove_unnamed, sweep
from crawler.tombstones import load_tombstones


class Store:
    """The writing side of the archive's catalogue and texts."""

    def __init__(self, layout: Layout, catalogue_url: str | None = None) -> None:
        """``catalogue_url`` names another database than the archive's own SQLite file."""
        self.layout = layout
        if catalogue_url is None:
            layout.catalogue.parent.mkdir(parents=True, exist_ok=True)
        url = catalogue_url or schema.sqlite_url(layout.catalogue)
        self._engine: Engine = schema.open_engine(url, create=True)

    def close(self) -> None:
        self._engine.dispose()

    def record(self, items: Sequence[Item]) -> Settled:
        """Store items, but for what was taken down. Repeating it changes nothing."""
        # One capture may be a list page, and a check of the same address.
        ready = {(type(item), item.record_id, item.url): _identified(item) for item in items}
        with schema.write(self._engine) as connection:
            # Within the transaction, or a takedown of just now would miss what comes here.
            kept = allowed(ready.values(), load_tombstones(self.layout.tombstones))
            put_list_pages(connection, [item for item in kept if isinstance(item, ListPage)])
            put_checks(connection, [item for item in kept if isinstance(item, AbsentCheck)])
            documents = [item for item in kept if isinstance(item, Document)]
            changed = replace_sightings(connection, [(d, d.context) for d in documents])
            settled = settle(connection, self.layout, changed)
        self._clean(settled)
        return settled

    def forget(self) -> int:
        """Take down all that `crawler.tombstones` names, rows and texts; how many readings."""
        forgotten = load_tombstones(self.layout.tombstones)
        if not forgotten:
            return 0
        with schema.write(self._engine) as connection:
            removed, portals = take_down(connection, forgotten)
            settled = settle(connection, self.layout, removed)
        self._clean(settled)
        for portal in sorted(portals):
            self.finalise(portal)
        return len(removed)

    def keep_only(self, portal: str, record_ids: Collection[str]) -> int:
        """Forget what a portal's records said that, read again, say so no longer; how many.

        ``record_ids`` are those of the items a complete re-extraction gave.
        """
        with schema.write(self._engine) as connection:
            gone = recorded_ids(connection, portal) - set(record_ids)
            others = drop_list_pages(connection, portal, record_ids)
            others += drop_checks(connection, portal, record_ids)
            changed = replace_sightings(connection, [], withdrawn=sorted(gone))
            settled = settle(connection, self.layout, changed)
        self._clean(settled)
        self.finalise(portal)  # without those lists other contexts may be the smallest
        return len(gone) + others

    def ids_of(self, canonical_urls: Iterable[str]) -> set[str]:
        """The Documents that have one of these URLs."""
        with self._engine.connect() as connection:
            return set(known_ids(connection, canonical_urls).values())

    def urls_of(self, doc_ids: Iterable[str]) -> set[str]:
        """The canonical URLs of Documents."""
        urls = schema.urls.c
        with self._engine.connect() as connection:
            rows = select_in(connection, urls.doc_id, doc_ids, urls.canonical_url)
            return {row.canonical_url for row in rows}

    def finalise(self, portal: str) -> None:
        """Put every sighting of a portal under its smallest context, judge which of its pages
        are gone, and tidy up its texts.

        To be called when a run or a re-extraction has recorded everything. Until then contexts
        are those of the fetches, and which list led to a page first was chance.
        """
        with schema.write(self._engine) as connection:
            changed = replace_sightings(connection, _moved(connection, portal))
            lost = missing_texts(connection, self.layout, portal)
            changed += load_sightings(connection, lost)
            changed += sightings_at(connection, misjudged(connection, portal))
            settled = settle(connection, self.layout, changed)
            drop_unused(connection, portal)
        self._clean(settled)
        with schema.write(self._engine) as connection:
            sweep(connection, self.layout, portal)

    def _clean(self, settled: Settled) -> None:
        """After the commit; under the lock, since another process may need the files again."""
        if settled.stale:
            with schema.write(self._engine) as connection:
                remove_unnamed(connection, self.layout, settled.stale)


def _identified(item: Item) -> Item:
    return identified(item) if isinstance(item, Document) and not item.body_key else item


def _moved(connection: Connection, portal: str) -> list[tuple[Document, Context]]:
    """A portal's sightings whose smallest context is not the one in force, completed by it."""
    contexts = smallest_contexts(load_list_pages(connection, portal))
    table = schema.sightings.c
    query = select(table.record_id, table.canonical_url, table.fetched, table.context)
    wanted: dict[str, tuple[Context, Context]] = {}
    for row in connection.execute(query.where(table.portal == portal)):
        fetched = from_json(Context, row.fetched)
        smallest = contexts.get(row.canonical_url, fetched)
        if smallest != from_json(Context, row.context):
            wanted[row.record_id] = (smallest, fetched)
    return [
        (_under(document, wanted[record_id][0]), wanted[record_id][1])
        for record_id, document in load_documents(connection, wanted).items()
    ]


def _under(document: Document, context: Context) -> Document:
    return replace(complete(document, context, place(document.adcode)), context=context)
