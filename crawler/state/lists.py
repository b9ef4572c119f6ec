"""How far each list is known, and so how deep it is walked this time; see `step`.

Page 1 of a list is asked in every run. Its further pages are walked to the end when that was
never done, was not finished, or is due again; otherwise only while they bring rows not yet
known, which after a change on page 1 are one page or none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from sqlite3 import Connection

from crawler.items import Link, ListPage, Rel
from crawler.state.frontier import StateWrite
from crawler.state.pages import form
from crawler.state.schedule import Schedule

SCHEMA = """
CREATE TABLE IF NOT EXISTS lists (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,        -- URL of its first page
    rows_digest TEXT NOT NULL,        -- of the first page's rows, and where its pager leads
    complete INTEGER NOT NULL,        -- 0: a walk was begun and has not reached its end
    walked TEXT,                      -- when all of it was last walked to its end
    full_generation TEXT NOT NULL     -- of the last walk that was to go to the end
);
CREATE TABLE IF NOT EXISTS list_rows (
    list INTEGER NOT NULL,
    url TEXT NOT NULL,                -- canonical
    printed TEXT NOT NULL,            -- digest of the text and date beside it
    generation TEXT NOT NULL,         -- of the walk that met it last
    PRIMARY KEY (list, url)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class ListState:
    """One row of ``lists``; the defaults are those of a list never seen."""

    id: int | None = None
    rows_digest: str = ""
    complete: bool = False
    walked: datetime | None = None
    full_generation: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one page of a list.

    ``reprinted``: rows known whose text or date is another than last time. ``stuck``: the pager
    names a next page, but this one repeats rows of this walk, so the end was not reached.
    ``write`` makes the state know this page; it belongs to the page's own transaction.
    """

    go_on: bool
    reprinted: frozenset[str]
    stuck: bool
    write: StateWrite


def step(
    connection: Connection, page: ListPage, root: str | None, schedule: Schedule, generation: str
) -> Step:
    """Read one list page against what was known before; ``root`` is None for a first page."""
    state = find(connection, root or page.url)
    links = {link.url: form(link.url) for link in page.links if link.rel is Rel.ROW}
    rows = {key: _printed(link) for link in page.links if (key := links.get(link.url))}
    known = _known(connection, state.id, rows)
    fresh = any(known.get(url, ("", ""))[1] != generation for url in rows)
    # A pager that leads elsewhere is followed once, though the rows are the same.
    further = sorted(link.url for link in page.links if link.rel is Rel.PAGE)
    digest = _digest([*(f"{url} {printed}" for url, printed in rows.items()), *further])
    if root is None:
        full = not state.complete or schedule.overdue(state.walked)
        wanted = full or digest != state.rows_digest
    else:
        full = state.full_generation == generation
        wanted = full or any(url not in known for url in rows)
    go_on = bool(further) and fresh and wanted
    after = ListState(
        rows_digest=digest if root is None else state.rows_digest,
        complete=not (further and wanted),
        walked=state.walked if further or not full else schedule.now,
        full_generation=generation if full else "" if root is None else state.full_generation,
    )
    return Step(
        go_on=go_on,
        reprinted=frozenset(
            url for url, key in links.items() if key in known and known[key][0] != rows[key]
        ),
        stuck=root is not None and bool(rows and further) and wanted and not fresh,
        write=partial(_write, root or page.url, after, rows, generation),
    )


def stop(connection: Connection, root: str, now: datetime) -> None:
    """The walk has gone as far as it may: what lies beyond is not begun again in every run."""
    connection.execute(
        "UPDATE lists SET complete = 1, walked = ? WHERE root = ?", (now.isoformat(), root)
    )


def find(connection: Connection, root: str) -> ListState:
    row = connection.execute(
        "SELECT id, rows_digest, complete, walked, full_generation FROM lists WHERE root = ?",
        (root,),
    ).fetchone()
    if row is None:
        return ListState()
    walked = datetime.fromisoformat(row[3]) if row[3] else None
    return ListState(row[0], row[1], bool(row[2]), walked, row[4])


def _known(
    connection: Connection, list_id: int | None, urls: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Those of the rows that the list had before: digest of their print, last generation."""
    rows = connection.execute(
        "SELECT url, printed, generation FROM list_rows"
        " WHERE list = ? AND url IN (SELECT value FROM json_each(?))",
        (list_id, json.dumps(list(urls))),
    )
    return {url: (printed, generation) for url, printed, generation in rows}


def _write(
    root: str,
    state: ListState,
    rows: dict[str, str],
    generation: str,
    connection: Connection,
) -> None:
    (list_id,) = connection.execute(
        "INSERT INTO lists (root, rows_digest, complete, walked, full_generation)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (root) DO UPDATE SET"
        " rows_digest = excluded.rows_digest, complete = excluded.complete,"
        " walked = excluded.walked, full_generation = excluded.full_generation RETURNING id",
        (
            root,
            state.rows_digest,
            state.complete,
            state.walked.isoformat() if state.walked else None,
            state.full_generation,
        ),
    ).fetchone()
    connection.executemany(
        "INSERT OR REPLACE INTO list_rows VALUES (?, ?, ?, ?)",
        [(list_id, url, printed, generation) for url, printed in rows.items()],
    )


def _printed(link: Link) -> str:
    return _digest((link.text, link.date))


def _digest(parts: Iterable[str]) -> str:
    text = "\n".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
