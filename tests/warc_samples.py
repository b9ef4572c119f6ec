"""Exchanges and judges for the WARC tests."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.items import Context, FetchOutcome, Note, Role
from crawler.warc.records import Exchange, FailedFetch

PORTAL = "demo_shili"
RUN = "20260115T021500Z"
STARTED = datetime(2026, 1, 15, 2, 15, 0, 123456, UTC)

NOTE = Note(
    portal=PORTAL,
    spider="portal",
    role=Role.ATTACHMENT,
    context=Context(
        list_url="http://www.shili.example/col/1/",
        link_text="2025年政府信息公开工作年度报告",
        list_date="2026-01-10",
        column=("政府信息公开", "年报"),
        position=7,
        hops=2,
    ),
    parent="urn:uuid:00000000-0000-4000-8000-000000000001",
    frontier_id="ab" * 20,
    attempt=3,
)
PLAIN_NOTE = Note(portal=PORTAL, spider=PORTAL)


def exchange(
    path: str = "/art/1.html",
    payload: bytes = "<html><p>年度报告</p></html>".encode(),
    head: bytes = b"HTTP/1.1 200 OK\r\nserver: nginx\r\nContent-TYPE: text/html\r\n\r\n",
    **others: object,
) -> Exchange:
    fields = {
        "url": f"http://www.shili.example{path}",
        "started": STARTED,
        "request_head": f"GET {path} HTTP/1.1\r\nHost: www.shili.example\r\n\r\n".encode(),
        "response_head": head,
        "payload": payload,
        "ip": "127.0.0.9",
        "duration_ms": 41,
    }
    return Exchange(**{**fields, **others})  # type: ignore[arg-type]


def failed(**others: object) -> FailedFetch:
    fields = {
        "url": "http://www.shili.example/down",
        "started": STARTED,
        "outcome": FetchOutcome.BAD_RESPONSE,
        "error": "expected an HTTP status line, found b'\\xff\\x00SSH-2.0'",
        "request_head": b"GET /down HTTP/1.1\r\n\r\n",
        "raw": b"\xff\x00SSH-2.0 \xe5\xb9\xb4\r\n",
        "ip": "127.0.0.9",
        "duration_ms": 5,
    }
    return FailedFetch(**{**fields, **others})  # type: ignore[arg-type]


def judge(path: Path) -> list[str]:
    """What the outside judges complain of: nothing, for a good file."""
    tools = Path(sys.executable).parent
    complaints = []
    for command in ([tools / "warcio", "check"], [tools / "fastwarc", "check"], ["gzip", "-t"]):
        done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
        if done.returncode:
            complaints.append(f"{command[0]}: {done.stdout}{done.stderr}")
    return complaints
