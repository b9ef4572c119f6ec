"""Crawls and the server they are held against, for the benchmarks of politeness.

    python -m tests.benchmarks.polite_crawl TASK

runs one crawl with the project's own settings. TASK is JSON: ``hosts``, ``urls`` (without them
page after page of every host, until killed) and ``settings``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response

from crawler import settings as production
from crawler.items import Note

_QUIET = {
    "CONTACT": "bench@example.org",
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {"crawler.fetch.archive.CrawlArchive": 100},
    "LOG_LEVEL": "CRITICAL",  # sick hosts are what is wanted here
}


class Hit(NamedTuple):
    """A row of the server's log; moments in seconds."""

    address: str
    host: str
    path: str
    arrived: float
    answered: float


class Server:
    def __init__(self, process: subprocess.Popen[str], log: Path, ports: dict[str, int]) -> None:
        self._process = process
        self._log = log
        self.ports = ports

    def counts(self) -> dict[str, int]:
        """Requests answered so far, by address."""
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGUSR1)
        found: dict[str, int] = json.loads(self._process.stdout.readline())
        return found

    def stop(self) -> list[Hit]:
        """The log, by time of arrival."""
        self._process.terminate()
        self._process.wait()
        return sorted(
            (Hit(*row) for row in json.loads(self._log.read_text())), key=lambda hit: hit.arrived
        )


@contextmanager
def server(directory: Path, places: Iterable[str]) -> Iterator[Server]:
    log = directory / "arrivals.json"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.polite_server", str(log), *places],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield Server(process, log, json.loads(process.stdout.readline()))
        finally:
            process.kill()


def stop_cleanly() -> None:
    """A benchmark that is told to end takes its crawls and servers with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def start_crawl(directory: Path, task: dict[str, Any]) -> subprocess.Popen[bytes]:
    directory.mkdir(parents=True, exist_ok=True)
    settings = {"ARCHIVE_DIR": str(directory), **task["settings"]}
    clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.polite_crawl",
            json.dumps(task | {"settings": settings}),
        ],
        env=clean,
    )


def gaps(hits: Iterable[Hit], lane: str) -> dict[str, list[float]]:
    """Seconds between arrivals, per lane (``host`` or ``address``); ``hits`` come by arrival."""
    arrivals: defaultdict[str, list[float]] = defaultdict(list)
    for hit in hits:
        arrivals[getattr(hit, lane)].append(hit.arrived)
    return {name: [b - a for a, b in pairwise(times)] for name, times in arrivals.items()}


class BenchSpider(scrapy.Spider):
    name = "demo_bench"

    def __init__(self, task: dict[str, Any]) -> None:
        super().__init__()
        self.task = task
        self.scope_hosts = tuple(task["hosts"])

    async def start(self) -> AsyncIterator[Request]:
        firsts = (f"http://{host}/{os.getpid()}/0" for host in self.task["hosts"])
        for url in self.task.get("urls") or firsts:
            yield self._request(url)

    def parse(self, response: Response) -> Iterator[Request]:
        """The answer is of no interest; without ``urls`` there is always a next page."""
        if not self.task.get("urls"):
            folder, _, number = response.url.rpartition("/")
            yield self._request(f"{folder}/{int(number) + 1}")

    def _request(self, url: str) -> Request:
        note = Note(portal=self.name, spider=self.name)
        return Request(url, meta={"note": note}, callback=self.parse)


def main(task: dict[str, Any]) -> None:
    own = {name: value for name, value in vars(production).items() if name.isupper()}
    process = CrawlerProcess({**own, **_QUIET, **task["settings"]})
    process.crawl(BenchSpider, task=task)
    process.start()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
