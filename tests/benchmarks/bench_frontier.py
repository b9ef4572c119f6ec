"""What the durable frontier costs: CPU and memory beside Scrapy's own scheduler.

    python -m tests.benchmarks.bench_frontier [--pages 3000] [--requests 200000] [--rounds 3]

CPU: a generated portal is crawled in turns by the project with its own scheduler (*durable*), by
the project with Scrapy's in memory (*plain*), and by Scrapy alone with a spider that follows the
same links and keeps nothing (*bare*), each in a process of its own. What frontier and state cost
is durable less plain; the bar is 15 % of bare less its start-up, which a crawl of one page tells.
Memory: a walk of many requests through the scheduler alone, with answers made on the spot; the
slope of the resident set over its second half (bar: 30 MB a million requests).
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
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Request, Response

from crawler import settings as production
from crawler.items import Context, Note
from tests.benchmarks.torture_plain import STOCK, PlainSpider
from tests.benchmarks.torture_site import Site, TortureSpider, pages, serving

CPU_BAR = 0.15
MEMORY_BAR = 30.0
ROOT = Path(__file__).resolve().parents[2]
_FAN_OUT = 50
_SCHEDULERS = {
    "plain": "scrapy.core.scheduler.Scheduler",
    "durable": "crawler.state.scheduler.DurableScheduler",
}
_PAGE = 4096
_COMPARED = 40_000  # requests of the walk through Scrapy's own queue, which is all in memory


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


def walk(size: int, archive: str, scheduler: str) -> dict[str, Any]:
    """A child process: a walk through a scheduler alone."""
    process = CrawlerProcess(
        {
            "SCHEDULER": _SCHEDULERS[scheduler],
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


class BareSpider(PlainSpider):
    """Follows the links and keeps nothing; unless ``whole``, asks for one page without links."""

    name = "bare"

    def keep(self, url: str) -> None:
        """Nothing."""

    async def start(self) -> AsyncIterator[Request]:
        if self.task["whole"]:
            async for request in super().start():
                yield request
        else:
            yield Request(f"http://127.0.0.1:{self.task['port']}/", callback=self.parse)


def bare(task: dict[str, Any]) -> None:
    """The child process of the third arm: Scrapy as it comes."""
    process = CrawlerProcess({**STOCK, "CONCURRENT_REQUESTS_PER_DOMAIN": 16})
    process.crawl(BareSpider, task=task)
    process.start()


def cpu_of(command: list[str]) -> float:
    """CPU seconds of a process."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return used.ru_utime + used.ru_stime


def crawl_cpu(scheduler: str, site: Site) -> float:
    """CPU seconds of one ``scrapy crawl``."""
    with tempfile.TemporaryDirectory() as archive:
        settings = {
            "SCHEDULER": _SCHEDULERS[scheduler],
            "SPIDER_MODULES": "tests.benchmarks.torture_site",
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(site.connect_to),
            "POLITENESS_DELAY": 0,
            "POLITENESS_LATENCY_FACTOR": 0,
            "POLITENESS_PER_HOST": 16,
            "LOG_LEVEL": "ERROR",
        }
        command = ["scrapy", "crawl", TortureSpider.name]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        return cpu_of(command)


def bare_cpu(site: Site, *, whole: bool) -> float:
    task = json.dumps({"port": site.port, "whole": whole})
    asked = len(site.asked)
    used = cpu_of(["tests.benchmarks.bench_frontier", "--bare", task])
    assert not whole or pages(site.size).keys() <= set(site.asked[asked:])
    return used


def cpu_share(size: int, rounds: int) -> tuple[float, float]:
    """(durable - plain) / bare: sums over the rounds, since differences are small beside noise;
    and the CPU seconds of one request of bare Scrapy."""
    used: Counter[str] = Counter()
    with serving(size) as site:
        for _ in range(rounds):
            now = {name: crawl_cpu(name, site) for name in _SCHEDULERS}
            now["bare"] = bare_cpu(site, whole=True) - bare_cpu(site, whole=False)
            used.update(now)
            print("  " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in now.items()))
    share = (used["durable"] - used["plain"]) / used["bare"]
    return share, used["bare"] / rounds / len(pages(size))


def walked(requests: int, scheduler: str) -> dict[str, Any]:
    """What a walk of so many requests cost: ``cpu`` seconds, and ``sizes`` as it went."""
    with tempfile.TemporaryDirectory() as archive:
        command = [sys.executable, "-m", "tests.benchmarks.bench_frontier"]
        command += ["--walk", archive, "--scheduler", scheduler, "--requests", str(requests)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["seen"] == requests, found["seen"]
    print(f"  {scheduler}: {requests} requests, {found['cpu'] / requests * 1e6:.0f} µs CPU each")
    return found


def frontier_share(found: dict[str, Any], bare_request: float) -> float:
    """What the frontier alone costs a request, over a request of bare Scrapy: the difference of
    two walks without network, which is not drowned in the noise of whole crawls."""
    plain = walked(_COMPARED, "plain")
    more = found["cpu"] / found["seen"] - plain["cpu"] / plain["seen"]
    return float(more / bare_request)


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU and memory of the durable frontier")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--walk", metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--scheduler", choices=_SCHEDULERS, help=argparse.SUPPRESS)
    parser.add_argument("--bare", metavar="TASK", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        bare(json.loads(options.bare))
        return 0
    if options.walk:
        print(json.dumps(walk(options.requests, options.walk, options.scheduler)))
        return 0
    share, bare_request = cpu_share(options.pages, options.rounds)
    print(f"CPU of frontier and state in a crawl: {share:.3f} of bare Scrapy's (bar {CPU_BAR})")
    found = walked(options.requests, "durable")
    alone = frontier_share(found, bare_request)
    print(f"CPU of the frontier alone: {alone:.3f} of bare Scrapy's (bar {CPU_BAR})")
    grows = slope(found["sizes"])
    print(f"memory: {grows:.1f} MB a million requests (bar {MEMORY_BAR:.0f})")
    return 0 if share <= CPU_BAR and grows <= MEMORY_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
