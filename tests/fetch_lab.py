"""Real crawls against real servers on loopback, for the tests of the downloader middlewares.

A crawl runs in a process of its own (``python -m tests.fetch_lab``), because a reactor cannot
be started twice; the servers run as threads of the test and keep a log of what reached them.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any, ClassVar, NamedTuple

import scrapy
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler import settings as production
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.tap import SEND_BEFORE
from crawler.items import Note, Role
from crawler.warc.records import Stored

ROOT = Path(__file__).resolve().parent.parent

#: The project's own way of fetching, made quick.
SETTINGS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": production.DOWNLOADER_MIDDLEWARES,
    "DOWNLOAD_HANDLERS": production.DOWNLOAD_HANDLERS,
    "METAREFRESH_ENABLED": production.METAREFRESH_ENABLED,
    "RETRY_HTTP_CODES": production.RETRY_HTTP_CODES,
    "CONTACT": "archive@example.org",
    "COOKIES_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REDIRECT_MAX_TIMES": 10,
    "RETRY_TIMES": 1,
    "DOWNLOAD_TIMEOUT": 5,
    "POLITENESS_DELAY": 0,
    "POLITENESS_LATENCY_FACTOR": 0,
    "POLITENESS_BACKOFF": 0.01,
    "POLITENESS_MAX_DELAY": production.POLITENESS_MAX_DELAY,
    "POLITENESS_PER_HOST": production.POLITENESS_PER_HOST,
    "LOG_LEVEL": "WARNING",
}


# -- the servers ------------------------------------------------------------------------------


class Hit(NamedTuple):
    """A request as a server met it; ``url`` is the path, or the whole URL when asked as a proxy."""

    began: float
    ended: float
    url: str
    agent: str
    method: str


@dataclass
class Answer:
    """What a server says to one request."""

    body: bytes | str = "<html><body><p>页面</p></body></html>"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    hang_up: bool = False
    referer: str = ""  # who comes from elsewhere is asked for a captcha instead


CAPTCHA = "<html><head><title>下载</title></head><body><p>请输入验证码</p><input></body></html>"
Answers = Callable[[str], Answer]


class Server:
    """``answers`` maps the requested path (or URL) to an Answer; ``hits`` is the log."""

    mapped: ClassVar[dict[str, str]] = {}  # CONNECT_TO for every server ever started

    def __init__(self, answers: Answers, address: str = "127.0.0.1") -> None:
        self.hits: list[Hit] = []
        self.met = Condition()
        self.tunnel_to: int | None = None
        self._http = ThreadingHTTPServer((address, 0), self._handler(answers))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.host = address
        for name in (address, "localhost"):
            self.mapped[f"{name}:{self.port}"] = f"{address}:{self.port}"
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    @property
    def pages(self) -> list[str]:
        """What was asked for, robots.txt aside, in order."""
        return [hit.url for hit in self.hits if not hit.url.endswith("/robots.txt")]

    def wait_for(self, path: str) -> None:
        with self.met:
            found = self.met.wait_for(lambda: any(hit.url == path for hit in self.hits), 20)
        assert found, f"{path} was never asked for"

    def wait_for_hits(self, count: int) -> None:
        with self.met:
            assert self.met.wait_for(lambda: len(self.hits) >= count, 20), f"{len(self.hits)} hits"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def use_tls(self, context: ssl.SSLContext) -> None:
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self, answers: Answers) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                began = time.monotonic()
                answer = answers(self.path)
                if answer.referer not in ("", self.headers.get("Referer")):
                    answer = Answer(CAPTCHA)
                time.sleep(answer.delay)
                agent = self.headers.get("User-Agent", "")
                with server.met:
                    server.hits.append(Hit(began, time.monotonic(), self.path, agent, self.command))
                    server.met.notify_all()
                if answer.hang_up:
                    self.close_connection = True
                    return
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                # Twisted repeats a GET by itself when a kept-alive connection turns out dead.
                self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(body)))
                if "Content-Type" not in answer.headers:
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def do_CONNECT(self) -> None:
                now = time.monotonic()
                with server.met:
                    server.hits.append(Hit(now, now, self.path, "", "CONNECT"))
                self.close_connection = True
                if server.tunnel_to is None:
                    self.send_error(502)
                    return
                self.send_response_only(200)
                self.end_headers()
                with socket.create_connection(("127.0.0.1", server.tunnel_to)) as far:
                    relay(self.connection, far)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def relay(near: socket.socket, far: socket.socket) -> None:
    """Both directions, until either side is done."""
    while True:
        for source in select.select([near, far], [], [])[0]:
            data = source.recv(65536)
            if not data:
                return
            (far if source is near else near).sendall(data)


def site(pages: dict[str, Answer], robots: Answer | None = None) -> Answers:
    """A site whose unknown paths are ordinary pages; robots.txt is a 404 unless given."""
    fallback = Answer(status=404)
    return lambda path: (
        (robots or fallback) if path.endswith("/robots.txt") else pages.get(path, Answer())
    )


# -- the crawl, seen from the test ------------------------------------------------------------


@dataclass
class Crawl:
    """A finished crawl: its stats, and per URL asked for ``[word, detail]``."""

    stats: dict[str, Any]
    ends: dict[str, list[str]]
    refusals: list[list[str]]
    returncode: int

    def count(self, key: str) -> int:
        return self.stats.get(key, 0)


@contextmanager
def started(
    tmp_path: Path,
    urls: list[str],
    *,
    hosts: list[str] | None = None,
    meta: dict[str, Any] | None = None,
    role: str = "page",
    env: dict[str, str] | None = None,
    **settings: Any,
) -> Iterator[tuple[subprocess.Popen[str], Callable[[], Crawl]]]:
    """A crawl under way, and how to get what became of it."""
    result = tmp_path / "result.json"
    task = {
        "urls": urls,
        "hosts": hosts or ["127.0.0.1"],
        "meta": meta or {},
        "role": role,
        "settings": {"ARCHIVE_DIR": str(tmp_path / "archive"), "CONNECT_TO": Server.mapped}
        | settings,
        "result": str(result),
    }
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fetch_lab", json.dumps(task)],
        cwd=ROOT,
        env=clean | (env or {}),
        stderr=subprocess.PIPE,
        text=True,
    )

    def finish() -> Crawl:
        _, errors = process.communicate(timeout=60)
        assert result.exists(), errors
        return Crawl(**json.loads(result.read_text("utf-8")), returncode=process.returncode)

    try:
        yield process, finish
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()


def crawl(tmp_path: Path, urls: list[str], **options: Any) -> Crawl:
    with started(tmp_path, urls, **options) as (_, finish):
        return finish()


# -- the crawl, seen from inside --------------------------------------------------------------


class RefusalLog:
    """Stands in for the crawl's archive: what robots.txt refused."""

    def __init__(self) -> None:
        self.refusals: list[list[str]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RefusalLog:
        return cls()

    def store_refusal(self, url: str, reason: str, note: Note) -> Stored:
        self.refusals.append([url, reason, note.portal])
        return Stored(record_id="", date=None)  # type: ignore[arg-type]


class LabSpider(scrapy.Spider):
    name = "demo_lab"

    def __init__(self, task: dict[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.task = task
        self.scope_hosts = tuple(task["hosts"])
        self.ends: dict[str, list[str]] = {}

    async def start(self) -> AsyncIterator[Request]:
        for url in self.task["urls"]:
            note = Note(portal=self.name, spider=self.name, role=Role(self.task["role"]))
            meta = {"note": note, "asked": url, **self.task["meta"]}
            yield Request(url, meta=meta, callback=self.parse, errback=self.failed)

    def parse(self, response: Response) -> None:
        self.ends[response.meta["asked"]] = ["ok", response.url]

    def failed(self, failure: Failure) -> None:
        request = failure.request  # type: ignore[attr-defined]
        word = str(getattr(failure.value, "outcome", None) or failure.type.__name__)
        self.ends[request.meta["asked"]] = [word, str(failure.value)]


class LateOnce:
    """A downloader middleware by the wire: the first turn of the crawl is over before it is used,
    as it would be after a freeze."""

    late = True

    def process_request(self, request: Request) -> None:
        if self.late:
            request.meta[SEND_BEFORE] = 0.0
        self.late = False


def _hang(*_: Any) -> Any:
    """A resolver that does not answer."""
    time.sleep(600)


def main(task: dict[str, Any]) -> None:
    if task["settings"].get("DNS_HANGS"):
        socket.getaddrinfo = _hang
    process = CrawlerProcess(
        {**SETTINGS, "EXTENSIONS": {CrawlArchive: 0, RefusalLog: 1}, **task["settings"]}
    )
    lab = process.create_crawler(LabSpider)
    process.crawl(lab, task=task)
    process.start()
    log = lab.get_extension(RefusalLog)
    assert lab.stats is not None and log is not None and isinstance(lab.spider, LabSpider)
    found = {"stats": lab.stats.get_stats(), "ends": lab.spider.ends, "refusals": log.refusals}
    Path(task["result"]).write_text(json.dumps(found, default=str), "utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
