"""`read` for Word documents (DOCX, DOCM, and what WPS saves as them)."""

from __future__ import annotations

from crawler.extraction.filed import Carrier, UnreadableError, cut_mark
from crawler.extraction.office.docx.body import Body
from crawler.extraction.office.package import Package
from crawler.items import Capture, Context, PageOutcome, PageResult

_CARRIER = Carrier(text_source="docx", path="docx")
_MAIN = "officeDocument"
_USUAL = "word/document.xml"


def read_docx(capture: Capture, context: Context | None = None) -> PageResult:
    """What the Word document of ``capture`` says; ``context`` is not needed (see `read_pdf`)."""
    del context
    warnings = cut_mark(capture)
    try:
        package = Package(capture.content)
        body = Body(package, main_part(package, _USUAL))
        pieces = body.pieces()
    except UnreadableError as error:
        outcome = PageOutcome.TRUNCATED if capture.truncated else error.outcome
        return _CARRIER.failed(capture, outcome, [*warnings, error.warning])
    warnings += body.warnings()
    if not pieces:
        outcome = PageOutcome.IMAGE_ONLY if body.pictures else PageOutcome.ERROR
        return _CARRIER.failed(capture, outcome, [*warnings, "no_text"])
    return _CARRIER.finished(capture, pieces, warnings, cut=bool(cut_mark(capture)) or body.cut)


def main_part(package: Package, usual: str) -> str:
    """The part a package says it is about; where it says nothing, the usual one."""
    named = (path for kind, path in package.related("").values() if kind == _MAIN)
    return next(named, usual)
