"""Answering a spider's requests from the archive instead of the network.

``ReplayHandler`` takes the place of the wire handler: a request gets the answer that the same
request got in the chosen walk (same URL, same parent page, same attempt), under the same record
id, so that everything read from it is the same. ``ReplayArchive`` takes the place of the crawl's
archive and writes nothing. Setting ``REPLAY`` says what is replayed, ``<WARC directory>|<run>,…``:
all runs of a walk, for one that goes on where another was cut off has half of its pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from scrapy import Spider, exceptions
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.fetch.archive import CrawlArchive
from crawler.fetch.archived import archived_response
from crawler.fetch.notes import attempt_note
from crawler.fetch.politeness import PolitenessMiddleware
from crawler.items import FetchOutcome, Note, Role
from crawler.layout import Layout
from crawler.warc.reader import CODING_CUT, ArchivedFetch, CaptureReader
from crawler.warc.records import Location, Stored

#: (URL, record id of the parent page, attempt): what makes two requests the same.
_Key = tuple[str, str | None, int]

#: Key of ``request.meta``: the very fetch that is to answer it.
_RECORD: Final = "replayed"

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


def _key(url: str, note: Note) -> _Key:
    return url, note.parent, note.attempt


class NotArchived(exceptions.IgnoreRequest):
    """The walk that is replayed never made this request."""


class ReplayArchive(CrawlArchive):
    """Everything is durable already; nothing is written."""

    def __init__(self, crawler: Crawler, layout: Layout) -> None:
        super().__init__(crawler, layout)
        directory, _, runs = crawler.settings["REPLAY"].rpartition("|")
        self.runs = runs.split(",")
        self.run = self.runs[-1]
        self.directory = Path(directory)
        self.reader = CaptureReader(self.directory)

    @cached_property
    def fetches(self) -> list[ArchivedFetch]:
        """What the runs fetched, in the order of their files."""
        return [
            fetch
            for fetch in self.reader.fetches()
            if any(f"-{run}-" in fetch.location.warc for run in self.runs)
            and fetch.note.role is not Role.PROBE
        ]

    @cached_property
    def latest(self) -> dict[_Key, ArchivedFetch]:
        return {_key(fetch.url, fetch.note): fetch for fetch in self.fetches}

    def spider_opened(self, spider: Spider) -> None:
        """Ask for every page of the walk: what was due to be asked again no page need lead to.
        A page that was asked twice is asked for by the record of its earlier answer, too."""
        assert self._crawler.engine is not None
        if hasattr(spider, "recall"):
            spider.recall(self.reader)
        begun: set[str] = set()
        for fetch in self.fetches:
            if fetch.note.role is not Role.PAGE:
                continue
            meta: dict[str, Any] = {"note": fetch.note, "retry_times": fetch.note.attempt - 1}
            if fetch.failed is None and self.latest[_key(fetch.url, fetch.note)] is not fetch:
                meta[_RECORD] = fetch
            elif fetch.url in begun:
                continue
            else:
                begun.add(fetch.url)
            request = Request(fetch.url, spider.parse, meta=meta, dont_filter=_RECORD in meta)
            self._crawler.engine.crawl(request)

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

    async def download_request(self, request: Request) -> Response:
        note = attempt_note(request, self._crawler)
        url = request.url.partition("#")[0]
        # Taken out: redirects and retries are copies, and want answers of their own.
        fetch = request.meta.pop(_RECORD, None) or self._archive.latest.get(_key(url, note))
        if fetch is None:
            self._crawler.stats.inc_value("replay/not_archived")
            raise NotArchived(f"{url}: not fetched in run {' or '.join(self._archive.runs)}")
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
