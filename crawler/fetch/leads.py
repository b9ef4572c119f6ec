"""Leads that are no longer worth asking when their turn comes.

A lead waits in the queue while its likes are asked. When enough of them brought nothing, the spider
says so, and the rest is dropped without a request.
"""

from __future__ import annotations

from typing import Protocol, cast

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.fetch.refusals import Refusal


class NotWorthIt(Refusal):
    """Its kind brought nothing; it is over, and no word is said about the page."""


class Chooser(Protocol):
    def wants(self, request: Request) -> bool:
        """Is a queued request still worth asking?"""
        ...


class LeadsMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LeadsMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider = self._crawler.spider
        if hasattr(spider, "wants") and not cast(Chooser, spider).wants(request):
            raise NotWorthIt(request.url, "leads of this kind brought nothing")
