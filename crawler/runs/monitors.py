"""Spidermon's side: each check of the verdict is a monitor, each channel of an alert an action.

The verdict does not depend on Spidermon; the monitors report the findings it was made from, so
that Spidermon's own actions (Slack, Telegram, Discord, Sentry …; ALERT_ACTIONS may name any) see
what failed and why in the form they know. This module needs Spidermon.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object
from spidermon import Monitor, MonitorSuite
from spidermon.core.actions import Action
from spidermon.exceptions import NotConfigured
from spidermon.runners import MonitorRunner

from crawler.runs.alerts import Alert
from crawler.runs.files import Run
from crawler.runs.verdict import CHECKS, Check


def _monitor(check: Check) -> Callable[[Monitor], None]:
    """A test method that fails with what ``check`` found in the run."""

    def method(self: Monitor) -> None:
        found = [reason for name, reason in self.data.found if name == check.__name__]
        self.assertFalse(found, "; ".join(found))

    method.__doc__ = (check.__doc__ or check.__name__).splitlines()[0]
    return method


#: One monitor with a test for each check.
RunMonitor = type(
    "RunMonitor", (Monitor,), {f"test_{check.__name__}": _monitor(check) for check in CHECKS}
)


class RunSuite(MonitorSuite):
    """All checks of a run."""

    monitors = (RunMonitor,)


def run_suite(crawler: Crawler, run: Run, alert: Alert | None) -> list[tuple[str, str]]:
    """Run the monitors and, where an alert is due, the actions; which of them failed, and why."""
    paths: Sequence[str] = crawler.settings.getlist("ALERT_ACTIONS") if alert else ()
    suite, failed = RunSuite(crawler=crawler), []
    for path in paths:
        try:
            suite.add_monitors_finished_action(_action(path))
        except (ImportError, NameError, NotConfigured) as error:
            failed.append((path, str(error)))
    result = MonitorRunner().run(suite, **_data(crawler, run, alert))
    for done in result.monitors_finished_action_results:
        if done.error:
            failed.append((done.item.name, done.error.strip().splitlines()[-1]))
    return failed


def _action(path: str) -> type[Action]:
    """Spidermon's own loader says of a wrong path only that something is wrong."""
    action = load_object(path)
    if not (isinstance(action, type) and issubclass(action, Action)):
        raise NotConfigured(f"ALERT_ACTIONS: expected a Spidermon action, found {path}")
    return action


def _data(crawler: Crawler, run: Run, alert: Alert | None) -> dict[str, Any]:
    """What Spidermon's own extension gives its monitors and actions, and the run."""
    return {
        "stats": crawler.stats.get_stats(),
        "crawler": crawler,
        "spider": crawler.spider,
        "job": None,
        "run": run,
        "found": [(finding.check, finding.reason) for finding in run.findings],
        "alert": alert,
    }
