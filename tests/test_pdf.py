"""PDFs: the text as it was before lines and pages broke it."""

from __future__ import annotations

import pytest

from crawler.extraction.pdf.lines import join
from crawler.items import Kind, PageOutcome
from tests.pdf_reading import PROSE, printed_lines, read, tables, texts
from tests.pdf_samples import (
    FONT,
    MARGIN,
    Sheet,
    gold_004,
    measure_breaking_after,
    seed_004,
    width_of,
)
from tests.pdf_seed_004 import LINE_ENDS_004, PAGE_ENDS_004, seed_004_as_published


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


@pytest.mark.parametrize("repeats_head", [False, True], ids=["table", "repeated-head"])
def test_seed_004_as_it_was_published_is_its_gold(repeats_head: bool) -> None:
    content = seed_004_as_published(repeats_head=repeats_head)
    result = read(content)
    assert (result.title, result.body) == gold_004()
    (table,) = tables(result)
    assert (len(table.rows), {len(row) for row in table.rows}) == (66, {3})
    assert result.warnings == ()


@pytest.mark.parametrize("repeats_head", [False, True], ids=["table", "repeated-head"])
def test_the_file_that_stands_for_seed_004_breaks_where_the_published_one_does(
    repeats_head: bool,
) -> None:
    pages = printed_lines(seed_004_as_published(repeats_head=repeats_head))
    lines = [line for page in pages for line in page]
    for before, after in LINE_ENDS_004:
        (place,) = (number for number, line in enumerate(lines) if line.endswith(before))
        assert lines[place + 1].startswith(after)
    for before, after in PAGE_ENDS_004:
        (place,) = (number for number, page in enumerate(pages) if before in "".join(page[-4:]))
        assert before in pages[place][-2]
        assert pages[place][-1] == f"-{place + 1}-"
        table = after.startswith("2.")
        assert pages[place + 1][repeats_head and table].startswith(after)


def test_reading_twice_gives_the_same() -> None:
    content = seed_004()
    assert read(content) == read(content)


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


@pytest.mark.parametrize("header", ["示例县人民政府信息公开 {}", "2018年政府信息公开 第{}页 共2页"])
def test_running_lines_that_count_the_pages_are_no_text(header: str) -> None:
    sheet = Sheet(numbered=False)
    for number in (1, 2):
        sheet.canvas.setFont(FONT, 10)
        sheet.canvas.drawString(MARGIN, sheet.height - 40, header.format(number))
        sheet.paragraph(PROSE)
        sheet.turn()
    assert texts(read(sheet.pdf())) == [PROSE] * 2


def test_last_lines_of_two_pages_that_differ_in_their_numbers_are_text() -> None:
    lines = ["收到申请12件，办结11件。", "收到申请15件，办结15件。"]
    sheet = Sheet(numbered=False)
    for line in lines:
        sheet.paragraph(PROSE)
        sheet.canvas.drawString(MARGIN + sheet.indent * sheet.size, 90, line)
        sheet.turn()
    assert [line for line in texts(read(sheet.pdf())) if line != PROSE] == lines


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


def test_a_number_in_another_face_goes_on_in_the_next_line() -> None:
    sheet = Sheet(size=16, measure=16 * 20)
    sheet.line("如对本年度报告内容有任何疑问，均可随", MARGIN + 32)
    sheet.line("请与党政综合办公室联系，电话0899—", MARGIN)
    sheet.y -= 1.8 * 16
    sheet.canvas.setFont("Courier", 16)
    sheet.canvas.drawString(MARGIN, sheet.y, "6120018-20211-304")
    sheet.line("办公室负责受理群众提出的公开申请事项，", MARGIN + 32)
    text = texts(read(sheet.pdf()))[0]
    assert text.endswith("电话0899—6120018-20211-304")


def test_a_raised_mark_stays_in_its_line() -> None:
    sheet = Sheet(size=16)
    sheet.paragraph(PROSE)
    sheet.line("公开栏面积共12平方", MARGIN + 32)
    sheet.canvas.setFont("STSong-Light", 9)
    sheet.canvas.drawString(MARGIN + 32 + width_of("公开栏面积共12平方", 16), sheet.y + 5.8, "2")
    assert texts(read(sheet.pdf()))[-1] == "公开栏面积共12平方2"
