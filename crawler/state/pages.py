"""What is known of each URL from its last answers: validators, digests, changes, failures.

Functions on the state file's connection. Those that write are called inside the transaction
that marks the request done, so that what is known never runs ahead of what was fetched. All of
it can be lost without harm: the next run then asks in full, and learns it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from sqlite3 import Connection

from crawler.items import Context, FetchOutcome
from crawler.state.pagerows import SCHEMA as SCHEMA
from crawler.state.pagerows import SELECT, PageRole, PageState, page_of, put_page
from crawler.state.schedule import Schedule
from crawler.urls import canonical_url
from crawler.warc.records import Original

#: Answers that tell of no trouble.
_SOUND = frozenset({FetchOutcome.OK, FetchOutcome.NOT_MODIFIED, FetchOutcome.REDIRECTED})
_CHUNK = 500
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
    """The pages to be asked again, by URL. What this walk met or asked is in its frontier."""
    last = ""
    while rows := connection.execute(
        f"{SELECT} WHERE url > ? AND role IN (?, ?, ?, ?) AND generation != ? ORDER BY url LIMIT ?",
        (last, *_SCHEDULED, generation, _CHUNK),
    ).fetchall():
        for page in map(page_of, rows):
            last = page.url
            if _is_due(page, schedule):
                yield page


def _is_due(page: PageState, schedule: Schedule) -> bool:
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
    if find(connection, url) is None:
        put_page(connection, PageState(url, role, context, generation=generation))


def answered(connection: Connection, answer: Answer, now: datetime, generation: str) -> None:
    """What an answer changes in what is known of its URL."""
    old = find(connection, answer.url) or PageState(answer.url)
    new = replace(
        old,
        role=answer.role or old.role,
        context=answer.context,
        outcome=answer.outcome,
        failures=_failures(old, answer.outcome, generation),
        checked=now,
        generation=generation,
    )
    if answer.outcome is FetchOutcome.OK:
        same = old.entity_digest == answer.entity_digest
        new = replace(
            new,
            etag=answer.etag,
            last_modified=answer.last_modified,
            entity_digest=answer.entity_digest,
            original=answer.original,
            changed=old.changed if same else now,
        )
    put_page(connection, new)


def _failures(old: PageState, outcome: FetchOutcome, generation: str) -> int:
    """Failures in a row, the attempts of one run counted once."""
    if outcome in _SOUND:
        return 0
    counted = old.generation == generation and old.failures > 0
    return old.failures if counted else old.failures + 1


def note_liar(connection: Connection, host: str) -> None:
    """Believe no 304 of the host any more; what it kept back so is due in the next run."""
    connection.execute("INSERT OR IGNORE INTO liars VALUES (?)", (host,))
    connection.execute(
        "UPDATE pages SET checked = NULL WHERE outcome = ? AND canonical_url LIKE ?",
        (FetchOutcome.NOT_MODIFIED.value, f"http://{host}/%"),
    )


def is_liar(connection: Connection, host: str) -> bool:
    return connection.execute("SELECT 1 FROM liars WHERE host = ?", (host,)).fetchone() is not None
