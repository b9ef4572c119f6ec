"""The Documents of a portal as they were last read: what `crawler.losses` compares.

All of it can be lost without harm: the next reading of a page is then its first.
"""

from __future__ import annotations

from sqlite3 import Connection

from crawler.losses import Profile
from crawler.serial import from_json, to_json
from crawler.state.pagerows import SELECT, PageState, page_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS known_documents (
    url TEXT PRIMARY KEY,            -- as it was asked, before redirects
    profile TEXT NOT NULL            -- JSON: a Profile
);
"""


def find(connection: Connection, url: str) -> Profile | None:
    query = "SELECT profile FROM known_documents WHERE url = ?"
    row = connection.execute(query, (url,)).fetchone()
    return from_json(Profile, row[0]) if row else None


def put(connection: Connection, url: str, profile: Profile | None) -> None:
    """What the page is now; None: no Document. A loss is thus met once, not in every recheck."""
    if profile is None:
        connection.execute("DELETE FROM known_documents WHERE url = ?", (url,))
    else:
        row = (url, to_json(profile))
        connection.execute("INSERT OR REPLACE INTO known_documents VALUES (?, ?)", row)


def count(connection: Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM known_documents").fetchone()
    return int(number)


def longest_unasked(connection: Connection, generation: str, most: int) -> list[PageState]:
    """The Documents whose last answer is the oldest, but for those that this walk met or asked."""
    return _unasked(connection, generation, "checked", most)


def latest_asked(connection: Connection, generation: str, most: int) -> list[PageState]:
    """… the youngest: those that are not in the queue of the walk anyway."""
    return _unasked(connection, generation, "checked DESC", most)


def _unasked(connection: Connection, generation: str, order: str, most: int) -> list[PageState]:
    rows = connection.execute(
        f"{SELECT} WHERE url IN (SELECT url FROM known_documents) AND generation != ?"
        f" ORDER BY {order}, url LIMIT ?",
        (generation, most),
    )
    return [page_of(row) for row in rows]
