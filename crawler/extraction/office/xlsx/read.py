"""`read` for Excel workbooks (XLSX, XLSM, and what WPS saves as them)."""

from __future__ import annotations

import re

from crawler.extraction.filed import Carrier, UnreadableError, cut_mark
from crawler.extraction.office.docx.read import main_part
from crawler.extraction.office.package import Package
from crawler.extraction.office.xlsx.blocks import pieces_of
from crawler.extraction.office.xlsx.sheet import Budget, Sheet, read_sheet
from crawler.extraction.office.xlsx.shown import shown_cells
from crawler.extraction.office.xlsx.workbook import MAX_SHEETS, read_workbook
from crawler.extraction.passages import Passage
from crawler.extraction.whitespace import bare, squeeze
from crawler.items import Capture, Context, PageOutcome, PageResult, Table

_CARRIER = Carrier(text_source="office", path="xlsx")
_USUAL = "xl/workbook.xml"
# What a program calls a sheet that nobody named.
_UNNAMED = re.compile(r"(?:Sheet|工作表|Table|表|Chart)\s*\d*(?:\s*\(\d+\))?", re.IGNORECASE)


def read_xlsx(capture: Capture, context: Context | None = None) -> PageResult:
    """What the workbook of ``capture`` shows; ``context`` is not needed (see `read_pdf`)."""
    del context
    warnings = cut_mark(capture)
    pieces: list[Passage | Table] = []
    cut = bool(warnings)
    try:
        package = Package(capture.content)
        book = read_workbook(package, main_part(package, _USUAL))
        budget = Budget()
        for number, (name, path) in enumerate(book.sheets[:MAX_SHEETS]):
            sheet = read_sheet(package, path, book, budget)
            found = list(pieces_of(shown_cells(sheet), number))
            pieces += [*_heading(name, number, found), *found]
            warnings += _noted(name, sheet)
            cut = cut or sheet.cut
        if len(book.sheets) > MAX_SHEETS:
            cut = True
            warnings.append(f"too_long: read {MAX_SHEETS} of {len(book.sheets)} sheets")
    except UnreadableError as error:
        outcome = PageOutcome.TRUNCATED if capture.truncated else error.outcome
        return _CARRIER.failed(capture, outcome, [*warnings, error.warning])
    if not pieces:
        return _CARRIER.failed(capture, PageOutcome.ERROR, [*warnings, "no_text"])
    return _CARRIER.finished(capture, pieces, warnings, cut=cut)


def _heading(name: str, number: int, found: list[Passage | Table]) -> list[Passage]:
    """A sheet's name, where somebody gave it one and its first lines do not say the same."""
    said = {bare(piece.text) for piece in found[:2] if isinstance(piece, Passage)}
    if not found or _UNNAMED.fullmatch(name.strip()) or bare(name) in said:
        return []
    return [Passage(squeeze(name), number, 1.0, False)]


def _noted(name: str, sheet: Sheet) -> list[str]:
    notes = []
    if sheet.without_value:
        notes.append(f"formula_without_value:{sheet.without_value} in {name[:40]}")
    if sheet.cut:
        notes.append(f"too_long: {name[:40]} not read to its end")
    return notes
