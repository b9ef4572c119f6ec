"""Tables of PDFs: logical grids, whole where pages part them."""

from __future__ import annotations

from crawler.items import Paragraph, Table
from tests.pdf_reading import PROSE, read, tables, texts
from tests.pdf_samples import MARGIN, Sheet


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
        [("统计指标", "单位", "统计数"), ("不包括用于政府公报编辑管理", "万元", "0")], [160, 60, 60]
    )
    sheet.turn()
    sheet.rows(
        [("及政府网站建设维护等方面的经费", "", ""), ("一、收到申请数", "件", "7")], [160, 60, 60]
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


def test_a_cut_row_beside_a_spanning_cell_is_one_row() -> None:
    sheet = Sheet()
    top = sheet.y
    sheet.box(MARGIN, top, 60, 60, ["（四）", "无法提供"])
    sheet.box(MARGIN + 60, top, 120, 30, ["1.不掌握"])
    sheet.box(MARGIN + 180, top, 60, 30, ["746"])
    sheet.box(MARGIN + 60, top - 30, 120, 30, ["2.没有现成信息需要另"])
    sheet.box(MARGIN + 180, top - 30, 60, 30, ["11"])
    sheet.turn()
    sheet.box(MARGIN, sheet.y, 60, 60, [])
    sheet.box(MARGIN + 60, sheet.y, 120, 30, ["行制作"])
    sheet.box(MARGIN + 180, sheet.y, 60, 30, [])
    sheet.box(MARGIN + 60, sheet.y - 30, 120, 30, ["3.不明确"])
    sheet.box(MARGIN + 180, sheet.y - 30, 60, 30, ["1"])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (
        ("（四）无法提供", "1.不掌握", "746"),
        ("", "2.没有现成信息需要另行制作", "11"),
        ("", "3.不明确", "1"),
    )


def test_a_row_that_had_room_at_its_end_does_not_go_on_below_the_page_break() -> None:
    sheet = Sheet()
    sheet.rows([("行政许可", "件", "3"), ("行政处罚", "件", "4")], [200, 60, 60])
    sheet.turn()
    sheet.rows([("行政强制", "", ""), ("行政收费", "元", "7")], [200, 60, 60])
    (table,) = tables(read(sheet.pdf()))
    assert [row[0] for row in table.rows] == ["行政许可", "行政处罚", "行政强制", "行政收费"]


def test_an_empty_rest_of_a_cut_row_is_no_row() -> None:
    sheet = Sheet()
    sheet.rows([("行政许可", "3"), ("行政处罚", "4")], [200, 60])
    sheet.turn()
    sheet.rows([("", ""), ("行政强制", "5")], [200, 60])
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (("行政许可", "3"), ("行政处罚", "4"), ("行政强制", "5"))


def test_a_row_over_the_whole_width_alone_on_its_page_belongs_to_the_table() -> None:
    sheet = Sheet()
    sheet.rows([("第二十条第（一）项",)], [320])
    sheet.turn()
    sheet.rows([("规章", "3"), ("规范性文件", "4")], [200, 120])
    sheet.turn()
    sheet.rows([("以上数据截至年底",)], [320])
    assert tables(read(sheet.pdf())) == [
        Table(
            (
                ("第二十条第（一）项", ""),
                ("规章", "3"),
                ("规范性文件", "4"),
                ("以上数据截至年底", ""),
            )
        )
    ]


def test_a_frame_with_text_below_it_is_no_row_of_the_table_on_the_next_page() -> None:
    sheet = Sheet()
    sheet.rows([("示例县人民政府公开专栏",)], [320])
    sheet.paragraph(PROSE)
    sheet.turn()
    sheet.rows([("规章", "3"), ("规范性文件", "4")], [200, 120])
    result = read(sheet.pdf())
    assert tables(result) == [Table((("规章", "3"), ("规范性文件", "4")))]
    assert PROSE in texts(result)


def test_a_frame_around_a_table_adds_no_columns() -> None:
    sheet = Sheet()
    for page, row in enumerate((("规章", "3"), ("规范性文件", "4"))):
        if page:
            sheet.turn()
        top = sheet.y
        sheet.rows([row, ("其中：本年新增", "1")], [200, 60])
        sheet.canvas.rect(MARGIN - 6, sheet.y - 5, 272, top - sheet.y + 10)
        for x in (MARGIN, MARGIN + 260):
            sheet.canvas.line(x, sheet.y - 5, x, top + 5)
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (
        ("规章", "3"), ("其中：本年新增", "1"), ("规范性文件", "4"), ("其中：本年新增", "1"),
    )  # fmt: skip


def test_borders_that_miss_each_other_from_row_to_row_are_one() -> None:
    sheet = Sheet()
    for row, widths in (
        (("信息内容", "制发件数", "废止件数"), (130, 90, 80)),
        (("规章", "3", "1"), (118, 102, 80)),
        (("规范性文件", "4", "2"), (130, 78, 92)),
    ):
        sheet.rows([row], widths)
    (table,) = tables(read(sheet.pdf()))
    assert table.rows == (
        ("信息内容", "制发件数", "废止件数"), ("规章", "3", "1"), ("规范性文件", "4", "2"),
    )  # fmt: skip


def test_a_table_in_a_form_within_a_form_stands_where_the_forms_are_drawn() -> None:
    sheet = Sheet(numbered=False)
    rows = [("指标", "数"), ("收到申请数", "3"), ("办结数", "2")]
    canvas = sheet.canvas
    canvas.beginForm("table")
    sheet.rows(rows, [200, 60])
    canvas.endForm()
    canvas.beginForm("moved")
    canvas.translate(-40, -300)
    canvas.doForm("table")
    canvas.endForm()
    canvas.translate(80, 100)
    canvas.doForm("moved")
    assert read(sheet.pdf()).blocks == (Table(tuple(rows)),)
