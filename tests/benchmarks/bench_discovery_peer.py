"""The peer of the discovery benchmark: plain Scrapy, breadth first, every link of the host.

    python -m tests.benchmarks.bench_discovery_peer HOST ADDRESS MOST_PAGES

The portals' server is used as a proxy, so that the crawl needs nothing of this project. What it
fetched and when is read from the server's log.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.linkextractors import LinkExtractor

_SETTINGS = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "COOKIES_ENABLED": False,
    "DEPTH_PRIORITY": 1,
    "LOG_LEVEL": "ERROR",
    "ROBOTSTXT_OBEY": False,
    "SCHEDULER_DISK_QUEUE": "scrapy.squeues.PickleFifoDiskQueue",
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "TELNETCONSOLE_ENABLED": False,
}
#: Fenced off for the peer, as its operator would after a first look at the log: calendar, tags,
#: the frame that frames itself, print and mobile twins. Only lists without an end are left to it.
_FENCED = (r"/calendar\.jsp", r"/tag/", r"/tj/frame", r"/print\.jsp", r"/m/\d+\.html")


def _one_spelling(url: str) -> str:
    """Without session id and on one scheme: a fair peer does not fetch a page twice for these."""
    return re.sub(r";jsessionid=\w+", "", url).replace("https://", "http://", 1)


class BreadthFirst(scrapy.Spider):
    """Follows every link, frame and file of one host."""

    name = "breadth_first"

    def __init__(self, host: str, address: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._host, self._proxy = host, f"http://{address}"
        self._extractor = LinkExtractor(
            allow_domains=[host],
            deny=_FENCED,
            deny_extensions=[],
            tags=("a", "area", "iframe", "frame"),
            attrs=("href", "src"),
            process_value=_one_spelling,
        )

    async def start(self) -> Any:
        yield self._request(f"http://{self._host}/")

    def _request(self, url: str) -> scrapy.Request:
        return scrapy.Request(url, meta={"proxy": self._proxy})

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        if isinstance(response, TextResponse):
            for link in self._extractor.extract_links(response):
                yield self._request(link.url)


def main() -> None:
    host, address, most = sys.argv[1:]
    process = CrawlerProcess({**_SETTINGS, "CLOSESPIDER_PAGECOUNT": int(most)})
    process.crawl(BreadthFirst, host=host, address=address)
    process.start()


if __name__ == "__main__":
    main()
