"""`read`: one capture to one PageResult. Pure: no I/O, no clock, nothing kept between calls.

What no reader takes apart, a tool may have converted before (`Capture.conversions`): then that is
read in its place. Where nothing was converted yet, the result says what would do it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from crawler.extraction.archives.read import read_7z, read_rar, read_zip
from crawler.extraction.article import read_page
from crawler.extraction.files.realnames import with_file_name
from crawler.extraction.ocr.read import read_ocr
from crawler.extraction.office.docx.read import read_docx
from crawler.extraction.office.ofd import read_ofd
from crawler.extraction.office.plain import read_mhtml, read_text
from crawler.extraction.office.xlsx.read import read_xlsx
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.pdf.read import read_pdf
from crawler.extraction.sniff import true_type
from crawler.items import BSDTAR, LIBREOFFICE, RAPIDOCR, Capture, Context, PageOutcome, PageResult

__all__ = ["engines_for", "is_file", "read", "read_page", "wants_office"]

Reader = Callable[[Capture, Context | None], PageResult]


def read(capture: Capture, context: Context | None = None) -> PageResult:
    """Read a page or an attachment by what its bytes are; every end has a name."""
    kind = true_type(capture.content)
    if kind in _CONVERTED:
        result = _read_converted(kind, capture, context)
    elif kind in _READERS:
        result = _READERS[kind](capture, context)
    else:
        result = _without_text(kind, capture)
    if kind in _SCANNED:
        result = _with_ocr(capture, result)
    if capture.truncated and f"cut:{capture.truncated}" not in result.warnings:
        result = replace(result, warnings=(*result.warnings, f"cut:{capture.truncated}"))
    return with_file_name(capture, result)


def is_file(capture: Capture) -> bool:
    """Whether `read` may take a file apart, with libraries that hostile bytes may break."""
    return true_type(capture.content) in _FILES


def engines_for(capture: Capture) -> tuple[str, ...]:
    """The engines whose conversions `read` would use for bytes of this type."""
    return _ENGINES.get(true_type(capture.content), ())


def wants_office(result: PageResult) -> bool:
    """Whether LibreOffice could make a text of the file, or of a member of it."""
    return any(warning.endswith(_ADVICE[LIBREOFFICE]) for warning in result.warnings)


def _read_html(capture: Capture, context: Context | None) -> PageResult:
    try:
        return read_page(Page(capture), context)
    except PageLimitError as limit:
        return _result(capture, PageOutcome.KILLED, f"limit: {limit}")


def _read_converted(kind: str, capture: Capture, context: Context | None) -> PageResult:
    """What a tool made of the file, by the reader of that; else what would make something."""
    conversion = capture.conversion(_CONVERTED[kind])
    if conversion is None:
        return _without_text(kind, capture)
    made = true_type(conversion.content)
    if made not in _MADE:
        found = f"conversion: expected {' or '.join(sorted(_MADE))}, found {made}"
        result = _result(capture, PageOutcome.ERROR, f"type:{kind}", found)
    else:
        result = _READERS[made](replace(capture, content=conversion.content), context)
    return replace(
        result,
        text_source="office",
        path=f"{conversion.engine}:{result.path}" if result.path else conversion.engine,
        conversion=conversion.ref,
    )


def _with_ocr(capture: Capture, layered: PageResult) -> PageResult:
    """``layered``, which is what the file says itself, with what its scans show."""
    conversion = capture.conversion(RAPIDOCR)
    if conversion is None:
        if layered.outcome in _SCANS:
            return replace(layered, warnings=(*layered.warnings, _ADVICE[RAPIDOCR]))
        return layered
    return read_ocr(capture, conversion, layered)


def _without_text(kind: str, capture: Capture) -> PageResult:
    """A type this reader has no text of: what it would take is in the outcome."""
    outcome = _OUTCOMES.get(kind, PageOutcome.UNSUPPORTED)
    if capture.truncated and kind in _CONVERTED:
        return _result(capture, PageOutcome.TRUNCATED, f"type:{kind}")  # no tool has its end
    advice = (_ADVICE[_CONVERTED[kind]],) if kind in _CONVERTED else ()
    return _result(capture, outcome, f"type:{kind}", *advice)


def _result(capture: Capture, outcome: PageOutcome, *warnings: str) -> PageResult:
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=outcome,
        text_source="",
        warnings=warnings,
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
    "zip": partial(read_zip, read),
    "7z": partial(read_7z, read),
    "rar": partial(read_rar, read),
}
#: Types that are read from a conversion, and the engine that makes it.
_CONVERTED = {"office": LIBREOFFICE, "rtf": LIBREOFFICE, "odf": LIBREOFFICE}
#: What a conversion may be: a tool that was lied to may have made a page of something else.
_MADE = frozenset({"docx", "xlsx", "pdf"})
#: Types whose pages may be pictures of text.
_SCANNED = frozenset({"image", "pdf"})
_SCANS = frozenset({PageOutcome.NEEDS_TOOL, PageOutcome.IMAGE_ONLY})
#: Of archives, LibreOffice makes what it makes of their members.
_ENGINES = {
    **dict.fromkeys(_CONVERTED, (LIBREOFFICE,)),
    **dict.fromkeys(_SCANNED, (RAPIDOCR,)),
    **dict.fromkeys(("zip", "7z"), (LIBREOFFICE,)),
    "rar": (BSDTAR, LIBREOFFICE),
}
_FILES = (_READERS.keys() | _ENGINES.keys()) - {_PAGE}
_ADVICE = {
    LIBREOFFICE: "needs LibreOffice: install it, then run `scrapy reextract --convert`",
    RAPIDOCR: "needs OCR: pip install 'xianzhi[ocr]', then run `scrapy reextract --ocr`",
}
_OUTCOMES = {
    "empty": PageOutcome.ERROR,
    "encrypted": PageOutcome.ENCRYPTED,
    "cut_compound": PageOutcome.TRUNCATED,
    "broken_compound": PageOutcome.ERROR,
    "image": PageOutcome.NEEDS_TOOL,
    **dict.fromkeys(_CONVERTED, PageOutcome.NEEDS_TOOL),
}
