"""Faults of the connection and of HTTP itself: what never becomes a page."""

from __future__ import annotations

import gzip
import random
import zlib
from functools import cache

from crawler.words import FetchOutcome as O
from tests.portals.faults_kit import (
    COLUMN,
    ROBOTS,
    SICK,
    Door,
    Drip,
    Evidence,
    Fault,
    always,
    head,
    reply,
    report,
)
from tests.wire_server import CLOSE, HANG, RESET, STREAM

OK = head("Content-Type: text/html; charset=utf-8").removesuffix(b"\r\n")
PAGE = report().encode()
HALF = PAGE[: len(PAGE) // 2]
_CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
_LENGTH = b"Content-Length: %d\r\n\r\n"
#: Text that gzip cannot shrink to nothing: half of the stream is half of the page.
_NOISE = random.Random(1).randbytes(30_000).hex().encode()
_ZIPPED = gzip.compress(PAGE + b"<!--" + _NOISE + b"-->", mtime=0)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@cache
def _bomb(size: int = 1024**3) -> bytes:
    """A gzip stream of about a thousandth of ``size``: zeros, packed as they are made."""
    packer = zlib.compressobj(9, wbits=31)
    megabyte = bytes(1024 * 1024)
    parts = [packer.compress(megabyte) for _ in range(size // len(megabyte))]
    return b"".join((*parts, packer.flush()))


def _zipped(body: bytes, coding: str = "gzip") -> bytes:
    return reply(body, f"Content-Encoding: {coding}")


def _dead(
    name: str, does: str, outcome: O, door: Door, evidence: Evidence = Evidence.FAILURE
) -> Fault:
    """A host that cannot be talked to: found out when robots.txt is asked for."""
    return Fault(
        name, does, outcome, evidence, lambda *_: None, door,
        at=COLUMN, recorded=ROBOTS, sound=False,
    )  # fmt: skip


HOSTS = (
    _dead("dns_no_such_name", "the name does not resolve", O.DNS, Door.NO_NAME),
    _dead("dns_slow", "the resolver takes longer than the time-out", O.ROBOTS, Door.SLOW_NAME),
    _dead("dns_leads_inside", "the name leads to 127.0.0.1", O.OUT_OF_SCOPE, Door.INSIDE),
    _dead("dns_mixed", "one public address and one private", O.OUT_OF_SCOPE, Door.MIXED),
    _dead(
        "dns_metadata_service", "the name leads to 169.254.169.254", O.OUT_OF_SCOPE, Door.METADATA
    ),
    _dead("connection_refused", "nobody listens at the port", O.REFUSED, Door.CLOSED),
    _dead("blackhole", "the connection is never accepted", O.ROBOTS, Door.FULL),
)

CONNECTION = (
    Fault("hang", "takes the request and says nothing", O.TIMEOUT, Evidence.FAILURE, always(HANG)),
    Fault("reset_before_headers", "breaks the connection instead of answering",
          O.RESET, Evidence.FAILURE, always(RESET)),
    Fault("closed_before_headers", "ends the connection instead of answering",
          O.RESET, Evidence.FAILURE, always(CLOSE)),
    Fault("reset_in_headers", "breaks off inside the header block",
          O.RESET, Evidence.FAILURE, always(OK + b"Server: x", RESET)),
    Fault("closed_in_headers", "ends inside the header block",
          O.TRUNCATED, Evidence.FAILURE, always(OK + b"Server: x", CLOSE)),
    Fault("reset_in_body", "breaks off inside the body",
          O.RESET, Evidence.CUT, always(OK + _LENGTH % len(PAGE) + HALF, RESET)),
    Fault("reset_in_open_body", "breaks off a body without Content-Length",
          O.RESET, Evidence.CUT, always(OK + b"\r\n" + HALF, RESET)),
    Fault("slow_headers", "sends a byte of the header block now and then",
          O.TIMEOUT, Evidence.FAILURE, always(OK, Drip(b"X-Slow: " + b"x" * 4000))),
    Fault("slow_body", "sends a byte of the body now and then",
          O.TIMEOUT, Evidence.CUT, always(OK + _LENGTH % len(PAGE), Drip(PAGE))),
)  # fmt: skip

FRAMING = (
    Fault("length_too_long", "ends before the Content-Length it stated",
          O.TRUNCATED, Evidence.CUT, always(OK + _LENGTH % (len(PAGE) + 99) + PAGE, CLOSE)),
    Fault("length_too_long_and_waits", "states more than it has, and keeps the connection",
          O.TIMEOUT, Evidence.CUT, always(OK + _LENGTH % (len(PAGE) + 99) + PAGE)),
    Fault("length_too_short", "sends more than the Content-Length it stated",
          O.OK, Evidence.EXCHANGE, always(OK + _LENGTH % len(PAGE) + PAGE + b"<p>more</p>" * 99)),
    Fault("length_missing", "has no Content-Length and closes in order",
          O.OK, Evidence.EXCHANGE, always(OK + b"\r\n" + PAGE, CLOSE)),
    Fault("length_no_number", "says Content-Length: many",
          O.BAD_RESPONSE, Evidence.FAILURE, always(OK + b"Content-Length: many\r\n\r\n" + PAGE)),
    Fault("length_negative", "says Content-Length: -1",
          O.BAD_RESPONSE, Evidence.FAILURE, always(OK + _LENGTH % -1 + PAGE)),
    Fault("lengths_differ", "states two different lengths", O.BAD_RESPONSE, Evidence.FAILURE,
          always(OK + b"Content-Length: 9\r\n" + _LENGTH % len(PAGE) + PAGE)),
    Fault("chunk_size_broken", "sends a chunk whose size is no number",
          O.TRUNCATED, Evidence.CUT, always(_CHUNKED + _chunk(HALF) + b"zz\r\nrest\r\n")),
    Fault("chunk_cut", "ends inside a chunk",
          O.TRUNCATED, Evidence.CUT, always(_CHUNKED + _chunk(PAGE)[:-99], CLOSE)),
    Fault("chunks_without_end", "sends chunk after chunk for ever",
          O.TOO_LARGE, Evidence.CUT, always(_CHUNKED, _chunk(b"x" * 1024**2), STREAM)),
    Fault("chunk_beyond_all_bounds", "announces a chunk of 16 EiB and waits",
          O.TIMEOUT, Evidence.CUT, always(_CHUNKED + b"FFFFFFFFFFFFFFFF\r\n" + PAGE)),
    Fault("chunk_extension_without_end", "sends a chunk's size line for ever",
          O.TRUNCATED, Evidence.CUT, always(_CHUNKED + _chunk(HALF) + b"9;", b"x" * 4096, STREAM)),
    Fault("chunked_and_length", "states a length and sends chunks", O.OK, Evidence.EXCHANGE,
          always(OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
                 + _chunk(PAGE) + b"0\r\n\r\n", CLOSE)),
    Fault("not_http", "greets like an SSH server",
          O.BAD_RESPONSE, Evidence.FAILURE, always(b"SSH-2.0-OpenSSH_9.2\r\n", CLOSE)),
    Fault("page_without_headers", "sends a bare page, as HTTP/0.9 did",
          O.BAD_RESPONSE, Evidence.FAILURE, always(PAGE, CLOSE)),
    Fault("status_no_number", "answers HTTP/1.1 abc",
          O.BAD_RESPONSE, Evidence.FAILURE, always(b"HTTP/1.1 abc OK\r\n\r\n", CLOSE)),
    Fault("status_999", "answers with a status nobody knows",
          O.SERVER_ERROR, Evidence.EXCHANGE, always(reply(PAGE, status="999 Request denied"))),
    Fault("interim_without_end", "sends 100 Continue for ever", O.BAD_RESPONSE, Evidence.FAILURE,
          always(b"HTTP/1.1 100 Continue\r\n\r\n" * 999, STREAM)),
)  # fmt: skip

HEADERS = (
    Fault("headers_without_end", "sends header lines for ever",
          O.BAD_RESPONSE, Evidence.FAILURE, always(OK, b"X-More: and more\r\n" * 99, STREAM)),
    Fault("header_of_a_megabyte", "sends a header line of 1 MB", O.BAD_RESPONSE, Evidence.FAILURE,
          always(OK + b"X-Huge: " + b"x" * 1024**2 + b"\r\n" + _LENGTH % len(PAGE) + PAGE)),
    Fault("headers_repeated", "sends 2,000 times the same header",
          O.OK, Evidence.EXCHANGE, always(reply(PAGE, *[b"Set-Cookie: a=b; path=/"] * 2000))),
    Fault("headers_malformed", "sends lines without colon, with blank names, folded ones",
          O.OK, Evidence.EXCHANGE,
          always(reply(PAGE, "no colon here", ": no name", "Bad Name: x", "X: folded", "\tline"))),
    Fault("headers_not_latin", "puts raw GBK into headers and reason phrase",
          O.OK, Evidence.EXCHANGE,
          always(reply(PAGE, "X-Unit: 红寺堡区".encode("gb18030"), status="200 OK")
                 .replace(b"200 OK", "200 成功".encode("gb18030")))),
    Fault("headers_with_nul", "puts NUL bytes into a header",
          O.OK, Evidence.EXCHANGE, always(reply(PAGE, b"X-Nul: a\0b"))),
)  # fmt: skip

CODINGS = (
    Fault("gzip_cut", "sends half of a gzip stream in a sound frame",
          O.TRUNCATED, Evidence.EXCHANGE, always(_zipped(_ZIPPED[: len(_ZIPPED) // 2]))),
    Fault("gzip_broken", "sends a gzip stream with wrong bytes in the middle",
          O.TRUNCATED, Evidence.EXCHANGE,
          always(_zipped(_ZIPPED[:9000] + b"\xff" * 4000 + _ZIPPED[13000:]))),
    Fault("gzip_wrong_checksum", "sends a whole gzip stream with a wrong checksum",
          O.TRUNCATED, Evidence.EXCHANGE, always(_zipped(_ZIPPED[:-8] + b"\0" * 8))),
    Fault("gzip_trailing_bytes", "sends garbage after the gzip stream",
          O.OK, Evidence.EXCHANGE, always(_zipped(_ZIPPED + b"garbage"))),
    Fault("gzip_only_said", "says gzip and sends plain text",
          O.OK, Evidence.EXCHANGE, always(_zipped(PAGE))),
    Fault("deflate_raw", "says deflate and sends the raw stream", O.OK, Evidence.EXCHANGE,
          always(_zipped(zlib.compress(PAGE, wbits=-15), "deflate"))),
    Fault("zstd_unasked", "sends a coding that was not asked for",
          O.BAD_RESPONSE, Evidence.EXCHANGE, always(_zipped(b"\x28\xb5\x2f\xfd" * 99, "zstd"))),
    Fault("gzip_bomb", "sends 1 MB of gzip that unpacks to 1 GB",
          O.TOO_LARGE, Evidence.EXCHANGE,
          lambda path, _: [_zipped(_bomb())] if path == SICK else None, deadline=60),
    Fault("page_too_large_announced", "announces a page of 200 MB", O.TOO_LARGE, Evidence.CUT,
          always(OK + _LENGTH % (200 * 1024**2), b"<p>" + b"x" * 1024**2, STREAM)),
    Fault("page_too_large", "sends a page of 200 MB without saying so",
          O.TOO_LARGE, Evidence.CUT, always(OK + b"\r\n", b"<p>" + b"x" * 1024**2, STREAM)),
)  # fmt: skip

WIRE = (*HOSTS, *CONNECTION, *FRAMING, *HEADERS, *CODINGS)
