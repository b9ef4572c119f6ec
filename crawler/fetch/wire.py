"""The bytes of every exchange, taken where Twisted's HTTP client meets its connection.

Scrapy's responses have lost the reason phrase, the case, order and repeats of headers and the
framing. A `Tap` follows one request below all that: a `TappedPool` puts it on the connection
the request gets, the connection's protocol feeds it what is written, the parser what is read.

Leans on private names of Scrapy 2.19 and Twisted 26.10; tests/test_wire.py holds them to it.
"""

# Twisted is annotated in parts only: most of what is called here is untyped.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import TimeoutError
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import HTTPConnectionPool
from twisted.web.http_headers import InvalidHeaderName
from twisted.web.iweb import IResponse

from crawler.fetch.clock import machine_now
from crawler.fetch.tap import Tap
from crawler.fetch.tls import tls_facts

# Twisted limits the length of a header line, but not how many may come.
MAX_HEAD = 256 * 1024


class WireParser(_LenientHTTPClientParser):
    """Feeds its tap every line of the header block and every piece of the de-chunked body."""

    MAX_LENGTH = MAX_HEAD
    tap: Tap
    transport: Any
    _head_size = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if not self.tap.head_complete:
            self._head_size += len(data)
        super().dataReceived(data)
        if not self.tap.head_complete and self._head_size > MAX_HEAD:
            raise ParseError(f"header block over {MAX_HEAD} bytes", b"")

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self.tap.line(line + b"\n")
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802
        # A name that is none ends the answer for Twisted; browsers pass over the line, as
        # `parse_head` does. The tap has it.
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)

    def allHeadersReceived(self) -> None:  # noqa: N802
        interim = 100 <= self.response.code < 200
        # Before super(), which may hand over the whole response.
        self.tap.head_done(interim=interim, tls=tls_facts(self.transport._producer))
        super().allHeadersReceived()

    def switchToBodyMode(self, decoder: Any) -> None:  # noqa: N802
        decoder.dataCallback = self.tap.tee(decoder.dataCallback)
        super().switchToBodyMode(decoder)

    def _finished(self, rest: bytes) -> None:
        if rest:
            # More than the response was sent: what follows would be read as the next one.
            self.request.persistent = False
        super()._finished(rest)

    def connectionLost(self, reason: Failure | None = None) -> None:  # noqa: N802
        self.tap.lost = reason if isinstance(reason, Failure) else None
        super().connectionLost(reason)


class _TeeTransport:
    """What a request is written to; Twisted's requests use these four methods."""

    def __init__(self, transport: Any, sent: Callable[[Iterable[bytes]], None]) -> None:
        self._transport = transport
        self._sent = sent
        self.registerProducer = transport.registerProducer
        self.unregisterProducer = transport.unregisterProducer

    def write(self, data: bytes) -> None:
        self._sent((data,))
        self._transport.write(data)

    def writeSequence(self, lines: Iterable[bytes]) -> None:  # noqa: N802
        self.write(b"".join(lines))


class WireProtocol(_LenientHTTP11ClientProtocol):
    tap: Tap  # set by the pool before each request
    transport: Any

    def request(self, request: Any) -> Deferred[IResponse]:
        if machine_now() > self.tap.send_before:
            # We were frozen in between, and another crawl may be asking the host by now.
            self.transport.abortConnection()
            return fail(TimeoutError("its turn was over before it could be sent"))
        write_to = request.writeTo
        request.writeTo = lambda transport: write_to(_TeeTransport(transport, self.tap.sent))
        response = super().request(request)
        # Twisted hard-codes its parser's class; Scrapy replaces it the same way.
        parser: Any = self._parser
        parser.__class__ = WireParser
        parser.tap = self.tap
        self.tap.reading(parser)
        return response


class WireFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> WireProtocol:  # noqa: N802
        return WireProtocol(self._quiescentCallback)


class TappedPool:
    """A connection pool as one request sees it: whichever connection it gets, the tap is on."""

    def __init__(self, pool: HTTPConnectionPool, tap: Tap) -> None:
        self._pool = pool
        self._tap = tap
        self.persistent = pool.persistent

    def getConnection(  # noqa: N802
        self, key: Hashable, endpoint: IStreamClientEndpoint
    ) -> Deferred[WireProtocol]:
        connection: Deferred[Any] = self._pool.getConnection(key, endpoint)
        return connection.addCallback(self._attach)

    def _attach(self, protocol: WireProtocol) -> WireProtocol:
        self._tap.connecting(protocol.transport.getPeer().host)
        protocol.tap = self._tap
        return protocol
