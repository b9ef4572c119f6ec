"""PDFs: the text as it was before lines and pages broke it, tables as grids, failures by name."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction.pdf import file as pdf_file
from crawler.extraction.pdf.file import MAX_PAGES
from crawler.extraction.pdf.lines import join
from crawler.extraction.pdf.read import read_pdf
from crawler.items import Capture, Kind, PageOutcome, PageResult, Paragraph, Table
from tests.pdf_samples import (
    MARGIN,
    Sheet,
    bare_pdf,
    gold_004,
    measure_breaking_after,
    seed_004,
    width_of,
)

REAL = Path(__file__).parents[2] / "shared" / "real"
PROSE = (
    "根据《中华人民共和国政府信息公开条例》要求，现将我镇政府信息公开工作情况报告如下。"
    "一年来，我镇坚持以公开为常态、不公开为例外，主动公开各类政府信息1448条，办结率100%。"
    "群众通过政务公开栏、微信公众号等渠道了解政务信息，满意度进一步增强。"
)


def read(content: bytes, truncated: str | None = None) -> PageResult:
    return read_pdf(
        Capture(
            record_id="urn:uuid:1",
            url="http://www.example.gov.cn/P020190319608215495483.pdf",
            date=datetime(2019, 3, 19, tzinfo=UTC),
            status=200,
            headers=(),
            content=content,
            truncated=truncated,
        )
    )


def texts(result: PageResult) -> list[str]:
    return [block.text for block in result.blocks if isinstance(block, Paragraph)]


def tables(result: PageResult) -> list[Table]:
    return [block for block in result.blocks if isinstance(block, Table)]


# -- seed 004 ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [12, 14, 16])
@pytest.mark.parametrize("ems", [22, 25, 27])
def test_seed_004_is_its_gold_wherever_lines_cells_and_pages_break(size: int, ems: int) -> None:
    title, body = gold_004()
    result = read(seed_004(ems * size, size))
    assert result.title == title
    assert result.body == body


def test_seed_004_with_the_page_turning_inside_a_word() -> None:
    title, body = gold_004()
    paragraph = next(line for line in body.split("\n") if "宣传，提高群众知晓率" in line)
    measure = measure_breaking_after(paragraph, "“互联网+政务服务”宣", 14)
    result = read(seed_004(measure, 14, turn_after="“互联网+政务服务”宣"))
    assert (result.title, result.body) == (title, body)


def test_seed_004_is_judged_by_its_own_title_and_has_one_table_of_66_rows() -> None:
    result = read(seed_004())
    assert result.outcome is PageOutcome.DOCUMENT
    assert (result.judgement.kind, result.judgement.report_year) == (Kind.ANNUAL_REPORT, 2018)
    assert (result.text_source, result.path, result.warnings) == ("pdf", "pdf-text", ())
    (table,) = tables(result)
    assert len(table.rows) == 66
    assert {len(row) for row in table.rows} == {3}


def test_reading_twice_gives_the_same() -> None:
    content = seed_004()
    assert read(content) == read(content)


# -- paragraphs -------------------------------------------------------------------------------


def test_salutation_headings_signature_and_date_stay_paragraphs_of_their_own() -> None:
    sheet = Sheet()
    sheet.centred("关于印发2018年政务公开工作要点的通知", size=22)
    sheet.line("各村、各办（队、中心）：", MARGIN)
    sheet.paragraph(PROSE)
    sheet.paragraph("一、加强组织领导")
    sheet.paragraph(PROSE)
    sheet.right("示例县东园镇人民政府")
    sheet.right("2018年7月4日")
    sheet.paragraph("（此件公开发布）")
    result = read(sheet.pdf())
    assert result.title == "关于印发2018年政务公开工作要点的通知"
    assert texts(result) == [
        "各村、各办（队、中心）：",
        PROSE,
        "一、加强组织领导",
        PROSE,
        "示例县东园镇人民政府",
        "2018年7月4日",
        "（此件公开发布）",
    ]


def test_a_title_of_two_lines_is_one_title_and_its_date_is_not_part_of_it() -> None:
    sheet = Sheet()
    sheet.centred("示例县东园镇人民政府", "2018年政府信息公开工作年度报告", size=22)
    sheet.centred("（2019年1月15日）")
    sheet.paragraph(PROSE)
    result = read(sheet.pdf())
    assert result.title == "示例县东园镇人民政府2018年政府信息公开工作年度报告"
    assert texts(result) == ["（2019年1月15日）", PROSE]


def test_page_numbers_and_running_headers_are_no_text() -> None:
    sheet = Sheet(header="示例县人民政府信息公开")
    for _ in range(12):
        sheet.paragraph(PROSE)
    assert sheet.page > 1
    assert texts(read(sheet.pdf())) == [PROSE] * 12


def test_without_indents_a_full_stop_at_the_end_of_a_full_line_ends_the_paragraph() -> None:
    full_line = "我镇高度重视政府信息公开工作。" * 2
    sheet = Sheet(indent=0, measure=width_of(full_line, 12), size=12)
    sheet.paragraph(full_line)
    sheet.paragraph(PROSE)
    assert texts(read(sheet.pdf()))[0] == full_line


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("互联网+政务服务宣", "传，提高", "互联网+政务服务宣传，提高"),
        ("《条例》", "（国令", "《条例》（国令"),
        ("事项1448", "件，办结", "事项1448件，办结"),
        ("Open Government", "Information Act", "Open Government Information Act"),
        ("电话：0517-836", "05210", "电话：0517-83605210"),
        ("http://www.example.gov", ".cn/zwgk/", "http://www.example.gov.cn/zwgk/"),
        ("hazwgkc@163", ".com）", "hazwgkc@163.com）"),
    ],
)
def test_a_broken_line_is_joined_as_it_was(before: str, after: str, whole: str) -> None:
    assert join(before, after, autospaced=False) == whole


def test_latin_text_is_joined_with_blanks() -> None:
    words = "The people's government of the county shall publish an annual report. " * 6
    sheet = Sheet(size=12, numbered=False)
    sheet.paragraph(words.strip())
    assert texts(read(sheet.pdf())) == [words.strip()]


def test_a_gap_between_han_and_latin_that_a_line_end_hides_is_kept_where_it_is_the_rule() -> None:
    def drawn(gap: float) -> str:
        sheet = Sheet(size=12)
        full = "我镇高度重视政府信息公开工作并全年共受理信息公开的申请十分重"
        for number in ("34", "56", "78"):
            sheet.line(full[:20], MARGIN + 24)
            sheet.canvas.drawString(MARGIN + 24 + 240 + gap, sheet.y, number)
            sheet.canvas.drawString(MARGIN + 24 + 240 + 12 + 2 * gap, sheet.y, "件，已办结。")
        sheet.line(full + "要的有", MARGIN + 24)
        sheet.canvas.drawString(MARGIN + 24 + 12 * 34 + gap, sheet.y, "91")
        sheet.line("件，无一逾期，群众满意。", MARGIN)
        return read(sheet.pdf()).body

    assert drawn(4).endswith("91 件，无一逾期，群众满意。")
    assert drawn(0).endswith("91件，无一逾期，群众满意。")


def test_letter_spacing_is_no_blank() -> None:
    sheet = Sheet(size=12)
    sheet.y -= 30
    for number, char in enumerate("社会公益组织情况说明"):
        sheet.canvas.setFont("STSong-Light", 12)
        sheet.canvas.drawString(MARGIN + number * 16, sheet.y, char)
    assert texts(read(sheet.pdf())) == ["社会公益组织情况说明"]


def test_a_rotated_page_reads_like_an_upright_one() -> None:
    def drawn(rotation: int) -> PageResult:
        sheet = Sheet(page=(842, 595), numbered=False)
        if rotation:
            sheet.canvas.setPageRotation(rotation)
            sheet.canvas.rotate(rotation)
            sheet.canvas.translate(*{90: (0, -595), 180: (-842, -595), 270: (-842, 0)}[rotation])
        sheet.paragraph(PROSE)
        sheet.rows([("指标", "数"), ("条", "3")], [200, 100])
        return read(sheet.pdf())

    upright = drawn(0)
    assert upright.blocks == (Paragraph(PROSE), Table((("指标", "数"), ("条", "3"))))
    for rotation in (90, 180, 270):
        assert drawn(rotation).blocks == upright.blocks


# -- tables -----------------------------------------------------------------------------------


def test_a_table_over_pages_is_one_with_its_repeated_header_once() -> None:
    sheet = Sheet()
    header = ("统计指标", "单位", "统计数")
    rows = [(f"第{number}项工作情况", "件", str(number)) for number in range(1, 21)]
    sheet.rows([header, *rows[:10]], [200, 60, 60])
    sheet.turn()
    sheet.rows([header, *rows[10:]], [200, 60, 60])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (header, *rows)


def test_a_different_first_row_on_the_next_page_is_kept() -> None:
    sheet = Sheet()
    sheet.rows([("指标", "2018年"), ("收到申请数", "3")], [200, 60])
    sheet.turn()
    sheet.rows([("指标", "2019年"), ("收到申请数", "4")], [200, 60])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (
        ("指标", "2018年"), ("收到申请数", "3"), ("指标", "2019年"), ("收到申请数", "4"),
    )  # fmt: skip


def test_a_row_cut_by_the_page_is_one_row() -> None:
    sheet = Sheet()
    sheet.rows(
        [("统计指标", "单位", "统计数"), ("不包括用于政府公报编辑管理", "万元", "0")], [200, 60, 60]
    )
    sheet.turn()
    sheet.rows(
        [("及政府网站建设维护等方面的经费", "", ""), ("一、收到申请数", "件", "7")], [200, 60, 60]
    )
    (table,) = tables(read(sheet.pdf()))
    assert table.rows[1:] == (
        ("不包括用于政府公报编辑管理及政府网站建设维护等方面的经费", "万元", "0"),
        ("一、收到申请数", "件", "7"),
    )


def test_an_entry_without_numbers_below_a_page_break_is_a_row_of_its_own() -> None:
    sheet = Sheet()
    sheet.rows([("统计指标", "单位", "统计数"), ("收到申请数", "件", "0")], [200, 60, 60])
    sheet.turn()
    sheet.rows([("二、回应解读情况", "", ""), ("解读稿件", "篇", "7")], [200, 60, 60])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows[2] == ("二、回应解读情况", "", "")


def test_spanning_cells_print_once_and_keep_the_grid_also_over_a_page_break() -> None:
    sheet = Sheet()
    top = sheet.y
    sheet.box(MARGIN, top, 60, 60, ["（四）", "无"])
    sheet.box(MARGIN + 60, top, 120, 30, ["1.不掌握"])
    sheet.box(MARGIN + 180, top, 60, 30, ["746"])
    sheet.box(MARGIN + 60, top - 30, 120, 30, ["2.没有现成"])
    sheet.box(MARGIN + 180, top - 30, 60, 30, ["11"])
    sheet.turn()
    sheet.box(MARGIN, sheet.y, 60, 30, ["法提供"])
    sheet.box(MARGIN + 60, sheet.y, 120, 30, ["3.不明确"])
    sheet.box(MARGIN + 180, sheet.y, 60, 30, ["1"])
    sheet.box(MARGIN, sheet.y - 30, 180, 30, ["（七）总计"])
    sheet.box(MARGIN + 180, sheet.y - 30, 60, 30, ["758"])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (
        ("（四）无法提供", "1.不掌握", "746"),
        ("", "2.没有现成", "11"),
        ("", "3.不明确", "1"),
        ("（七）总计", "", "758"),
    )


def test_two_tables_with_text_between_them_stay_two() -> None:
    sheet = Sheet()
    sheet.rows([("规章", "1"), ("规范性文件", "2")], [200, 60])
    sheet.paragraph("以上为主动公开情况。")
    sheet.turn()
    sheet.rows([("行政许可", "3"), ("行政处罚", "4")], [200, 60])
    assert [len(table.rows) for table in tables(read(sheet.pdf()))] == [2, 2]


def test_columns_without_ruling_lines_are_a_table() -> None:
    sheet = Sheet(size=12)
    sheet.paragraph(PROSE)
    rows = [
        ("指标名称", "单位", "数量"),
        ("收到申请数", "件", "5"),
        ("办结数", "件", "5"),
        ("公开信息数", "条", "1211"),
        ("接受培训", "人次", "4"),
    ]
    for row in rows:
        sheet.line(row[0], MARGIN)
        sheet.canvas.drawString(MARGIN + 200, sheet.y, row[1])
        sheet.canvas.drawRightString(MARGIN + 340, sheet.y, row[2])
    result = read(sheet.pdf())
    assert texts(result) == [PROSE]
    assert tables(result) == [Table(tuple(rows))]


def test_a_frame_around_text_is_no_table() -> None:
    sheet = Sheet(size=12)
    sheet.canvas.rect(MARGIN - 10, 100, sheet.measure + 20, 650)
    sheet.paragraph(PROSE)
    assert read(sheet.pdf()).blocks == (Paragraph(PROSE),)


# -- failures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "outcome", "word"),
    [
        (b"", PageOutcome.ERROR, "empty_file"),
        (b"  \n", PageOutcome.ERROR, "empty_file"),
        (b"<html>no pdf</html>", PageOutcome.ERROR, "pdf_broken"),
        (b"%PDF-1.4\n" + random.Random(4).randbytes(50_000), PageOutcome.ERROR, "pdf_broken"),
        (bare_pdf(b"0 0 595 842 re f"), PageOutcome.IMAGE_ONLY, "no_text_layer"),
    ],
    ids=["empty", "blank", "html", "garbage", "scan"],
)
def test_what_has_no_text_ends_with_its_name(
    content: bytes, outcome: PageOutcome, word: str
) -> None:
    result = read(content)
    assert (result.outcome, result.blocks) == (outcome, ())
    assert any(warning.startswith(word) for warning in result.warnings)


def test_a_file_that_needs_a_password_is_encrypted() -> None:
    sheet = Sheet(password="secret")
    sheet.paragraph(PROSE)
    result = read(sheet.pdf())
    assert (result.outcome, result.blocks) == (PageOutcome.ENCRYPTED, ())


def test_every_truncation_of_a_file_has_a_named_outcome() -> None:
    content = seed_004()
    for size in range(1, len(content) - 10, len(content) // 40):
        result = read(content[:size])
        assert result.outcome in (PageOutcome.ERROR, PageOutcome.TRUNCATED)
        assert "cut:no_end_of_file_mark" in result.warnings


def test_a_truncated_capture_is_no_document_however_much_of_it_can_be_read() -> None:
    result = read(seed_004(), truncated="disconnect")
    assert result.outcome is PageOutcome.TRUNCATED
    assert "cut:disconnect" in result.warnings
    assert result.blocks


def test_flipped_bytes_never_raise() -> None:
    content, chance = seed_004(), random.Random(7)
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(20):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert read(bytes(broken)).outcome in PageOutcome


def test_pages_beyond_the_limit_are_not_read_and_it_is_said() -> None:
    result = read(bare_pdf(b"BT /F1 12 Tf 100 700 Td (Hello there) Tj ET", pages=MAX_PAGES + 100))
    assert result.outcome is PageOutcome.TRUNCATED
    assert "too_long: read 500 of 600 pages" in result.warnings


def test_a_page_of_a_million_objects_is_read_without_its_lines_and_is_the_last() -> None:
    lines = b"\n".join(b"%d 0 m %d 842 l S" % (i % 595, i % 595) for i in range(1_000_000))
    result = read(bare_pdf(b"BT /F1 12 Tf 100 700 Td (Hello there) Tj ET\n" + lines, pages=3))
    assert texts(result) == ["Hello there"]
    assert result.outcome is PageOutcome.TRUNCATED
    assert "too_many_objects: tables of page 1 not read" in result.warnings
    assert "too_long: read 1 of 3 pages" in result.warnings


def test_characters_beyond_the_limit_are_not_read_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_file, "MAX_CHARS", 1_000)
    result = read(seed_004())
    assert result.outcome is PageOutcome.TRUNCATED
    assert any(warning.startswith("too_long:") for warning in result.warnings)
    assert 900 < len(result.body) <= 1_000


@pytest.mark.parametrize(
    ("printed", "read_as"), [("⽂", "文"), ("𠮷", "𠮷")], ids=["radical", "beyond-16-bit"]
)
def test_what_a_font_says_its_glyphs_mean(printed: str, read_as: str) -> None:
    result = read(
        bare_pdf(b"BT /F1 12 Tf 100 700 Td (AB) Tj ET", meaning={"A": printed, "B": "件"})
    )
    assert texts(result) == [read_as + "件"]


def test_text_beside_the_page_is_not_read() -> None:
    beside = b" 1 0 0 1 900 700 Tm (Hidden) Tj 1 0 0 1 99999.5 1 Tm (Far) Tj"
    result = read(bare_pdf(b"BT /F1 12 Tf 1 0 0 1 100 700 Tm (Hello) Tj" + beside + b" ET"))
    assert texts(result) == ["Hello"]


def test_a_font_without_meaning_is_no_text_layer() -> None:
    content = bare_pdf(
        b"BT /F1 12 Tf 100 700 Td (AB) Tj ET", meaning={"A": "\ue000", "B": "\ue001"}
    )
    result = read(content)
    assert result.outcome is PageOutcome.IMAGE_ONLY
    assert "text_layer_unreadable" in result.warnings


def test_invisible_text_over_a_scan_is_read_and_marked() -> None:
    result = read(bare_pdf(b"BT 3 Tr /F1 12 Tf 100 700 Td (Hello there) Tj ET"))
    assert texts(result) == ["Hello there"]
    assert any(warning.startswith("hidden_text_layer") for warning in result.warnings)


# -- real files -------------------------------------------------------------------------------


def real(name: str) -> bytes:
    path = REAL / "pages" / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the real files are kept outside the repository")
    return path.read_bytes()


def test_a_real_annual_report_is_read_whole() -> None:
    result = read(real("att-huaian-2024.pdf"))
    gold = json.loads((REAL / "gold" / "att-huaian-2024.json").read_text(encoding="utf-8"))
    assert result.title.replace(" ", "") == gold["title"]
    assert (result.judgement.kind, result.judgement.report_year) == (Kind.ANNUAL_REPORT, 2024)
    assert set(gold["sections"]) <= set(texts(result))
    assert texts(result)[0].startswith(gold["body_first_20chars"])
    assert result.body.endswith(gold["body_last_20chars"])
    assert not any(text.strip("- ").isdigit() for text in texts(result))


def test_the_numbers_of_a_real_report_stand_in_their_cells() -> None:
    result = read(real("att-huaian-2024.pdf"))
    gold = json.loads((REAL / "gold" / "att-huaian-2024.json").read_text(encoding="utf-8"))
    active, requests, review = tables(result)
    cells = {row[0]: [cell for cell in row[1:] if cell] for row in active.rows}
    assert cells["规章"] == [str(number) for number in gold["table2"]["规章"]]
    assert cells["行政许可"] == [str(gold["table2"]["行政许可"])]
    numbers = [list(map(int, row[-7:])) for row in requests.rows if row[-1].isdigit()]
    assert numbers == [row[1:] for row in gold["table3"]]
    wanted = [number for group in gold["table4"].values() for number in group.values()]
    assert list(map(int, review.rows[-1])) == wanted


def test_a_real_budget_report_is_no_document_of_ours_and_has_its_tables() -> None:
    result = read(real("att-putuo-shgzb.pdf"))
    assert result.outcome in (PageOutcome.LOOK_ALIKE, PageOutcome.NOT_RELEVANT)
    assert len(tables(result)) >= 10
