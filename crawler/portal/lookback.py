"""A page read again, against what it was: the losses that `crawler.runs.drift` judges.

Stats: ``known/had/<thing>`` and ``known/lost/<thing>`` count pages, ``known/lost_at/<thing>`` names
the first few; the things are those of `crawler.losses`.
"""

from __future__ import annotations

from typing import Final

from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.items import Document, FetchOutcome
from crawler.losses import compare, profile_of
from crawler.state.memory import WRITES, Memory

#: Answers with the page: after a 304 the stored one is read again.
_ANSWERED: Final = frozenset({FetchOutcome.OK, FetchOutcome.NOT_MODIFIED})
#: Answers that say what a page is now; all others say something about the server.
TELLING: Final = _ANSWERED | {FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.SOFT_404}
_NAMED: Final = 3


def look_back(
    memory: Memory, stats: StatsCollector, response: Response, document: Document | None
) -> bool:
    """Compare a page with its last reading, and remember this one; was anything lost?"""
    outcome = response.meta.get("fetch_outcome", FetchOutcome.OK)
    if outcome not in TELLING:
        return False
    assert response.request is not None
    url = response.meta.get("redirect_urls", [response.request.url])[0]
    before, now = memory.profile(url), profile_of(document) if document else None
    if before is None and now is None:
        return False
    response.meta.setdefault(WRITES, []).append(memory.profiling(url, now))
    had, lost = compare(before, now, answered=outcome in _ANSWERED)
    for thing in had:
        stats.inc_value(f"known/had/{thing}")
    for thing in lost:
        stats.inc_value(f"known/lost/{thing}")
        named = stats.get_value(f"known/lost_at/{thing}", [])
        if len(named) < _NAMED:
            stats.set_value(f"known/lost_at/{thing}", [*named, url])
    return bool(lost)
