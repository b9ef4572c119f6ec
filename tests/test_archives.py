"""Archives as attachments: which member is the document, what the rest is, and their names."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.extraction.archives.opening import Opening
from crawler.extraction.extract import read
from crawler.items import PageOutcome
from tests.archive_samples import (
    PROSE,
    SHEET,
    TITLE,
    Write,
    captured,
    names_of,
    packed,
    read_archive,
    report,
)
from tests.attachments.sevenzip import sevenzip
from tests.attachments.zipped import zipped
from tests.office_samples import tables, texts, xlsx

# -- what one archive gives ---------------------------------------------------------------------


@pytest.mark.parametrize("write", [zipped, sevenzip], ids=["zip", "7z"])
def test_an_archive_of_one_report_is_that_report(write: Write) -> None:
    content = write({f"{TITLE}.docx": report()})
    result, alone = read_archive(content), read_archive(report())
    kind = result.path.partition(":")[0]
    assert kind in ("zip", "7z")
    assert result.field_sources["members"] == [f"{TITLE}.docx"]
    assert replace(result, path=alone.path, field_sources=alone.field_sources) == alone
    assert result.outcome is PageOutcome.DOCUMENT
    assert result.text_source == "docx"


def test_annexes_stand_behind_their_report_whatever_the_order_in_the_archive() -> None:
    members = {"附件1：统计表.xlsx": xlsx(SHEET), f"{TITLE}.docx": report()}
    result = read_archive(zipped(members, gbk=True))
    assert result.title == TITLE
    assert result.blocks[0] == read_archive(report()).blocks[0]
    assert tables(result) == [(("规章", "3"),)]
    assert result.field_sources["members"] == [f"{TITLE}.docx", "附件1：统计表.xlsx"]


def test_an_explanation_is_no_annex_and_is_named() -> None:
    reading = report("云岭镇2023年政府信息公开工作年度报告解读", "解读内容在此，共三条。")
    result = read_archive(zipped({"解读.docx": reading, "年报.docx": report()}))
    assert texts(result) == [PROSE]
    assert result.warnings == ("members_left_out: 解读.docx",)


def test_the_report_as_word_and_as_text_is_one_report() -> None:
    printed = f"{TITLE}\n\n{PROSE}\n".encode()
    result = read_archive(zipped({"年报.docx": report(), "打印稿.txt": printed}))
    assert result.outcome is PageOutcome.DOCUMENT
    assert texts(result) == [PROSE]
    assert result.warnings == ("members_left_out: 打印稿.txt",)


TOWNS = {f"{town}.docx": report(f"{town}2023年政府信息公开工作年度报告", f"{town}{PROSE}")
         for town in ("云岭镇", "南山镇", "河口乡")}  # fmt: skip


def test_reports_of_several_issuers_are_never_one_document() -> None:
    result = read_archive(zipped(TOWNS), "各乡镇2023年政府信息公开工作年度报告.zip")
    assert result.outcome is PageOutcome.LIST
    assert result.blocks == ()
    assert result.warnings == (
        "members: 3 documents, none of them the one linked: 云岭镇.docx; 南山镇.docx; 河口乡.docx",
    )


@pytest.mark.parametrize(
    "link",
    ["南山镇2023年政府信息公开工作年度报告.zip", "南山镇", "南山镇2023年政府信息公开工作年度报告"],
)
def test_of_several_reports_the_linked_one_is_taken(link: str) -> None:
    result = read_archive(zipped(TOWNS), link)
    assert result.title == "南山镇2023年政府信息公开工作年度报告"
    assert texts(result) == [f"南山镇{PROSE}"]
    assert result.warnings == ("members_left_out: 云岭镇.docx; 河口乡.docx",)


def test_of_the_reports_of_several_years_the_one_of_the_linked_year_is_taken() -> None:
    titles = (f"云岭镇{year}年政府信息公开工作年度报告" for year in range(2019, 2024))
    years = {f"{number}.docx": report(title) for number, title in enumerate(titles)}
    assert "2021年" in read_archive(zipped(years), "2021年度政府信息公开年报").title


def test_reports_that_are_headed_alike_are_several() -> None:
    """Thirty townships print the same title without a name, in a folder each."""
    title = "2023年政府信息公开工作年度报告"
    towns = {f"{town}/年报.docx": report(title, f"{town}{PROSE}") for town in ("云岭镇", "南山镇")}
    assert read_archive(zipped(towns)).outcome is PageOutcome.LIST


def test_files_that_are_no_report_are_all_kept_in_order() -> None:
    members = {"b.docx": report("甲", "甲的正文在此。"), "a.docx": report("乙", "乙的正文在此。")}
    result = read_archive(zipped(members))
    assert result.outcome is PageOutcome.NOT_RELEVANT
    assert [result.title, *texts(result)] == ["甲", "甲的正文在此。", "乙", "乙的正文在此。"]


def test_annexes_alone_do_not_pass_for_a_report_that_was_not_read() -> None:
    members = {"附表.xlsx": xlsx(SHEET), f"{TITLE}.rtf": b"{\\rtf1 abc}"}
    result = read_archive(zipped(members))
    assert result.outcome is PageOutcome.NEEDS_TOOL
    assert result.blocks == ()
    assert result.warnings[0].startswith(f"member_needs_tool: {TITLE}.rtf: type:rtf")


def test_a_file_of_unknown_name_that_was_not_read_may_be_the_report() -> None:
    result = read_archive(zipped({"1.xlsx": xlsx(SHEET), "2.rtf": b"{\\rtf1 abc}"}))
    assert (result.outcome, result.blocks) == (PageOutcome.NEEDS_TOOL, ())
    picture = {"1.xlsx": xlsx(SHEET), "logo.png": b"\x89PNG\r\n\x1a\n"}
    assert tables(read_archive(zipped(picture)))


def test_two_reports_that_were_not_read_are_two() -> None:
    members = {name.replace("docx", "rtf"): b"{\\rtf1 abc}" for name in TOWNS}
    named = {f"{name[:3]}2023年政府信息公开工作年度报告.rtf": rtf for name, rtf in members.items()}
    assert read_archive(zipped(named)).outcome is PageOutcome.LIST


def test_a_twin_that_was_not_read_costs_nothing() -> None:
    members = {f"{TITLE}.rtf": b"{\\rtf1 abc}", f"{TITLE}.docx": report()}
    result = read_archive(zipped(members))
    assert result.outcome is PageOutcome.DOCUMENT
    assert texts(result) == [PROSE]


# -- names --------------------------------------------------------------------------------------


def test_names_are_read_as_windows_macos_and_info_zip_write_them() -> None:
    by_field = zipfile.ZipInfo("____.docx")
    path = "年报.docx".encode()
    by_field.extra = struct.pack("<HHBI", 0x7075, 5 + len(path), 1, zlib.crc32(b"____.docx")) + path
    stale = zipfile.ZipInfo("new.docx")
    stale.extra = struct.pack("<HHBI", 0x7075, 5 + len(path), 1, zlib.crc32(b"old.docx")) + path
    assert names_of(packed((by_field, b"x"), (stale, b"x"))) == ["年报.docx", "new.docx"]
    assert names_of(zipped({"附件/年报.docx": b"x"}, gbk=True)) == ["附件/年报.docx"]
    unflagged = zipped({"年报.docx": b"x"}).replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00")
    assert names_of(unflagged) == ["年报.docx"]


def test_names_that_lead_elsewhere_are_names_and_nothing_else(tmp_path: Path) -> None:
    """Nothing is written, so every one of these can be read."""
    odd = [
        "/etc/passwd",
        "../../a.txt",
        "..\\..\\b.txt",
        "C:\\c.txt",
        "d\u202etxt.exe",
        "e\x00.txt",
    ]
    content = packed(*((zipfile.ZipInfo(name), b"x") for name in odd[:5]))
    content = content.replace(b"C:\\c.txt", b"e\x00\\c.txt").replace(b"C:/c.txt", b"e\x00/c.txt")
    assert names_of(content) == ["etc/passwd", "../../a.txt", "../../b.txt", "e/c.txt", "dtxt.exe"]
    assert names_of(sevenzip({"../../x.txt": b"1", "/y.txt": b"2"})) == ["../../x.txt", "y.txt"]
    assert list(tmp_path.iterdir()) == []


def test_what_systems_leave_behind_is_no_member() -> None:
    left = ("__MACOSX/._a.docx", "a/.DS_Store", "Thumbs.db", "a/desktop.ini", "~$a.docx", "a/")
    for write in (zipped, sevenzip):
        members = {name: b"x" for name in left if write is zipped or not name.endswith("/")}
        assert read_archive(write(members)).warnings == ("no_members: the archive has no file",)
        result = read_archive(write({**members, "a.docx": report()}))
        assert (result.outcome, result.warnings) == (PageOutcome.DOCUMENT, ())


def test_two_members_of_one_name_are_two() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed(
            ("a.docx", report("甲", "甲的正文。")), ("a.docx", report("乙", "乙的正文。"))
        )
    members = Opening(captured(content), read).members("zip", content)
    assert [one.result.title for one in members] == ["甲", "乙"]


def test_a_link_is_followed_nowhere() -> None:
    link = zipfile.ZipInfo("报告.txt")
    link.external_attr = 0o120777 << 16
    assert read_archive(packed((link, b"/etc/passwd"))).outcome is PageOutcome.ERROR
