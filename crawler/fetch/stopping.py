"""Is the crawl on its way out? Scrapy sends no signal when it begins to stop."""

from __future__ import annotations

from scrapy.crawler import Crawler


def is_stopping(crawler: Crawler) -> bool:
    """True from SIGTERM or the decision to close the spider on.

    ``_slot.closing`` is private, and the only trace of a close that was not a shutdown.
    """
    engine = crawler.engine
    if engine is None or not engine.running:
        return True
    slot = engine._slot
    return slot is not None and slot.closing is not None
