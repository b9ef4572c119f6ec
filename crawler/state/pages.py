"""What is known of each URL from its last answers: validators, digests, changes, failures.

Functions on the state file's connection. Those that write are called inside the transaction
that marks the request done, so that what is known never runs ahead of what was fetched. All of
it can be lost without harm: the next run then asks in full, and learns it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from sqlite3 import Connection
from typing import Any

from crawler.items import Context, FetchOutcome
from crawler.serial import from_json, to_json
from crawler.state.schedule import Schedule
from crawler.urls import canonical_url
from crawler.warc.records import Location, Original

SCHEMA = """
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY,
    canonical_url TEXT NOT NULL,
    role TEXT NOT NULL,
    context TEXT NOT NULL,           -- JSON: how it was reached last
    outcome TEXT NOT NULL,           -- of the last answer; '' before the first
    failures INTEGER NOT NULL,       -- runs in a row that got no answer about the page
    checked TEXT,                    -- when it was last asked
    changed TEXT,                    -- when its content was last another than before
    generation TEXT NOT NULL,        -- of the walk that met or asked it last
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    entity_digest TEXT NOT NULL,
    record_id TEXT,                  -- the response that has the body; NULL: none has
    record_date TEXT,
    payload_digest TEXT,
    warc TEXT,
    warc_offset INTEGER
);
CREATE INDEX IF NOT EXISTS pages_canonical ON pages (canonical_url);
CREATE TABLE IF NOT EXISTS liars (   -- hosts that answered 304 for a page that had changed
    host TEXT PRIMARY KEY
);
"""

#: Answers that tell of no trouble.
_SOUND = frozenset({FetchOutcome.OK, FetchOutcome.NOT_MODIFIED, FetchOutcome.REDIRECTED})
_CHUNK = 500


class PageRole(StrEnum):
    """What a URL is to the crawl, and so when it is asked."""

    LIST = "list"  # the first page of a list: in every run
    HUB = "hub"  # leads to lists and has no rows itself: four times in a recheck period
    FURTHER = "further"  # another page of a list: when the list is walked
    DOCUMENT = "document"  # once in a recheck period
    PART = "part"  # of a page: with it
    OTHER = "other"  # not read yet, or nothing of ours: as a document


_SCHEDULED = (PageRole.LIST, PageRole.HUB, PageRole.DOCUMENT, PageRole.OTHER)


@dataclass(frozen=True, slots=True)
class PageState:
    """One row. ``original`` is the last full capture, where the archive has it whole."""

    url: str
    role: PageRole = PageRole.OTHER
    context: Context = field(default_factory=Context)
    outcome: FetchOutcome | None = None
    failures: int = 0
    checked: datetime | None = None
    changed: datetime | None = None
    generation: str = ""
    etag: str = ""
    last_modified: str = ""
    entity_digest: str = ""
    original: Original | None = None


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
    row = connection.execute(f"{_SELECT} WHERE url = ?", (url,)).fetchone()
    return _page(row) if row else None


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
        f"{_SELECT} WHERE url > ? AND role IN (?, ?, ?, ?) AND generation != ?"
        " ORDER BY url LIMIT ?",
        (last, *_SCHEDULED, generation, _CHUNK),
    ).fetchall():
        for page in map(_page, rows):
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
        _put(connection, PageState(url, role, context, generation=generation))


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
    _put(connection, new)


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


# -- rows -----------------------------------------------------------------------------------------

_OWN = tuple(one.name for one in fields(PageState) if one.name != "original")
_ORIGINAL = ("record_id", "record_date", "payload_digest", "warc", "warc_offset")
_COLUMNS = (*_OWN, *_ORIGINAL)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM pages"
_INSERT = (
    f"INSERT OR REPLACE INTO pages (canonical_url, {', '.join(_COLUMNS)})"
    f" VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})"
)


def _put(connection: Connection, page: PageState) -> None:
    of = page.original
    connection.execute(
        _INSERT,
        (
            canonical_url(page.url),
            page.url,
            page.role.value,
            # A lone surrogate in a link's text is nothing SQLite could hold.
            to_json(page.context).encode("utf-8", "replace").decode("utf-8"),
            page.outcome.value if page.outcome else "",
            page.failures,
            _text(page.checked),
            _text(page.changed),
            page.generation,
            page.etag,
            page.last_modified,
            page.entity_digest,
            *(
                (of.record_id, _text(of.date), of.payload_digest, *_place(of.location))
                if of
                else (None,) * len(_ORIGINAL)
            ),
        ),
    )


def _page(row: tuple[Any, ...]) -> PageState:
    own = dict(zip(_OWN, row, strict=False))
    own["role"] = PageRole(own["role"])
    own["context"] = from_json(Context, own["context"])
    own["outcome"] = FetchOutcome(own["outcome"]) if own["outcome"] else None
    own["checked"] = _moment(own["checked"])
    own["changed"] = _moment(own["changed"])
    return PageState(**own, original=_original(own["url"], row[len(_OWN) :]))


def _original(url: str, columns: tuple[Any, ...]) -> Original | None:
    record_id, date, payload_digest, warc, offset = columns
    if record_id is None:
        return None
    moment = datetime.fromisoformat(date)
    return Original(record_id, url, moment, payload_digest, Location(warc, offset))


def _place(location: Location) -> tuple[str, int]:
    return location.warc, location.offset


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
