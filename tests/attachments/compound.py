"""Compound files (OLE2) by hand: streams without storages, each in sectors of its own."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_LEAST = 4096  # a shorter stream would lie in the mini stream


def compound(streams: Mapping[str, bytes]) -> bytes:
    """At most three streams and 60 KB: one sector of directory, one of allocation table."""
    table, data, entries = [_FAT, _END], b"", [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        content = content.ljust(_LEAST, b"\0")
        count = -(-len(content) // _SECTOR)
        first = len(table)
        table += [*range(first + 1, first + count), _END]
        data += content.ljust(count * _SECTOR, b"\0")
        right = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, first, len(content), right=right))
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    table += [_FREE] * (_SECTOR // 4 - len(table))
    return _header() + struct.pack(f"<{len(table)}I", *table) + directory + data


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0)
    return head + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(
    name: str, kind: int, first: int, size: int, child: int = _FREE, right: int = _FREE
) -> bytes:
    coded = name.encode("utf-16-le") + b"\0\0"
    return (
        coded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(coded), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def word(flags: int = 0, version: int = 0xC1) -> dict[str, bytes]:
    """The streams of a Word file as far as their heads; it has no text."""
    head = struct.pack("<HHHHHH", 0xA5EC, version, 0, 0x0804, 0, flags)
    return {"WordDocument": head.ljust(_LEAST, b"\1"), "1Table": bytes(_LEAST)}


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of a workbook."""
    return struct.pack("<HH", kind, len(content)) + content


_BOOK = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 6))
#: Files with a password, and slides: nobody has a text of them.
LOCKED_WORD = word(flags=0x0100)
LOCKED_BOOK = {"Workbook": _BOOK + record(0x2F, bytes(54)) + bytes(_LEAST)}
SLIDES = {"Current User": bytes(_LEAST), "PowerPoint Document": bytes(_LEAST)}
