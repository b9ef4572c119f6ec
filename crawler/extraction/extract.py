"""`read`: one capture to one PageResult. Pure: no I/O, no clock, nothing kept between calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from crawler.extraction.article import read_page
from crawler.extraction.office.docx.read import read_docx
from crawler.extraction.office.ofd import read_ofd
from crawler.extraction.office.plain import read_mhtml, read_text
from crawler.extraction.office.xlsx.read import read_xlsx
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.pdf.read import read_pdf
from crawler.extraction.sniff import true_type
from crawler.items import Capture, Context, PageOutcome, PageResult

__all__ = ["read", "read_page"]

Reader = Callable[[Capture, Context | None], PageResult]


def read(capture: Capture, context: Context | None = None) -> PageResult:
    """Read a page or an attachment by what its bytes are; every end has a name."""
    kind = true_type(capture.content)
    result = _READERS.get(kind, partial(_without_text, kind))(capture, context)
    if capture.truncated and f"cut:{capture.truncated}" not in result.warnings:
        result = replace(result, warnings=(*result.warnings, f"cut:{capture.truncated}"))
    return result


def is_file(capture: Capture) -> bool:
    """Whether `read` would take a file apart, with libraries that hostile bytes may break."""
    return true_type(capture.content) in _READERS.keys() - {_PAGE}


def _read_html(capture: Capture, context: Context | None) -> PageResult:
    try:
        return read_page(Page(capture), context)
    except PageLimitError as limit:
        return _result(capture, PageOutcome.KILLED, f"limit: {limit}")


def _without_text(kind: str, capture: Capture, _context: Context | None) -> PageResult:
    """A type this reader has no text of: what it would take is in the outcome."""
    outcome = _OUTCOMES.get(kind, PageOutcome.UNSUPPORTED)
    return _result(capture, outcome, f"type:{kind}")


def _result(capture: Capture, outcome: PageOutcome, warning: str) -> PageResult:
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=outcome,
        text_source="",
        warnings=(warning,),
    )


_PAGE = "html"
_READERS: dict[str, Reader] = {
    _PAGE: _read_html,
    "mhtml": read_mhtml,
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
    "ofd": read_ofd,
    "text": read_text,
}
_OUTCOMES = {
    "empty": PageOutcome.ERROR,
    "encrypted": PageOutcome.ENCRYPTED,
    "pptx": PageOutcome.NEEDS_TOOL,
    "office": PageOutcome.NEEDS_TOOL,
    "rtf": PageOutcome.NEEDS_TOOL,
    "odf": PageOutcome.NEEDS_TOOL,
    "image": PageOutcome.NEEDS_TOOL,
}
