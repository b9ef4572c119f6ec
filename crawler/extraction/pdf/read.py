"""`read` for PDFs: the text layer as paragraphs and tables, every failure by name.

Bounded by pages, characters, objects and forms drawn by forms. PDFium is not thread-safe: read one
PDF at a time in a process. What PDFium unpacks before it shows us anything (deflate bombs, a page
of ten million objects) can only be stopped from outside the process; whoever runs `read` in workers
names that outcome ``killed``.
"""

from __future__ import annotations

from crawler.extraction.filed import Carrier, cut_mark
from crawler.extraction.pdf.file import read_file
from crawler.extraction.pdf.page import is_unreadable
from crawler.extraction.pdf.pieces import pieces_of
from crawler.items import Capture, Context, PageOutcome, PageResult

_CARRIER = Carrier(text_source="pdf", path="pdf-text")
_TAIL_BYTES = 4_096


def read_pdf(capture: Capture, context: Context | None = None) -> PageResult:
    """What the PDF of ``capture`` says.

    ``context`` is not needed: a PDF states its own title or leaves it to the page it belongs to.
    """
    del context
    if not capture.content.strip():
        return _CARRIER.failed(capture, PageOutcome.ERROR, ["empty_file: 0 bytes, expected a PDF"])
    text = read_file(capture.content)
    cut = _cut_mark(capture)
    warnings = [*cut, *text.warnings]
    if text.failure:
        outcome = PageOutcome.TRUNCATED if capture.truncated else text.failure
        return _CARRIER.failed(capture, outcome, warnings)
    if is_unreadable(text.inks):
        return _CARRIER.failed(
            capture, PageOutcome.IMAGE_ONLY, [*warnings, "text_layer_unreadable"]
        )
    pieces = pieces_of(text.inks)
    if not pieces:
        return _CARRIER.failed(capture, PageOutcome.IMAGE_ONLY, [*warnings, "no_text_layer"])
    return _CARRIER.finished(capture, pieces, warnings, cut=bool(cut or text.cut))


def _cut_mark(capture: Capture) -> list[str]:
    if not capture.truncated and b"%%EOF" not in capture.content[-_TAIL_BYTES:]:
        # PDFium rebuilds what it can of such a file; the last pages may be missing.
        return ["cut:no_end_of_file_mark"]
    return cut_mark(capture)
