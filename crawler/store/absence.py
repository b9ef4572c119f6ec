"""Rows of absent checks, and which URLs are gone by them (`crawler.identity.gone`).

Every function works in the caller's transaction. Most pages were never found absent, so each
question is asked only of the URLs the one before it left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, union

from crawler.identity.gone import (
    ABSENT,
    NO_LIST,
    Check,
    ListRead,
    gone_since,
    pending,
    run_of,
)
from crawler.identity.keys import utc_text
from crawler.items import AbsentCheck, CaptureRef, Context, FetchOutcome, Role
from crawler.serial import from_json
from crawler.store import schema
from crawler.store.rows import delete_in, put_rows, select_in
from crawler.store.sightings import put_captures
from crawler.urls import canonical_url, host

#: (portal, run, host): where something was read.
Answering = frozenset[tuple[str, str, str]]
#: A check and the portal whose crawl made it.
Made = tuple[Check, str]


def put_checks(connection: Connection, checks: Sequence[AbsentCheck]) -> None:
    table = schema.checks
    for check in checks:
        own = (table.c.record_id == check.record_id, table.c.canonical_url == check.canonical_url)
        connection.execute(delete(table).where(*own))
        row = {
            "record_id": check.record_id,
            "portal": check.portal,
            "url": check.url,
            "canonical_url": check.canonical_url,
            "date": utc_text(check.date),
            "outcome": check.outcome.value,
        }
        put_rows(connection, table, [row])
        place = (check.warc, check.offset)
        ref = CaptureRef(check.record_id, check.answer_url, check.date, Role.PAGE, *place)
        put_captures(connection, check.portal, [ref])


def drop_checks(connection: Connection, portal: str, kept: Collection[str]) -> int:
    """Remove a portal's checks but those of the ``kept`` records; how many."""
    table = schema.checks.c
    rows = connection.execute(select(table.record_id).where(table.portal == portal))
    dropped = sorted({row.record_id for row in rows} - set(kept))
    delete_in(connection, table.record_id, dropped)
    return len(dropped)


def gone_urls(connection: Connection, canonical_urls: Iterable[str]) -> dict[str, str]:
    """Those of the URLs that are gone, and since when."""
    made = _checks(connection, canonical_urls, ABSENT)
    seen = _seen(connection, made)
    made = {url: own for url, own in made.items() if pending((c for c, _ in own), seen[url])}
    if not made:
        return {}
    answering = _answering(connection, {portal for own in made.values() for _, portal in own})
    lists = _list_reads(connection, made, answering)
    found = {
        url: gone_since(_judged(url, own, answering), seen[url], lists[url])
        for url, own in made.items()
    }
    return {url: since for url, since in found.items() if since}


def misjudged(connection: Connection, portal: str) -> list[str]:
    """The URLs of Documents whose ``gone_since`` is right no longer.

    Asked are those a portal's checks or lists may have to do with, and those that count as gone.
    """
    checks, links, lists = schema.checks.c, schema.links.c, schema.list_pages.c
    urls, documents = schema.urls.c, schema.documents.c
    asked = union(
        select(checks.canonical_url).where(checks.portal == portal),
        select(checks.canonical_url)
        .join_from(schema.checks, schema.links, links.target == checks.canonical_url)
        .join(schema.list_pages, lists.links_key == links.links_key)
        .where(lists.portal == portal),
        select(urls.canonical_url)
        .join_from(schema.urls, schema.documents, documents.doc_id == urls.doc_id)
        .where(documents.portal == portal, urls.gone_since.is_not(None)),
    )
    candidates = set(connection.execute(asked).scalars())
    gone = gone_urls(connection, candidates)
    known = select_in(
        connection, urls.canonical_url, candidates, urls.canonical_url, urls.gone_since
    )
    return [row.canonical_url for row in known if row.gone_since != gone.get(row.canonical_url)]


def _checks(
    connection: Connection, canonical_urls: Iterable[str], outcomes: Collection[FetchOutcome]
) -> dict[str, list[Made]]:
    """The checks with one of the outcomes, of each URL that has any; their hosts unasked."""
    found_of_url = select_in(connection, schema.checks.c.canonical_url, canonical_urls)
    rows = [row for row in found_of_url if row.outcome in outcomes]
    captures = schema.captures.c
    ids = [row.record_id for row in rows]
    places = select_in(connection, captures.record_id, ids, captures.record_id, captures.warc)
    warc = {row.record_id: row.warc for row in places}
    found: defaultdict[str, list[Made]] = defaultdict(list)
    for row in rows:
        check = Check(row.date, run_of(warc[row.record_id], row.date), answered=True)
        found[row.canonical_url].append((check, row.portal))
    return dict(found)


def _seen(connection: Connection, canonical_urls: Iterable[str]) -> dict[str, list[str]]:
    """When each URL showed a Document."""
    table = schema.sightings.c
    seen: defaultdict[str, list[str]] = defaultdict(list)
    wanted = (table.canonical_url, table.date)
    for row in select_in(connection, table.canonical_url, canonical_urls, *wanted):
        seen[row.canonical_url].append(row.date)
    return seen


def _answering(connection: Connection, portals: Collection[str]) -> Answering:
    """Where list pages and Documents were read."""
    captures = schema.captures.c
    read = union(select(schema.list_pages.c.record_id), select(schema.sightings.c.record_id))
    query = select(captures.portal, captures.url, captures.date, captures.warc).where(
        captures.portal.in_(portals), captures.record_id.in_(read)
    )
    rows = connection.execute(query)
    return frozenset((row.portal, run_of(row.warc, row.date), host(row.url)) for row in rows)


def _judged(url: str, made: Iterable[Made], answering: Answering) -> list[Check]:
    name = host(url)
    return [
        replace(check, answered=(portal, check.run, name) in answering) for check, portal in made
    ]


def _list_reads(
    connection: Connection, canonical_urls: Collection[str], answering: Answering
) -> dict[str, list[ListRead]]:
    """Every reading of every list page that ever linked to a URL, by URL."""
    linking = _linking(connection, canonical_urls)
    pages = schema.list_pages.c
    wanted = {list_url for own in linking.values() for list_url, _ in own}
    captured = select_in(connection, pages.canonical_url, wanted)
    absent = _checks(connection, wanted, ABSENT)
    elsewhere = _checks(connection, wanted, NO_LIST)
    reads: dict[str, list[ListRead]] = {}
    for url in canonical_urls:
        own = linking[url]
        lists = {list_url for list_url, _ in own}
        reads[url] = [
            ListRead(row.canonical_url, row.date, (row.canonical_url, row.links_key) in own)
            for row in captured
            if row.canonical_url in lists
        ] + [
            ListRead(list_url, check.date, links=False)
            for list_url in lists
            for check in (
                *_judged(list_url, absent.get(list_url, ()), answering),
                *(made for made, _ in elsewhere.get(list_url, ())),  # which are answers themselves
            )
            if check.answered
        ]
    return reads


def _linking(
    connection: Connection, canonical_urls: Collection[str]
) -> Mapping[str, set[tuple[str, str]]]:
    """(list page, set of links) pairs with a link to each URL."""
    links, pages = schema.links.c, schema.list_pages.c
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for row in select_in(connection, links.target, canonical_urls, links.target, links.links_key):
        targets[row.links_key].add(row.target)
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in select_in(
        connection, pages.links_key, targets, pages.canonical_url, pages.links_key
    ):
        for url in targets[row.links_key]:
            found[url].add((row.canonical_url, row.links_key))
    for url, context in _redirected(connection, set(canonical_urls) - set(found)):
        found[url] |= linking_by_text(connection, context)
    return found


def _redirected(connection: Connection, canonical_urls: set[str]) -> list[tuple[str, Context]]:
    """How URLs that no list names were reached: their list names another that redirects here."""
    table = schema.sightings.c
    rows = select_in(
        connection, table.canonical_url, canonical_urls, table.canonical_url, table.fetched
    )
    pairs = {(row.canonical_url, from_json(Context, row.fetched)) for row in rows}
    return [(url, context) for url, context in pairs if host(context.list_url)]


def linking_by_text(connection: Connection, context: Context) -> set[tuple[str, str]]:
    """(list page, set of links) pairs of a context's list, with a link of the context's text."""
    links, pages = schema.links.c, schema.list_pages.c
    query = (
        select(pages.canonical_url, pages.links_key)
        .join_from(schema.list_pages, schema.links, links.links_key == pages.links_key)
        .where(
            pages.canonical_url == canonical_url(context.list_url),
            links.text == context.link_text,
        )
    )
    return {(row.canonical_url, row.links_key) for row in connection.execute(query)}
