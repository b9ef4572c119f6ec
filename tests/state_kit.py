"""What the tests of the state file share: its moments, its tables in memory, entries to queue."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from crawler.state import lists, pages
from crawler.state.entries import Entry
from crawler.state.schedule import Schedule

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DAYS = timedelta(days=1)
SCHEDULE = Schedule(30 * DAYS, NOW)
LIST = "http://www.shili.example/list/"


def connected() -> sqlite3.Connection:
    """The tables of pages and lists."""
    opened = sqlite3.connect(":memory:", isolation_level=None)
    opened.executescript(pages.SCHEMA + lists.SCHEMA)
    return opened


def entry(name: str, priority: int = 0, host: str = "a.gov.cn") -> Entry:
    return Entry(name.encode(), host, priority, name)


def anybody(host: str) -> bool:
    return True
