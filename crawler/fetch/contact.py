"""Who is asking: the user agent, and the contact no live crawl goes without."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from crawler import __version__
from crawler.errors import ConfigurationError
from crawler.fetch.addresses import ConnectTo
from crawler.fetch.scope import scope_hosts
from crawler.stated import table

PRODUCT = "Xianzhi"  # also the name robots.txt may address us by
_CONTACT = re.compile(r"https?://[^\s/]+\.[^\s/]+\S*|[^\s@]+@[^\s@]+\.[^\s@]+")


def user_agent(contact: str) -> str:
    """Names project, version and contact, as a webmaster reading a log needs them."""
    comment = "archive of county government disclosure"
    where = contact if not contact or "//" in contact else f"mailto:{contact}"
    return f"{PRODUCT}/{__version__} ({comment}{f'; +{where}' if where else ''})"


def require_contact(settings: BaseSettings, hosts: Iterable[str]) -> str:
    """The contact of this crawl; raises unless there is one or CONNECT_TO maps all ``hosts``."""
    contact: str = (settings.get("CONTACT") or "").strip()
    if contact and not _CONTACT.fullmatch(contact):
        raise ConfigurationError(
            f"CONTACT: expected an e-mail address or a web address, found {contact!r}; "
            "set it with -s CONTACT=you@example.org"
        )
    connect_to = ConnectTo(table(settings, "CONNECT_TO"))
    live = sorted(host for host in hosts if not _on_this_machine(host, connect_to))
    if live and not contact:
        raise ConfigurationError(
            f"CONTACT: expected an e-mail or web address before {live[0]} is asked for anything, "
            "found none; set it with -s CONTACT=you@example.org"
        )
    return contact


def _on_this_machine(host: str, connect_to: ConnectTo) -> bool:
    """Both schemes must be mapped: the other one is tried where the first one fails."""
    ports = (("http", 80), ("https", 443))
    return all(connect_to.target(scheme, host, port) for scheme, port in ports)


class UserAgentMiddleware:
    """Signs every request; the crawl does not start without a contact."""

    def __init__(self, agent: str) -> None:
        self.agent = agent

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> UserAgentMiddleware:
        hosts = scope_hosts(crawler.spider)
        return cls(user_agent(require_contact(crawler.settings, hosts)))

    def process_request(self, request: Request) -> None:
        request.headers[b"User-Agent"] = self.agent
