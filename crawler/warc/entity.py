"""From the bytes of an exchange to its entity: the header block read, Content-Encoding undone.

The live crawl and the WARC reader both use these functions, so what a spider sees live is what
a replay or a re-extraction sees. Nothing here refuses what a server sent: a malformed header
line is skipped, a broken stream gives what could be decoded. Only size is an error.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from typing import NamedTuple

from crawler.errors import BodyTooLargeError

# What the decoders below undo; WARC readers elsewhere know no brotli and no zstd.
ACCEPT_ENCODING = "gzip, deflate"

Headers = tuple[tuple[str, str], ...]


class _CutError(Exception):
    """The stream ended before its own end."""


_GZIP = zlib.MAX_WBITS | 16
_ZLIB = zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
# "deflate" means zlib, but many servers send the raw stream.
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW_DEFLATE)}
_PLAIN = ("", "identity", "none")

# A broken stream is decoded again byte by byte from the last good step: a small step keeps
# that cheap, a large one keeps the copies of the decoder's state cheap.
_STEP = 64 * 1024
_PIECE = 1024 * 1024


def parse_head(head: bytes) -> tuple[int, str, Headers]:
    """Status, reason phrase and headers of a response header block.

    Order, case and repeats of the headers are kept; a folded line joins its header with one
    space; a line without a colon is skipped, as browsers do. A status line that cannot be read
    gives status 0.
    """
    first, *lines = head.decode("latin-1").split("\n")
    _version, _, rest = first.strip("\r ").partition(" ")
    code, _, reason = rest.lstrip(" ").partition(" ")
    status = int(code) if code.isascii() and code.isdigit() else 0
    headers: list[tuple[str, str]] = []
    for line in lines:
        line = line.rstrip("\r")
        name, colon, value = line.partition(":")
        if line.startswith((" ", "\t")) and headers:
            name, value = headers.pop()
            headers.append((name, f"{value} {line.strip()}".strip()))
        elif colon:
            headers.append((name.strip(), value.strip()))
    return status, reason.strip(), tuple(headers)


def unknown_encodings(headers: Headers) -> tuple[str, ...]:
    """The content codings `decode_entity` cannot undo: with any of them it leaves the payload."""
    return tuple(name for name in _codings(headers) if name not in _WINDOWS)


class Entity(NamedTuple):
    """What a payload decodes to; not ``whole`` when its stream ends or breaks before its end."""

    content: bytes
    whole: bool = True


def open_entity(headers: Headers, payload: bytes, limit: int) -> Entity:
    """The payload with its content codings undone, the last applied first.

    A payload that is not what its header says, or has an unknown coding, is returned as it is.
    Raises BodyTooLargeError as soon as more than ``limit`` bytes (0: no limit) come out.
    """
    entity = Entity(payload)
    if unknown_encodings(headers):
        return entity
    for coding in reversed(_codings(headers)):
        undone = _undo(coding, entity.content, limit)
        entity = Entity(undone.content, entity.whole and undone.whole)
    return entity


def decode_entity(headers: Headers, payload: bytes, limit: int) -> bytes:
    """As `open_entity`, for whoever takes what there is."""
    return open_entity(headers, payload, limit).content


def _codings(headers: Headers) -> tuple[str, ...]:
    values = (value for name, value in headers if name.lower() == "content-encoding")
    names = (part.strip().lower() for value in values for part in value.split(","))
    return tuple(name for name in names if name not in _PLAIN)


def _undo(coding: str, payload: bytes, limit: int) -> Entity:
    for window in _WINDOWS[coding]:
        decoded = _decode(payload, window, limit)
        if decoded is not None:
            return decoded
    return Entity(payload)


def _decode(payload: bytes, window: int, limit: int) -> Entity | None:
    """What the payload decodes to, or None if it never was a stream of this kind."""
    parts: list[bytes] = []
    size = 0
    whole = True
    try:
        for piece in _inflate(payload, window):
            parts.append(piece)
            size += len(piece)
            if limit and size > limit:
                raise BodyTooLargeError(
                    f"body expected to be at most {limit} bytes once decoded, found more; "
                    "raise DOWNLOAD_MAXSIZE if the page is genuine"
                )
    except _CutError:
        whole = False
    except zlib.error:
        # A raw stream has no signature: plain text can look like one for some bytes.
        if not size or window == _RAW_DEFLATE:
            return None
        whole = False
    return Entity(b"".join(parts), whole)


def _inflate(data: bytes, window: int) -> Iterator[bytes]:
    """The decoded pieces of a stream, or of several gzip members. What follows is ignored."""
    while True:
        data = yield from _inflate_stream(data, window)
        if window != _GZIP or not data.startswith(_GZIP_MAGIC):
            return


def _inflate_stream(data: bytes, window: int) -> Generator[bytes, None, bytes]:
    """Decode one stream in bounded pieces, so that a bomb is noticed before it is unpacked.

    Returns the bytes after its end; raises zlib.error after all that came before a broken byte.
    """
    decoder = zlib.decompressobj(window)
    end = 0
    while end < len(data) and not decoder.eof:
        step = data[end : end + _STEP]
        end += len(step)
        while step and not decoder.eof:
            checkpoint = decoder.copy()
            try:
                piece = decoder.decompress(step, _PIECE)
            except zlib.error:
                yield from _bytewise(checkpoint, step)
                raise
            yield piece
            step = decoder.unconsumed_tail
    if not decoder.eof:
        yield decoder.flush()
        if data:  # an empty body is none, whatever coding it is said to have
            raise _CutError
    return data[end - len(decoder.unused_data) :]


def _bytewise(decoder: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What a broken step still gives: zlib drops the output of a call that fails."""
    for index in range(len(data)):
        try:
            yield decoder.decompress(data[index : index + 1])
        except zlib.error:
            return
