"""Alerts: when they go out, and that they arrive, at real servers on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.layout import Layout
from crawler.runs.acks import Ack, read_ack, write_ack
from crawler.runs.alerts import FINE, AlertState, alert_for, read_state, state_file
from crawler.runs.files import Run
from crawler.runs.findings import Finding
from crawler.runs.monitoring import Monitoring
from crawler.runs.monitors import RunSuite, run_suite
from crawler.runs.words import Verdict

ROOT = Path(__file__).parent.parent
PORTAL = "ningxia_hongsibu"
NOW = datetime(2026, 1, 15, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
FOUND = Finding("list_shrunk", Verdict.DRIFT, "half of the rows", check="changed_lists")
DRIFT = Run(
    PORTAL,
    "20260115T021500Z",
    "",
    {},
    verdict=Verdict.DRIFT,
    reason="half of the rows",
    next_step="look",
    findings=(FOUND,),
)
OK = replace(DRIFT, verdict=Verdict.OK, reason="2 new documents", next_step="", findings=())


def told(before: str, at: datetime = NOW, *kinds: str) -> AlertState:
    return AlertState(before, at.isoformat(), kinds or (FOUND.kind,))


@pytest.mark.parametrize(
    ("verdict", "state", "sent"),
    [
        ("drift", AlertState(), True),
        ("ok", AlertState(), False),
        ("drift", told(FINE, NOW - timedelta(days=1)), True),
        ("drift", told("blocked", NOW - timedelta(days=1)), True),
        ("drift", told("drift", NOW - timedelta(days=6)), False),
        ("drift", told("drift", NOW - WEEK), True),
        ("drift", told("drift", NOW + timedelta(days=400)), False),  # the clock was wrong, then
        ("ok", told("drift", NOW - timedelta(days=1)), True),
        ("nothing_new", told("drift", NOW - timedelta(days=1)), True),
        ("nothing_new", told(FINE, NOW - timedelta(days=99)), False),
        ("interrupted", told("drift", NOW - timedelta(days=99)), False),
        ("budget", told(FINE), False),
        ("late", told(FINE), True),
        ("drift", told("drift", NOW, "list_shrunk", "pager_ended"), False),
        ("drift", told("drift", NOW, "pager_ended"), True),
        ("drift", AlertState("drift", NOW.isoformat()), True),  # of a version that kept no kinds
    ],
)
def test_alerts_are_for_changes_and_then_weekly(
    verdict: str, state: AlertState, sent: bool
) -> None:
    findings = () if verdict in ("ok", "nothing_new") else DRIFT.findings
    run = replace(DRIFT, verdict=Verdict(verdict), findings=findings)
    alert = alert_for(run, state, NOW, WEEK, silenced=False)
    assert (alert is not None) is sent
    assert alert_for(run, state, NOW, WEEK, silenced=True) is None


def crawler(archive: Path, *actions: str, **settings: Any) -> Crawler:
    """What an extension asks of a crawler."""
    paths = [f"crawler.runs.actions.{name}" for name in actions]
    values = {"ARCHIVE_DIR": str(archive), "ALERT_ACTIONS": paths, "ALERT_REPEAT_DAYS": 7}
    fake = SimpleNamespace(
        settings=Settings({**values, **settings}),
        stats=SimpleNamespace(get_stats=dict),
        signals=SimpleNamespace(connect=lambda *_, **__: None),
        spider=None,
    )
    return cast(Crawler, fake)


def test_another_kind_of_trouble_under_the_same_verdict_is_told_once(tmp_path: Path) -> None:
    monitoring = Monitoring.from_crawler(crawler(tmp_path, "FileAlert"))
    other = Finding("trait:container", Verdict.DRIFT, "containers gone", check="lost_traits")
    both = replace(DRIFT, findings=(FOUND, other), reason="half of the rows; containers gone")
    for run in (DRIFT, both, DRIFT, both, replace(DRIFT, findings=(other,))):
        monitoring.run_judged(run)
    lines = (tmp_path / "runs" / "alerts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["added"] for line in lines] == [[], ["trait:container"]]
    alert = alert_for(both, told("drift"), NOW, WEEK, silenced=False)
    assert alert is not None
    assert alert.subject == f"{PORTAL}: drift (new: trait:container)"


class Hook:
    """A web server that keeps what is posted to it."""

    def __init__(self, status: int = 200) -> None:
        self.posted: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posted.append(json.loads(body))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Mailbox(MailHandler):
    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)


def test_all_channels_get_the_change_once(tmp_path: Path, hook: Hook) -> None:
    mailbox = Mailbox()
    with socket.socket() as free:  # the controller wants to know its port beforehand
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        fake = crawler(
            tmp_path,
            "FileAlert",
            "WebhookAlert",
            "MailAlert",
            ALERT_WEBHOOK=hook.url,
            ALERT_MAIL_TO="desk@example.org",
            ALERT_SMTP=f"smtp://127.0.0.1:{port}",
        )
        monitoring = Monitoring.from_crawler(fake)
        for run in (OK, DRIFT, DRIFT, OK):
            monitoring.run_judged(run)
    finally:
        server.stop()
    assert [post["verdict"] for post in hook.posted] == ["drift", "ok"]
    assert hook.posted[0]["text"].startswith(f"{PORTAL}: drift (before: fine)\nhalf of the rows")
    assert [mail["Subject"] for mail in mailbox.mails] == [
        f"[xianzhi] {PORTAL}: drift (before: fine)",
        f"[xianzhi] {PORTAL}: ok (before: drift)",
    ]
    assert "next: look" in str(mailbox.mails[0].get_payload())
    lines = (tmp_path / "runs" / "alerts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["before"] for line in lines] == ["fine", "drift"]


def test_an_alert_that_did_not_arrive_is_sent_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    refusing = Hook(status=500)
    monitoring = Monitoring.from_crawler(
        crawler(tmp_path, "WebhookAlert", ALERT_WEBHOOK=refusing.url)
    )
    monitoring.run_judged(DRIFT)
    monitoring.run_judged(DRIFT)
    refusing.server.shutdown()
    refusing.server.server_close()
    assert len(refusing.posted) == 2
    assert read_state(Layout(tmp_path), PORTAL) == AlertState()
    assert f"{PORTAL}: alert not sent by WebhookAlert" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("action", "settings", "told"),
    [
        ("crawler.runs.actions.WebhookAlert", {}, "expected the setting ALERT_WEBHOOK"),
        ("crawler.runs.actions.WebhookAlert", {"ALERT_WEBHOOK": "file:///etc"}, "http(s) URL"),
        (
            "crawler.runs.actions.MailAlert",
            {"ALERT_MAIL_TO": "a@b", "ALERT_SMTP": "ftp://x"},
            "ALERT_SMTP",
        ),
        ("crawler.runs.actions.NoSuch", {}, "NoSuch"),
        ("no.such.module", {}, "no"),
    ],
)
def test_a_channel_that_cannot_work_is_named_and_stops_nothing(
    tmp_path: Path, action: str, settings: dict[str, str], told: str
) -> None:
    actions = [action, "crawler.runs.actions.FileAlert"]
    fake = crawler(tmp_path, ALERT_ACTIONS=actions, **settings)
    alert = alert_for(DRIFT, AlertState(), NOW, WEEK, silenced=False)
    ((_, error),) = run_suite(fake, DRIFT, alert)
    assert told in error
    assert (tmp_path / "runs" / "alerts.jsonl").exists()


def test_each_check_is_a_monitor_that_fails_with_what_it_found(tmp_path: Path) -> None:
    suite = RunSuite()
    names = {monitor.method_name for monitor in suite.all_monitors}
    assert {"test_changed_lists", "test_reports_due", "test_refusal"} <= names
    from spidermon.runners import MonitorRunner

    runner = MonitorRunner()
    result = runner.run(suite, found=[(FOUND.check, FOUND.reason)])
    (failed,) = result.monitors_failed_results
    assert failed.item.method_name == "test_changed_lists"
    assert "half of the rows" in failed.reason


def test_acknowledged_trouble_is_silent_until_another_kind_comes(
    tmp_path: Path, hook: Hook
) -> None:
    layout = Layout(tmp_path)
    ack = Ack(DRIFT.run, "drift", ("list_shrunk",), at="2026-01-15T08:00:00+00:00", note="known")
    write_ack(layout, PORTAL, ack)
    assert read_ack(layout, PORTAL) == ack
    monitoring = Monitoring.from_crawler(crawler(tmp_path, "WebhookAlert", ALERT_WEBHOOK=hook.url))
    monitoring.run_judged(DRIFT)
    assert hook.posted == []
    other = Finding("pager_ended", Verdict.DRIFT, "no second page")
    monitoring.run_judged(replace(DRIFT, findings=(FOUND, other)))
    assert len(hook.posted) == 1


def test_an_acknowledgement_ends_on_its_day_and_covers_its_kinds_only() -> None:
    ack = Ack("r", "drift", ("a", "b"), at="", until="2026-02-01")
    assert ack.silences("drift", {"a"}, date(2026, 2, 1))
    assert not ack.silences("drift", {"a"}, date(2026, 2, 2))
    assert not ack.silences("drift", {"a", "c"}, date(2026, 1, 15))
    assert not ack.silences("broken", {"a"}, date(2026, 1, 15))
    assert ack.accepted == ""
    assert replace(ack, until="").accepted == "r"
    assert replace(ack, until="", verdict="failed").accepted == ""


def test_a_damaged_state_of_alerts_costs_one_alert_too_many(tmp_path: Path) -> None:
    path = state_file(Layout(tmp_path), PORTAL)
    path.parent.mkdir(parents=True)
    for damage in ("{", "[]", '{"tolt": 1}'):
        path.write_text(damage)
        assert read_state(Layout(tmp_path), PORTAL) == AlertState()


def test_without_spidermon_a_crawl_says_that_nobody_is_alerted(tmp_path: Path) -> None:
    """In a process of its own that cannot import Spidermon."""
    program = (
        "import sys; sys.modules['spidermon'] = None\n"
        "import logging; logging.basicConfig()\n"
        "from scrapy.exceptions import NotConfigured\n"
        "from types import SimpleNamespace as N; from scrapy.settings import Settings\n"
        "from crawler.runs.monitoring import Monitoring\n"
        "try: Monitoring.from_crawler(N(settings=Settings({'ALERT_ACTIONS': ['x']})))\n"
        "except NotConfigured: print('off')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "off\n", done.stderr
    assert "pip install 'xianzhi[monitors]'" in done.stderr
