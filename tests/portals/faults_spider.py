"""The portal of all faults: ``scrapy crawl faults -s SPIDER_MODULES=tests.portals.faults_spider``.

Every fault's list is an entry column. Importing this module is what tells the crawl that it is
in a test: names are answered from a table, so that no resolver is asked, and what a test waits
for is made quick.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from scrapy.crawler import Crawler

from crawler.fetch import archive, tally, tap
from crawler.store import schema
from spiders.families.trs import TrsSpider
from tests.portals.faults import FAULTS
from tests.portals.faults_kit import COLUMN, DOMAIN, TIMEOUT, Door

_ADDRESSES = {
    Door.INSIDE: ("127.0.0.1",),
    Door.MIXED: ("8.8.8.8", "10.0.0.1"),
    Door.METADATA: ("169.254.169.254",),
}
_DOORS = {fault.host: fault.door for fault in FAULTS} | {f"inside.{DOMAIN}": Door.INSIDE}


def _look_up(host: str, port: int, *_: Any) -> list[Any]:
    """Stands in for `socket.getaddrinfo`."""
    door = _DOORS.get(host)
    if door is Door.SLOW_NAME:
        time.sleep(3 * TIMEOUT)
    if door not in _ADDRESSES:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, 1, 6, "", (address, port)) for address in _ADDRESSES[door]]


class JumpingClock(datetime):
    """Half of the time two years ahead."""

    _times = count()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=730 * (next(cls._times) % 2))


class ClockSetBack(datetime):
    """A day behind."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) - timedelta(days=1)


CLOCKS = {"jumping": JumpingClock, "back": ClockSetBack}


class FaultsSpider(TrsSpider):
    """红寺堡区 stands for the county."""

    name = "faults"
    adcode = "640303"
    home = f"http://www.{DOMAIN}/"
    max_list_pages = 12
    columns: ClassVar[Mapping[str, str]] = {fault.name: fault.url(COLUMN) for fault in FAULTS}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FaultsSpider:
        socket.getaddrinfo = _look_up  # type: ignore[assignment]
        tally._EXAMPLES = len(FAULTS) * 99  # all of them: the test looks each one up
        spider = super().from_crawler(crawler, *args, **kwargs)
        schema.BUSY_SECONDS = crawler.settings.getint("FAULTS_BUSY_SECONDS", schema.BUSY_SECONDS)
        if clock := crawler.settings.get("FAULTS_CLOCK"):
            tap.datetime = archive.datetime = CLOCKS[clock]  # type: ignore[misc]
        if only := crawler.settings.getlist("FAULTS_ONLY"):
            spider.columns = {name: cls.columns[name] for name in only}  # type: ignore[misc]
        return spider

    def closed(self, reason: str) -> None:
        assert self.crawler.stats is not None
        stats = self.crawler.stats.get_stats() | {"finish_reason": reason}
        found = json.dumps(stats, default=str, ensure_ascii=False)
        Path(self.settings["FAULTS_STATS"]).write_text(found, encoding="utf-8")
