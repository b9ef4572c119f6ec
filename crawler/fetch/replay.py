"""Answering a spider's requests from the archive instead of the network.

``ReplayHandler`` takes the place of the wire handler: a request is answered by the capture that
the same request got in the chosen run (same URL, same parent page, same attempt), with the same
record id, so that everything read from it is the same. ``ReplayArchive`` takes the place of the
crawl's archive and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from scrapy import exceptions, responsetypes
from scrapy.crawler import Crawler
from scrapy.http import Headers, Request, Response

from crawler.fetch.archive import CrawlArchive
from crawler.items import FetchOutcome, Note
from crawler.warc.reader import ArchivedFetch, CaptureReader
from crawler.warc.records import Location, Stored


class NotArchived(exceptions.IgnoreRequest):
    """The run that is replayed never made this request."""


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
