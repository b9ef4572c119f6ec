"""Archives that are broken, locked, too large or of another tool: each ends by its name."""

from __future__ import annotations

import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO

import pytest

from crawler.conversion.rar import Unrar
from crawler.conversion.tool import Made, NotMade
from crawler.extraction.archives import opening
from crawler.extraction.archives.member import Budget
from crawler.extraction.archives.opening import Opening
from crawler.extraction.extract import engines_for, is_file, read
from crawler.isolation.limits import Limits
from crawler.isolation.pool import Pool
from crawler.items import BSDTAR, Capture, Conversion, PageOutcome
from tests.archive_samples import (
    PROSE,
    TITLE,
    Make,
    Write,
    captured,
    read_archive,
    report,
)
from tests.attachments.hostile import HOSTILE
from tests.attachments.rared import rar4, rar5
from tests.attachments.sevenzip import sevenzip, sevenzip_bomb
from tests.attachments.zipped import locked, zipped
from tests.office_samples import texts

# -- ends by name -------------------------------------------------------------------------------


def split(content: bytes) -> bytes:
    """The last volume of several: its end record counts disks."""
    end = content.rindex(b"PK\x05\x06")
    return content[: end + 4] + struct.pack("<HH", 2, 2) + content[end + 8 :]


def overlapping(content: bytes) -> bytes:
    """Every member of the directory is the first one, hundreds of times."""
    end = content.rindex(b"PK\x05\x06")
    start = content.index(b"PK\x01\x02")
    entries = content[start:end] * 500
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 500, 500, len(entries), start, 0)
    return content[:start] + entries + tail


def by_method(method: int) -> bytes:
    content = bytearray(zipped({"年报.docx": report()}))
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, method)
    return bytes(content)


ZIP = zipped({"年报.docx": report()})
SEVENZIP = sevenzip({"年报.docx": report()})
FAULTS: Mapping[str, tuple[bytes, PageOutcome, str]] = {
    "cut zip": (ZIP[:-30], PageOutcome.TRUNCATED, "cut:no_end_of_zip"),
    "cut 7z": (SEVENZIP[:-30], PageOutcome.TRUNCATED, "cut: expected"),
    "broken 7z": (SEVENZIP[:-30] + bytes(30), PageOutcome.ERROR, "7z_broken: Bad7zFile"),
    "no member": (zipped({}), PageOutcome.ERROR, "no_members"),
    "last volume": (split(ZIP), PageOutcome.UNSUPPORTED, "split: expected a whole zip"),
    "first volume": (b"PK\x07\x08" + ZIP[:-30], PageOutcome.UNSUPPORTED, "split: expected"),
    "overlap": (overlapping(ZIP), PageOutcome.ERROR, "zip_overlap: members claim"),
    "password": (locked({"a.docx": report()}), PageOutcome.ENCRYPTED,
                 "member_encrypted: a.docx: zip_password"),
    "deflate64": (by_method(9), PageOutcome.UNSUPPORTED,
                  "member_unsupported: 年报.docx: zip_method: expected stored or deflate, found"),
    "zstd": (by_method(93), PageOutcome.UNSUPPORTED, "member_unsupported: 年报.docx: zip_method"),
    "rar": (rar4({"年报.docx": report()}), PageOutcome.NEEDS_TOOL, "type:rar: needs bsdtar"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_archive_ends_by_name(fault: str) -> None:
    content, outcome, words = FAULTS[fault]
    result = read_archive(content)
    assert (result.outcome, result.blocks) == (outcome, ())
    assert result.warnings[0].startswith(words)


PPMD = b"\x23\x03\x04\x01\x05\x06\x00\x00\x10\x00"
LZMA2_OF_4_GIB = b"\x21\x21\x01\x28"


def test_a_7z_with_a_password_or_of_other_coders_ends_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    py7zr = pytest.importorskip("py7zr", reason="needs the extra [archives]")

    def written(**options: object) -> bytes:
        buffer = BytesIO()
        with py7zr.SevenZipFile(buffer, "w", **options) as archive:
            archive.writestr(report(), "年报.docx")
        return buffer.getvalue()

    for content, outcome, words in (
        (written(password="秘密"), PageOutcome.ENCRYPTED, "7z_password"),
        (written(password="秘密", header_encryption=True), PageOutcome.ENCRYPTED, "7z_password"),
        (
            sevenzip({"a": b"x"}, PPMD),
            PageOutcome.UNSUPPORTED,
            "7z_method: expected one of bcj_arm",
        ),
        (sevenzip({"a": b"x"}, LZMA2_OF_4_GIB), PageOutcome.KILLED, "limit: dictionary over"),
    ):
        result = read_archive(content)
        assert (result.outcome, result.warnings[0][: len(words)]) == (outcome, words)
    assert read_archive(written()).outcome is PageOutcome.DOCUMENT
    monkeypatch.setitem(sys.modules, "crawler.extraction.archives.sevenzip", None)
    assert read_archive(written()).outcome is PageOutcome.NEEDS_TOOL


def test_a_part_that_was_cut_says_so() -> None:
    result = read(replace(captured(ZIP[:-30]), truncated="length"))
    assert (result.outcome, result.warnings) == (
        PageOutcome.TRUNCATED, ("cut:length", "cut:no_end_of_zip"),
    )  # fmt: skip


# -- limits, shared by all archives inside one attachment ---------------------------------------


def outcomes(content: bytes, budget: Budget, kind: str = "zip") -> list[tuple[str, PageOutcome]]:
    members = Opening(captured(content), read, budget).members(kind, content)
    return [(one.name, one.result.outcome) for one in members]


@pytest.mark.parametrize("write", [zipped, sevenzip], ids=["zip", "7z"])
def test_members_and_bytes_are_counted_over_all_archives_together(write: Write) -> None:
    texts_of_ten = {f"{n}.txt": b"0123456789" for n in range(4)}
    content = write({"in.zip": zipped(texts_of_ten), **texts_of_ten})
    kind = "7z" if write is sevenzip else "zip"
    read_ones = [(f"in.zip/{n}.txt", PageOutcome.NOT_RELEVANT) for n in range(4)]
    told = outcomes(content, Budget(members=6), kind)
    assert told[:4] == read_ones
    assert told[4:] == [
        ("0.txt", PageOutcome.NOT_RELEVANT), ("1.txt", PageOutcome.KILLED),
    ]  # fmt: skip
    inner = len(zipped(texts_of_ten))
    by_bytes = outcomes(content, Budget(inflated=inner + 25), kind)
    assert PageOutcome.KILLED in [outcome for _, outcome in by_bytes]


def test_archives_inside_archives_end_at_the_third() -> None:
    content = zipped({"年报.docx": report()})
    for depth in range(3):
        assert read_archive(content).outcome is PageOutcome.DOCUMENT, depth
        content = zipped({f"{depth}.zip": content})
    result = read_archive(content)
    assert result.outcome is PageOutcome.KILLED
    assert result.warnings == (
        "member_killed: 2.zip/1.zip/0.zip: limit: archives inside archives over 3",
    )


def test_a_report_is_read_though_there_are_too_many_files_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "MAX_MEMBERS", 3)
    members = {"年报.docx": report(), **{f"{n}.txt": f"第{n}份材料。".encode() for n in range(250)}}
    result = read_archive(zipped(members))
    assert result.outcome is PageOutcome.DOCUMENT
    assert result.warnings[-1] == "member_killed: 199.txt: limit: members read over 3"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    one = Pool(Limits(memory=768 << 20, seconds=20))
    yield one
    one.close()


def zeros_zip(mib: int) -> bytes:
    """Deflate of zeros is the same bytes for ever, but for its beginning and its end."""
    squeeze = zlib.compressobj(level=1, wbits=-15)
    begin = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    again = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    packed = begin + again * (mib - 1) + squeeze.flush()
    content = bytearray(zipped({"0": packed}, stored=True))
    for signature, method_at, size_at in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        start = content.index(signature)
        struct.pack_into("<H", content, start + method_at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", content, start + size_at, mib << 20)
    return bytes(content)


def empties(count: int) -> bytes:
    return zipped(dict.fromkeys(map(str, range(count)), b""), stored=True)


def promising(claimed: int) -> bytes:
    """A directory that promises ``claimed`` bytes of a member that has eight."""
    content = bytearray(zipped({"报告.txt": b"x" * 8}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, claimed)
    return bytes(content)


@pytest.mark.parametrize(
    ("make", "outcome", "words"),
    [
        (partial(zeros_zip, 320), "killed", "member_killed: 0: limit: over"),
        (HOSTILE["nested-bombs.zip"], "killed", "member_killed: 5-0.zip/4-0.zip/3-0.zip: "),
        (HOSTILE["lying.zip"], "error", "member_error: 报告.txt: zip_broken: "),
        (partial(empties, 10_001), "killed", "limit: members over 10000"),
        (partial(promising, 0xFFFF_FFFE), "not_relevant", "member_not_relevant: "),
        (partial(sevenzip_bomb, "报告.txt", 320), "killed", "member_killed: 报告.txt: limit: "),
        (lambda: SEVENZIP, "document", ""),
        (lambda: ZIP, "document", ""),
    ],
    ids=["bomb", "nested", "lying", "many", "promises 4 GiB", "7z bomb", "7z", "zip"],
)
def test_a_bomb_ends_by_name_in_a_worker_of_little_memory(
    pool: Pool, make: Make, outcome: str, words: str
) -> None:
    """By our own count, and not because the worker's memory was at its end."""
    capture = captured(make())
    assert is_file(capture)
    result = pool.read(capture)
    assert result.outcome == outcome
    assert "".join(result.warnings[:1]).startswith(words)


# -- RAR, through a tool ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unrar() -> Iterator[Unrar]:
    tool = Unrar()
    if tool.version() is None:
        pytest.skip(f"RAR: {tool.missing}")
    yield tool
    tool.close()


def with_conversion(content: bytes, made: Made, version: str) -> Capture:
    conversion = Conversion(
        "urn:c", BSDTAR, version, made.settings, made.content_type, made.content
    )
    return replace(captured(content), conversions=(conversion,))


@pytest.mark.parametrize("write", [rar4, rar5])
def test_a_rar_is_read_from_the_zip_that_bsdtar_makes_of_it(unrar: Unrar, write: Write) -> None:
    content = write({"材料/年报.docx": report(), "../../x.txt": b"x"})
    before = read(captured(content))
    assert unrar.wants(captured(content), before)
    assert unrar.engine in engines_for(captured(content))
    [made] = unrar.convert([content])
    assert isinstance(made, Made)
    assert [made] == unrar.convert([content])
    capture = with_conversion(content, made, unrar.version() or "")
    result = read(capture)
    assert (result.outcome, result.title, texts(result)) == (PageOutcome.DOCUMENT, TITLE, [PROSE])
    assert result.path == "rar:docx"
    assert result.conversion == capture.conversions[0].ref
    assert not unrar.wants(capture, result)
    assert result.field_sources["members"] == ["材料/年报.docx"]


def test_what_no_tool_takes_out_of_a_rar_has_a_name(unrar: Unrar) -> None:
    whole = rar5({"年报.docx": report()})
    answers = unrar.convert(
        [rar4({"a.docx": report()}, locked=True), whole[:200], whole[:7], whole]
    )
    assert [one.outcome if isinstance(one, NotMade) else "made" for one in answers] == [
        PageOutcome.ENCRYPTED, PageOutcome.ERROR, PageOutcome.ERROR, "made",
    ]  # fmt: skip


def test_a_rar_inside_a_zip_is_named() -> None:
    result = read_archive(zipped({"年报.rar": rar5({"年报.docx": report()})}))
    assert result.outcome is PageOutcome.NEEDS_TOOL
    assert result.warnings[0].startswith("member_needs_tool: 年报.rar: type:rar")
    assert Unrar("no-such-program").version() is None
