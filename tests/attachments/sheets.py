"""XLSX by openpyxl: numbers shown through formats; merged, hidden and scattered cells."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.attachments.truth import SpanTable, Truth
from tests.attachments.zipped import settled

Value = str | int | float | date
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_DATE_FORMAT = 'yyyy"年"m"月"d"日"'
_THIN = Side(style="thin")
_RULED = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class Look:
    """``sheets``: one for each table. ``offset``: empty rows and columns before the first cell."""

    sheets: bool = False
    hidden: bool = False
    as_text: bool = False
    offset: int = 0


def xlsx_of(truth: Truth, look: Look) -> bytes:
    """Paragraphs are cells merged over the width, as a sheet made for printing has them."""
    book = Workbook()
    sheet = book.active
    row = 1 + look.offset
    widest = max(table.width for table in truth.tables)
    row = _put_line(sheet, truth.title, row, widest, look)
    for number, block in enumerate(truth.blocks):
        if isinstance(block, str):
            row = _put_line(sheet, block, row, widest, look)
            continue
        if look.sheets and number:
            sheet, row = book.create_sheet(f"表{number + 1}"), 1
        row = _put_table(sheet, block, row, look) + 1  # an empty row parts tables
    if look.hidden:
        _hide(book, book.worksheets[0], widest)
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())


def _put_line(sheet: Worksheet, text: str, row: int, width: int, look: Look) -> int:
    left = 1 + look.offset
    cell = sheet.cell(row, left, text)
    cell.alignment = Alignment(wrap_text=True, horizontal="center")
    sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=left + width - 1)
    return row + 1


def _put_table(sheet: Worksheet, table: SpanTable, top: int, look: Look) -> int:
    left = 1 + look.offset
    for y in range(len(table.rows)):
        for x in range(table.width):
            sheet.cell(top + y, left + x).border = _RULED
    for y, x, one in table.placed():
        cell = sheet.cell(top + y, left + x)
        value, shown = (one.text, "@") if look.as_text else value_of(one.text)
        cell.value, cell.number_format = value, shown
        if (one.rows, one.columns) != (1, 1):
            sheet.merge_cells(
                start_row=top + y, start_column=left + x,
                end_row=top + y + one.rows - 1, end_column=left + x + one.columns - 1,
            )  # fmt: skip
    return top + len(table.rows)


def value_of(text: str) -> tuple[Value | None, str]:
    """The value behind a printed text and the format that prints it."""
    if not text:
        return None, "General"
    if match := _DATE.fullmatch(text):
        return date(*map(int, match.groups())), _DATE_FORMAT
    if re.fullmatch(r"\d+", text):
        return int(text), "General"
    if re.fullmatch(r"[+-]\d+", text):
        return int(text), "+0;-0;0"
    if re.fullmatch(r"\d+\.\d+", text):
        return float(text), "0." + "0" * len(text.partition(".")[2])
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        places = len(text[:-1].partition(".")[2])
        return round(
            float(text[:-1]) / 100, places + 2
        ), "0." + "0" * places + "%" if places else "0%"
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
        return int(text.replace(",", "")), "#,##0"
    return text, "General"


def _hide(book: Workbook, sheet: Worksheet, width: int) -> None:
    """A sheet, a row and a column that a reader on paper never sees."""
    secret = book.create_sheet("隐藏表")
    secret["A1"] = "内部核对用，不对外"
    secret.sheet_state = "hidden"
    below = sheet.max_row + 1
    sheet.cell(below, 1, "核对行")
    sheet.row_dimensions[below].hidden = True
    beside = width + 1
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, beside, 4711)
    sheet.column_dimensions[sheet.cell(1, beside).column_letter].hidden = True


def formula_sheet(truth: Truth) -> bytes:
    """The last row is a sum by formula, and no program has worked it out: there is no cached value.

    What such a cell shows is unknown without computing; the truth leaves it empty.
    """
    (table,) = truth.tables
    book = Workbook()
    sheet = book.active
    sheet.append([truth.title])
    *rows, last = table.grid
    for row in rows:
        sheet.append([value_of(text)[0] for text in row])
    sums = (f"=SUM({column}3:{column}{len(rows) + 1})" for column in "BC")
    sheet.append([last[0], *sums])
    buffer = io.BytesIO()
    book.save(buffer)
    return settled(buffer.getvalue())
