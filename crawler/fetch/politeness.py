"""One request at a time, at the distance the host wishes, and none once its run has ended.

Innermost of the downloader middlewares: whatever else holds a request up, the wait here is the
last thing before the wire. Scrapy's own DOWNLOAD_DELAY stays 0, because its queues cannot be
left when a crawl is told to stop; here every waiting request looks twice a second.

Turns and pauses are agreed with all crawls of the machine (crawler.fetch.shared_pace); that a
host has ended, and the order of waiting, are this crawl's own.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro

from crawler.errors import ArchiveError, ConfigurationError
from crawler.fetch.addresses import ConnectTo
from crawler.fetch.lanes import Lanes
from crawler.fetch.pacing import retry_after
from crawler.fetch.polite_settings import pace_file_of, pace_of, window_of
from crawler.fetch.refusals import HostEnded, Interrupted
from crawler.fetch.shared_pace import SharedPacer, Turn
from crawler.fetch.stopping import is_stopping
from crawler.fetch.tap import SEND_BEFORE
from crawler.fetch.waiting import WaitingRoom
from crawler.items import FetchOutcome
from crawler.scope import host_of
from crawler.stated import table

logger = logging.getLogger(__name__)

_LOOK_AROUND = 0.5  # seconds between two looks at whether the crawl is stopping
_ASKS_FOR_A_PAUSE = frozenset({429, 503})
#: Finish reasons: the politeness file cannot be used; the hours to crawl in are over.
FAILED = "politeness_failed"
OUTSIDE_WINDOW = "outside_window"


class PolitenessMiddleware:
    pacer: SharedPacer | None = None  # from spider_opened on

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.pace = pace_of(settings)
        self.window = window_of(settings)
        self._room = WaitingRoom()
        self._lanes = Lanes(ConnectTo(table(settings, "CONNECT_TO")), self._room.wake_first)
        self._ended: dict[str, tuple[FetchOutcome, str]] = {}
        self._over = False  # this crawl is to stop, for a reason of ours
        self._turns: dict[Request, Turn] = {}
        self._lanes_of: dict[str, tuple[str, ...]] = {}  # those of the host's last turn

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PolitenessMiddleware:
        politeness = cls(crawler)
        crawler.signals.connect(politeness.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(politeness.spider_closed, signal=signals.spider_closed)
        return politeness

    def spider_opened(self) -> None:
        try:
            self.pacer = SharedPacer(pace_file_of(self.crawler.settings), self.pace)
        except ArchiveError as error:
            self._over = True
            logger.error("%s", error)
            raise CloseSpider(FAILED) from error

    def spider_closed(self) -> None:
        if self.pacer is not None:
            with self._stopping_on_error() as pacer:
                pacer.close()

    async def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        with self._room.place(host, request):
            while True:
                self._refuse_if_over(request, host)
                pause = self._try(request, host)
                if request in self._turns:
                    return
                await self._room.nap(request, min(pause, _LOOK_AROUND))

    def process_response(self, request: Request, response: Response) -> Response:
        pauses = response.status in _ASKS_FOR_A_PAUSE
        turn = self._finish(request, welcomed=not pauses)
        if turn is not None and pauses:
            self._heed(turn, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._finish(request, welcomed=False)

    def may_hand_out(self, host: str) -> bool:
        """Is a request to ``host`` worth taking out of the frontier?

        Those that would only wait here fill CONCURRENT_REQUESTS, and other hosts starve behind a
        slow one. Beside what may be on the wire, one may wait, so that no time is lost.
        """
        engine = self.crawler.engine
        assert engine is not None
        busy = sum(host_of(request.url) == host for request in engine.downloader.active)
        return busy <= self.pace.limit

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """What the host's robots.txt asks for."""
        with self._stopping_on_error() as pacer:
            pacer.set_crawl_delay(host, seconds)
            self._end_if_too_slow(host, pacer)

    def back_off(self, host: str) -> None:
        """Leave the host alone for a while after an answer that was no answer."""
        with self._stopping_on_error() as pacer:
            seconds = pacer.throttled(host, self._lanes_of.get(host, (host,)), 0)
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
        self._room.wake_all()

    def _refuse_if_over(self, request: Request, host: str) -> None:
        if self._over or is_stopping(self.crawler):
            raise Interrupted(request.url)
        if host in self._ended:
            raise HostEnded(request.url, *self._ended[host])

    def _try(self, request: Request, host: str) -> float:
        """Takes the request's turn, or gives the seconds until it is worth another try."""
        if not self._room.is_first(host, request):
            return math.inf
        if (shut := self._shut()) > 0:
            return shut
        lanes = self._lanes.of(request, host)
        if lanes is None:
            return math.inf
        pause = 0.0
        with self._stopping_on_error() as pacer:
            pause = pacer.wait(host, lanes)
            turn = pacer.start(host, lanes) if pause <= 0 else None
            if turn is not None:
                self._turns[request] = turn
                request.meta[SEND_BEFORE] = turn.send_before
                self._lanes_of[host] = lanes
        if pause < math.inf:
            self._end_if_longer(host, pause, f"asked to be left alone for {pause:.0f} s more")
        return pause

    def _shut(self) -> float:
        """Seconds until the window opens. A run does not outlast it: the rest stays queued."""
        if self.window is None:
            return 0.0
        seconds = self.window.until_open(datetime.now(UTC))
        if seconds > self.pace.patience:
            why = f"POLITENESS_WINDOW {self.window} opens in {seconds / 3600:.1f} h"
            self.crawler.stats.set_value("politeness/window", why)
            logger.info("%s; what is left stays queued", why)
            self._stop(OUTSIDE_WINDOW)
        return seconds

    def _heed(self, turn: Turn, response: Response) -> None:
        stated, date = (_header(response, name) for name in ("Retry-After", "Date"))
        wanted = retry_after(stated, date, datetime.now(UTC))
        if not wanted and response.status != 429:
            return  # a 503 without a wish is a fault of the server, not a call to slow down
        with self._stopping_on_error() as pacer:
            seconds = pacer.throttled(turn.host, turn.lanes, wanted)
            self._end_if_longer(turn.host, seconds, f"{response.status}, Retry-After {stated}")

    def _end_if_too_slow(self, host: str, pacer: SharedPacer) -> None:
        delay = pacer.delay(host)
        self._end_if_longer(host, delay, f"{delay:.0f} s between requests")

    def _end_if_longer(self, host: str, seconds: float, why: str) -> None:
        if seconds > self.pace.patience:
            reason = f"rate_limited: {why}, above the {self.pace.patience:.0f} s we wait"
            self.end_host(host, FetchOutcome.RATE_LIMITED, reason)

    def _finish(self, request: Request, *, welcomed: bool) -> Turn | None:
        """Gives the lanes back, once; None for a request that never had its turn."""
        turn = self._turns.pop(request, None)
        if turn is not None:
            with self._stopping_on_error() as pacer:
                pacer.finish(turn, welcomed=welcomed)
                self._end_if_too_slow(turn.host, pacer)
            self._room.wake_first()
        return turn

    @contextmanager
    def _stopping_on_error(self) -> Iterator[SharedPacer]:
        """Nobody is asked for anything that could not be agreed: the crawl stops, saying why."""
        assert self.pacer is not None
        try:
            yield self.pacer
        except ArchiveError as error:
            logger.error("%s", error)
            self._stop(FAILED)

    def _stop(self, reason: str) -> None:
        self._over = True
        self._room.wake_all()
        engine = self.crawler.engine
        if engine is not None and not is_stopping(self.crawler):
            deferred_from_coro(engine.close_spider_async(reason=reason))


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
