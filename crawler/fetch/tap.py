"""One request as it went over the wire: gathered piece by piece, handed to the archive whole."""

# Twisted is annotated in parts only: most of what is called here is untyped.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

from twisted.python.failure import Failure
from twisted.web._newclient import HTTPClientParser

from crawler.items import FetchOutcome
from crawler.warc.records import Exchange, FailedFetch

#: ``request.meta`` key: the moment of `machine_now` after which the request must not be sent.
SEND_BEFORE: Final = "send_before"

# Normalised away (design: WARC); kept in the metadata record.
_FRAMING = (b"transfer-encoding", b"trailer")
# Between us and the proxy, and a secret; the origin never sees it.
_PROXY_SECRET = (b"proxy-authorization",)

# A body given up for its length is no page: its beginning shows what it was, and a trap that
# sends for ever must not fill the archive.
_KEPT_OF_TOO_LARGE = 1024 * 1024


class Tap:
    """What went over the wire for one request, as it went."""

    def __init__(self, via_proxy: str | None = None, send_before: float = math.inf) -> None:
        self.send_before = send_before
        self.started = datetime.now(UTC)
        self.via_proxy = via_proxy
        self.lost: Failure | None = None  # why the connection went away, if it did
        self.head_complete = False
        self._clock = monotonic()
        self._ip: str | None = None
        self.tls: dict[str, Any] | None = None
        self._sent: list[bytes] = []
        self._head: list[bytes] = []  # lines with their ends
        self._interim: list[bytes] = []
        self._body: list[bytes] = []
        self._parser: HTTPClientParser | None = None

    # -- fed by the connection --------------------------------------------------------------

    def connecting(self, address: str) -> None:
        if self.via_proxy is None:
            self._ip = address

    def reading(self, parser: HTTPClientParser) -> None:
        self._parser = parser

    def sent(self, data: Iterable[bytes]) -> None:
        self._sent.extend(data)

    def line(self, line: bytes) -> None:
        self._head.append(line)

    def head_done(self, *, interim: bool, tls: dict[str, Any] | None) -> None:
        self.tls = tls
        if interim:
            self._interim.append(b"".join(self._head))
            self._head.clear()
        else:
            self.head_complete = True

    def tee(self, deliver: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """Body bytes go to ``deliver`` as before, and are kept. No byte is copied."""
        keep = self._body.append

        def both(data: bytes) -> None:
            keep(data)
            deliver(data)

        return both

    # -- read by the handler ----------------------------------------------------------------

    def raw(self) -> bytes:
        """Everything read before a complete header block: 1xx responses, lines, the rest."""
        rest = self._parser.clearLineBuffer() if self._parser is not None else b""
        if rest:
            self._head.append(rest)
        return b"".join((*self._interim, *self._head))

    def exchange(self, url: str, truncated: str | None) -> Exchange:
        response_head, removed = _without(_FRAMING, self._head)
        request_head, request_body = self._request()
        return Exchange(
            url=url,
            started=self.started,
            request_head=request_head,
            response_head=response_head,
            payload=self._payload(truncated),
            request_body=request_body,
            ip=self._ip,
            via_proxy=self.via_proxy,
            truncated=truncated,
            removed_lines=(*removed, *self._after_body()),
            interim_heads=tuple(self._interim),
            duration_ms=self._elapsed(),
            tls=self.tls,
        )

    def failure(self, url: str, outcome: FetchOutcome, error: str) -> FailedFetch:
        return FailedFetch(
            url=url,
            started=self.started,
            outcome=outcome,
            error=error,
            request_head=self._request()[0],
            raw=self.raw(),
            ip=self._ip,
            via_proxy=self.via_proxy,
            duration_ms=self._elapsed(),
            tls=self.tls,
        )

    def _payload(self, truncated: str | None) -> bytes:
        if truncated != "length":
            return b"".join(self._body)
        kept = 0
        for count, piece in enumerate(self._body, 1):
            kept += len(piece)
            if kept >= _KEPT_OF_TOO_LARGE:
                return b"".join(self._body[:count])[:_KEPT_OF_TOO_LARGE]
        return b"".join(self._body)

    def _request(self) -> tuple[bytes, bytes]:
        head, end, body = b"".join(self._sent).partition(b"\r\n\r\n")
        if self.via_proxy is not None:
            head = _without(_PROXY_SECRET, (head + b"\r\n").splitlines(keepends=True))[0][:-2]
        return head + end, body

    def _after_body(self) -> Iterable[bytes]:
        """Trailer fields of a chunked body; of a broken one the bytes that could not be read."""
        decoder = self._parser.bodyDecoder if self._parser is not None else None
        for line in getattr(decoder, "_trailerHeaders", ()):
            yield bytes(line) + b"\r\n"
        if rest := bytes(getattr(decoder, "_buffer", b"")):
            yield rest

    def _elapsed(self) -> int:
        return round((monotonic() - self._clock) * 1000)


def _without(names: tuple[bytes, ...], lines: Iterable[bytes]) -> tuple[bytes, list[bytes]]:
    """A header block less the named headers, and these, with their folded lines."""
    kept: list[bytes] = []
    removed: list[bytes] = []
    target = kept
    for line in lines:
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].strip().lower()
            target = removed if name in names else kept
        target.append(line)
    return b"".join(kept), removed
