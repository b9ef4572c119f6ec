"""Channels of an alert that Spidermon has not, or not so: a file, e-mail, any webhook.

Spidermon's own e-mail action demands a password and mails through Scrapy's deprecated sender,
which a process that ends does not wait for. These send before they return; a crawl has ended by
then, so that nothing is held up. This module needs Spidermon.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from dataclasses import asdict
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from scrapy.crawler import Crawler
from spidermon.core.actions import Action
from spidermon.exceptions import NotConfigured

from crawler.layout import Layout
from crawler.runs.alerts import Alert

#: Seconds a mail or web server gets: the crawl's process waits for it.
_TIMEOUT = 8.0


class AlertAction(Action):
    """An action that sends ``data.alert``; ``setting`` names what it cannot do without."""

    setting: ClassVar[str] = ""

    def __init__(self, target: str, crawler: Crawler) -> None:
        super().__init__()
        if not target:
            raise NotConfigured(f"expected the setting {self.setting}, found none")
        self.target = target
        self.settings = crawler.settings

    @classmethod
    def from_crawler_kwargs(cls, crawler: Crawler) -> dict[str, Any]:
        return {"target": crawler.settings.get(cls.setting), "crawler": crawler}

    def run_action(self) -> None:
        assert self.data is not None  # set by Action.run
        self.send(self.data.alert)

    def send(self, alert: Alert) -> None:
        raise NotImplementedError


class FileAlert(AlertAction):
    """One JSON line an alert, in ALERT_FILE (default: ``runs/alerts.jsonl`` of the archive)."""

    setting = "ALERT_FILE"

    @classmethod
    def from_crawler_kwargs(cls, crawler: Crawler) -> dict[str, Any]:
        default = Layout(crawler.settings["ARCHIVE_DIR"]).root / "runs" / "alerts.jsonl"
        return {"target": crawler.settings.get(cls.setting) or str(default), "crawler": crawler}

    def send(self, alert: Alert) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"at": at, **asdict(alert)}, ensure_ascii=False) + "\n"
        path = Path(self.target)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:  # one write: lines of two runs never mix
            file.write(line)


class WebhookAlert(AlertAction):
    """POSTs JSON to ALERT_WEBHOOK; ``text`` is what Slack-like services show."""

    setting = "ALERT_WEBHOOK"

    def send(self, alert: Alert) -> None:
        body = json.dumps({"text": alert.text, **asdict(alert)}, ensure_ascii=False).encode()
        if urlsplit(self.target).scheme not in ("http", "https"):
            raise NotConfigured(f"ALERT_WEBHOOK: expected an http(s) URL, found {self.target!r}")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        with urlopen(Request(self.target, body, headers), timeout=_TIMEOUT):
            pass  # any 2xx is delivered, everything else raises


class MailAlert(AlertAction):
    """Mails ALERT_MAIL_TO by ALERT_SMTP: ``smtp://``, ``smtps://`` or ``smtp+starttls://``, with
    ``user:password@`` where the server wants it."""

    setting = "ALERT_MAIL_TO"

    def send(self, alert: Alert) -> None:
        message = EmailMessage()
        message["Subject"] = f"[xianzhi] {alert.subject}"
        message["From"] = self.settings.get("ALERT_MAIL_FROM") or self.target.split(",")[0]
        message["To"] = self.target
        message.set_content(alert.text)
        with _connection(self.settings["ALERT_SMTP"]) as smtp:
            smtp.send_message(message)


def _connection(address: str) -> smtplib.SMTP:
    parts = urlsplit(address)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=_TIMEOUT, context=context
        )
    elif parts.scheme in ("smtp", "smtp+starttls"):
        smtp = smtplib.SMTP(host, parts.port or 25, timeout=_TIMEOUT)
    else:
        raise NotConfigured(f"ALERT_SMTP: expected smtp://host:port, found {parts.scheme!r}")
    if parts.scheme == "smtp+starttls":
        smtp.starttls(context=context)
    if parts.username:
        smtp.login(unquote(parts.username), unquote(parts.password or ""))
    return smtp
