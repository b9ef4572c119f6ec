"""The scope of a portal, held to on every request: the first one, redirect hops and frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from crawler.errors import ConfigurationError
from crawler.fetch.notes import role_of
from crawler.fetch.refusals import OutOfScope
from crawler.items import Role
from crawler.scope import Scope, host_of, in_scope

#: Request.meta key: this request asks for the portal's home page, whose host after redirects
#: belongs to the portal as well.
HOME = "home"


def scope_hosts(spider: Spider | Any) -> tuple[str, ...]:
    """The hosts a spider says its portal has; a portal without any cannot be crawled."""
    hosts = tuple(getattr(spider, "scope_hosts", ()) or getattr(spider, "allowed_domains", ()))
    if not hosts:
        raise ConfigurationError(
            f"{spider.name}: expected scope_hosts with the portal's home host, found none; "
            "name the host in the spider"
        )
    return hosts


class ScopeMiddleware:
    def __init__(self, crawler: Crawler, hosts: Iterable[str]) -> None:
        self.crawler = crawler
        self.hosts = set(hosts)
        self.scope = Scope.of(self.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ScopeMiddleware:
        return cls(crawler, scope_hosts(crawler.spider))

    def process_request(self, request: Request) -> None:
        if in_scope(request.url, self.scope, role_of(request)) or self._moved_home(request):
            return
        raise OutOfScope(request.url, "not of this portal")

    def take_in(self, host: str) -> None:
        """The home page has moved to this host: it belongs to the portal."""
        self.hosts.add(host)
        self.scope = Scope.of(self.hosts)

    def _moved_home(self, request: Request) -> bool:
        """A home page that redirects to another government host has moved, not strayed."""
        moved = bool(request.meta.get(HOME) and request.meta.get("redirect_urls"))
        if not moved or not in_scope(request.url, self.scope, Role.ATTACHMENT):
            return False
        self.take_in(host_of(request.url))
        self.crawler.stats.inc_value(f"scope/moved_to/{host_of(request.url)}")
        return True
