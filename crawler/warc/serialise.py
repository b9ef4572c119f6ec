"""One WARC record to one gzip member.

warcio's writer parses header blocks and writes them out again, which would alter the bytes a
server sent; we therefore write records ourselves. Compression is ISA-L's level 2: on 40 KB pages
it takes 0.07 ms where zlib takes 0.27 (level 1) or 0.53 (level 6), for 27 % of the size against
27 and 24 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from isal import isal_zlib

from crawler.warc.fields import digest, target_uri, warc_date

_LEVEL = 2
_GZIP_FORMAT = 31  # window bits of a gzip header and trailer

HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"

Fields = Iterable[tuple[str, str]]


def record(
    kind: str,
    record_id: str,
    date: datetime,
    block: Iterable[bytes],
    *,
    url: str | None = None,
    content_type: str | None = None,
    fields: Fields = (),
) -> bytes:
    """A finished record, compressed. ``fields`` come between the common ones and the lengths."""
    parts = tuple(block)
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <{record_id}>",
        f"WARC-Date: {warc_date(date)}",
    ]
    if url is not None:
        lines.append(f"WARC-Target-URI: {target_uri(url)}")
    lines += [f"{name}: {_one_line(value)}" for name, value in fields]
    lines.append(f"WARC-Block-Digest: {digest(*parts)}")
    if content_type is not None:
        lines.append(f"Content-Type: {_one_line(content_type)}")
    lines.append(f"Content-Length: {sum(map(len, parts))}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    whole = b"".join((head.encode("utf-8", "replace"), *parts, b"\r\n\r\n"))
    return bytes(isal_zlib.compress(whole, _LEVEL, _GZIP_FORMAT))


def _one_line(value: str) -> str:
    """A value cannot smuggle in further header lines."""
    return " ".join(value.split())
