"""What is worked out of the sightings: documents, versions, urls, aliases and text files.

`settle` takes the sightings that changed, loads everything they may have to do with, asks
`grouping.resolve`, and rewrites the rows of all Documents concerned. The rows are thus a
function of the set of sightings, whatever was there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from crawler.extraction.document.assemble import effective_published
from crawler.identity.grouping import Resolved, resolve
from crawler.identity.keys import Sighting, utc_text
from crawler.identity.likeness import Likeness
from crawler.items import Block, Document
from crawler.layout import Layout
from crawler.store import schema
from crawler.store.absence import gone_urls
from crawler.store.rows import delete_in, put_rows, select_in
from crawler.store.sightings import connected, load_documents
from crawler.store.texts import text_path, write_texts


@dataclass(frozen=True, slots=True)
class Settled:
    """What a change came to: Documents that hold the changed sightings, those of them that are
    new or have a new version, and text files nobody may need any more."""

    documents: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    altered: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


def settle(connection: Connection, layout: Layout, changed: Sequence[Sighting]) -> Settled:
    """Work out anew every Document the changed (new, replaced or removed) sightings touch."""
    loaded: dict[str, tuple[Block, ...]] = {}

    def blocks_of(record_id: str) -> tuple[Block, ...]:
        if record_id not in loaded:
            loaded[record_id] = load_documents(connection, [record_id])[record_id].blocks
        return loaded[record_id]

    sightings = connected(connection, changed)
    resolved = resolve(sightings, Likeness(blocks_of))
    known = known_ids(connection, {s.canonical_url for s in (*changed, *sightings)})
    before = _files(connection, set(known.values()))
    sources = load_documents(connection, _sources(resolved))
    _remove(connection, set(known.values()))
    texts = _put(connection, layout, resolved, sources)
    # Older versions first: a text is never missing, at worst there twice.
    write_texts(layout, sorted(texts, key=lambda text: "@" not in text[0]))
    return _settled(resolved, {s.record_id for s in changed}, known, before, texts)


def _settled(
    resolved: Sequence[Resolved],
    changed: set[str],
    known: Mapping[str, str],
    before: Mapping[str, set[str]],
    texts: Sequence[tuple[str, Document]],
) -> Settled:
    touched = [d for d in resolved if any(s.record_id in changed for s in d.sightings)]
    old_ids = {d.doc_id: {known.get(p.canonical_url, "") for p in d.pages} for d in touched}
    new = {d.doc_id for d in touched if old_ids[d.doc_id] == {""}}
    altered = {
        d.doc_id
        for d in touched
        if d.doc_id not in new
        and len(d.versions) > max(len(before.get(old, ())) for old in old_ids[d.doc_id])
    }
    old_files = {file for files in before.values() for file in files}
    return Settled(
        documents=frozenset(d.doc_id for d in touched),
        new=frozenset(new),
        altered=frozenset(altered),
        stale=frozenset(old_files - {file for file, _ in texts}),
    )


def known_ids(connection: Connection, canonical_urls: Iterable[str]) -> dict[str, str]:
    """The Documents that have these URLs so far, by URL."""
    urls = schema.urls.c
    wanted = (urls.canonical_url, urls.doc_id)
    rows = select_in(connection, urls.canonical_url, canonical_urls, *wanted)
    return {row.canonical_url: row.doc_id for row in rows}


def _files(connection: Connection, doc_ids: set[str]) -> dict[str, set[str]]:
    versions = schema.versions.c
    files: dict[str, set[str]] = {}
    for row in select_in(connection, versions.doc_id, doc_ids, versions.doc_id, versions.file):
        files.setdefault(row.doc_id, set()).add(row.file)
    return files


def _remove(connection: Connection, doc_ids: set[str]) -> None:
    for table in (schema.documents, schema.versions, schema.urls, schema.aliases):
        delete_in(connection, table.c.doc_id, doc_ids)


def _sources(resolved: Iterable[Resolved]) -> set[str]:
    """The sightings whose words are needed: of each version, and of each Document's origin."""
    return {version.source.record_id for d in resolved for version in d.versions} | {
        d.primary.sightings[0].record_id for d in resolved
    }


def _put(
    connection: Connection,
    layout: Layout,
    resolved: Sequence[Resolved],
    sources: Mapping[str, Document],
) -> list[tuple[str, Document]]:
    """Write the rows of the Documents; the texts they must have."""
    texts: list[tuple[str, Document]] = []
    versions: list[dict[str, Any]] = []
    for document in resolved:
        portal = sources[document.primary.sightings[0].record_id].portal
        for row in _version_rows(layout, portal, document, sources):
            versions.append(row)
            texts.append((row["file"], sources[row["record_id"]]))
    gone = gone_urls(connection, {page.canonical_url for d in resolved for page in d.pages})
    put_rows(connection, schema.documents, [_document_row(d, sources, gone) for d in resolved])
    put_rows(connection, schema.versions, versions)
    put_rows(connection, schema.urls, [row for d in resolved for row in _url_rows(d, gone)])
    aliases = [{"alias": alias, "doc_id": d.doc_id} for d in resolved for alias in d.aliases]
    put_rows(connection, schema.aliases, aliases)
    return texts


def _document_row(
    document: Resolved, sources: Mapping[str, Document], gone: Mapping[str, str]
) -> dict[str, Any]:
    origin = sources[document.primary.sightings[0].record_id]
    latest = sources[document.current.record_id]
    dates = [sighting.date for sighting in document.sightings]
    return {
        "doc_id": document.doc_id,
        "portal": origin.portal,
        "adcode": origin.adcode,
        "kind": latest.kind.value,
        "report_year": latest.report_year,
        "issuer": latest.issuer.id,
        "issuer_name": latest.issuer.name,
        "issuer_level": latest.issuer.level.value,
        "title": latest.title,
        "published": effective_published(latest),
        "authority": origin.authority,
        "url": latest.url,
        "canonical_url": document.primary.canonical_url,
        "record_id": latest.record_id,
        "first_seen": min(dates),
        "last_seen": max(dates),
        "gone_since": _gone_since(document, gone),
        "flags": json.dumps(_flags(document), ensure_ascii=False, sort_keys=True),
    }


def _gone_since(document: Resolved, gone: Mapping[str, str]) -> str | None:
    """When the last of its authoritative pages went; a mirror keeps no original alive."""
    mirrored = document.primary.mirror
    dates = [gone.get(p.canonical_url) for p in document.pages if p.mirror is mirrored]
    return None if None in dates else max(date for date in dates if date)


def _flags(document: Resolved) -> dict[str, Any]:
    """Only what is worth a reader's attention is named."""
    keys = {version.source.key for version in document.versions if version.source.key.complete}
    flags = {
        "same_body_as": list(document.same_body_as),
        "same_key_as": list(document.same_key_as),
        "year_conflict": document.current.conflict,
        # One URL that served reports of several years or issuers, one after the other.
        "keys_changed": sorted(map(str, keys)) if len(keys) > 1 else [],
    }
    return {name: value for name, value in flags.items() if value}


def _version_rows(
    layout: Layout, portal: str, document: Resolved, sources: Mapping[str, Document]
) -> list[dict[str, Any]]:
    rows = []
    used: set[str] = set()
    for number, version in enumerate(document.versions, start=1):
        latest = number == len(document.versions)
        date = None if latest else _unused(version.first_seen, used)
        file = text_path(layout, portal, document.doc_id, date)
        source = sources[version.source.record_id]
        rows.append(
            {
                "doc_id": document.doc_id,
                "number": number,
                "record_id": source.record_id,
                "url": source.url,
                "first_seen": version.first_seen,
                "last_seen": version.last_seen,
                "body_key": version.source.body_key,
                "kind": source.kind.value,
                "report_year": source.report_year,
                "title": source.title,
                "text_source": source.text_source,
                "rules_version": source.rules_version,
                "file": file.relative_to(layout.root).as_posix(),
            }
        )
    return rows


def _unused(date: str, used: set[str]) -> str:
    """A file name's date: foreign archives know whole seconds only, so two may coincide."""
    while date in used:
        date = utc_text(datetime.fromisoformat(date) + timedelta(microseconds=1))
    used.add(date)
    return date


def _url_rows(document: Resolved, gone: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = []
    for page in document.pages:
        primary = page is document.primary
        of_mirror = page.mirror and not primary
        rows.append(
            {
                "canonical_url": page.canonical_url,
                "doc_id": document.doc_id,
                "role": "mirror" if page.mirror else "original" if primary else "copy",
                "mirror_of": document.primary.canonical_url if of_mirror else None,
                "printed": json.dumps(sorted({s.url for s in page.sightings})),
                "body_key": page.sightings[-1].body_key,
                "first_seen": page.sightings[0].date,
                "last_seen": page.sightings[-1].date,
                "gone_since": gone.get(page.canonical_url),
            }
        )
    return rows
