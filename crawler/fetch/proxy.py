"""``http_proxy`` and ``https_proxy`` as users expect, except for servers on this machine."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetch.addresses import ConnectTo
from crawler.stated import table

_PORTS = {"http": 80, "https": 443}


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's, but no proxy of the environment stands between us and a CONNECT_TO host.

    The sample portals would otherwise be asked for behind a company proxy, which cannot know
    them. A proxy set on the request itself is obeyed.
    """

    connect_to = ConnectTo({})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        middleware.connect_to = ConnectTo(table(crawler.settings, "CONNECT_TO"))
        return middleware

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        url = urlparse_cached(request)
        port = url.port or _PORTS[url.scheme]
        mapped = self.connect_to.target(url.scheme, url.hostname or "", port) is not None
        if "proxy" in request.meta or not mapped:
            super().process_request(request)
