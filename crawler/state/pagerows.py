"""The table of known URLs, and its rows as `PageState`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from crawler.items import Context, FetchOutcome
from crawler.serial import from_json, to_json
from crawler.warc.records import Location, Original

#: How a page was reached is written when it is met and again when it is answered.
_CONTEXTS = 1024

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


class PageRole(StrEnum):
    """What a URL is to the crawl, and so when it is asked."""

    LIST = "list"  # the first page of a list: in every run
    HUB = "hub"  # leads to lists and has no rows itself: four times in a recheck period
    FURTHER = "further"  # another page of a list: when the list is walked
    DOCUMENT = "document"  # once in a recheck period
    PART = "part"  # of a page: with it
    OTHER = "other"  # not read yet, or nothing of ours: as a document


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


_OWN = tuple(one.name for one in fields(PageState) if one.name != "original")
_ORIGINAL = ("record_id", "record_date", "payload_digest", "warc", "warc_offset")
_COLUMNS = (*_OWN, *_ORIGINAL)
COLUMNS = ", ".join(_COLUMNS)
SELECT = f"SELECT {COLUMNS} FROM pages"
MEET = """
    INSERT OR IGNORE INTO pages (
        url, canonical_url, role, context, generation,
        outcome, failures, etag, last_modified, entity_digest
    ) VALUES (?, ?, ?, ?, ?, '', 0, '', '', '')"""
#: What every answer changes. The attempts of one run count as one failure.
_ANSWERED = """
    UPDATE pages SET
        role = coalesce(?2, role), context = ?3, outcome = ?4,
        failures = CASE
            WHEN ?5 THEN 0
            WHEN generation = ?7 AND failures > 0 THEN failures
            ELSE failures + 1 END,
        checked = ?6, generation = ?7"""
ANSWERED = f"{_ANSWERED} WHERE url = ?1"
#: … and one with the page. Numbered, for SQLite finds names one by one.
READ = f"""{_ANSWERED},
        changed = CASE entity_digest WHEN ?8 THEN changed ELSE ?6 END,
        entity_digest = ?8, etag = ?9, last_modified = ?10,
        {", ".join(f"{name} = ?{number}" for number, name in enumerate(_ORIGINAL, 11))}
    WHERE url = ?1"""


@lru_cache(_CONTEXTS)
def context_text(context: Context) -> str:
    # A lone surrogate in a link's text is nothing SQLite could hold.
    return to_json(context).encode("utf-8", "replace").decode("utf-8")


def original_columns(of: Original | None) -> tuple[Any, ...]:
    if of is None:
        return (None,) * len(_ORIGINAL)
    return (
        of.record_id,
        of.date.isoformat(),
        of.payload_digest,
        of.location.warc,
        of.location.offset,
    )


def page_of(row: tuple[Any, ...]) -> PageState:
    """A row that begins with ``COLUMNS``."""
    own = dict(zip(_OWN, row, strict=False))
    own["role"] = PageRole(own["role"])
    own["context"] = from_json(Context, own["context"])
    own["outcome"] = FetchOutcome(own["outcome"]) if own["outcome"] else None
    own["checked"] = _moment(own["checked"])
    own["changed"] = _moment(own["changed"])
    return PageState(**own, original=_original(own["url"], row[len(_OWN) : len(_COLUMNS)]))


def _original(url: str, columns: tuple[Any, ...]) -> Original | None:
    record_id, date, payload_digest, warc, offset = columns
    if record_id is None:
        return None
    moment = datetime.fromisoformat(date)
    return Original(record_id, url, moment, payload_digest, Location(warc, offset))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
