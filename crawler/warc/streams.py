"""The bytes of one gzip member, or of one record of a plain file, read forward in chunks."""

from __future__ import annotations

import os
import re
from typing import BinaryIO

from isal import isal_zlib

_CHUNK = 32 * 1024
_INFLATE_STEP = 1024 * 1024
_GZIP_FORMAT = 31
_GZIP_MAGIC = b"\x1f\x8b\x08"
_LINE_ENDS = re.compile(rb"[\r\n]+")
_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n")


# The stub declares an instance where there is a class.
_InflateError: type[Exception] = isal_zlib.error  # type: ignore[assignment]


class DamagedError(Exception):
    """These bytes are no WARC record; the message says why."""


class Stream:
    """Forward reading over the chunks that a subclass provides.

    ``start`` is the place in the file, ``consumed`` counts the bytes handed out, ``end`` is
    where the next stream begins, known when this one is read to its end.
    """

    def __init__(self, file: BinaryIO, start: int) -> None:
        # Positioned reads: several streams may read one file.
        self._fd = file.fileno()
        self._position = start
        self._buffer = b""
        self.start = start
        self.consumed = 0

    @property
    def end(self) -> int:
        raise NotImplementedError

    def _more(self) -> bytes:
        """The next bytes, or none at the end."""
        raise NotImplementedError

    def _read_file(self) -> bytes:
        chunk = os.pread(self._fd, _CHUNK, self._position)
        self._position += len(chunk)
        return chunk

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer at the end."""
        parts = [self._buffer]
        have = len(self._buffer)
        while have < size and (chunk := self._more()):
            parts.append(chunk)
            have += len(chunk)
        data = b"".join(parts)
        self._buffer = data[size:]
        self.consumed += min(have, size)
        return data[:size]

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes without keeping them; how many there were."""
        skipped = 0
        while skipped < size and (data := self.take(min(size - skipped, _INFLATE_STEP))):
            skipped += len(data)
        return skipped

    def head(self, limit: int) -> bytes:
        """A header block with its blank line, after any blank lines; nothing at the end."""
        self.newlines()
        searched = 0
        while (found := _blank_line(self._buffer, searched)) < 0:
            searched = max(len(self._buffer) - 4, 0)
            chunk = self._more()
            if not chunk and not self._buffer:
                return b""
            if not chunk or len(self._buffer) > limit:
                raise DamagedError(f"expected a WARC header block, found {self._buffer[:40]!r}")
            self._buffer += chunk
        return self.take(found)

    def newlines(self) -> bytes:
        """The line ends that come next."""
        found = b""
        while (self._buffer or self._fill()) and self._buffer[0] in b"\r\n":
            # A pattern, since to strip the buffer would copy all that comes behind.
            ends = _LINE_ENDS.match(self._buffer)
            found += self.take(ends.end() if ends else 0)
        return found

    def at_end(self) -> bool:
        return not self._buffer and not self._fill()

    def _fill(self) -> bool:
        self._buffer = self._more()
        return bool(self._buffer)


class GzipMember(Stream):
    """One gzip member; its checksum is verified when its end is reached."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__(file, start)
        self._inflater = isal_zlib.decompressobj(_GZIP_FORMAT)

    @property
    def end(self) -> int:
        return self._position - len(self._inflater.unused_data)

    def _more(self) -> bytes:
        while not self._inflater.eof:
            data = self._inflater.unconsumed_tail or self._read_file()
            if not data:
                raise DamagedError("the gzip member is cut short by the end of the file")
            try:
                out = self._inflater.decompress(data, _INFLATE_STEP)
            except _InflateError as error:
                raise DamagedError(f"the gzip member is broken: {error}") from error
            if out:
                return bytes(out)
        return b""


class PlainRecord(Stream):
    """A record of an uncompressed file: it ends where its reader stops."""

    @property
    def end(self) -> int:
        return self.start + self.consumed

    def at_end(self) -> bool:
        return True

    def _more(self) -> bytes:
        return self._read_file()


def open_stream(file: BinaryIO, offset: int) -> Stream | None:
    """What begins at ``offset``; None at the end of the file."""
    magic = os.pread(file.fileno(), len(_GZIP_MAGIC), offset)
    if not magic:
        return None
    return GzipMember(file, offset) if magic == _GZIP_MAGIC else PlainRecord(file, offset)


def _blank_line(data: bytes, start: int) -> int:
    """Where the header block ends, behind its blank line; -1 if it is not there yet."""
    found = _BLANK_LINE.search(data, start)
    return found.end() if found else -1
