"""Is the crawl on its way out, and why? Scrapy sends no signal when it begins to stop."""

from __future__ import annotations

from typing import Final

from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro

#: The stat that names the fault of ours that ended the crawl, or was met while it ended: by then
#: Scrapy has settled on its finish reason.
FAULT: Final = "fault"


def is_stopping(crawler: Crawler) -> bool:
    """True from SIGTERM or the decision to close the spider on.

    ``_slot.closing`` is private, and the only trace of a close that was not a shutdown.
    """
    engine = crawler.engine
    if engine is None or not engine.running:
        return True
    slot = engine._slot
    return slot is not None and slot.closing is not None


def stop_for_fault(crawler: Crawler, name: str) -> None:
    """End the crawl; ``name``, the first one given, is why (see `finish_reason`)."""
    if crawler.stats.get_value(FAULT) is None:
        crawler.stats.set_value(FAULT, name)
    engine = crawler.engine
    if engine is not None and engine.running:
        deferred_from_coro(engine.close_spider_async(reason=name))


def finish_reason(crawler: Crawler, reason: str) -> str:
    """Why the crawl ended: Scrapy's ``reason``, unless there was a fault of ours."""
    fault: str | None = crawler.stats.get_value(FAULT)
    return fault or reason
