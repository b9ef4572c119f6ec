"""The directory of a compound file (OLE2), which holds what Word, Excel and WPS wrote before 2007.

Only what tells files apart is read: the streams at the top and how each begins. Chains of sectors
may run in circles and lengths may lie, so every walk has an end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = 512
_SHIFTS = (9, 12)  # sectors of 512 bytes, or of 4096
_LAST_SECTOR = 0xFFFFFFFA  # what is above has another meaning
_FREE = 0xFFFFFFFF
_IN_HEADER = 109  # sectors of the allocation table that the header names itself
_ENTRY = 128
_MOST_ENTRIES = 4096  # a document with hundreds of embedded objects has so many
_MINI_SECTOR = 64
_NAME = struct.Struct("<64sHB")
_LINKS = struct.Struct("<III")  # left, right, child
_PLACE = struct.Struct("<II")  # first sector, size
_IS_STORAGE, _IS_STREAM = (1, 5), 2


class BrokenCompoundError(Exception):
    """A directory that cannot be followed to its end."""


class CutCompoundError(BrokenCompoundError):
    """What is looked for would stand behind the end of the file."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    first: int
    size: int


class Compound:
    """``streams`` are those at the top, by name; BrokenCompoundError where there is no way."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if not content.startswith(MAGIC):
            raise BrokenCompoundError
        if len(content) < _HEADER:
            raise CutCompoundError
        (shift,) = struct.unpack_from("<H", content, 30)
        if shift not in _SHIFTS:
            raise BrokenCompoundError
        self._size: int = 1 << shift
        self._most_sectors = len(content) // self._size + 1
        directory, self._cutoff = struct.unpack_from("<I4xI", content, 48)
        self._table = tuple(self._table_sectors())
        self._entries = list(self._read_entries(directory))
        if not self._entries:
            raise BrokenCompoundError
        self.streams = {one.name: one for one in self._top() if one.kind == _IS_STREAM}

    def head(self, name: str) -> bytes:
        """How a stream begins: its first sector, or less; nothing where there is none."""
        entry = self.streams.get(name)
        if entry is None or entry.size == 0:
            return b""
        if entry.size >= self._cutoff:
            return self._sector(entry.first)[: entry.size]
        # Short streams lie together in one long stream, which the root entry begins.
        start = entry.first * _MINI_SECTOR
        for number, sector in enumerate(self._chain(self._entries[0].first)):
            if number == start // self._size:
                offset = start % self._size
                return self._sector(sector)[offset : offset + min(_MINI_SECTOR, entry.size)]
        raise BrokenCompoundError

    @property
    def is_cut(self) -> bool:
        """Whether sectors that are in use lie behind the end of the file."""
        per = self._size // 4
        for number in reversed(range(len(self._table))):
            used = self._sector(self._table[number]).rstrip(b"\xff")
            if used:
                last = number * per + (len(used) - 1) // 4
                # Some programs do not fill the last sector.
                return len(self._content) <= self._offset(last)
        return False

    def _offset(self, sector: int) -> int:
        return (sector + 1) * self._size

    def _sector(self, number: int) -> bytes:
        start = self._offset(number)
        found = self._content[start : start + self._size]
        if number > _LAST_SECTOR:
            raise BrokenCompoundError
        if not found:
            raise CutCompoundError
        return found

    def _table_sectors(self) -> Iterator[int]:
        """The sectors of the allocation table: named in the header, then in sectors of names."""
        following, _ = struct.unpack_from("<II", self._content, 68)
        names = self._content[76 : 76 + 4 * _IN_HEADER]
        for _ in range(self._most_sectors):
            for (number,) in struct.iter_unpack("<I", names):
                if number <= _LAST_SECTOR:
                    yield number
            if following > _LAST_SECTOR:
                return
            sector = self._sector(following).ljust(self._size, b"\xff")
            names = sector[:-4]
            (following,) = struct.unpack("<I", sector[-4:])
        raise BrokenCompoundError

    def _chain(self, first: int) -> Iterator[int]:
        """The sectors of a stream in order."""
        per = self._size // 4
        number = first
        for _ in range(self._most_sectors):
            if number > _LAST_SECTOR:
                return
            yield number
            if number // per >= len(self._table):
                raise BrokenCompoundError
            links = self._sector(self._table[number // per]).ljust(self._size, b"\xff")
            (number,) = struct.unpack_from("<I", links, number % per * 4)
        raise BrokenCompoundError

    def _read_entries(self, first: int) -> Iterator[_Entry]:
        count = 0
        for sector in self._chain(first):
            content = self._sector(sector)
            if len(content) < _ENTRY:
                raise CutCompoundError
            for start in range(0, len(content) - _ENTRY + 1, _ENTRY):
                name, length, kind = _NAME.unpack_from(content, start)
                links = _LINKS.unpack_from(content, start + 68)
                place = _PLACE.unpack_from(content, start + 116)
                text = name[: max(0, length - 2)].decode("utf-16-le", "replace")
                yield _Entry(text, kind, *links, *place)
                count += 1
            if count >= _MOST_ENTRIES:
                return

    def _top(self) -> Iterator[_Entry]:
        """What stands beside each other below the root: a tree of its own."""
        waiting, seen = [self._entries[0].child], set[int]()
        while waiting:
            number = waiting.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            yield entry
            waiting += [entry.left, entry.right]
