"""A list that runs into another body's: its numbered pages go on where its own rows end.

Told by where the articles lie. A list whose first page has all its rows in one directory has
drifted when a further page has all of its own in another one; lists that gather from many columns
prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.discovery.shapes import undated
from crawler.items import Link, Rel

#: Fewer rows may lie together by chance.
_LEAST_ROWS = 3


def directory_of(links: Iterable[Link]) -> str:
    """The one directory that all rows of a page lie in, dates aside; empty where there are
    several, or too few rows to tell."""
    rows = [link for link in links if link.rel is Rel.ROW]
    directories = set(directories_of(rows))
    return directories.pop() if len(directories) == 1 and len(rows) >= _LEAST_ROWS else ""


def directories_of(rows: Iterable[Link]) -> list[str]:
    """The directory of each row, dates aside."""
    return [_directory(link.url) for link in rows]


def has_drifted(first: str, links: Iterable[Link]) -> bool:
    """Whether a further page's rows lie elsewhere than the first page's (`directory_of`)."""
    here = directory_of(links)
    return bool(first and here and here != first)


def _directory(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{undated(parts.path).rpartition('/')[0]}"
