"""What the durable frontier costs: CPU and memory beside Scrapy's own scheduler.

    python -m tests.benchmarks.bench_frontier [--pages 3000] [--requests 200000] [--rounds 3]

CPU: the project's crawl of a generated portal, once with its scheduler and once with Scrapy's
in memory, in turns, each in a process of its own; the median of the ratios (bar: 1.15). Memory:
a walk of many requests through the scheduler alone, with answers made on the spot; the slope
of the resident set over its second half (bar: 30 MB a million requests).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Request, Response

from crawler import settings as production
from crawler.items import Context, Note
from tests.benchmarks.torture_site import TortureSpider, serving

CPU_BAR = 1.15
MEMORY_BAR = 30.0
ROOT = Path(__file__).resolve().parents[2]
_FAN_OUT = 50
_SCHEDULERS = {
    "plain": "scrapy.core.scheduler.Scheduler",
    "durable": "crawler.state.scheduler.DurableScheduler",
}
_PAGE = 4096


class NullHandler(BaseDownloadHandler):
    """Answers everything at once with the same page."""

    lazy = False

    async def download_request(self, request: Request) -> Response:
        return HtmlResponse(request.url, body=b"<html></html>", request=request)

    async def close(self) -> None:
        """There is nothing to close."""


class WideSpider(scrapy.Spider):
    """Walks a tree of ``size`` pages, and notes how large the process is as it goes."""

    name = "demo_wide"
    size: int

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = size
        self.seen = 0
        self.sizes: list[tuple[int, float]] = []

    async def start(self) -> AsyncIterator[Request]:
        yield self.request(0)

    def request(self, number: int) -> Request:
        context = Context("http://www.wide.gov.cn/", f"第{number}页", column=("公开",), hops=1)
        note = Note("demo_wide", "demo_wide", context=context)
        url = f"http://www.wide.gov.cn/zwgk/xxgknb/202001/t20200115_{number}.html"
        return Request(url, callback=self.parse, meta={"note": note})

    def parse(self, response: Response) -> Iterator[Request]:
        self.seen += 1
        if self.seen % 5000 == 0:
            self.sizes.append((self.seen, _resident()))
        number = int(response.url.rpartition("_")[2].removesuffix(".html"))
        first = number * _FAN_OUT + 1
        for child in range(first, min(first + _FAN_OUT, self.size)):
            yield self.request(child)


def _resident() -> float:
    """Megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 1e6


def walk(size: int, archive: str) -> dict[str, Any]:
    """The child process of the memory bench."""
    process = CrawlerProcess(
        {
            "SCHEDULER": _SCHEDULERS["durable"],
            "SPIDER_MIDDLEWARES": {"crawler.state.parentage.ParentageMiddleware": 50},
            "DOWNLOAD_HANDLERS": {"http": "tests.benchmarks.bench_frontier.NullHandler"},
            "ARCHIVE_DIR": archive,
            "CONCURRENT_ITEMS": production.CONCURRENT_ITEMS,
            "COOKIES_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "REMOTE_CONTROL_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    crawler = process.create_crawler(WideSpider)
    process.crawl(crawler, size=size)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, WideSpider)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seen": spider.seen, "sizes": spider.sizes, "cpu": used.ru_utime + used.ru_stime}


def slope(sizes: list[tuple[int, float]]) -> float:
    """Megabytes a million requests, by least squares over the second half."""
    half = sizes[len(sizes) // 2 :]
    counts, megabytes = zip(*half, strict=True)
    return statistics.linear_regression(counts, megabytes).slope * 1e6


def crawl_cpu(scheduler: str, connect_to: dict[str, str]) -> float:
    """CPU seconds of one ``scrapy crawl``."""
    with tempfile.TemporaryDirectory() as archive:
        settings = {
            "SCHEDULER": _SCHEDULERS[scheduler],
            "SPIDER_MODULES": "tests.benchmarks.torture_site",
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(connect_to),
            "POLITENESS_DELAY": 0,
            "POLITENESS_LATENCY_FACTOR": 0,
            "POLITENESS_PER_HOST": 16,
            "LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "scrapy", "crawl", TortureSpider.name]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, scheduler
        return used.ru_utime + used.ru_stime


def cpu_ratio(pages: int, rounds: int) -> float:
    ratios = []
    with serving(pages) as site:
        for _ in range(rounds):
            plain, durable = (crawl_cpu(name, site.connect_to) for name in _SCHEDULERS)
            ratios.append(durable / plain)
            print(f"  plain {plain:.1f} s, durable {durable:.1f} s CPU: {ratios[-1]:.3f}")
    return statistics.median(ratios)


def memory_slope(requests: int) -> float:
    with tempfile.TemporaryDirectory() as archive:
        command = [sys.executable, "-m", "tests.benchmarks.bench_frontier"]
        command += ["--walk", archive, "--requests", str(requests)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["seen"] == requests, found["seen"]
    print(f"  {requests} requests, {found['cpu'] / requests * 1e6:.0f} µs CPU each")
    return slope(found["sizes"])


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU and memory of the durable frontier")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--walk", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.walk:
        print(json.dumps(walk(options.requests, options.walk)))
        return 0
    ratio = cpu_ratio(options.pages, options.rounds)
    print(f"CPU of a crawl with the durable frontier: {ratio:.3f} of plain (bar {CPU_BAR})")
    grows = memory_slope(options.requests)
    print(f"memory: {grows:.1f} MB a million requests (bar {MEMORY_BAR:.0f})")
    return 0 if ratio <= CPU_BAR and grows <= MEMORY_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
