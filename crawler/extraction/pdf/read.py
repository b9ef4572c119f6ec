"""`read` for PDFs: the text layer as paragraphs and tables, every failure by name.

Bounded by pages, characters and objects. PDFium is not thread-safe: read one PDF at a time in a
process. A PDF made to exhaust PDFium itself (nested forms, deflate bombs) can only be stopped
from outside the process; whoever runs `read` in workers names that outcome ``killed``.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.pdf.columns import find_columns
from crawler.extraction.pdf.file import PdfText, read_file
from crawler.extraction.pdf.flow import Margins, Piece, flow, measure, to_block
from crawler.extraction.pdf.lines import Line, is_autospaced, read_lines
from crawler.extraction.pdf.page import PageInk
from crawler.extraction.pdf.running import without_running_lines
from crawler.extraction.pdf.tables import Fragment, ruled_tables
from crawler.extraction.pdf.title import split_title
from crawler.items import Capture, Context, Judgement, PageOutcome, PageResult, render_blocks
from crawler.titles import judge

_PATH = "pdf-text"
_HEAD_CHARS = 2_000
_TAIL_BYTES = 4_096
# More glyphs without a character than this share: the font's map is broken or missing.
_UNREADABLE_SHARE = 0.3


def read_pdf(capture: Capture, context: Context | None = None) -> PageResult:
    """What the PDF of ``capture`` says.

    ``context`` is not needed: a PDF states its own title or leaves it to the page it belongs to.
    """
    del context
    if not capture.content.strip():
        return _failure(capture, PageOutcome.ERROR, ["empty_file: 0 bytes, expected a PDF"])
    text = read_file(capture.content)
    cut = _cut_mark(capture)
    warnings = [*cut, *text.warnings]
    if text.failure:
        outcome = PageOutcome.TRUNCATED if capture.truncated else text.failure
        return _failure(capture, outcome, warnings)
    if _is_unreadable(text):
        return _failure(capture, PageOutcome.IMAGE_ONLY, [*warnings, "text_layer_unreadable"])
    pieces = _pieces(text.inks)
    if not pieces:
        return _failure(capture, PageOutcome.IMAGE_ONLY, [*warnings, "no_text_layer"])
    title, body = split_title(pieces)
    blocks = tuple(to_block(piece) for piece in body)
    head = render_blocks(blocks)[:_HEAD_CHARS]
    judgement = judge(title, head) if title else Judgement()
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=PageOutcome.TRUNCATED if cut or text.cut else _outcome(judgement),
        text_source="pdf",
        title=title,
        judgement=judgement,
        blocks=blocks,
        warnings=tuple(warnings),
        path=_PATH,
    )


def _failure(capture: Capture, outcome: PageOutcome, warnings: Sequence[str]) -> PageResult:
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=outcome,
        text_source="pdf",
        warnings=tuple(warnings),
        path=_PATH,
    )


def _cut_mark(capture: Capture) -> list[str]:
    if capture.truncated:
        return [f"cut:{capture.truncated}"]
    if b"%%EOF" not in capture.content[-_TAIL_BYTES:]:
        # PDFium rebuilds what it can of such a file; the last pages may be missing.
        return ["cut:no_end_of_file_mark"]
    return []


def _is_unreadable(text: PdfText) -> bool:
    readable = sum(len(ink.glyphs) for ink in text.inks)
    unreadable = sum(ink.unreadable for ink in text.inks)
    return unreadable > _UNREADABLE_SHARE * (readable + unreadable)


def _pieces(inks: Sequence[PageInk]) -> list[Piece]:
    autospaced = is_autospaced([ink.glyphs for ink in inks])
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
    measured = {width: measure(lines, width) for width, lines in by_width.items() if lines}
    return {
        index: measured[round(ink.width)]
        for index, ink in enumerate(inks)
        if round(ink.width) in measured
    }


def _outcome(judgement: Judgement) -> PageOutcome:
    if judgement.kind:
        return PageOutcome.DOCUMENT
    return PageOutcome.LOOK_ALIKE if judgement.look_alike else PageOutcome.NOT_RELEVANT
