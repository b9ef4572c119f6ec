"""PDFs whose pages are turned, set in columns, or marked across."""

from __future__ import annotations

import pytest

from crawler.items import PageResult, Paragraph, Table
from tests.pdf_reading import PROSE, read, tables, texts
from tests.pdf_samples import MARGIN, Sheet, broken


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


TITLE = "示例县东园镇2018年政府信息公开工作年度报告"


def set_in_columns(
    sheet: Sheet, paragraphs: list[str], count: int, *, gap: float = 24, deep: int = 24
) -> None:
    """``paragraphs`` in columns of ``deep`` lines below what ``sheet`` has so far."""
    measure = (sheet.measure - (count - 1) * gap) / count
    top, line, column = sheet.y, 0, 0
    for paragraph in paragraphs:
        for number, text in enumerate(broken(paragraph, measure, sheet.size, 2 * sheet.size)):
            if line == deep:
                line, column = 0, column + 1
            if column == count:
                sheet.turn()
                top, column = sheet.y, 0
            sheet.y = top - 1.8 * sheet.size * line
            indent = 2 * sheet.size if number == 0 else 0
            sheet.line(text, MARGIN + column * (measure + gap) + indent)
            line += 1


def numbered(count: int) -> list[str]:
    return [f"（{number}）{PROSE}" for number in range(1, count + 1)]


@pytest.mark.parametrize(("columns", "size"), [(2, 10), (2, 12), (3, 9)])
def test_columns_are_read_one_after_the_other_below_their_title(columns: int, size: int) -> None:
    sheet = Sheet(size=size)
    sheet.centred(TITLE, size=18)
    wanted = numbered(12)
    set_in_columns(sheet, wanted, columns)
    result = read(sheet.pdf())
    assert result.title == TITLE
    assert texts(result) == wanted


def test_the_last_page_is_cut_as_the_others_also_where_it_fills_one_column_only() -> None:
    sheet = Sheet(size=10)
    wanted = numbered(9)
    set_in_columns(sheet, wanted, 2)
    assert sheet.page == 2
    assert sheet.y > 450  # not even the first column is full
    assert texts(read(sheet.pdf())) == wanted


def test_a_table_over_both_columns_stands_between_what_is_above_and_below_it() -> None:
    sheet = Sheet(size=10)
    above, below = numbered(4), numbered(8)[4:]
    set_in_columns(sheet, above, 2, deep=10)
    sheet.y -= 20
    sheet.rows([("收到申请数", "7"), ("办结数", "6")], [300, 100])
    sheet.y -= 10
    set_in_columns(sheet, below, 2, deep=10)
    assert read(sheet.pdf()).blocks == (
        *map(Paragraph, above),
        Table((("收到申请数", "7"), ("办结数", "6"))),
        *map(Paragraph, below),
    )


def test_two_columns_of_entries_are_a_table_although_they_are_wide() -> None:
    rows = [
        ("石桥村村民委员会", "负责村务公开栏的更新和维护"),
        ("青石社区居民委员会办公室", "解答来访群众咨询"),
        ("党政综合办公室", "受理依申请公开事项并按时答复"),
        ("农业综合服务中心", "公布惠农补贴发放名单"),
        ("平安法治办公室", "审查拟公开文件"),
    ]
    sheet = Sheet(size=12)
    for left, right in rows:
        sheet.line(left, MARGIN)
        sheet.canvas.drawString(MARGIN + 210, sheet.y, right)
    assert tables(read(sheet.pdf())) == [Table(tuple(rows))]


def test_a_table_drawn_sideways_on_an_upright_page_is_read() -> None:
    upright, sideways = Sheet(numbered=False), Sheet(numbered=False)
    sideways.canvas.translate(595, 0)
    sideways.canvas.rotate(90)
    for sheet in (upright, sideways):
        sheet.y = 500
        sheet.rows([("指标", "数"), ("收到申请数", "3"), ("办结数", "2")], [200, 100])
        sheet.line("以上为全部申请情况。", MARGIN, 14)
    result = read(sideways.pdf())
    assert result.blocks == read(upright.pdf()).blocks
    assert len(result.blocks) == 2


def test_a_watermark_across_the_page_is_no_text() -> None:
    sheet = Sheet()
    sheet.paragraph(PROSE)
    sheet.canvas.saveState()
    sheet.canvas.translate(150, 500)
    sheet.canvas.rotate(45)
    sheet.canvas.drawString(0, 0, "示例县人民政府政务公开")
    sheet.canvas.restoreState()
    assert texts(read(sheet.pdf())) == [PROSE]
