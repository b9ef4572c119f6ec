"""A writer of 7z archives, no more than a test needs: one LZMA2 folder, a plain header."""

from __future__ import annotations

import lzma
import struct
from collections.abc import Mapping, Sequence
from zlib import crc32

_SIGNATURE = b"7z\xbc\xaf\x27\x1c\x00\x04"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 20}]
_LZMA2_1_MIB = b"\x21\x21\x01\x10"  # coder id of one byte, with one byte of properties: 1 MiB
_MIB = 1 << 20


def sevenzip(members: Mapping[str, bytes], coder: bytes = _LZMA2_1_MIB) -> bytes:
    """The members as one solid folder, in order. ``coder`` is what the header calls LZMA2."""
    packed = lzma.compress(b"".join(members.values()), lzma.FORMAT_RAW, filters=_FILTERS)
    sizes = {name: len(content) for name, content in members.items()}
    return _archive(packed, _header(sizes, [*map(crc32, members.values())], len(packed), coder))


def sevenzip_bomb(name: str, mib: int) -> bytes:
    """So many MiB of zeros in a few KiB: a stream of LZMA2 may be the same chunks for ever."""
    one = lzma.compress(bytes(_MIB), lzma.FORMAT_RAW, filters=_FILTERS)
    packed = one[:-1] * mib + one[-1:]  # the last byte ends it
    return _archive(packed, _header({name: mib * _MIB}, [0], len(packed), _LZMA2_1_MIB))


def _archive(packed: bytes, header: bytes) -> bytes:
    start = struct.pack("<QQI", len(packed), len(header), crc32(header))
    return _SIGNATURE + struct.pack("<I", crc32(start)) + start + packed + header


def _header(named: Mapping[str, int], checksums: Sequence[int], packed: int, coder: bytes) -> bytes:
    sizes = list(named.values())
    pack_info = b"\x06" + _number(0) + _number(1) + b"\x09" + _number(packed) + b"\x00"
    folders = (
        b"\x07\x0b" + _number(1) + b"\x00" + _number(1) + coder
        + b"\x0c" + _number(sum(sizes)) + b"\x00"
    )  # fmt: skip
    streams = b"\x08\x0d" + _number(len(sizes)) + b"\x09" + b"".join(map(_number, sizes[:-1]))
    digests = b"".join(struct.pack("<I", checksum) for checksum in checksums)
    streams += b"\x0a\x01" + digests + b"\x00"
    names = b"\x00" + b"".join(f"{name}\0".encode("utf-16-le") for name in named)
    files = b"\x05" + _number(len(sizes)) + b"\x11" + _number(len(names)) + names + b"\x00"
    return b"\x01\x04" + pack_info + folders + streams + b"\x00" + files + b"\x00"


def _number(value: int) -> bytes:
    """7z's own integers: leading ones of the first byte count the bytes that follow."""
    for extra in range(8):
        if value < 1 << (7 * extra + 7):
            first = (0xFF00 >> extra) & 0xFF | value >> (8 * extra)
            return bytes([first]) + (value & ((1 << 8 * extra) - 1)).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")
