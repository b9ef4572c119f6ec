"""`read` for PDFs: the text layer as paragraphs and tables, every failure by name.

Bounded by pages, characters and objects. PDFium is not thread-safe: read one PDF at a time in a
process. A PDF made to exhaust PDFium itself (nested forms, deflate bombs) can only be stopped
from outside the process; whoever runs `read` in workers names that outcome ``killed``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crawler import titles
from crawler.extraction.pdf_columns import find_columns
from crawler.extraction.pdf_flow import Margins, Passage, Piece, flow, measure, to_block
from crawler.extraction.pdf_grid import MAX_RULES
from crawler.extraction.pdf_lines import Line, is_autospaced, read_lines
from crawler.extraction.pdf_page import PageInk, read_ink
from crawler.extraction.pdf_running import without_running_lines
from crawler.extraction.pdf_tables import Fragment, ruled_tables
from crawler.items import Block, Capture, Context, Judgement, PageOutcome, PageResult, render_blocks

MAX_PAGES = 500
MAX_CHARS = 500_000
_PATH = "pdf-text"
_HEAD_CHARS = 2_000
_TITLE_LINES = 4
_TAIL_BYTES = 4_096
# More glyphs without a character than this share: the font's map is broken or missing.
_UNREADABLE_SHARE = 0.3

_LOAD_FAILURES = {
    pdfium_c.FPDF_ERR_PASSWORD: (PageOutcome.ENCRYPTED, "pdf_password: the file needs a password"),
    pdfium_c.FPDF_ERR_SECURITY: (PageOutcome.ENCRYPTED, "pdf_security: unknown encryption scheme"),
}


def read_pdf(capture: Capture, context: Context | None = None) -> PageResult:
    """What the PDF of ``capture`` says.

    ``context`` is not needed: a PDF states its own title or leaves it to the page it belongs to.
    """
    del context
    if not capture.content.strip():
        return _failure(capture, PageOutcome.ERROR, "empty_file: 0 bytes, expected a PDF")
    try:
        document = pdfium.PdfDocument(capture.content)
    except pdfium.PdfiumError as error:
        outcome, warning = _LOAD_FAILURES.get(
            error.err_code, (PageOutcome.ERROR, f"pdf_broken: {error}")
        )
        return _failure(capture, outcome, warning)
    try:
        inks, warnings = _read_pages(document)
    finally:
        document.close()
    return _result(capture, inks, [*_cut_warnings(capture), *warnings])


def _failure(capture: Capture, outcome: PageOutcome, *warnings: str) -> PageResult:
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=outcome,
        text_source="pdf",
        warnings=warnings,
        path=_PATH,
    )


def _read_pages(document: pdfium.PdfDocument) -> tuple[list[PageInk], list[str]]:
    inks: list[PageInk] = []
    warnings: list[str] = []
    chars = 0
    for index in range(min(len(document), MAX_PAGES)):
        try:
            page = document[index]
        except pdfium.PdfiumError as error:
            warnings.append(f"page_broken:{index + 1}: {error}")
            continue
        try:
            inks.append(read_ink(page, MAX_CHARS - chars))
        except pdfium.PdfiumError as error:
            warnings.append(f"page_broken:{index + 1}: {error}")
        finally:
            page.close()
        chars += len(inks[-1].glyphs) if inks else 0
        if chars >= MAX_CHARS:
            warnings.append(f"too_long: cut after {MAX_CHARS} characters on page {index + 1}")
            break
    if len(document) > MAX_PAGES:
        warnings.append(f"too_long: read {MAX_PAGES} of {len(document)} pages")
    return inks, warnings


def _cut_warnings(capture: Capture) -> list[str]:
    if capture.truncated:
        return [f"cut: the capture was truncated ({capture.truncated})"]
    if b"%%EOF" not in capture.content[-_TAIL_BYTES:]:
        # PDFium rebuilds what it can of such a file; the last pages may be missing.
        return ["cut: no end-of-file mark"]
    return []


def _result(capture: Capture, inks: list[PageInk], warnings: list[str]) -> PageResult:
    warnings = [*warnings, *_ink_warnings(inks)]
    glyphs = sum(len(ink.glyphs) for ink in inks)
    unreadable = sum(ink.unreadable for ink in inks)
    if not inks:
        return _failure(capture, PageOutcome.ERROR, *warnings, "pdf_broken: no page can be read")
    if unreadable > _UNREADABLE_SHARE * (glyphs + unreadable):
        return _failure(capture, PageOutcome.IMAGE_ONLY, *warnings, "text_layer_unreadable")
    pieces = _pieces(inks)
    if not pieces:
        return _failure(capture, PageOutcome.IMAGE_ONLY, *warnings, "no_text_layer")
    title, blocks, judgement = _split_title(pieces)
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=_outcome(judgement, warnings),
        text_source="pdf",
        title=title,
        judgement=judgement,
        blocks=blocks,
        warnings=tuple(warnings),
        path=_PATH,
    )


def _ink_warnings(inks: Sequence[PageInk]) -> list[str]:
    warnings = []
    for number, ink in enumerate(inks, start=1):
        if ink.too_many_objects or len(ink.rules) > MAX_RULES * 4:
            warnings.append(f"too_many_objects: tables of page {number} not read")
        if not ink.glyphs and any(other.glyphs for other in inks):
            warnings.append(f"page_without_text:{number}")
    if any(ink.hidden_text for ink in inks):
        warnings.append("hidden_text_layer: the text is somebody's OCR under a scan")
    return warnings


def _pieces(inks: Sequence[PageInk]) -> list[Piece]:
    autospaced = is_autospaced(
        line for index, ink in enumerate(inks) for line in read_lines(ink.glyphs, index)
    )
    tables: list[list[Fragment]] = []
    pages: list[list[Line]] = []
    for index, ink in enumerate(inks):
        fragments, rest = ruled_tables(ink, index, autospaced)
        tables.append(fragments)
        pages.append(read_lines(rest, index))
    pages = without_running_lines(pages, [ink.height for ink in inks])
    elements: list[Line | Fragment] = []
    for fragments, lines in zip(tables, pages, strict=True):
        here = [*fragments, *find_columns(lines)]
        elements.extend(sorted(here, key=_top, reverse=True))
    return flow(elements, _margins(pages, inks), autospaced)


def _top(element: Line | Fragment) -> float:
    # A caption's baseline may lie on the border of the table below it.
    return element.top if isinstance(element, Fragment) else element.y + 0.3 * element.em


def _margins(pages: Sequence[Sequence[Line]], inks: Sequence[PageInk]) -> dict[int, Margins]:
    """The margins of each page: pages of one size are set alike."""
    by_width: dict[int, list[Line]] = {}
    for lines, ink in zip(pages, inks, strict=True):
        by_width.setdefault(round(ink.width), []).extend(lines)
    measured = {width: measure(lines) for width, lines in by_width.items() if lines}
    return {
        index: measured[round(ink.width)]
        for index, ink in enumerate(inks)
        if round(ink.width) in measured
    }


def _split_title(pieces: Sequence[Piece]) -> tuple[str, tuple[Block, ...], Judgement]:
    """The document's own title, taken off the blocks, and what it says of the document."""
    first, count = _title_span(pieces)
    title = "".join(p.text for p in pieces[first : first + count] if isinstance(p, Passage))
    kept = [*pieces[:first], *pieces[first + count :]]
    blocks = tuple(to_block(piece) for piece in kept)
    head = render_blocks(blocks)[:_HEAD_CHARS]
    return title, blocks, titles.judge(title, head) if title else Judgement()


def _title_span(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Where the title's lines stand: the centred lines at the top that name a kind of document.

    A letterhead may stand above the title and an issuer's name may be a line of it, so every run
    of the centred lines is tried, longest first. Where none names a kind, the largest line is it.
    """
    top = _centred_at_top(pieces)
    for count in range(_TITLE_LINES, 0, -1):
        for first in top:
            run = [top[step] for step in range(first, first + count) if step in top]
            judgement = titles.judge("".join(passage.text for passage in run))
            if len(run) == count and (judgement.kind or judgement.look_alike):
                return first, count
    if not top:
        return 0, 0
    return max(top, key=lambda index: (top[index].em, -index)), 1


def _centred_at_top(pieces: Sequence[Piece]) -> dict[int, Passage]:
    """The centred paragraphs of the first page above its first table, by position."""
    top: dict[int, Passage] = {}
    for index, piece in enumerate(pieces):
        if isinstance(piece, Fragment) or piece.page != pieces[0].page:
            break
        if piece.centred:
            top[index] = piece
    return top


def _outcome(judgement: Judgement, warnings: Sequence[str]) -> PageOutcome:
    if any(warning.startswith(("cut:", "too_long:")) for warning in warnings):
        return PageOutcome.TRUNCATED
    if judgement.kind:
        return PageOutcome.DOCUMENT
    return PageOutcome.LOOK_ALIKE if judgement.look_alike else PageOutcome.NOT_RELEVANT
