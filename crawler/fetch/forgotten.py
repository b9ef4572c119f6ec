"""Nothing that was taken down is fetched again, by whatever way it is met."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetch.refusals import Forgotten
from crawler.layout import Layout
from crawler.tombstones import Tombstones, load_tombstones
from crawler.urls import canonical_url


class ForgottenMiddleware:
    """Takedowns are read once: one made while a crawl runs keeps the store from taking it in."""

    def __init__(self, forgotten: Tombstones) -> None:
        self._forgotten = forgotten

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(load_tombstones(Layout(crawler.settings["ARCHIVE_DIR"]).tombstones))

    def process_request(self, request: Request) -> None:
        if self._forgotten and canonical_url(request.url) in self._forgotten:
            raise Forgotten(request.url, "taken down")
