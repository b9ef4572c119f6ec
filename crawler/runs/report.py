"""The extension that writes a run's file as the run goes, and judges it at the end.

It must stand after `CrawlArchive` in EXTENSIONS: it takes the run's id from it. At
``spider_closed`` pipelines and frontier have recorded everything.

Other parts only count in ``crawler.stats``; read here are ``outcome/``, ``page/``, ``documents/``,
``blocked/``, ``dropped/``, ``spider_exceptions/`` and ``frontier/`` (``frontier/resumed`` is set
when this run continues an earlier one).
"""

from __future__ import annotations

import logging
import platform
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

import crawler as xianzhi
from crawler.catalogue import Catalogue
from crawler.errors import ArchiveError
from crawler.fetch.archive import CrawlArchive
from crawler.items import Document, FetchOutcome, ListPage
from crawler.layout import Layout
from crawler.runs.acks import read_ack
from crawler.runs.collect import Collector, below
from crawler.runs.evidence import Baseline, Evidence, Holdings, Observed, baseline_of
from crawler.runs.files import Run, healthy_runs, run_before, write_run
from crawler.runs.holdings import holdings_of
from crawler.runs.rules import LIMITS
from crawler.runs.verdict import judge_run
from crawler.runs.words import FINISHED, next_step

logger = logging.getLogger(__name__)

#: Sent with ``run`` (a `Run` with its verdict) when the run file is complete.
run_judged = object()

#: Distributions whose version may change what a run stores.
_SOFTWARE = ("scrapy", "twisted", "lxml", "trafilatura", "pypdfium2", "sqlalchemy")
_HEARD = (
    "spider_opened",
    "spider_closed",
    "item_scraped",
    "item_error",
    "request_scheduled",
    "response_received",
)
_HEARTBEAT = 5.0  # seconds between two writings of the run file


def software() -> dict[str, str]:
    return {
        "xianzhi": xianzhi.__version__,
        "rules": xianzhi.RULES_VERSION,
        "python": platform.python_version(),
        **{name: version(name) for name in _SOFTWARE},
    }


class RunReport:
    """``report`` is the run so far; its verdict is set when the spider has closed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._layout = Layout(crawler.settings["ARCHIVE_DIR"])
        self._collector = Collector()
        self._baseline = Baseline()
        self._before = Observed()
        self._pulse = create_looping_call(self._beat)
        self.report: Run | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        report = cls(crawler)
        for name in _HEARD:
            crawler.signals.connect(getattr(report, name), signal=getattr(signals, name))
        return report

    def spider_opened(self, spider: Spider) -> None:
        archive = self._crawler.get_extension(CrawlArchive)
        run = (archive.run if archive else "") or datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        portal = getattr(spider, "portal", spider.name)
        self.report = Run(portal, run, _now(), software())
        self._look_back(portal, run)
        self._collector = Collector(self._baseline.lists)
        self._pulse.start(_HEARTBEAT)  # writes at once

    def item_scraped(self, item: Any, response: Response | None) -> None:
        if isinstance(item, Document):
            self._collector.document(item)
        elif isinstance(item, ListPage):
            meta = response.meta if response is not None else {}
            asked = meta.get("redirect_urls", [item.url])[0]
            self._collector.list_page(item, asked, meta.get("list_root"))

    def item_error(self, failure: Failure) -> None:
        self._crawler.stats.inc_value(f"item_error/{type(failure.value).__name__}")

    def request_scheduled(self, request: Request) -> None:
        self._collector.asked(request.url)

    def response_received(self, response: Response, request: Request) -> None:
        outcome = request.meta.get("fetch_outcome", FetchOutcome.OK)
        asked = request.meta.get("redirect_urls", [request.url])[0]
        self._collector.answered(asked, response.url, str(outcome))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        if self.report is None:  # the archive could not be opened: nothing ran
            return
        if self._pulse.running:
            self._pulse.stop()
        report = self._so_far(self.report)
        holdings = self._holdings(report.portal, spider)
        # A walk that left requests for the next run proves no absence, however it calls its end.
        end = "budget" if reason == FINISHED and report.frontier.get("left") else reason
        judged = judge_run(Evidence(end, self._today(), report.observed, holdings, self._baseline))
        self.report = replace(
            report,
            finished=_now(),
            finish_reason=reason,
            verdict=judged.verdict,
            reason=judged.reason,
            next_step=next_step(judged.verdict, report.portal),
            findings=judged.findings,
            documents={**report.documents, "known": holdings.known},
        )
        write_run(self._layout, self.report)
        self._crawler.stats.set_value("verdict", judged.verdict.value)
        self._crawler.signals.send_catch_log(signal=run_judged, run=self.report)

    def _look_back(self, portal: str, run: str) -> None:
        """What this run continues, and what it will be compared with."""
        assert self.report is not None
        ack = read_ack_or_warn(self._layout, portal)
        since = ack.accepted if ack else ""
        self._baseline = baseline_of(
            healthy_runs(self._layout, portal, int(LIMITS["history"]), since)
        )
        before = run_before(self._layout, portal, run)
        if before and self._crawler.stats.get_value("frontier/resumed"):
            continued, self._before = before
            self.report = replace(self.report, continues=continued)

    def _beat(self) -> None:
        """A run file that cannot be written stops no crawl: the WARC is the record."""
        assert self.report is not None
        self.report = self._so_far(self.report)
        try:
            write_run(self._layout, self.report)
        except OSError as error:
            logger.warning("%s: run file not written: %s", self.report.portal, error)

    def _so_far(self, report: Run) -> Run:
        stats = self._crawler.stats.get_stats()
        own = self._collector.observed(stats)
        counts = ("recorded", "found", "new", "altered")
        return replace(
            report,
            heartbeat=_now(),
            documents={name: own.documents.get(name, 0) for name in counts},
            lists=int(stats.get("lists/recorded", 0)),
            requests=own.requests,
            outcomes=own.outcomes,
            examples=below(stats, "outcome_examples/"),
            blocked=below(stats, "blocked/"),
            dropped=below(stats, "dropped/"),
            frontier=below(stats, "frontier/"),
            observed=self._before.joined(own),
        )

    def _today(self) -> date:
        now = self._crawler.settings.get("NOW")
        return datetime.fromisoformat(now).date() if now else datetime.now(UTC).date()

    def _holdings(self, portal: str, spider: Spider) -> Holdings:
        expects = getattr(spider, "expects", {})
        url = self._crawler.settings.get("CATALOGUE_URL")
        if url is None and not self._layout.catalogue.exists():
            return holdings_of([], expects)
        return holdings_of(Catalogue(self._layout, url).documents([portal]), expects)


def read_ack_or_warn(layout: Layout, portal: str) -> Any:
    """The acknowledgement; a damaged one is named and left alone, the crawl goes on."""
    try:
        return read_ack(layout, portal)
    except ArchiveError as error:
        logger.warning("%s", error)
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
