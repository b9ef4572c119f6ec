"""Broken files: cut, flipped, lying about lengths. A seed always breaks a file the same way."""

from __future__ import annotations

import base64
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.attachments.zipped import unzipped, zipped

Change = Callable[[bytes, random.Random], bytes]
#: What the reader of zips says of broken ones.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, OverflowError,
)  # fmt: skip
_EDGES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x01\0\0\0")
_DIGITS = re.compile(rb"\d{1,10}")
_TAG = re.compile(rb"<[^<>]{1,300}>")
_STREAM = re.compile(rb"stream\r?\n(.*?)\s*endstream", re.DOTALL)
_FIGURES = (b"0", b"-1", b"999999999", b"4294967296", b"00000000001")


def mutant(content: bytes, seed: int) -> bytes:
    """``content`` with one to three changes; of packages also inside a member, packed anew."""
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 3)):
        changes = next((some for mark, some in _PACKED if content.startswith(mark)), _CHANGES)
        change = dice.choice(changes)
        content = change(content, dice)
    return content


def _span(content: bytes, dice: random.Random, most: int = 400) -> tuple[int, int]:
    start = dice.randrange(len(content) + 1)
    return start, min(len(content), start + dice.randint(1, most))


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _flip(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 40)):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _lie(content: bytes, dice: random.Random) -> bytes:
    """Four bytes, as a length or an offset has, become an edge of their range."""
    start = dice.randrange(len(content) + 1)
    return content[:start] + dice.choice(_EDGES) + content[start + 4 :]


def _misnumber(content: bytes, dice: random.Random) -> bytes:
    """A printed number becomes another: lengths and offsets of PDF and XML are printed."""
    found = list(_DIGITS.finditer(content[:200_000]))
    if not found:
        return _lie(content, dice)
    one = dice.choice(found)
    return content[: one.start()] + dice.choice(_FIGURES) + content[one.end() :]


def _drop(content: bytes, dice: random.Random) -> bytes:
    start, end = _span(content, dice)
    return content[:start] + content[end:]


def _repeat(content: bytes, dice: random.Random) -> bytes:
    start, end = _span(content, dice)
    return content[:end] + content[start:end] * dice.randint(1, 30) + content[end:]


def _noise(content: bytes, dice: random.Random) -> bytes:
    start, end = _span(content, dice)
    return content[:start] + dice.randbytes(end - start) + content[end:]


def _untag(content: bytes, dice: random.Random) -> bytes:
    """A tag goes, or comes a thousand times: trees without ends, and deep ones."""
    found = list(_TAG.finditer(content[:200_000]))
    if not found:
        return _drop(content, dice)
    one = dice.choice(found)
    return content[: one.start()] + one[0] * dice.choice((0, 2, 1000)) + content[one.end() :]


_CHANGES: tuple[Change, ...] = (_cut, _flip, _lie, _misnumber, _drop, _repeat, _noise, _untag)


def _inside(content: bytes, dice: random.Random) -> bytes:
    """Most changes to packed bytes only break a checksum: this one reaches the parsers."""
    try:
        members = unzipped(content)
    except _BROKEN:
        return _flip(content, dice)  # already by a change before
    if not members:
        return content
    name = dice.choice(sorted(members))
    members[name] = dice.choice(_CHANGES)(members[name], dice)
    if dice.random() < 0.1:
        del members[dice.choice(sorted(members))]
    return zipped(members)


def _inside_stream(content: bytes, dice: random.Random) -> bytes:
    """What a page of a PDF draws, a font or a table of offsets, packed again as it was."""
    streams = list(_STREAM.finditer(content))
    if not streams:
        return _flip(content, dice)
    one = dice.choice(streams)
    in_letters = one[1].endswith(b"~>")
    try:
        packed = base64.a85decode(one[1][:-2]) if in_letters else one[1]
        changed = zlib.compress(dice.choice(_CHANGES)(zlib.decompress(packed), dice))
    except (zlib.error, ValueError):
        return _flip(content, dice)  # a picture, or encrypted
    packed = base64.a85encode(changed) + b"~>" if in_letters else changed
    return content[: one.start(1)] + packed + content[one.end(1) :]


#: How a package begins → what may happen to it; half of the time to a member.
_PACKED: tuple[tuple[bytes, tuple[Change, ...]], ...] = tuple(
    (mark, (*_CHANGES, *(inside,) * len(_CHANGES)))
    for mark, inside in ((b"PK\x03\x04", _inside), (b"%PDF-", _inside_stream))
)
