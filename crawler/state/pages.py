"""What is known of each URL from its last answers: validators, digests, changes, failures.

Functions on the state file's connection. Those that write are called inside the transaction
that marks the request done, so that what is known never runs ahead of what was fetched. All of
it can be lost without harm: the next run then asks in full, and learns it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from sqlite3 import Connection
from typing import Any

from crawler.items import Context, FetchOutcome
from crawler.state.pagerows import (
    ANSWERED,
    MEET,
    READ,
    SELECT,
    PageRole,
    PageState,
    context_text,
    original_columns,
    page_of,
)
from crawler.state.pagerows import SCHEMA as SCHEMA
from crawler.state.schedule import Schedule, is_passing
from crawler.urls import canonical_url
from crawler.warc.records import Original

#: Answers that tell of no trouble.
_SOUND = frozenset({FetchOutcome.OK, FetchOutcome.NOT_MODIFIED, FetchOutcome.REDIRECTED})
_CHUNK = 500
#: A link is looked at three times: against its list, among the known, when it is to be asked.
_FORMS = 1024
_SCHEDULED = (PageRole.LIST, PageRole.HUB, PageRole.DOCUMENT, PageRole.OTHER)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one fetch ended. ``role`` is None where nothing was read."""

    url: str
    outcome: FetchOutcome
    context: Context
    role: PageRole | None = None
    etag: str = ""
    last_modified: str = ""
    entity_digest: str = ""
    original: Original | None = None


def find(connection: Connection, url: str) -> PageState | None:
    row = connection.execute(f"{SELECT} WHERE url = ?", (url,)).fetchone()
    return page_of(row) if row else None


def original(connection: Connection, url: str) -> Original | None:
    """Where the last full capture of a page lies."""
    page = find(connection, url)
    return page.original if page else None


@lru_cache(_FORMS)
def form(url: str) -> str | None:
    """The canonical form; None for what looks like a URL and leads to no page."""
    try:
        return canonical_url(url)
    except ValueError:
        return None


def unknown(connection: Connection, urls: Iterable[str]) -> set[str]:
    """Those of the URLs that were never met, in any spelling of theirs."""
    forms = {url: key for url in urls if (key := form(url))}
    rows = connection.execute(
        "SELECT canonical_url FROM pages WHERE canonical_url IN (SELECT value FROM json_each(?))",
        (json.dumps(list(forms.values())),),
    )
    known = {key for (key,) in rows}
    return {url for url, key in forms.items() if key not in known}


def due(connection: Connection, schedule: Schedule, generation: str) -> Iterator[PageState]:
    """The pages to be asked again, by URL.

    A part is asked with its page: one that failed for the moment makes its page due.
    """
    last = ""
    while rows := connection.execute(
        f"{SELECT} WHERE url > ? AND (role IN (?, ?, ?, ?) OR role = ? AND failures > 0)"
        " ORDER BY url LIMIT ?",
        (last, *_SCHEDULED, PageRole.PART, _CHUNK),
    ).fetchall():
        for row in map(page_of, rows):
            last = row.url
            if _is_under_way(row, schedule, generation) or not is_due(row, schedule):
                continue
            page = row if row.role is not PageRole.PART else _page_with(connection, row)
            if page is not None and not _is_under_way(page, schedule, generation):
                yield page


def lists_asked(connection: Connection, generation: str) -> datetime | None:
    """When a walk asked for the first page of a list, of all lists the longest ago."""
    query = "SELECT min(checked) FROM pages WHERE generation = ? AND role = ?"
    (oldest,) = connection.execute(query, (generation, PageRole.LIST)).fetchone()
    return datetime.fromisoformat(oldest) if oldest else None


def _is_under_way(page: PageState, schedule: Schedule, generation: str) -> bool:
    """What this walk met or asked is in its frontier; but it may have been cut off long ago."""
    if page.generation != generation:
        return False
    return page.checked is None or not schedule.is_another_visit(page.checked)


def _page_with(connection: Connection, part: PageState) -> PageState | None:
    """The page of a part; a frame's part is two steps away."""
    page: PageState | None = part
    for _ in range(2):
        if page is not None and page.role is PageRole.PART:
            page = find(connection, page.context.list_url)
    return None if page is None or page.role is PageRole.PART else page


def is_due(page: PageState, schedule: Schedule) -> bool:
    """Is the last answer too old, or none?"""
    if page.role is PageRole.PART and (page.outcome is None or not is_passing(page.outcome)):
        return False
    if page.outcome is None or (page.role is PageRole.LIST and page.outcome in _SOUND):
        return True
    often = page.role is PageRole.HUB
    listed = page.context.list_date
    lasting = schedule.interval(page.outcome, page.failures, listed, often=often)
    return schedule.overdue(page.checked, lasting)


def meet(
    connection: Connection, url: str, role: PageRole, context: Context, generation: str
) -> None:
    """A page that is about to be asked for the first time. Until it is answered it stays due.

    ``role`` is what the link to it promises; it holds until the page is read as something else.
    """
    row = (url, form(url), role.value, context_text(context), generation)
    connection.execute(MEET, row)


def answered(connection: Connection, answer: Answer, now: datetime, generation: str) -> None:
    """What an answer changes in what is known of its URL."""
    row: tuple[Any, ...] = (
        answer.url,
        answer.role.value if answer.role else None,
        context_text(answer.context),
        answer.outcome.value,
        answer.outcome in _SOUND,
        now.isoformat(),
        generation,
    )
    statement = ANSWERED
    if answer.outcome is FetchOutcome.OK:
        statement = READ
        content = (answer.entity_digest, answer.etag, answer.last_modified)
        row = (*row, *content, *original_columns(answer.original))
    if not connection.execute(statement, row).rowcount:
        meet(connection, answer.url, PageRole.OTHER, answer.context, generation)
        connection.execute(statement, row)


def note_liar(connection: Connection, host: str) -> None:
    """Believe no 304 of the host any more; what it kept back so is due in the next run."""
    connection.execute("INSERT OR IGNORE INTO liars VALUES (?)", (host,))
    connection.execute(
        "UPDATE pages SET checked = NULL WHERE outcome = ? AND canonical_url LIKE ?",
        (FetchOutcome.NOT_MODIFIED.value, f"http://{host}/%"),
    )


def is_liar(connection: Connection, host: str) -> bool:
    return connection.execute("SELECT 1 FROM liars WHERE host = ?", (host,)).fetchone() is not None
