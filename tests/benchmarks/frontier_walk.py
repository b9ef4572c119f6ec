"""A walk of many requests through a scheduler alone, answered on the spot: a child process.

    python -m tests.benchmarks.frontier_walk '{"size": …, "archive": …, "scheduler": …}'

prints its CPU seconds, and the resident set as it went.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse, Request, Response

from crawler import settings as production
from crawler.items import Context, Note

_FAN_OUT = 50
_PAGE = 4096
#: The size of the process is noted whenever so many more pages were seen.
NOTED = 5000


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
        if self.seen % NOTED == 0:
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
    process = CrawlerProcess(
        {
            "SCHEDULER": scheduler,
            "REQUEST_FINGERPRINTER_CLASS": production.REQUEST_FINGERPRINTER_CLASS,
            "SPIDER_MIDDLEWARES": production.SPIDER_MIDDLEWARES,
            "DOWNLOAD_HANDLERS": {"http": "tests.benchmarks.frontier_walk.NullHandler"},
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


if __name__ == "__main__":
    print(json.dumps(walk(**json.loads(sys.argv[1]))))
