"""The extension that hands a judged run to Spidermon: its checks as monitors, alerts as actions.

On when ALERT_ACTIONS names actions. Spidermon is an optional dependency; without it a crawl runs
as ever and says, once, that nobody will be alerted.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.layout import Layout
from crawler.runs.acks import read_ack_or_warn
from crawler.runs.alerts import alert_for, read_state, state_after, write_state
from crawler.runs.files import Run
from crawler.runs.report import run_judged

logger = logging.getLogger(__name__)

_MISSING = (
    "ALERT_ACTIONS is set, but Spidermon, which carries alerts, is not installed: nobody will be"
    " alerted; install it with: pip install 'xianzhi[monitors]'"
)


class Monitoring:
    def __init__(self, crawler: Crawler, suites: Any) -> None:
        self._crawler = crawler
        self._layout = Layout(crawler.settings["ARCHIVE_DIR"])
        self._repeat = timedelta(days=crawler.settings.getfloat("ALERT_REPEAT_DAYS"))
        self._suites = suites

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getlist("ALERT_ACTIONS"):
            raise NotConfigured
        try:
            from crawler.runs import monitors
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] != "spidermon":
                raise
            logger.error(_MISSING)
            raise NotConfigured from error
        monitoring = cls(crawler, monitors)
        crawler.signals.connect(monitoring.run_judged, signal=run_judged)
        return monitoring

    def run_judged(self, run: Run) -> None:
        """Run the suite; note what was told, unless some channel failed to tell it."""
        assert run.verdict is not None
        now = datetime.now(UTC)
        ack = read_ack_or_warn(self._layout, run.portal)
        kinds = [finding.kind for finding in run.findings]
        silenced = ack is not None and ack.silences(run.verdict, kinds, now.date())
        state = read_state(self._layout, run.portal)
        alert = alert_for(run, state, now, self._repeat, silenced)
        failed = self._suites.run_suite(self._crawler, run, alert)
        for name, error in failed:
            logger.error("%s: alert not sent by %s: %s", run.portal, name, error)
        if alert is not None and not failed:
            write_state(self._layout, run.portal, state_after(run, state, now))
