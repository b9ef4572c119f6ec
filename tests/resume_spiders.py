"""Spiders for crawls that meet trouble of our own: a page that cannot be handled, and faults of the
machine at the very end, when Scrapy has settled on its finish reason already."""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler

from crawler.items import Capture
from crawler.layout import Layout
from crawler.state.scheduler import DurableScheduler
from crawler.store import Store, schema
from crawler.warc.writer import WarcWriter
from tests.benchmarks.torture_site import TortureSpider, path_of

#: The report that cannot be read.
POISON = 2


class PoisonedSpider(TortureSpider):
    name = "demo_poisoned"

    def interpret(self, capture: Capture) -> Any:
        if capture.url.endswith(path_of(POISON)):
            raise LookupError("a bug")
        return super().interpret(capture)


def _full_disk(size: int) -> None:
    """From now on no file of this process may grow beyond ``size`` bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


def _before(owner: Any, name: str, fault: Callable[[Any], None]) -> None:
    """Have the fault happen just before a call."""
    original = getattr(owner, name)

    def late(self: Any, *args: Any) -> Any:
        fault(self)
        return original(self, *args)

    setattr(owner, name, late)


class StateFullSpider(TortureSpider):
    """The last commit of the state file fails."""

    name = "demo_state_full"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> StateFullSpider:
        def full(scheduler: DurableScheduler) -> None:
            assert scheduler.state is not None
            _full_disk(Path(f"{scheduler.state.path}-wal").stat().st_size)

        _before(DurableScheduler, "_take_stock", full)
        return super().from_crawler(crawler, *args, **kwargs)


class ArchiveLostSpider(TortureSpider):
    """The last records do not reach the disk."""

    name = "demo_archive_lost"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArchiveLostSpider:
        def lost(writer: WarcWriter) -> None:
            raise writer._break(OSError(errno.EIO, "Input/output error"))

        _before(WarcWriter, "close", lambda writer: _before(WarcWriter, "sync", lost))
        return super().from_crawler(crawler, *args, **kwargs)


class CatalogueLockedSpider(TortureSpider):
    """Another process holds the catalogue when the run is to be wound up."""

    name = "demo_catalogue_locked"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> CatalogueLockedSpider:
        path = Layout(crawler.settings["ARCHIVE_DIR"]).catalogue
        schema.BUSY_SECONDS = 1

        def locked(store: Store) -> None:
            other = sqlite3.connect(path, check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            cls.other = other  # or it would be closed with the last reference

        _before(Store, "finalise", locked)
        return super().from_crawler(crawler, *args, **kwargs)


class RunFileFullSpider(TortureSpider):
    """There is no room left for the verdict."""

    name = "demo_run_file_full"

    def closed(self, reason: str) -> None:
        _full_disk(1)
