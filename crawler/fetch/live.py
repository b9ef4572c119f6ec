"""Downloads under way: cut off when the crawl is stopping, however long the server would take.

Scrapy waits for them, each up to DOWNLOAD_TIMEOUT, and sends no signal when it begins to stop.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import CallLaterResult, call_later
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectingCancelledError

from crawler.fetch.stopping import is_stopping

T = TypeVar("T")

#: What a download that is cut off may end with, beside the failures of any download.
CUT_OFF: Final[tuple[type[Exception], ...]] = (CancelledError, ConnectingCancelledError)
_LOOK_AROUND: Final = 0.25  # seconds between two looks at whether the crawl is stopping


class LiveDownloads:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._live: set[Deferred[Any]] = set()
        self._timer: CallLaterResult | None = None

    async def finish(self, download: Deferred[T]) -> T:
        """Wait for a download. One that is cut off ends with a failure, or with CUT_OFF."""
        self._live.add(download)
        if self._timer is None:
            self._timer = call_later(_LOOK_AROUND, self._look)
        try:
            return await maybe_deferred_to_future(download)
        finally:
            self._live.discard(download)

    def _look(self) -> None:
        self._timer = call_later(_LOOK_AROUND, self._look) if self._live else None
        if is_stopping(self._crawler):
            for download in tuple(self._live):
                download.cancel()
