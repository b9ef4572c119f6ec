"""Bodies as they were sent, decoded: content codings, broken streams, heads of any kind."""

from __future__ import annotations

import gzip
import zlib

import pytest

from crawler.errors import BodyTooLargeError
from crawler.warc.entity import decode_entity, parse_head, unknown_encodings
from tests.wire_server import ODD_HEAD

NOISE = bytes(range(256)) * 400
GZIP = (("content-encoding", "GZip"),)
DEFLATE = (("Content-Encoding", "deflate"),)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def test_head_is_read_as_browsers_do() -> None:
    status, reason, headers = parse_head(ODD_HEAD)
    assert (status, reason) == (200, "Alles  in Ördnung")
    assert headers == (
        ("sErVeR", "one"),
        ("X-Latin", "café ¹«¿ª"),
        ("SERVER", "two"),
        ("X-Folded", "first second"),
        ("X-Empty", ""),
        ("Server", "three"),
        ("Content-Length", "3"),
    )


@pytest.mark.parametrize("head", [b"", b"\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 2xx Odd\r\n\r\n"])
def test_unreadable_status_line_is_status_0(head: bytes) -> None:
    assert parse_head(head)[0] == 0


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        (GZIP, gzip.compress(NOISE)),
        ((("Content-Encoding", "x-gzip"),), gzip.compress(NOISE)),
        (GZIP, gzip.compress(NOISE) + b"trailing garbage"),
        (GZIP, gzip.compress(NOISE[:1000]) + gzip.compress(NOISE[1000:])),
        (GZIP, gzip.compress(NOISE)[:-8] + b"\0" * 8),
        (DEFLATE, zlib.compress(NOISE)),
        (DEFLATE, raw_deflate(NOISE)),
        ((("Content-Encoding", "deflate, gzip"),), gzip.compress(zlib.compress(NOISE))),
        ((*DEFLATE, *GZIP), gzip.compress(zlib.compress(NOISE))),
        ((("Content-Encoding", "identity"),), NOISE),
        ((), NOISE),
    ],
)
def test_content_codings_are_undone(headers: tuple[tuple[str, str], ...], payload: bytes) -> None:
    assert decode_entity(headers, payload, len(NOISE)) == NOISE


def test_truncated_stream_gives_what_could_be_decoded() -> None:
    packed = gzip.compress(NOISE, compresslevel=0)
    decoded = decode_entity(GZIP, packed[: len(packed) // 2], 0)
    assert NOISE.startswith(decoded)
    assert len(decoded) > len(NOISE) * 0.4


def test_broken_stream_gives_what_stands_before_the_break() -> None:
    packed = zlib.compress(NOISE[:5000], level=9) + gzip.compress(b"")
    broken = gzip.compress(NOISE, compresslevel=0)[:60_000] + b"\xff" * 40_000
    assert decode_entity(DEFLATE, packed, 0) == NOISE[:5000]
    decoded = decode_entity(GZIP, broken, 0)
    assert decoded[:50_000] == NOISE[:50_000]


@pytest.mark.parametrize("headers", [GZIP, DEFLATE, (("Content-Encoding", "br"),)])
def test_payload_that_is_not_what_it_says_is_left_alone(
    headers: tuple[tuple[str, str], ...],
) -> None:
    for text in (b"<html>plain</html>", b"\nplain text", b""):
        assert decode_entity(headers, text, 0) == text


def test_unknown_codings_are_named() -> None:
    assert unknown_encodings((("Content-Encoding", "gzip, br"),)) == ("br",)
    assert unknown_encodings(GZIP) == ()


def test_decoding_stops_at_the_limit() -> None:
    with pytest.raises(BodyTooLargeError, match="at most 1000 bytes"):
        decode_entity(GZIP, gzip.compress(b"\0" * 50_000_000), 1000)
