"""The lanes a request takes: its host, and the addresses the host is known to have.

A provincial platform serves hundreds of county portals from one address. To spare it from the
first request on, addresses are looked up before they are connected to; the connection looks them
up again and checks them (crawler.fetch.endpoint).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.fetch.addresses import ConnectTo
from crawler.fetch.endpoint import resolve
from crawler.scope import is_ip

_PORTS = {"http": 80, "https": 443}
# Hosts behind a delivery network have many addresses; sparing a few of them spares the host.
_ADDRESSES = 8


class Lanes:
    """``resolved`` is called whenever a host's addresses have become known."""

    def __init__(self, connect_to: ConnectTo, resolved: Callable[[], None]) -> None:
        self._connect_to = connect_to
        self._resolved = resolved
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._asking: set[str] = set()

    def of(self, request: Request, host: str) -> tuple[str, ...] | None:
        """The lanes of a request, or None while its host is being looked up."""
        url = urlparse_cached(request)
        port = url.port or _PORTS[url.scheme]
        mapped = self._connect_to.target(url.scheme, url.hostname or "", port)
        if mapped is not None:
            return _distinct(host, mapped[0])
        if request.meta.get("proxy") or is_ip(host):
            return (host,)  # behind a proxy the address is the proxy's
        if host in self._addresses:
            return _distinct(host, *self._addresses[host])
        if host not in self._asking:
            self._look_up(host, port)
        return None

    def _look_up(self, host: str, port: int) -> None:
        from twisted.internet import reactor

        self._asking.add(host)
        answer: Deferred[Any] = resolve(reactor, host, port)
        answer.addBoth(self._found, host)

    def _found(self, answers: list[tuple[Any, ...]] | Failure, host: str) -> None:
        """A host without an address is its own only lane; its fetch will fail by name."""
        self._asking.discard(host)
        if isinstance(answers, Failure):
            answers = []
        found = sorted({str(answer[0]) for *_, answer in answers})
        self._addresses[host] = tuple(found[:_ADDRESSES])
        self._resolved()


def _distinct(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
