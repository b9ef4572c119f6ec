"""One request at a time, at the distance the host wishes, and none once its run has ended.

Innermost of the downloader middlewares: whatever else holds a request up, the wait here is the
last thing before the wire. Scrapy's own DOWNLOAD_DELAY stays 0, because its queues cannot be
left when a crawl is told to stop; here every waiting request looks twice a second.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawler.errors import ConfigurationError
from crawler.fetch.pacing import Pacer, retry_after
from crawler.fetch.refusals import HostEnded, Interrupted
from crawler.fetch.stopping import is_stopping
from crawler.items import FetchOutcome
from crawler.scope import host_of

logger = logging.getLogger(__name__)

_LOOK_AROUND = 0.5  # seconds between two looks at whether the crawl is stopping
_ASKS_FOR_A_PAUSE = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class _Turn:
    """A request on the wire: the lanes it occupies and since when."""

    host: str
    lanes: tuple[str, ...]
    started: float


class PolitenessMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.max_delay = settings.getfloat("POLITENESS_MAX_DELAY")
        self.pacer = Pacer(
            own_delay=settings.getfloat("POLITENESS_DELAY"),
            factor=settings.getfloat("POLITENESS_LATENCY_FACTOR"),
            backoff=settings.getfloat("POLITENESS_BACKOFF"),
            limit=settings.getint("POLITENESS_PER_HOST"),
        )
        self._addresses: dict[str, str] = {}
        self._ended: dict[str, tuple[FetchOutcome, str]] = {}
        self._turns: dict[Request, _Turn] = {}
        self._queues: dict[str, deque[Request]] = {}
        self._naps: dict[Request, Deferred[None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PolitenessMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        queue = self._queues.setdefault(host, deque())
        queue.append(request)
        try:
            while True:
                self._refuse_if_over(request, host)
                lanes = self._lanes(host)
                now = time.monotonic()
                pause = self.pacer.pause(lanes, now) if queue[0] is request else math.inf
                if pause <= 0:
                    break
                await self._nap(request, min(pause, _LOOK_AROUND))
            self.pacer.start(host, lanes, now)
            self._turns[request] = _Turn(host, lanes, now)
        finally:
            queue.remove(request)
            self._wake_heads()

    def process_response(self, request: Request, response: Response) -> Response:
        turn = self._finish(request)
        if turn is None:
            return response
        if response.ip_address is not None and not request.meta.get("proxy"):
            self._addresses[turn.host] = str(response.ip_address)
        if response.status in _ASKS_FOR_A_PAUSE:
            self._heed(turn, response)
        else:
            self.pacer.welcomed(turn.host)
        self._end_if_too_slow(turn.host)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        turn = self._finish(request)
        if turn is not None:
            self._end_if_too_slow(turn.host)

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """What the host's robots.txt asks for."""
        self.pacer.set_crawl_delay(host, seconds)
        self._end_if_too_slow(host)

    def back_off(self, host: str) -> None:
        """Leave the host alone for a while after an answer that was no answer."""
        lanes = self._lanes(host)
        seconds = self.pacer.throttled(host, lanes, time.monotonic(), 0)
        self._end_if_longer(host, seconds, f"backing off {seconds:.0f} s")

    def end_host(self, host: str, outcome: FetchOutcome, reason: str) -> None:
        """Ask nothing more of the host in this run; requests that wait for it end as well."""
        if host in self._ended:
            return
        self._ended[host] = (outcome, reason)
        self.crawler.stats.set_value(f"host_ended/{host}", reason)
        logger.warning(
            "%s: %s; nothing more is asked of it in this run, try again another day", host, reason
        )
        for request in tuple(self._naps):
            self._wake(request)

    def _refuse_if_over(self, request: Request, host: str) -> None:
        if is_stopping(self.crawler):
            raise Interrupted(request.url)
        if host in self._ended:
            raise HostEnded(request.url, *self._ended[host])

    def _heed(self, turn: _Turn, response: Response) -> None:
        stated, date = (_header(response, name) for name in ("Retry-After", "Date"))
        wanted = retry_after(stated, date, datetime.now(UTC))
        if not wanted and response.status != 429:
            return  # a 503 without a wish is a fault of the server, not a call to slow down
        seconds = self.pacer.throttled(turn.host, turn.lanes, time.monotonic(), wanted)
        self._end_if_longer(turn.host, seconds, f"{response.status}, Retry-After {stated}")

    def _end_if_too_slow(self, host: str) -> None:
        delay = self.pacer.delay(host)
        self._end_if_longer(host, delay, f"{delay:.0f} s between requests")

    def _end_if_longer(self, host: str, seconds: float, why: str) -> None:
        if seconds > self.max_delay:
            reason = f"rate_limited: {why}, above the {self.max_delay:.0f} s we wait"
            self.end_host(host, FetchOutcome.RATE_LIMITED, reason)

    def _lanes(self, host: str) -> tuple[str, ...]:
        address = self._addresses.get(host)
        return (host, address) if address and address != host else (host,)

    def _finish(self, request: Request) -> _Turn | None:
        """Gives the lanes back, once; None for a request that never had its turn."""
        turn = self._turns.pop(request, None)
        if turn is not None:
            now = time.monotonic()
            self.pacer.finish(turn.host, turn.lanes, now, now - turn.started)
            self._wake_heads()
        return turn

    async def _nap(self, request: Request, seconds: float) -> None:
        nap = self._naps[request] = Deferred()
        timer = call_later(seconds, self._wake, request)
        try:
            await maybe_deferred_to_future(nap)
        finally:
            timer.cancel()

    def _wake(self, request: Request) -> None:
        nap = self._naps.pop(request, None)
        if nap is not None:
            nap.callback(None)

    def _wake_heads(self) -> None:
        """Something became free: whoever is next at any host looks again at once."""
        for host in [host for host, queue in self._queues.items() if not queue]:
            del self._queues[host]
        for queue in self._queues.values():
            self._wake(queue[0])


def politeness_of(crawler: Crawler) -> PolitenessMiddleware:
    """The crawl's politeness, for those who learn what a host wishes."""
    politeness = crawler.get_downloader_middleware(PolitenessMiddleware)
    if politeness is None:
        raise ConfigurationError(
            "DOWNLOADER_MIDDLEWARES: expected PolitenessMiddleware, found none; nothing is "
            "fetched without it"
        )
    return politeness


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
