"""SIGTERM and Ctrl-C end a crawl within the ten seconds that users are promised.

Whatever may keep a crawl waiting goes on at once when the signal comes: servers that hang before
and inside header and body, a resolver that does not answer, a delay of a minute, a pause that was
asked for with the retry that waits for it. (Of disks and of parts of pages: tests/test_resume.py.)
"""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import pytest
from scrapy import signals
from scrapy.crawler import Crawler

from crawler import settings as production
from crawler.layout import Layout
from tests.fetch_lab import started
from tests.small_portal import PORTAL, SmallPortal, crawl, serving
from tests.wire_server import HANG, STREAM, Script, WireServer

PROMISED = 10
#: Room for a machine with more to do than it has cores.
MARGIN = 10

NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
SLOW = b"User-agent: *\nCrawl-delay: 60\n"
TIRED = b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
SCRIPTS: dict[str, Script] = {
    "says nothing": [HANG],
    "hangs in its head": [HEAD[:20], HANG],
    "hangs in its body": [HEAD, b"x" * 1000, HANG],
    # Byte by byte: larger pieces come to the end of the 100 MB on a fast machine.
    "sends a body for hours": [HEAD, b"x", STREAM],
    "asked for a pause": [TIRED],
}
PAGES = [f"/{number}" for number in range(4)]
NOT_RESOLVED = [f"www.town{number}.gov.cn" for number in range(6)]


def wire(stack: ExitStack, number: int, scripts: dict[str, Script]) -> WireServer:
    return stack.enter_context(WireServer(scripts, f"127.0.0.{10 + number}"))


def in_trouble(stack: ExitStack) -> list[WireServer]:
    """A server for each trouble, and two whose robots.txt is one."""
    pages = [
        wire(stack, number, {"/robots.txt": [NO_ROBOTS], **dict.fromkeys(PAGES, script)})
        for number, script in enumerate(SCRIPTS.values())
    ]
    slow = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SLOW), SLOW)
    files: list[Script] = [[HANG], [slow]]
    return [*pages, *(wire(stack, 20 + n, {"/robots.txt": file}) for n, file in enumerate(files))]


def wait_for(server: WireServer, requests: int) -> None:
    """That many requests have come, robots.txt the first of them."""
    end = time.monotonic() + 30
    while len(server.asked) < requests:
        assert time.monotonic() < end, server.asked
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_nothing_that_a_crawl_waits_for_keeps_it_from_stopping(
    tmp_path: Path, number: signal.Signals
) -> None:
    with ExitStack() as stack:
        servers = in_trouble(stack)
        hosts = [*(server.host for server in servers), *NOT_RESOLVED]
        places = [*(server.place for server in servers), *NOT_RESOLVED]
        process, finish = stack.enter_context(
            started(
                tmp_path,
                [f"http://{place}{path}" for path in PAGES for place in places],
                hosts=hosts,
                CONNECT_TO={server.place: server.place for server in servers},
                DNS_HANGS=True,
                DOWNLOAD_TIMEOUT=300,
                CONCURRENT_REQUESTS=len(places) * len(PAGES),
            )
        )
        for server in servers[: len(SCRIPTS)]:
            wait_for(server, requests=2)
        for server in servers[len(SCRIPTS) :]:
            wait_for(server, requests=1)
        process.send_signal(number)
        process.wait(timeout=PROMISED + MARGIN)
        done = finish()
    assert done.stats["finish_reason"] == "shutdown"
    # Cut off or never asked, they are no failures of their hosts.
    words = {key for key in done.stats if key.startswith("outcome/")}
    assert words <= {"outcome/server_error", "outcome/rate_limited", "outcome/maintenance"}
    assert {end[0] for end in done.ends.values()} <= {"Interrupted"}


class SignalAtOpening:
    """An extension that stops its own crawl before the engine runs."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        crawler.signals.connect(cls.stop, signals.spider_opened)
        return cls()

    @staticmethod
    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_that_comes_before_the_engine_runs_interrupts_the_run(tmp_path: Path) -> None:
    stopper = f"{__name__}.{SignalAtOpening.__name__}"
    extensions = json.dumps({**production.EXTENSIONS, stopper: 1000})
    with serving(SmallPortal([])) as server:
        done = crawl(tmp_path, server, "-s", f"EXTENSIONS={extensions}")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (run,) = Layout(tmp_path).run_dir(PORTAL).glob("*.json")
    assert json.loads(run.read_text())["verdict"] == "interrupted"
