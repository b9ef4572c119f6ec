"""The extension that writes a run's file as the run goes, and judges it at the end.

It must stand after `CrawlArchive` in EXTENSIONS: it takes the run's id from it. At
``spider_closed`` pipelines and frontier have recorded everything; the archive's files are waited
for, so that the verdict is the last thing written.

Other parts only count in ``crawler.stats``; read here are ``outcome/``, ``page/``, ``documents/``,
``blocked/``, ``dropped/``, ``render/``, ``conditional/``, ``spider_exceptions/`` and ``frontier/``
(``frontier/resumed`` is set when this run continues an earlier one).
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
from crawler.fetch.stopping import finish_reason, stop_for_fault
from crawler.fetch.tally import fetch_counted
from crawler.items import Document, FetchOutcome, ListPage
from crawler.layout import Layout
from crawler.runs.acks import read_ack_or_warn
from crawler.runs.collect import Collector, below
from crawler.runs.evidence import Baseline, Evidence, Holdings, baseline_of
from crawler.runs.files import Run, healthy_runs, run_before, write_run
from crawler.runs.final import judged_run, unwritten_run
from crawler.runs.holdings import holdings_of
from crawler.runs.observed import CLOSED, Observed
from crawler.state.schedule import clock_of
from crawler.thresholds import LIMITS

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
#: The finish reason of a run whose catalogue could not be asked what it has.
_UNREAD = "catalogue_unreadable"
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
        crawler.signals.connect(report.fetch_counted, signal=fetch_counted)
        return report

    def spider_opened(self, spider: Spider) -> None:
        archive = self._crawler.get_extension(CrawlArchive)
        run = (archive.run if archive else "") or datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        portal = getattr(spider, "portal", spider.name)
        self.report = Run(portal, run, _now(), software())
        self._look_back(portal, run)
        self._collector = Collector(self._baseline.lists, self._baseline.directories)
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

    def fetch_counted(self, request: Request, outcome: FetchOutcome) -> None:
        asked = request.meta.get("redirect_urls", [request.url])[0]
        self._collector.failed(asked, str(outcome))
        if outcome in CLOSED:  # never a response: what closes a page is kept from the parsers
            self._collector.closed(asked, str(outcome))

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        if self.report is None:  # the archive could not be opened: nothing ran
            return
        if self._pulse.running:
            self._pulse.stop()
        archive = self._crawler.get_extension(CrawlArchive)
        if archive is not None:  # a verdict before that would vouch for what may yet fail
            await archive.closed()
        self._judge(self._so_far(self.report), spider, reason)

    def _judge(self, report: Run, spider: Spider, reason: str) -> None:
        try:
            holdings = self._holdings(report.portal, spider)
        except ArchiveError as error:
            logger.error("%s", error)
            stop_for_fault(self._crawler, _UNREAD)
            holdings = Holdings()
        end = finish_reason(self._crawler, reason)
        evidence = Evidence(end, self._today(), report.observed, holdings, self._baseline)
        self.report = self._written(judged_run(report, evidence, _now()))
        assert self.report.verdict is not None
        self._crawler.stats.set_value("verdict", self.report.verdict.value)
        self._crawler.signals.send_catch_log(signal=run_judged, run=self.report)

    def _written(self, run: Run) -> Run:
        """The last thing a run writes; where that fails, the run as failed."""
        try:
            write_run(self._layout, run)
        except OSError as error:
            run = unwritten_run(run, error)
            logger.error("%s: %s", run.portal, run.reason)
        return run

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
            rendered=below(stats, "render/"),
            conditional=below(stats, "conditional/"),
            walk=below(stats, "walk/"),
            frontier=below(stats, "frontier/"),
            observed=self._before.joined(own),
        )

    def _today(self) -> date:
        return clock_of(self._crawler.settings.get("NOW"))().date()

    def _holdings(self, portal: str, spider: Spider) -> Holdings:
        expects = getattr(spider, "expects", {})
        url = self._crawler.settings.get("CATALOGUE_URL")
        if url is None and not self._layout.catalogue.exists():
            return holdings_of([], expects)
        return holdings_of(Catalogue(self._layout, url).documents([portal]), expects)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
