"""What the fetching side hands to the WARC writer, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.items import FetchOutcome


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP exchange, byte for byte.

    ``request_head`` and ``response_head`` run from the first line to the blank line inclusive,
    exactly as on the wire; from ``response_head`` only Transfer-Encoding and Trailer lines are
    taken out (they are kept in ``removed_lines``) and 1xx responses (in ``interim_heads``).
    ``payload`` is de-chunked but still content-encoded. ``truncated`` is a WARC-Truncated
    reason. ``ip`` is None behind a proxy, whose address is then ``via_proxy``.
    """

    url: str
    started: datetime
    request_head: bytes
    response_head: bytes
    payload: bytes = field(repr=False)
    request_body: bytes = b""
    ip: str | None = None
    via_proxy: str | None = None
    truncated: str | None = None
    removed_lines: tuple[bytes, ...] = ()
    interim_heads: tuple[bytes, ...] = ()
    duration_ms: int = 0
    tls: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FailedFetch:
    """A fetch without an HTTP answer. ``raw`` keeps an answer that is not HTTP."""

    url: str
    started: datetime
    outcome: FetchOutcome
    error: str
    request_head: bytes = b""
    raw: bytes = field(default=b"", repr=False)
    ip: str | None = None
    via_proxy: str | None = None
    duration_ms: int = 0
    tls: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a record lies: file name below ``archive/warc/<portal>/``, byte offset."""

    warc: str
    offset: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier record, as revisits and conversions name it."""

    record_id: str
    url: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Original(Reference):
    """A response with its whole body: what a revisit stands for, and where to read it again."""

    payload_digest: str
    location: Location


@dataclass(frozen=True, slots=True)
class Stored:
    """A record handed to the writer: known at once, durable later.

    ``record_id`` names the response record (the metadata record for a failed fetch).
    ``original`` is the response that has the body: this one, or the one a revisit refers to;
    None where the archive has no whole body of it.
    """

    record_id: str
    date: datetime
    original: Original | None = None
