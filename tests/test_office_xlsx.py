"""Workbooks: the visible cells as they are displayed, in the tables and lines a reader sees."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from crawler.extraction.office.xlsx.formats import builtin, displayed
from crawler.extraction.office.xlsx.workbook import MAX_SHEETS
from crawler.items import Kind, PageOutcome, PageResult
from tests.office_samples import read_file, tables, texts, xlsx

TITLE = "示例县2023年政府信息公开工作年度报告"


def book() -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return workbook, sheet


def sheet_of(cells: str) -> str:
    return f"<sheetData><row>{cells}</row></sheetData>"


def read_book(workbook: Workbook) -> PageResult:
    stream = BytesIO()
    workbook.save(stream)
    return read_file(stream.getvalue())


def test_a_report_is_its_title_its_table_and_its_note() -> None:
    workbook, sheet = book()
    for line in ([TITLE], ["项目", "数量", "比例"], ["规章", 1234, 0.125], ["办法", 0, 1]):
        sheet.append(line)
    sheet.append(["注：数据截至年底。"])
    sheet.merge_cells("A1:C1")
    for place in ("B3", "B4"):
        sheet[place].number_format = "#,##0"
    for place in ("C3", "C4"):
        sheet[place].number_format = "0.0%"
    result = read_book(workbook)
    assert result.outcome is PageOutcome.DOCUMENT
    assert (result.title, result.text_source, result.path) == (TITLE, "office", "xlsx")
    assert (result.judgement.kind, result.judgement.report_year) == (Kind.ANNUAL_REPORT, 2023)
    assert tables(result) == [
        (("项目", "数量", "比例"), ("规章", "1,234", "12.5%"), ("办法", "0", "100.0%"))
    ]
    assert texts(result) == ["注：数据截至年底。"]


def test_merged_cells_say_their_value_once_and_phantom_columns_are_gone() -> None:
    workbook, sheet = book()
    sheet["A1"], sheet["B1"], sheet["E1"] = "项目", "上年", "本年"
    sheet["A2"], sheet["B2"], sheet["E2"] = "规章", 1, 2
    for area in ("B1:D1", "B2:D2"):
        sheet.merge_cells(area)
    sheet["A3"], sheet["B3"], sheet["E3"] = "办法", 3, 4
    sheet.merge_cells("B3:D3")
    assert tables(read_book(workbook)) == [
        (("项目", "上年", "本年"), ("规章", "1", "2"), ("办法", "3", "4"))
    ]


def test_a_header_of_two_rows_keeps_its_places() -> None:
    workbook, sheet = book()
    sheet.append(["项目", "数量", None])
    sheet.append([None, "制发", "废止"])
    sheet.append(["规章", 0, 3])
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    assert tables(read_book(workbook)) == [
        (("项目", "数量", ""), ("", "制发", "废止"), ("规章", "0", "3"))
    ]


def test_tables_are_parted_by_empty_rows_and_empty_edges_are_trimmed() -> None:
    workbook, sheet = book()
    for place, value in {"C3": "甲", "D3": 1, "C4": "乙", "D4": 2, "C6": "丙", "D6": 3}.items():
        sheet[place] = value
    assert tables(read_book(workbook)) == [(("甲", "1"), ("乙", "2")), (("丙", "3"),)]


def test_what_is_hidden_is_not_read() -> None:
    workbook, sheet = book()
    sheet.append(["项目", "暗", "数量"])
    sheet.append(["密", "暗", 9])
    sheet.append(["规章", "暗", 1])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True
    secret = workbook.create_sheet("隐藏")
    secret.append(["看不见", 1])
    secret.sheet_state = "hidden"
    assert tables(read_book(workbook)) == [(("项目", "数量"), ("规章", "1"))]


def test_a_merged_cell_whose_first_row_is_hidden_shows_in_the_rest() -> None:
    workbook, sheet = book()
    sheet.append(["合并", 1])
    sheet.append([None, 2])
    sheet.append(["规章", 3])
    sheet.merge_cells("A1:A2")
    sheet.row_dimensions[1].hidden = True
    assert tables(read_book(workbook)) == [(("合并", "2"), ("规章", "3"))]


def test_the_name_of_a_sheet_is_text_where_somebody_gave_it_one() -> None:
    workbook, sheet = book()
    sheet.append(["甲", 1])
    named = workbook.create_sheet("东园镇")
    named.append(["乙", 2])
    same = workbook.create_sheet("申请情况表")
    same.append(["申请情况表"])
    same.append(["丙", 3])
    result = read_book(workbook)
    assert texts(result) == ["东园镇", "申请情况表"]
    assert [table[0][0] for table in tables(result)] == ["甲", "乙", "丙"]


def test_dates_texts_and_truths_are_displayed_as_in_excel() -> None:
    workbook, sheet = book()
    sheet.append(["日期", date(2024, 1, 15), "0012", True])
    sheet["B1"].number_format = 'yyyy"年"m"月"d"日"'
    assert tables(read_book(workbook)) == [(("日期", "2024年1月15日", "0012", "TRUE"),)]


def test_a_formula_without_a_value_is_reported() -> None:
    workbook, sheet = book()
    sheet.append(["合计", "=1+1"])
    sheet.append(["规章", 1])
    result = read_book(workbook)
    assert result.warnings == ("formula_without_value:1 in Sheet",)
    assert tables(result) == [(("合计", ""), ("规章", "1"))]


def test_the_value_that_was_computed_is_read_and_never_the_formula() -> None:
    cells = '<c r="A1" t="str"><f>A9</f><v>合计</v></c><c><f>SUM(B2)</f><v>7</v></c>'
    assert tables(read_file(xlsx(sheet_of(cells)))) == [(("合计", "7"),)]


def test_a_dimension_that_lies_and_rows_without_addresses_do_no_harm() -> None:
    sheet = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row><c t="inlineStr"><is><t>甲</t></is></c>'
        "<c><v>1</v></c></row><row><c/><c><v>2</v></c></row></sheetData>"
    )
    assert tables(read_file(xlsx(sheet))) == [(("甲", "1"), ("", "2"))]


def test_cells_far_apart_are_lines_and_no_table() -> None:
    sheet = '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row></sheetData>'
    result = read_file(xlsx(sheet))
    assert (tables(result), texts(result)) == ([], ["1 2"])


def test_shared_strings_in_pieces_without_their_readings() -> None:
    strings = (
        "<si><r><t>公</t></r><r><t>开</t></r><rPh><t>gongkai</t></rPh></si><si><t>年\n报</t></si>"
    )
    cells = '<c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>9</v></c>'
    assert tables(read_file(xlsx(sheet_of(cells), strings=strings))) == [(("公开", "年报"),)]


def test_a_row_of_prose_is_no_title_unless_it_is_centred() -> None:
    workbook, sheet = book()
    sheet.append(["附件1"])
    sheet.append(["政府信息公开情况统计表"])
    sheet["A2"].alignment = Alignment(horizontal="center")
    sheet.append(["项目", "数量"])
    result = read_book(workbook)
    assert (result.title, texts(result)) == ("政府信息公开情况统计表", ["附件1"])


def test_a_workbook_without_cells_is_an_error_by_name() -> None:
    result = read_book(book()[0])
    assert (result.outcome, result.warnings) == (PageOutcome.ERROR, ("no_text",))


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (3, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (123456789012, "General", "123456789012"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (-1234.5, "#,##0.0", "-1,234.5"),
        (0.5, ".00", ".50"),
        (5, "000", "005"),
        (1.5, "0.##", "1.5"),
        (0.256, "0%", "26%"),
        (12345, "0.0E+00", "1.2E+4"),
        (-5, "0;(0)", "(5)"),
        (0, '0;-0;"-"', "-"),
        (0, "0;-0;;@", ""),
        (7, '0"件"', "7件"),
        (7, "[Red]0_);[Magenta](0)", "7"),
        (1234567, '#,##0.0,"千元"', "1,234.6千元"),
        (1200, "¥#,##0.00", "¥1,200.00"),
        (1200, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "1,200"),
        (7, '[<5]"少";[>=5]"多"', "多"),
        (7, "@", "7"),
        (45306, builtin(14), "2024/1/15"),
        (45306, builtin(31), "2024年1月15日"),
        (45306, builtin(57), "2024年1月"),
        (45306, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二四年一月十五日"),
        (45306, "yyyy-mm-dd;@", "2024-01-15"),
        (45306, "[$-409]d-mmm-yy", "15-Jan-24"),
        (45306, "aaaa", "星期一"),
        (45306.75, "yyyy/m/d h:mm", "2024/1/15 18:00"),
        (45306.75, "上午/下午 h:mm", "下午 6:00"),
        (1.5, "[h]:mm", "36:00"),
        (1, "yyyy-m-d", "1900-1-1"),
        (-1, "yyyy-m-d", "-1"),
        (1e300, "yyyy", "1e+300"),
    ],
)
def test_a_number_is_shown_as_its_format_has_it(value: float, code: str, text: str) -> None:
    assert displayed(value, code) == text


def test_a_ruled_row_above_a_ruled_table_is_its_head_and_the_title_is_not() -> None:
    workbook, sheet = book()
    for line in ([TITLE], ["第二十条第（一）项"], ["项目", "数量"], ["规章", 3]):
        sheet.append(line)
    side = Side(style="thin")
    for cells in sheet["A1:B4"]:
        for one in cells:
            one.border = Border(left=side, right=side, top=side, bottom=side)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("A2:B2")
    result = read_book(workbook)
    assert result.title == TITLE
    assert tables(result) == [(("第二十条第（一）项", ""), ("项目", "数量"), ("规章", "3"))]


def test_centred_sentences_above_a_table_are_no_title() -> None:
    workbook, sheet = book()
    for line in (TITLE, "一年来，我镇主动公开信息。", "各办公室公开情况见下表："):
        sheet.append([line])
        sheet.cell(sheet.max_row, 1).alignment = Alignment(horizontal="center")
    sheet.append(["项目", "数量"])
    result = read_book(workbook)
    assert result.title == TITLE
    assert texts(result) == ["一年来，我镇主动公开信息。", "各办公室公开情况见下表："]


def test_sheets_beyond_the_limit_are_named() -> None:
    workbook, sheet = book()
    sheet.append([TITLE])
    for _ in range(MAX_SHEETS):
        workbook.create_sheet()
    result = read_book(workbook)
    assert result.outcome is PageOutcome.TRUNCATED
    assert f"too_long: read {MAX_SHEETS} of {MAX_SHEETS + 1} sheets" in result.warnings
