"""What a tool made of a file: kept in the WARC, found again, read in the file's place."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.conversion.tools import crawl_converts
from crawler.errors import ConfigurationError
from crawler.extraction.extract import engines_for, is_file, read
from crawler.items import LIBREOFFICE, Capture, Conversion, Note, PageOutcome
from crawler.rereading import Row, rows_of
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Reference, Stored
from crawler.warc.scan import iter_records
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter
from tests.conversion_tools import WORD, rtf, word
from tests.warc_samples import PLAIN_NOTE, PORTAL, RUN, STARTED, exchange, judge

LINES = ("示例镇2024年政府信息公开工作年度报告", "一、总体情况", "全年主动公开信息三十条。")
LATER = "20260215T021500Z"


def capture_of(content: bytes, *made: Conversion, truncated: str | None = None) -> Capture:
    url = "http://www.shili.example/report.doc"
    return Capture("urn:uuid:1", url, STARTED, 200, (), content, truncated, PLAIN_NOTE, made)


def conversion(content: bytes, engine: str = LIBREOFFICE) -> Conversion:
    return Conversion("urn:uuid:2", engine, "7.4", (), WORD, content)


def of(stored: Stored) -> Reference:
    return Reference(stored.record_id, "http://www.shili.example/report.doc", stored.date)


def convert(writer: WarcWriter, stored: Stored, content: bytes, version: str = "1") -> Stored:
    return writer.write_conversion(
        of(stored),
        WORD,
        content,
        PLAIN_NOTE,
        engine=LIBREOFFICE,
        version=version,
        settings={"b": "2", "a": "1"},
    )


# -- read -----------------------------------------------------------------------------------------


def test_a_conversion_is_read_in_the_place_of_the_file() -> None:
    made = conversion(word(LINES))
    result = read(capture_of(rtf(*LINES), made))
    assert (result.outcome, result.text_source) == (PageOutcome.DOCUMENT, "office")
    assert (result.path, result.conversion) == ("libreoffice:docx", made.ref)
    assert result.title == LINES[0]
    assert result.body == "\n\n".join(LINES[1:])


def test_without_a_conversion_the_result_says_what_would_make_one() -> None:
    result = read(capture_of(rtf(*LINES)))
    assert (result.outcome, result.warnings[0]) == (PageOutcome.NEEDS_TOOL, "type:rtf")
    assert "`scrapy reextract --convert`" in result.warnings[1]
    picture = read(capture_of(b"\xff\xd8\xff\xe0...."))
    assert "`scrapy reextract --ocr`" in picture.warnings[1]


def test_a_file_cut_short_asks_for_no_tool() -> None:
    result = read(capture_of(rtf(*LINES), truncated="length"))
    assert (result.outcome, result.warnings) == (PageOutcome.TRUNCATED, ("type:rtf", "cut:length"))


def test_what_a_tool_made_of_something_else_is_no_document() -> None:
    page = "<html><h1>示例镇2024年政府信息公开工作年度报告</h1><p>正文</p></html>".encode()
    result = read(capture_of(rtf(*LINES), conversion(page)))
    assert (result.outcome, result.blocks) == (PageOutcome.ERROR, ())
    assert "found html" in result.warnings[1]


def test_conversions_of_another_engine_are_left_alone() -> None:
    result = read(capture_of(rtf(*LINES), conversion(word(LINES), engine="other")))
    assert (result.outcome, result.conversion) == (PageOutcome.NEEDS_TOOL, None)


def test_files_that_need_a_tool_are_files() -> None:
    assert is_file(capture_of(rtf(*LINES)))
    assert engines_for(capture_of(rtf(*LINES))) == (LIBREOFFICE,)
    assert engines_for(capture_of(b"<html><p>x")) == ()


def test_a_setting_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="expected auto or off, found 'on'"):
        crawl_converts({"ATTACHMENT_CONVERT": "on"})  # type: ignore[arg-type]


# -- the archive ----------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> dict[str, Stored]:
    """A file, the same file again, and what was made of it, once in each of two WARC files."""
    first = WarcWriter(tmp_path, PORTAL, RUN)
    stored = {"file": first.write_exchange(exchange(payload=rtf(*LINES)), PLAIN_NOTE)}
    stored["revisit"] = first.write_exchange(exchange(payload=rtf(*LINES)), PLAIN_NOTE)
    stored["old"] = convert(first, stored["file"], word(["旧"]))
    first.close()
    second = WarcWriter(tmp_path, PORTAL, LATER + "-conversions")
    stored["new"] = convert(second, stored["file"], word(LINES), "2")
    second.close()
    return stored


def test_the_latest_conversion_comes_with_the_capture_and_its_revisits(
    archive: dict[str, Stored], tmp_path: Path
) -> None:
    reader = CaptureReader(tmp_path)
    for name in ("file", "revisit"):
        capture = reader.get(archive[name].record_id)
        (made,) = capture.conversions
        assert (made.record_id, made.version) == (archive["new"].record_id, "2")
        assert made.settings == (("a", "1"), ("b", "2"))
        assert made.content_type == WORD
        assert capture.holder == archive["file"].record_id
        assert read(capture).title == LINES[0]
    assert len(list(reader.captures())) == 2
    assert reader.damages == []


def test_good_conversions_have_no_problems_and_lone_ones_are_named(
    archive: dict[str, Stored], tmp_path: Path
) -> None:
    first, second = sorted(tmp_path.iterdir())
    assert verify(first) == verify(second) == []
    assert judge(first) == judge(second) == []
    first.unlink()
    (problem,) = verify(second)
    assert problem.what.startswith(f"WARC-Refers-To {archive['file'].record_id}: expected such")


def spoiled(path: Path, old: bytes, new: bytes) -> None:
    """The records of a file, one of them changed, uncompressed: what an archive's disk may do."""
    records = [record.head + record.block + b"\r\n\r\n" for record in iter_records(path)]
    path.unlink()
    plain = path.with_name(path.name.removesuffix(".gz"))
    assert any(old in record for record in records)
    plain.write_bytes(b"".join(record.replace(old, new) for record in records))


def test_of_a_damaged_conversion_the_one_before_it_stands(
    archive: dict[str, Stored], tmp_path: Path
) -> None:
    spoiled(sorted(tmp_path.iterdir())[1], b"word/document.xml", b"word/document.xmX")
    reader = CaptureReader(tmp_path)
    (made,) = reader.get(archive["file"].record_id).conversions
    assert made.record_id == archive["old"].record_id
    (damage,) = reader.damages
    assert f"conversion {archive['new'].record_id}" in damage.reason
    assert "expected the digest sha256:" in damage.reason


def test_a_conversion_over_the_limit_is_named_and_not_read(
    archive: dict[str, Stored], tmp_path: Path
) -> None:
    reader = CaptureReader(tmp_path, limit=5_000)
    assert reader.get(archive["file"].record_id).conversions == ()
    assert ["expected at most 5000 bytes" in one.reason for one in reader.damages] == [True, True]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: spoiled(path, b'"engine": "libreoffice"', b'"motor" : "libreoffice"'),
        lambda path: spoiled(path, b'"portal"', b'"ported"'),  # nobody's metadata of ours
    ],
)
def test_what_somebody_else_converted_is_no_conversion_of_ours(
    archive: dict[str, Stored], tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(sorted(tmp_path.iterdir())[1])
    reader = CaptureReader(tmp_path)
    (made,) = reader.get(archive["file"].record_id).conversions
    assert made.record_id == archive["old"].record_id


# -- reading on all cores -------------------------------------------------------------------------


class Rereads:
    """Stands for a `Rereader` whose pages are their ids; ``deadly`` ones end their process."""

    def __init__(self, deadly: frozenset[str] = frozenset()) -> None:
        self._deadly = deadly
        self._parent = os.getpid()

    def start(self) -> None: ...

    def close(self) -> None: ...

    def row(self, record_ids: list[str]) -> Row:
        if not self._deadly.isdisjoint(record_ids):
            assert os.getpid() != self._parent
            os.kill(os.getpid(), signal.SIGKILL)
        row = Row(items=list(record_ids))  # type: ignore[arg-type]
        row.counts.update(list=len(record_ids))
        return row

    def killed(self, record_id: str) -> str:
        return record_id


IDS = [f"page {number}" for number in range(150)]


@pytest.mark.parametrize("jobs", [1, 3])
def test_rows_come_in_the_order_of_the_captures(jobs: int) -> None:
    rows = list(rows_of(Rereads(), IDS, jobs))  # type: ignore[arg-type]
    assert [item for row in rows for item in row.items] == IDS
    assert sum(row.counts["list"] for row in rows) == len(IDS)


def test_a_page_that_ends_its_process_is_named_and_costs_no_other() -> None:
    deadly = frozenset({"page 40", "page 100"})
    rows = list(rows_of(Rereads(deadly), IDS, 2))  # type: ignore[arg-type]
    assert [item for row in rows for item in row.items] == [i for i in IDS if i not in deadly]
    assert [damage for row in rows for damage in row.damages] == ["page 40", "page 100"]


def test_a_note_with_a_conversion_is_no_capture(archive: dict[str, Stored], tmp_path: Path) -> None:
    parts = [note for _, note in CaptureReader(tmp_path).notes()]
    assert parts == [replace(Note(PORTAL, PORTAL))] * 2
