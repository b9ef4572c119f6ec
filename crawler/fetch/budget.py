"""What a run may cost: ``-a max_requests=500``, ``-a max_minutes=30``.

A run that reaches its limit ends in order, verdict `budget`: what is queued stays queued, and
the next run goes on with it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import CallLaterResult, call_later
from scrapy.utils.defer import deferred_from_coro

from crawler.errors import ConfigurationError
from crawler.fetch.notes import role_of
from crawler.fetch.refusals import Interrupted
from crawler.fetch.stopping import is_stopping
from crawler.items import Role

logger = logging.getLogger(__name__)

#: The finish reason (crawler.runs.words).
SPENT = "budget"
_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """0: without limit."""

    requests: int = 0
    minutes: int = 0


def read_budget(max_requests: str, max_minutes: str) -> Budget:
    """The budget that two spider arguments state; empty ones state none."""
    return Budget(_number("max_requests", max_requests), _number("max_minutes", max_minutes))


def _number(name: str, text: str) -> int:
    if not text:
        return 0
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if not 0 < number <= _LARGEST:
        raise ConfigurationError(
            f"{name}: expected a whole number from 1 to {_LARGEST}, found {text!r}"
        )
    return number


class BudgetMiddleware:
    """Stands where only what goes over the wire comes by; robots.txt is not counted."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked = 0
        self._spent = False
        self._alarm: CallLaterResult | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        budget = cls(crawler)
        crawler.signals.connect(budget.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(budget.spider_closed, signal=signals.spider_closed)
        return budget

    @property
    def _budget(self) -> Budget:
        return getattr(self._crawler.spider, "budget", Budget())

    def spider_opened(self) -> None:
        if minutes := self._budget.minutes:
            self._alarm = call_later(minutes * 60, self._stop, f"max_minutes={minutes}")

    def spider_closed(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    def process_request(self, request: Request) -> None:
        limit = self._budget.requests
        if not limit or role_of(request) is Role.ROBOTS:
            return
        if self._asked >= limit:
            self._stop(f"max_requests={limit}")
            raise Interrupted(request.url)
        self._asked += 1

    def _stop(self, what: str) -> None:
        if self._spent or is_stopping(self._crawler):
            return
        self._spent = True
        logger.info("%s reached; what is left stays queued", what)
        engine = self._crawler.engine
        assert engine is not None
        deferred_from_coro(engine.close_spider_async(reason=SPENT))
