"""The directory of a compound file, whatever its bytes say."""

from __future__ import annotations

import random
import struct

import pytest

from crawler.extraction.compound import MAGIC, BrokenCompoundError, Compound, CutCompoundError
from crawler.extraction.oldoffice import OldOffice, old_office
from tests.attachments.compound import LOCKED_BOOK, compound, word

WHOLE = compound(word())


def with_number(at: int, value: int) -> bytes:
    return WHOLE[:at] + struct.pack("<I", value) + WHOLE[at + 4 :]


#: The list of allocation tables goes on in a sector that goes on in itself.
_LAST = len(WHOLE) // 512 - 1
TABLES_ROUND = with_number(68, _LAST) + struct.pack("<I", _LAST) * 128


def test_streams_at_the_top_are_found_by_name_and_by_how_they_begin() -> None:
    found = Compound(compound({"甲": b"a" * 5000, "乙": b"b" * 5000, "丙": b"c" * 5000}))
    assert list(found.streams) == ["甲", "乙", "丙"]
    assert [found.head(name)[:2] for name in found.streams] == [b"aa", b"bb", b"cc"]
    assert found.head("丁") == b""
    assert not found.is_cut


def short_stream(content: bytes) -> bytes:
    """A file whose one stream is so short that it lies among other short ones."""
    first = bytes(600).ljust(640, b"\0")  # of others before it, over the end of a sector
    whole = bytearray(compound({"Mini": first + content}))
    root, entry = 1024, 1024 + 128
    start = struct.unpack_from("<I", whole, entry + 116)[0]
    struct.pack_into("<I", whole, root + 116, start)
    struct.pack_into("<IQ", whole, entry + 116, 10, len(content))
    return bytes(whole)


def test_a_short_stream_is_found_among_the_short_ones() -> None:
    assert Compound(short_stream(b"\x09\x08" + bytes(50))).head("Mini") == b"\x09\x08" + bytes(50)


@pytest.mark.parametrize("length", [8, 511, 1100, *range(512, len(WHOLE), 512)])
def test_a_file_cut_anywhere_is_cut(length: int) -> None:
    assert old_office(WHOLE[:length]) is OldOffice.CUT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        MAGIC[:-1] + bytes(600),
        with_number(30, 20),  # sectors of a megabyte
        with_number(48, 0xFFFFFFFE),  # no directory
        TABLES_ROUND,
        WHOLE[:516] + struct.pack("<I", 1) + WHOLE[520:],  # so does the directory
    ],
    ids=["empty", "other", "sectors", "no-directory", "tables-round", "directory-round"],
)
def test_a_directory_that_leads_nowhere_is_broken(content: bytes) -> None:
    with pytest.raises(BrokenCompoundError) as raised:
        Compound(content)
    assert raised.type is not CutCompoundError
    assert old_office(content) is OldOffice.BROKEN


def test_names_that_point_at_each_other_are_met_once() -> None:
    entry = 1024 + 128
    looped = bytearray(WHOLE)
    struct.pack_into("<III", looped, entry + 68, 1, 2, 0)
    struct.pack_into("<III", looped, entry + 128 + 68, 1, 2, 0xFFFFFFF0)
    assert list(Compound(bytes(looped)).streams) == ["WordDocument", "1Table"]


@pytest.mark.parametrize("seed", range(20))
def test_no_bytes_bring_anything_but_a_word(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        content = bytearray(dice.choice((WHOLE, compound(LOCKED_BOOK), short_stream(b"x" * 60))))
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(8, 1600)
            content[at : at + 4] = dice.choice((dice.randbytes(4), b"\xff" * 4, bytes(4)))
        assert old_office(bytes(content[: dice.randint(600, len(content))])) in OldOffice
