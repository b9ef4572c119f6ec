"""The Documents of a portal as they were last read: what `crawler.losses` compares.

All of it can be lost without harm: the next reading of a page is then its first.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Final, NamedTuple

from crawler.losses import Profile
from crawler.serial import from_json, to_json
from crawler.state.pagerows import COLUMNS, SELECT, PageState, page_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS known_documents (
    url TEXT PRIMARY KEY,            -- as it was asked, before redirects
    profile TEXT NOT NULL            -- JSON: a Profile
);
"""


#: Pages of which the archive has nothing are no news to whoever asks for them.
_RECALL: Final = f"""
    SELECT {COLUMNS}, profile FROM pages LEFT JOIN known_documents USING (url)
    WHERE url = ? AND (record_id IS NOT NULL OR profile IS NOT NULL)"""


class Recalled(NamedTuple):
    """What is known of a URL as a page, and as a Document."""

    page: PageState | None = None
    profile: Profile | None = None


NOTHING: Final = Recalled()


def recall(connection: Connection, url: str) -> Recalled:
    row = connection.execute(_RECALL, (url,)).fetchone()
    if row is None:
        return NOTHING
    profile: str | None = row[-1]
    return Recalled(page_of(row), from_json(Profile, profile) if profile else None)


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
