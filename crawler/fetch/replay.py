"""Answering a spider's requests from the archive instead of the network.

``ReplayHandler`` takes the place of the wire handler: a request gets the answer that the same
request got in the chosen run (same URL, same parent page, same attempt), under the same record
id, so that everything read from it is the same. ``ReplayArchive`` takes the place of the crawl's
archive and writes nothing. Setting ``REPLAY`` says what is replayed: ``<WARC directory>|<run>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from scrapy import Spider, exceptions
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.fetch.archive import CrawlArchive
from crawler.fetch.archived import archived_response
from crawler.fetch.notes import note_of
from crawler.fetch.politeness import PolitenessMiddleware
from crawler.items import FetchOutcome, Note, Role
from crawler.layout import Layout
from crawler.warc.reader import CODING_CUT, ArchivedFetch, CaptureReader
from crawler.warc.records import Location, Stored

#: (URL, record id of the parent page, attempt): what makes two requests the same.
_Key = tuple[str, str | None, int]

#: What a failed fetch raises again, so that middlewares and spiders take the same way.
_ERRORS: Mapping[FetchOutcome, type[Exception]] = {
    FetchOutcome.DNS: exceptions.CannotResolveHostError,
    FetchOutcome.REFUSED: exceptions.DownloadConnectionRefusedError,
    FetchOutcome.TIMEOUT: exceptions.DownloadTimeoutError,
    FetchOutcome.TOO_LARGE: exceptions.DownloadCancelledError,
    FetchOutcome.TRUNCATED: exceptions.ResponseDataLossError,
    FetchOutcome.OUT_OF_SCOPE: exceptions.IgnoreRequest,
    FetchOutcome.ROBOTS: exceptions.IgnoreRequest,
}
#: The same for an answer whose body was cut, by its WARC-Truncated reason.
_CUT: Mapping[str, type[Exception]] = {
    "length": exceptions.DownloadCancelledError,
    "time": exceptions.DownloadTimeoutError,
    "disconnect": exceptions.ResponseDataLossError,
    CODING_CUT: exceptions.ResponseDataLossError,
}


class NotArchived(exceptions.IgnoreRequest):
    """The run that is replayed never made this request."""


class ReplayArchive(CrawlArchive):
    """Everything is durable already; nothing is written."""

    def __init__(self, crawler: Crawler, layout: Layout) -> None:
        super().__init__(crawler, layout)
        directory, _, self.run = crawler.settings["REPLAY"].rpartition("|")
        self.directory = Path(directory)
        self.reader = CaptureReader(self.directory)

    @cached_property
    def fetches(self) -> list[ArchivedFetch]:
        """What the run fetched, in the order of its files."""
        return [
            fetch
            for fetch in self.reader.fetches()
            if f"-{self.run}-" in fetch.location.warc and fetch.note.role is not Role.PROBE
        ]

    def spider_opened(self, spider: Spider) -> None:
        """Ask for every page of the run: what a resumed walk had queued, and what was due to be
        asked again, no page of this run need lead to."""
        assert self._crawler.engine is not None
        begun: set[str] = set()
        for fetch in self.fetches:
            if fetch.note.role is Role.PAGE and fetch.url not in begun:
                begun.add(fetch.url)
                meta = {"note": fetch.note, "retry_times": fetch.note.attempt - 1}
                self._crawler.engine.crawl(Request(fetch.url, spider.parse, meta=meta))

    def store_refusal(self, url: str, reason: str, note: Note) -> Stored:
        """The refusal is on record already; what is read again is no second one."""
        return Stored("", datetime.now(UTC))

    async def durable(self, record_id: str) -> Location:
        return self.reader.location(record_id)


class NoPoliteness(PolitenessMiddleware):
    """Nobody has to be spared, and nothing is agreed with crawls that do ask hosts."""

    def spider_opened(self) -> None:
        """No politeness file."""

    async def process_request(self, request: Request) -> None:
        """At once."""

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Asks for nothing here."""

    def back_off(self, host: str) -> None:
        """There is nobody to leave alone."""


class ReplayHandler(BaseDownloadHandler):
    """Download handler for http and https while a run is replayed."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        archive = crawler.get_extension(ReplayArchive)
        assert archive is not None
        self._crawler = crawler
        self._archive = archive

    @cached_property
    def _fetches(self) -> dict[_Key, ArchivedFetch]:
        return {
            (fetch.url, fetch.note.parent, fetch.note.attempt): fetch
            for fetch in self._archive.fetches
        }

    async def download_request(self, request: Request) -> Response:
        note = note_of(request, self._crawler.spider)
        attempt = 1 + request.meta.get("retry_times", 0)
        url = request.url.partition("#")[0]
        fetch = self._fetches.get((url, note.parent, attempt))
        if fetch is None:
            self._crawler.stats.inc_value("replay/not_archived")
            raise NotArchived(f"{url}: not fetched in run {self._archive.run}")
        if fetch.failed is not None:
            request.meta["fetch_outcome"] = fetch.failed.outcome
            kind = _ERRORS.get(fetch.failed.outcome, exceptions.DownloadFailedError)
            raise kind(fetch.failed.error)
        capture = self._archive.reader.get(fetch.record_id)
        if cut := _CUT.get(capture.truncated or ""):
            raise cut(f"{url}: body cut ({capture.truncated})")
        return archived_response(request, capture)

    async def close(self) -> None:
        """There are no connections."""
