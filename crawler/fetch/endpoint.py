"""Where connections go: each host resolved once, checked, and connected to as checked.

Scrapy resolves in one place and connects in another, which leaves room for an answer that
changes in between (DNS rebinding). Here the checked literal address is what is connected to,
again for every request and every redirect.
"""

# Twisted is annotated in parts only: most of what is called here is untyped.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.web.client import URI
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface.declarations import implementer

from crawler.fetch.addresses import ConnectTo, Target, first_forbidden, forbidden_literal
from crawler.fetch.refusals import OutOfScope
from crawler.fetch.tls import RecordingContextFactory

_CLIENTS: dict[int, Any] = {socket.AF_INET: TCP4ClientEndpoint, socket.AF_INET6: TCP6ClientEndpoint}


class RefusedAddress(OutOfScope):
    """The host is, or leads to, an address that is not of the public Internet."""

    def __init__(self, url: str, address: str) -> None:
        super().__init__(url, f"refused_address: expected a public address, found {address}")


def check_literal(url: str, host: str) -> None:
    """Raise RefusedAddress for a host that spells out an address we would not connect to."""
    if (address := forbidden_literal(host)) is not None:
        raise RefusedAddress(url, address)


def resolve(reactor: Any, host: str, port: int) -> Deferred[list[tuple[Any, ...]]]:
    """``getaddrinfo`` in a thread of its own, which nobody waits for.

    A resolver that hangs would fill the reactor's threads, which write the archive, and keep a
    crawl that was told to stop from ending.
    """
    answer: Deferred[list[tuple[Any, ...]]] = Deferred()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reactor.callFromThread(answer.errback, error)
        else:
            reactor.callFromThread(answer.callback, found)

    Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    return answer


@implementer(IAgentEndpointFactory)
class CheckedEndpointFactory:
    """What an Agent asks for its endpoints. ``connecting`` is told each address that is tried."""

    def __init__(
        self,
        reactor: Any,
        policy: RecordingContextFactory,
        connect_to: ConnectTo,
        connecting: Callable[[str], None],
        *,
        timeout: float,
        bind_address: tuple[str, int] | None,
    ) -> None:
        self._reactor = reactor
        self._policy = policy
        self._connect_to = connect_to
        self._connecting = connecting
        # Scrapy's agents read these two under these names.
        self._connectTimeout = timeout
        self._bindAddress = bind_address

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802
        endpoint: Any = CheckedEndpoint(self, uri)
        if uri.scheme != b"https":
            return endpoint
        return wrapClientTLS(self._policy.creatorForNetloc(uri.host, uri.port), endpoint)

    async def addresses(self, uri: URI) -> list[tuple[int, Target]]:
        """Family and address of everything the host resolves to, IPv4 first; all of it checked."""
        host = uri.host.decode("ascii")
        if mapped := self._connect_to.target(uri.scheme.decode("ascii"), host, uri.port):
            return [(socket.AF_INET, mapped)]
        try:
            answers = await resolve(self._reactor, host, uri.port)
        except (OSError, UnicodeError) as error:
            raise DNSLookupError(f"{host}: {error}") from error
        found = [(family, (answer[0], uri.port)) for family, *_, answer in answers]
        if (address := first_forbidden(target[0] for _, target in found)) is not None:
            raise RefusedAddress(uri.toBytes().decode("ascii"), address)
        # Hosts of county portals that publish an IPv6 address often do not answer on it.
        return sorted(found, key=lambda each: each[0] != socket.AF_INET)

    async def connect(self, uri: URI, factory: IProtocolFactory) -> IProtocol:
        failure: Exception = DNSLookupError(f"{uri.host.decode('ascii')}: no address")
        for family, (address, port) in await self.addresses(uri):
            client = _CLIENTS[family](
                self._reactor, address, port, self._connectTimeout, self._bindAddress
            )
            self._connecting(address)
            try:
                protocol: IProtocol = await client.connect(factory)
                return protocol
            except ConnectError as error:
                failure = error
        raise failure


@implementer(IStreamClientEndpoint)
class CheckedEndpoint:
    def __init__(self, origin: CheckedEndpointFactory, uri: URI) -> None:
        self._origin = origin
        self._uri = uri

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:  # noqa: N803
        return Deferred.fromCoroutine(self._origin.connect(self._uri, protocolFactory))


@implementer(IPolicyForHTTPS)
class _NamedPolicy:
    """TLS options for the host that was asked for, whatever address stands in the tunnel."""

    def __init__(self, policy: RecordingContextFactory, host: bytes, port: int) -> None:
        self._policy = policy
        self._name = (host, port)

    def creatorForNetloc(self, _hostname: bytes, _port: int) -> Any:  # noqa: N802
        return self._policy.creatorForNetloc(*self._name)


def tunnel_to(agent: Any, target: Target) -> None:
    """Make a `_TunnelingAgent`'s tunnels lead to ``target``; SNI and contents stay the same."""
    endpoint_for = agent._getEndpoint

    def mapped(uri: URI) -> Any:
        endpoint = endpoint_for(uri)
        endpoint._contextFactory = _NamedPolicy(endpoint._contextFactory, uri.host, uri.port)
        endpoint._tunneledHost, endpoint._tunneledPort = target
        return endpoint

    agent._getEndpoint = mapped
