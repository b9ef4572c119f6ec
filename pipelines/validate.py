"""Refuses what is no Document: a bug upstream must be loud, never a row in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from crawler.items import Document, Item, Kind, PageOutcome
from crawler.urls import host

YEARS = range(1990, 2101)
#: Warnings (the part before the colon) that say why a body is empty.
EMPTY_BODY_REASONS = frozenset(outcome.value for outcome in PageOutcome) | {"no_text_layer"}


class Check(NamedTuple):
    name: str
    expected: str
    holds: Callable[[Document], bool]
    found: Callable[[Document], object]


def _is_web(document: Document) -> bool:
    return bool(host(document.url))


def _warned(document: Document) -> set[str]:
    return {warning.partition(":")[0] for warning in document.warnings}


CHECKS = (
    Check("url", "an absolute http(s) URL", _is_web, lambda d: d.url),
    Check("kind", "one of crawler.items.Kind", lambda d: d.kind in set(Kind), lambda d: d.kind),
    Check("title", "a title", lambda d: bool(d.title.strip()), lambda d: d.title),
    Check(
        "body",
        f"a body, or a warning that says why not ({', '.join(sorted(EMPTY_BODY_REASONS))})",
        lambda d: bool(d.blocks) or not EMPTY_BODY_REASONS.isdisjoint(_warned(d)),
        lambda d: ("no blocks", *d.warnings),
    ),
    Check(
        "report_year",
        f"{YEARS[0]} to {YEARS[-1]}, or None",
        lambda d: d.report_year is None or d.report_year in YEARS,
        lambda d: d.report_year,
    ),
    Check(
        "issuer",
        "an issuer id, or the warning issuer_unknown",
        lambda d: bool(d.issuer.id) or "issuer_unknown" in _warned(d),
        lambda d: ("no id", d.issuer.printed),
    ),
)


class ValidatePipeline:
    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    async def process_item(self, item: Item) -> Item:
        if not isinstance(item, Document):
            return item
        for check in CHECKS:
            if not check.holds(item):
                self._stats.inc_value(f"dropped/{check.name}")
                raise DropItem(
                    f"{item.portal}: {check.name} of {item.url}: expected {check.expected},"
                    f" found {check.found(item)!r:.200}; `scrapy extract` on the stored page"
                    f" ({item.record_id}) shows why"
                )
        return item
