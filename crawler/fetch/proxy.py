"""``http_proxy`` and ``https_proxy`` as users expect, except for hosts mapped to loopback."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware


def mapped_to_loopback(host: str, connect_to: Mapping[str, str]) -> bool:
    """Is ``host`` on this machine: a loopback address, or sent to one by CONNECT_TO?

    Keys are ``host``, ``host:port`` or ``scheme://host``.
    """
    name = host.lower()
    targets = [value for key, value in connect_to.items() if _key_host(key) == name]
    addresses = [target.rpartition(":")[0] or target for target in targets] or [name]
    return all(map(_is_loopback, addresses))


def _key_host(key: str) -> str:
    return urlsplit(key if "//" in key else f"//{key}").hostname or ""


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's, but no proxy of the environment stands between us and our own machine.

    The sample portals would otherwise be asked for behind a company proxy, which cannot know
    them. A proxy set on the request itself is obeyed.
    """

    connect_to: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        middleware.connect_to = crawler.settings.getdict("CONNECT_TO")
        return middleware

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        host = urlsplit(request.url).hostname or ""
        if "proxy" in request.meta or not mapped_to_loopback(host, self.connect_to):
            super().process_request(request)
