"""Do two catalogues of the same captures agree? Replay must read what the crawl read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import or_, select

from crawler.extraction.document.assemble import complete
from crawler.items import Document, render_blocks
from crawler.layout import Layout
from crawler.places.registry import place
from crawler.serial import to_plain
from crawler.store import schema
from crawler.store.sightings import load_documents


def sightings_of(
    layout: Layout, portal: str, runs: Sequence[str], catalogue_url: str | None = None
) -> dict[str, Document]:
    """The sightings whose page was captured in one of the runs, by record id."""
    engine = schema.open_engine(catalogue_url or schema.sqlite_url(layout.catalogue), create=False)
    captures, sightings = schema.captures.c, schema.sightings.c
    query = select(sightings.record_id).join_from(
        schema.sightings, schema.captures, captures.record_id == sightings.record_id
    )
    of_runs = or_(*(captures.warc.contains(f"-{run}-") for run in runs))
    wanted = query.where(sightings.portal == portal, of_runs)
    try:
        with engine.connect() as connection:
            return load_documents(connection, connection.execute(wanted).scalars().all())
    finally:
        engine.dispose()


def differences(before: dict[str, Document], after: dict[str, Document]) -> Iterator[str]:
    """One line for each sighting that is missing, new, or reads differently.

    Both are read under the context the catalogue found: lists of other runs, which this replay
    does not see, may have given a smaller one.
    """
    for record_id in sorted(before.keys() | after.keys()):
        old, new = before.get(record_id), after.get(record_id)
        if old is None and new is not None:
            yield f"{new.url}: not in the catalogue, found by the replay"
        elif new is None and old is not None:
            yield f"{old.url}: in the catalogue, not found by the replay"
        elif old is None or new is None:
            continue
        elif old != (new := complete(new, old.context, place(new.adcode))):
            yield f"{new.url}: {', '.join(_unequal(old, new))} differ"


def _unequal(old: Document, new: Document) -> Iterable[str]:
    if render_blocks(old.blocks) != render_blocks(new.blocks):
        yield "texts"
    first, second = to_plain(old), to_plain(new)
    yield from (name for name in first if name != "blocks" and first[name] != second[name])
