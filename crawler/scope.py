"""Which URLs belong to a portal: the one rule every request, redirect hop and frame is held to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract

from crawler.items import Role

# The bundled snapshot of the public-suffix list: left alone, tldextract downloads a fresh one.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)

#: A crawl asks for the host of each of its requests a dozen times.
_HOSTS = 1024

_GOV = ".gov.cn"
_WWW = re.compile(r"www\d*\.")
# Characters that browsers, urllib and Twisted read differently inside an authority.
_AMBIGUOUS_AUTHORITY = re.compile(r"[\\\s@\x00-\x1f\x7f]")
# robots.txt decides about attachments too, so it may be asked for wherever those may lie.
_ROAMING = frozenset({Role.ATTACHMENT, Role.IMAGE, Role.ROBOTS})


@dataclass(frozen=True, slots=True)
class Scope:
    """The hosts of one portal: ``hosts`` exactly, ``domains`` with everything below them."""

    hosts: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, hosts: Iterable[str]) -> Scope:
        """The scope spanned by a portal's home host and the hosts it lists."""
        exact = frozenset(normal_host(host) for host in hosts)
        return cls(exact, frozenset(filter(None, map(portal_domain, exact))))

    def covers(self, host: str) -> bool:
        if host in self.hosts or host in self.domains:
            return True
        return any(host.endswith("." + name) for name in self.domains)


def normal_host(host: str) -> str:
    return host.strip().lower().rstrip(".")


def is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def portal_domain(host: str) -> str | None:
    """The domain a gov.cn host speaks for; None for mirrors, addresses and public suffixes.

    ``www.suixi.gov.cn`` speaks for suixi.gov.cn. A host without ``www`` speaks for itself only:
    60 of the 62 such portals known are districts below their city's domain
    (``nanguan.changchun.gov.cn``), where the registered domain would take in the neighbours.
    """
    if not host.endswith(_GOV):
        return None
    name = _WWW.sub("", host, count=1) if _WWW.match(host) else host
    return name if _suffixes(name).domain else None


@lru_cache(_HOSTS)
def host_of(url: str) -> str:
    """The normalised host of an http(s) URL, or an empty string when there is no sound one."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or _AMBIGUOUS_AUTHORITY.search(parts.netloc):
        return ""
    return normal_host(host or "")


def in_scope(url: str, scope: Scope, role: Role = Role.PAGE) -> bool:
    """May ``url`` be fetched for this portal?

    Files and scans may lie on any ``*.gov.cn`` host (file servers of the province or the city).
    """
    host = host_of(url)
    if not host:
        return False
    return scope.covers(host) or (role in _ROAMING and host.endswith(_GOV) and not is_ip(host))
