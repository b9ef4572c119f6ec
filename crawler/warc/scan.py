"""Reading WARC files record by record, whoever wrote them and whatever became of them.

Our own scanner, since no library does what an archive must: warcio stops at the first damaged
member and does not notice one cut short, fastwarc skips damage without saying so, neither gives
the bytes of a record's own header block. One gzip member a record is the norm; plain files and
many records in one member are read too. Memory is bounded by the largest block kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crawler.errors import ArchiveError
from crawler.warc.fields import parse_warc_date
from crawler.warc.streams import DamagedError, Stream, open_stream

#: A block longer than this is cut (`Record.cut`): a page or attachment is far smaller.
BLOCK_LIMIT = 128 * 1024 * 1024
_HEAD_LIMIT = 256 * 1024

_VERSION = re.compile(rb"WARC/\d\.\d+")
# Where reading may go on after damage: a gzip member, or a record after a record's end.
_RESUME = re.compile(rb"\x1f\x8b\x08|(?<=\r\n\r\n)WARC/1\.")
_RESUME_WINDOW = 1024 * 1024
_RESUME_OVERLAP = 16


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a file that is no record. Reading went on behind it."""

    warc: str
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.warc} at {self.offset}: {self.reason}"


def _unbracketed(value: str) -> str:
    return value.strip().removeprefix("<").removesuffix(">")


OnDamage = Callable[[Damage], None]


@dataclass(slots=True)  # not frozen: nine fields, twice a page
class Record:
    """One record of the member at ``offset``.

    In files of ours a member is one record: ``inner``, its place in the member, is 0 and ``end``
    is where the next member begins (None while more records follow in the same member).
    """

    warc: str
    offset: int
    inner: int
    end: int | None
    head: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    block: bytes = field(repr=False)
    trailer: bytes = field(repr=False)
    cut: bool

    def header(self, name: str) -> str:
        """The first value of a WARC header, or an empty string."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return ""

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def ids(self, name: str) -> list[str]:
        """The record ids (or URIs) of a header, without angle brackets."""
        return [_unbracketed(value) for value in self.all(name)]

    def id(self, name: str = "WARC-Record-ID") -> str:
        return _unbracketed(self.header(name))

    @property
    def kind(self) -> str:
        return self.header("WARC-Type").lower()

    @property
    def url(self) -> str:
        return self.id("WARC-Target-URI")  # wget puts brackets there too

    @property
    def date(self) -> datetime:
        return parse_warc_date(self.header("WARC-Date"))


def iter_records(path: Path, on_damage: OnDamage | None = None) -> Iterator[Record]:
    """All good records of a file in order. Without ``on_damage``, damage is an ArchiveError."""
    report = on_damage or _refuse
    with path.open("rb") as file:
        offset: int | None = 0
        while offset is not None:
            stream = open_stream(file, offset)
            if stream is None:
                return
            try:
                yield from _records(stream, path.name)
                offset = stream.end
            except DamagedError as error:
                report(Damage(path.name, offset, str(error)))
                offset = _resume(file, offset + 1)


def read_record(path: Path, offset: int, inner: int = 0) -> Record:
    """The one record at a known place."""
    with path.open("rb", buffering=0) as file:  # streams read by position
        stream = open_stream(file, offset)
        try:
            for record in _records(stream, path.name) if stream else ():
                if record.inner == inner:
                    return record
        except DamagedError as error:
            raise ArchiveError(str(Damage(path.name, offset, str(error)))) from error
    raise ArchiveError(f"{path.name} at {offset}: expected a record, found the end of the file")


def _records(stream: Stream, warc: str) -> Iterator[Record]:
    while True:
        inner = stream.consumed
        head = stream.head(_HEAD_LIMIT)
        if not head:
            return
        headers = _parse(head)
        length = _length(headers)
        block = stream.take(min(length, BLOCK_LIMIT))
        missing = length - len(block) - stream.skip(length - len(block))
        if missing:
            raise DamagedError(f"the block ends {missing} of {length} bytes early")
        trailer = stream.newlines()
        # A gzip member vouches for its bytes at its end: look there before the record is used.
        end = stream.end if stream.at_end() else None
        cut = length > len(block)
        yield Record(warc, stream.start, inner, end, head, headers, block, trailer, cut)
        if end is not None:
            return


def _parse(head: bytes) -> tuple[tuple[str, str], ...]:
    first, _, rest = head.replace(b"\r\n", b"\n").rstrip(b"\n").partition(b"\n")
    if not _VERSION.fullmatch(first.strip()):
        raise DamagedError(f"expected WARC/1.x, found {first[:40]!r}")
    headers: list[tuple[str, str]] = []
    for text in rest.decode("utf-8", "replace").split("\n"):
        if text.startswith((" ", "\t")) and headers:  # WARC 1.0 allows folded lines
            name, value = headers.pop()
            headers.append((name, f"{value} {text.strip()}"))
            continue
        name, colon, value = text.partition(":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return tuple(headers)


def _length(headers: tuple[tuple[str, str], ...]) -> int:
    for name, value in headers:
        if name.lower() == "content-length":
            if value.isascii() and value.isdigit():
                return int(value)
            raise DamagedError(f"Content-Length is {value[:40]!r}")
    raise DamagedError("the record has no Content-Length")


def _resume(file: BinaryIO, offset: int) -> int | None:
    """The next place that really begins a record."""
    while True:
        file.seek(max(offset - 4, 0))  # the pattern looks four bytes back
        base = file.tell()
        window = file.read(_RESUME_WINDOW)
        for match in _RESUME.finditer(window, offset - base):
            if _begins_record(file, base + match.start()):
                return base + match.start()
        if len(window) < _RESUME_WINDOW:
            return None
        offset = base + len(window) - _RESUME_OVERLAP


def _begins_record(file: BinaryIO, offset: int) -> bool:
    stream = open_stream(file, offset)
    try:
        return stream is not None and stream.take(5) == b"WARC/"
    except DamagedError:
        return False


def _refuse(damage: Damage) -> None:
    raise ArchiveError(f"{damage}; run `scrapy verify` to see what else is damaged")
