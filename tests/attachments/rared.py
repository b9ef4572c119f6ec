"""Writers of RAR archives, no more than a test needs: stored members of versions 4 and 5."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from zlib import crc32

_RAR4 = b"Rar!\x1a\x07\x00"
_RAR5 = b"Rar!\x1a\x07\x01\x00"
_WHEN = 0x582C4000  # 2024-01-12 08:00, as MS-DOS counts


def rar4(members: Mapping[str, bytes], *, locked: bool = False) -> bytes:
    """Names in Unicode, as WinRAR writes those that are not ASCII; ``locked`` says of each member
    that it is encrypted."""
    blocks = [_block4(0x73, 0, bytes(6))]
    for name, content in members.items():
        printed = name.encode()
        fields = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, crc32(content), _WHEN, 20, 0x30,
            len(printed), 0o100644,
        )  # fmt: skip
        blocks.append(_block4(0x74, 0x8200 | 4 * locked, fields + printed) + content)
    return _RAR4 + b"".join(blocks) + _block4(0x7B, 0x4000, b"")


def rar5(members: Mapping[str, bytes]) -> bytes:
    blocks = [_block5(_numbers(1, 0, 0))]
    for name, content in members.items():
        printed = name.encode()
        head = _numbers(2, 2, len(content), 4, len(content), 0o100644)  # data follow; a checksum
        tail = struct.pack("<I", crc32(content)) + _numbers(0, 1, len(printed)) + printed
        blocks.append(_block5(head + tail) + content)
    return _RAR5 + b"".join(blocks) + _block5(_numbers(5, 0, 0))


def _block4(kind: int, flags: int, fields: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", crc32(head) & 0xFFFF) + head


def _block5(fields: bytes) -> bytes:
    head = _numbers(len(fields)) + fields
    return struct.pack("<I", crc32(head)) + head


def _numbers(*values: int) -> bytes:
    """RAR 5's own integers: seven bits a byte, the lowest first."""
    written = bytearray()
    for value in values:
        while value > 0x7F:
            written.append(value & 0x7F | 0x80)
            value >>= 7
        written.append(value)
    return bytes(written)
