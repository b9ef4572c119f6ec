"""Taking HTTP messages in WARC records apart: header block, body, chunked framing.

Records of ours have no framing; wget and Heritrix leave it in.
"""

from __future__ import annotations

import re

from crawler.warc.entity import Headers, parse_head

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


def split_message(block: bytes) -> tuple[bytes, bytes]:
    """The header block with its blank line, and the body."""
    match = _BLANK_LINE.search(block)
    end = match.end() if match else len(block)
    return block[:end], block[end:]


def dechunk(framed: bytes) -> bytes:
    """The body inside the framing, as far as it goes; the bytes themselves if they have none.

    Some tools keep the Transfer-Encoding line of a body they have de-chunked already.
    """
    parts: list[bytes] = []
    position = 0
    while match := _SIZE_LINE.match(framed, position):
        size = int(match[1], 16)
        if size == 0:
            break
        parts.append(framed[match.end() : match.end() + size])
        position = match.end() + size
        if framed[position : position + 2] == b"\r\n":
            position += 2
    else:
        if position < len(framed):
            return framed
    return b"".join(parts)


def read_http(block: bytes) -> tuple[int, Headers, bytes]:
    """Status, headers and body of an HTTP message, chunked framing undone."""
    head, payload = split_message(block)
    status, _, headers = parse_head(head)
    framed = any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower()
        for name, value in headers
    )
    return status, headers, dechunk(payload) if framed else payload
