"""The cells of one worksheet: what is displayed, where, and over how many rows and columns.

Neither the sheet's stated dimension nor the addresses of its rows are believed: only cells that
are there count, and only those with something to show are kept.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from crawler.extraction.office.package import Element, Package
from crawler.extraction.office.xlsx.formats import displayed
from crawler.extraction.office.xlsx.workbook import Style, Workbook, is_set, text_of, x
from crawler.extraction.whitespace import joined, squeeze

MAX_CELLS = 200_000  # with a value, of a workbook
MAX_CHARS = 5_000_000
_MAX_MERGED = 20_000
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_PLAIN = Style()
_TRUTH = {"1": "TRUE", "0": "FALSE"}

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one, rows and columns by number, the last included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """What a sheet's cells display, by row and column from 1, hidden or not."""

    texts: dict[Place, str] = field(default_factory=dict)
    styles: dict[Place, Style] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    without_value: int = 0  # formulas that nobody computed before the file was saved
    cut: bool = False


@dataclass(slots=True)
class Budget:
    """What may still be read of a workbook."""

    cells: int = MAX_CELLS
    chars: int = MAX_CHARS

    @property
    def is_spent(self) -> bool:
        return self.cells <= 0 or self.chars <= 0


def read_sheet(package: Package, path: str, book: Workbook, budget: Budget) -> Sheet:
    """The worksheet at ``path``, as far as the budget goes."""
    sheet = Sheet()
    row_number = 0
    for element in package.elements(path, x("row"), x("col"), x("mergeCell")):
        if element.tag == x("col"):
            _note_hidden(element, sheet)
        elif element.tag == x("mergeCell"):
            _note_merged(element.get("ref") or "", sheet)
        else:
            row_number = _integer(element.get("r"), row_number + 1, _MAX_ROW)
            if budget.is_spent:
                sheet.cut = True
            else:
                _read_row(element, row_number, sheet, book, budget)
            if is_set(element, "hidden"):
                sheet.hidden_rows.add(row_number)
    return sheet


def _read_row(element: Element, row: int, sheet: Sheet, book: Workbook, budget: Budget) -> None:
    column = 0
    for cell in element.iterchildren(x("c")):
        address = _ADDRESS.fullmatch(cell.get("r") or "")
        column = _column(address[1]) if address else column + 1
        if budget.is_spent:
            sheet.cut = True
            return
        if column > _MAX_COLUMN:
            continue
        index = _integer(cell.get("s"), 0, 1_000_000)
        style = book.styles[index] if index < len(book.styles) else _PLAIN
        text = _text(cell, style, book)
        if text is None:
            sheet.without_value += 1
        if text != "":
            # An empty cell that should say something has its place in the table.
            text = text or ""
            sheet.texts[row, column] = text
            budget.cells -= 1
            budget.chars -= len(text)
            sheet.styles[row, column] = style


def _text(cell: Element, style: Style, book: Workbook) -> str | None:
    """What a cell displays; None where it is a formula without a computed value."""
    kind = cell.get("t") or "n"
    value = cell.findtext(x("v"))
    if kind == "inlineStr":
        return _lines(text_of(cell))
    if not value:
        is_empty = kind == "str" or cell.find(x("f")) is None
        return "" if is_empty else None
    if kind == "s":
        index = _integer(value, -1, 100_000_000)
        return _lines(book.strings[index]) if 0 <= index < len(book.strings) else ""
    if kind == "b":
        return _TRUTH.get(value.strip(), "")
    if kind != "n":
        return _lines(value)
    try:
        number = float(value)
    except ValueError:
        return _lines(value)
    return displayed(number, style.code, book.since_1904) if math.isfinite(number) else ""


def _lines(text: str) -> str:
    """Lines that were broken inside a cell are joined, as in every table."""
    return joined(squeeze(line) for line in text.replace("_x000D_", "").splitlines())


def _note_hidden(element: Element, sheet: Sheet) -> None:
    if is_set(element, "hidden"):
        first = _integer(element.get("min"), 0, _MAX_COLUMN)
        last = _integer(element.get("max"), first, _MAX_COLUMN)
        sheet.hidden_columns.update(range(first, last + 1))


def _note_merged(reference: str, sheet: Sheet) -> None:
    first, _, last = reference.partition(":")
    start, end = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last)
    if start and end and len(sheet.merged) < _MAX_MERGED:
        one = Merged(int(start[2]), _column(start[1]), int(end[2]), _column(end[1]))
        if one.top <= one.bottom and one.left <= one.right:
            sheet.merged.append(one)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _integer(text: str | None, default: int, most: int) -> int:
    text = (text or "").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else default
