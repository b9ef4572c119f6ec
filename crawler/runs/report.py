"""The extension that writes a run's file and gives its verdict.

It must stand after `CrawlArchive` in EXTENSIONS: it takes the run's id from it. At
``spider_closed`` the pipelines have recorded and finalised everything.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

import crawler as xianzhi
from crawler.catalogue import Catalogue
from crawler.fetch.archive import CrawlArchive
from crawler.layout import Layout
from crawler.runs.verdict import Evidence, Run, judge_run, next_step, write_run

#: Distributions whose version may change what a run stores.
_SOFTWARE = ("scrapy", "twisted", "lxml", "trafilatura", "pypdfium2", "sqlalchemy")


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
        self.report: Run | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        report = cls(crawler)
        crawler.signals.connect(report.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(report.spider_closed, signal=signals.spider_closed)
        return report

    def spider_opened(self, spider: Spider) -> None:
        now = datetime.now(UTC)
        archive = self._crawler.get_extension(CrawlArchive)
        run = (archive.run if archive else "") or now.strftime("%Y%m%dT%H%M%SZ")
        portal = getattr(spider, "portal", spider.name)
        self.report = Run(portal, run, _text(now), software())
        write_run(self._layout, self.report)

    def spider_closed(self, reason: str) -> None:
        if self.report is None:  # the archive could not be opened: nothing ran
            return
        stats = self._crawler.stats.get_stats()
        portal = self.report.portal
        documents = {
            name: int(stats.get(f"documents/{name}", 0))
            for name in ("recorded", "found", "new", "altered")
        }
        evidence = Evidence(
            finish_reason=reason,
            found=documents["found"],
            new=documents["new"],
            altered=documents["altered"],
            known=self._known(portal),
            lists=int(stats.get("lists/recorded", 0)),
            outcomes=_below(stats, "outcome/"),
        )
        verdict, why = judge_run(evidence)
        self.report = replace(
            self.report,
            finished=_text(datetime.now(UTC)),
            verdict=verdict,
            reason=why,
            next_step=next_step(verdict, portal),
            finish_reason=reason,
            documents={**documents, "known": evidence.known},
            lists=evidence.lists,
            requests=int(stats.get("downloader/request_count", 0)),
            outcomes=evidence.outcomes,
            examples=_below(stats, "outcome_examples/"),
            blocked=_below(stats, "blocked/"),
            dropped=_below(stats, "dropped/"),
        )
        write_run(self._layout, self.report)
        self._crawler.stats.set_value("verdict", verdict.value)

    def _known(self, portal: str) -> int:
        url = self._crawler.settings.get("CATALOGUE_URL")
        if url is None and not self._layout.catalogue.exists():
            return 0
        return len(Catalogue(self._layout, url).documents([portal]))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _below(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {key[len(prefix) :]: stats[key] for key in sorted(stats) if key.startswith(prefix)}
