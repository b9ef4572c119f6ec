"""What a focused walk has learned of a portal: links met, what kinds of leads brought, its name.

Functions on the state file's connection, as in `crawler.state.pages`; all of it can be lost
without harm. What kinds brought is carried to the next walk as a hint only: columns move.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import NamedTuple

from crawler.discovery.yields import Yield
from crawler.state.pages import form

SCHEMA = """
CREATE TABLE IF NOT EXISTS lead_links (  -- links to columns met so far; rows are in pages
    link INTEGER PRIMARY KEY,            -- digest of the canonical URL
    score INTEGER NOT NULL,              -- the highest it was given
    generation TEXT NOT NULL             -- of the walk that gave it
);
CREATE TABLE IF NOT EXISTS lead_yields (
    kind TEXT PRIMARY KEY,               -- of lead, or a shape of addresses
    rows INTEGER NOT NULL,
    dry INTEGER NOT NULL,                -- see `Yield`
    generation TEXT NOT NULL             -- of the walk that asked
);
CREATE TABLE IF NOT EXISTS lead_siblings (  -- articles of a sitemap whose sample decides on them
    url TEXT PRIMARY KEY,
    series TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS lead_siblings_series ON lead_siblings (series);
CREATE TABLE IF NOT EXISTS portal_home ( -- what its home page says that a resumed walk needs
    name TEXT PRIMARY KEY,               -- place (JSON: the county it names), host (it moved to)
    value TEXT NOT NULL
);
"""

#: A kind that brought something in an earlier walk begins with so many rows at most.
_HINT = 2


class Met(NamedTuple):
    """A link met before: the best score it was given, and whether in this walk."""

    score: int
    now: bool


def met(connection: Connection, urls: Iterable[str], generation: str) -> dict[str, Met]:
    """Those of the URLs that were met before."""
    keys = {url: key for url in urls if (key := _key(url)) is not None}
    query = (
        "SELECT link, score, generation FROM lead_links"
        " WHERE link IN (SELECT value FROM json_each(?))"
    )
    rows = connection.execute(query, (json.dumps(list(keys.values())),))
    known = {link: Met(score, of == generation) for link, score, of in rows}
    return {url: known[key] for url, key in keys.items() if key in known}


def meet(connection: Connection, scores: Mapping[str, int], generation: str) -> None:
    """Links met on a page, with the scores they were given there."""
    rows = [(key, score, generation) for url, score in scores.items() if (key := _key(url))]
    connection.executemany(
        "INSERT INTO lead_links VALUES (?, ?, ?) ON CONFLICT (link) DO UPDATE SET"
        " score = max(score, excluded.score), generation = excluded.generation",
        rows,
    )


def yields(connection: Connection, generation: str) -> dict[str, Yield]:
    """What each kind brought in this walk; of earlier ones only that it brought something."""
    rows = connection.execute("SELECT kind, rows, dry, generation FROM lead_yields")
    return {
        kind: Yield(found, dry) if of == generation else Yield(min(found, _HINT))
        for kind, found, dry, of in rows
    }


def put_yields(connection: Connection, counts: Mapping[str, Yield], generation: str) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO lead_yields VALUES (?, ?, ?, ?)",
        [(kind, seen.rows, seen.dry, generation) for kind, seen in counts.items()],
    )


def put_siblings(connection: Connection, rows: Iterable[tuple[str, str, int]]) -> None:
    """Address, series and position of articles that wait for their sample."""
    connection.executemany("INSERT OR REPLACE INTO lead_siblings VALUES (?, ?, ?)", rows)


def siblings(connection: Connection, series: str, after: int, most: int) -> list[tuple[str, int]]:
    """The next articles of a series, with their positions."""
    query = (
        "SELECT url, position FROM lead_siblings WHERE series = ? AND position > ?"
        " ORDER BY position LIMIT ?"
    )
    return connection.execute(query, (series, after, most)).fetchall()


def home_fact(connection: Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM portal_home WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def put_home_fact(connection: Connection, name: str, value: str) -> None:
    """The first one stays: texts were read by it."""
    connection.execute("INSERT OR IGNORE INTO portal_home VALUES (?, ?)", (name, value))


def _key(url: str) -> int | None:
    canonical = form(url)
    if canonical is None:
        return None
    digest = hashlib.blake2b(canonical.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
