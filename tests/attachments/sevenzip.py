"""A writer of 7z archives, no more than a test needs: one LZMA2 folder, a plain header."""

from __future__ import annotations

import lzma
import struct
from collections.abc import Mapping
from zlib import crc32

_SIGNATURE = b"7z\xbc\xaf\x27\x1c\x00\x04"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 20}]
_LZMA2_1_MIB = b"\x21\x21\x01\x10"  # coder id of one byte, with one byte of properties: 1 MiB


def sevenzip(members: Mapping[str, bytes]) -> bytes:
    """The members as one solid folder, in order."""
    packed = lzma.compress(b"".join(members.values()), lzma.FORMAT_RAW, filters=_FILTERS)
    header = _header(members, len(packed))
    start = struct.pack("<QQI", len(packed), len(header), crc32(header))
    return _SIGNATURE + struct.pack("<I", crc32(start)) + start + packed + header


def _header(members: Mapping[str, bytes], packed: int) -> bytes:
    sizes = [len(content) for content in members.values()]
    pack_info = b"\x06" + _number(0) + _number(1) + b"\x09" + _number(packed) + b"\x00"
    folders = (
        b"\x07\x0b" + _number(1) + b"\x00" + _number(1) + _LZMA2_1_MIB
        + b"\x0c" + _number(sum(sizes)) + b"\x00"
    )  # fmt: skip
    streams = b"\x08\x0d" + _number(len(sizes)) + b"\x09" + b"".join(map(_number, sizes[:-1]))
    digests = b"".join(struct.pack("<I", crc32(content)) for content in members.values())
    streams += b"\x0a\x01" + digests + b"\x00"
    names = b"\x00" + b"".join(f"{name}\0".encode("utf-16-le") for name in members)
    files = b"\x05" + _number(len(sizes)) + b"\x11" + _number(len(names)) + names + b"\x00"
    return b"\x01\x04" + pack_info + folders + streams + b"\x00" + files + b"\x00"


def _number(value: int) -> bytes:
    """7z's own integers: leading ones of the first byte count the bytes that follow."""
    for extra in range(8):
        if value < 1 << (7 * extra + 7):
            first = (0xFF00 >> extra) & 0xFF | value >> (8 * extra)
            return bytes([first]) + (value & ((1 << 8 * extra) - 1)).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")
