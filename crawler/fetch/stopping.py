"""Is the crawl on its way out, and why? Scrapy sends no signal when it begins to stop."""

from __future__ import annotations

from typing import Final

from scrapy import signals
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

#: The stat that names the fault of ours that ended the crawl, or was met while it ended: by then
#: Scrapy has settled on its finish reason.
FAULT: Final = "fault"
#: The finish reason Scrapy gives for SIGTERM and Ctrl-C.
SHUTDOWN: Final = "shutdown"


def is_stopping(crawler: Crawler) -> bool:
    """True from SIGTERM or the decision to close the spider on."""
    engine = crawler.engine
    return engine is None or not engine.running or _is_closing(engine)


def stop_for_fault(crawler: Crawler, name: str) -> None:
    """End the crawl; ``name``, the first one given, is why (see `finish_reason`)."""
    if crawler.stats.get_value(FAULT) is None:
        crawler.stats.set_value(FAULT, name)
    engine = crawler.engine
    if engine is not None and engine.running:
        deferred_from_coro(engine.close_spider_async(reason=name))


def stop_unstarted(crawler: Crawler) -> None:
    """Close a spider that a signal met between its opening and the engine's start.

    Scrapy stops only engines that run: it would end the process with the spider open, and a run
    file without a verdict.
    """
    from twisted.internet import reactor

    def close() -> Deferred[None] | None:
        engine = crawler.engine
        if engine is None or engine.spider is None or _is_closing(engine):
            return None
        return deferred_from_coro(engine.close_spider_async(reason=SHUTDOWN))

    def opened() -> None:
        reactor.addSystemEventTrigger("before", "shutdown", close)  # type: ignore[arg-type]

    crawler.signals.connect(opened, signals.spider_opened, weak=False)


def _is_closing(engine: ExecutionEngine) -> bool:
    """``_slot.closing`` is private, and the only trace of a close that was not a shutdown."""
    slot = engine._slot
    return slot is not None and slot.closing is not None


def finish_reason(crawler: Crawler, reason: str) -> str:
    """Why the crawl ended: Scrapy's ``reason``, unless there was a fault of ours."""
    fault: str | None = crawler.stats.get_value(FAULT)
    return fault or reason
