"""Opening a PDF and reading its pages within limits; every way it can fail has a name."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler.extraction.pdf.forms import MAX_DRAWINGS, draws_too_much
from crawler.extraction.pdf.page import PageInk, read_ink
from crawler.items import PageOutcome

MAX_PAGES = 500
MAX_CHARS = 500_000
# PDFium takes a second or two for a million objects before we see the first.
MAX_OBJECTS = 500_000

_LOAD_FAILURES = {
    pdfium_c.FPDF_ERR_PASSWORD: (PageOutcome.ENCRYPTED, "pdf_password: the file needs a password"),
    pdfium_c.FPDF_ERR_SECURITY: (PageOutcome.ENCRYPTED, "pdf_security: unknown encryption scheme"),
}


@dataclass(slots=True)
class PdfText:
    """The pages that could be read. ``failure`` is why none can be, ``cut`` that not all were."""

    inks: list[PageInk] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)  # of these pages
    warnings: list[str] = field(default_factory=list)
    failure: PageOutcome | None = None
    cut: bool = False


def read_file(content: bytes) -> PdfText:
    """All pages of a PDF, at most ``MAX_PAGES`` and ``MAX_CHARS``."""
    if draws_too_much(content):
        warning = f"limit: drawings over {MAX_DRAWINGS} of one form, not opened"
        return PdfText(warnings=[warning], failure=PageOutcome.KILLED)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        outcome, warning = load_failure(error)
        return PdfText(warnings=[warning], failure=outcome)
    try:
        text = _read_pages(document)
    finally:
        document.close()
    if not text.inks:
        text.failure = PageOutcome.ERROR
    text.warnings += _page_warnings(text)
    return text


def load_failure(error: pdfium.PdfiumError) -> tuple[PageOutcome, str]:
    """What a file that PDFium does not open ends in, and the warning that says so."""
    return _LOAD_FAILURES.get(error.err_code, (PageOutcome.ERROR, f"pdf_broken: {error}"))


def _read_pages(document: pdfium.PdfDocument) -> PdfText:
    text = PdfText()
    chars, objects = MAX_CHARS, MAX_OBJECTS
    for index in range(len(document)):
        if index >= MAX_PAGES or chars <= 0 or objects <= 0:
            text.cut = True
            text.warnings.append(f"too_long: read {index} of {len(document)} pages")
            break
        try:
            ink = _read_page(document, index, chars)
        except pdfium.PdfiumError as error:
            text.warnings.append(f"page_broken:{index + 1}: {error}")
            continue
        text.inks.append(ink)
        text.numbers.append(index + 1)
        chars -= len(ink.glyphs)
        objects -= ink.objects
        if ink.cut:
            text.cut = True
            text.warnings.append(f"too_long: page {index + 1} cut after {MAX_CHARS} characters")
    return text


def _read_page(document: pdfium.PdfDocument, index: int, max_chars: int) -> PageInk:
    page = document[index]
    try:
        return read_ink(page, max_chars)
    finally:
        page.close()


def _page_warnings(text: PdfText) -> list[str]:
    warnings = []
    has_text = any(ink.glyphs for ink in text.inks)
    for number, ink in zip(text.numbers, text.inks, strict=True):
        if ink.too_many_objects:
            warnings.append(f"too_many_objects: tables of page {number} not read")
        if has_text and not ink.glyphs:
            warnings.append(f"page_without_text:{number}")
    if any(ink.hidden_text for ink in text.inks):
        warnings.append("hidden_text_layer: the text is somebody's OCR under a scan")
    return warnings
