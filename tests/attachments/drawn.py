"""PDFs drawn by reportlab: every feature of official PDFs that can be asked for by name.

The default font is the CID font STSong-Light, which is not embedded, as in many older official
PDFs; ``embedded`` takes a TrueType font of the system instead (see `fonts`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from tests.attachments.fonts import embedded_font
from tests.attachments.truth import SpanTable, Truth

MARGIN = 72.0
_CID = "STSong-Light"
_WIDE = "wide"
pdfmetrics.registerFont(UnicodeCIDFont(_CID))


@dataclass(frozen=True, slots=True)
class Look:
    """How a PDF is set. ``turned`` pages are landscape and shown through /Rotate."""

    size: float = 16
    table_size: float = 9
    page: tuple[float, float] = A4
    columns: int = 1
    head: str = ""
    numbers: str = "- {} -"
    embedded: bool = False
    repeat_head: int = 0
    split_rows: bool = False
    turned: bool = False
    filled_rules: bool = False
    open_password: str | None = None
    bare_tables: bool = False


def pdf(truth: Truth, look: Look) -> bytes:
    """``truth`` as a PDF; the same bytes every time."""
    buffer = io.BytesIO()
    encrypt = None
    if look.open_password is not None:
        encrypt = StandardEncryption(look.open_password, ownerPassword="owner", strength=128)
    document = BaseDocTemplate(
        buffer, pagesize=look.page, title="", invariant=1, encrypt=encrypt, pageCompression=1
    )
    document.addPageTemplates(_templates(look))
    document.build(list(_flowables(truth, look)))
    return buffer.getvalue()


def _templates(look: Look) -> list[PageTemplate]:
    on_page = partial(_running_lines, look)
    size = landscape(look.page)
    # Stored upright, its ink turned, shown through /Rotate, for which reportlab swaps the sides.
    wide = PageTemplate(_WIDE, list(_frames(size, 1)), pagesize=size, onPage=on_page)
    wide.rotation = 90
    return [PageTemplate("text", list(_frames(look.page, look.columns)), onPage=on_page), wide]


def _frames(page: tuple[float, float], columns: int) -> Iterator[Frame]:
    width, height = page
    gap = 24.0
    each = (width - 2 * MARGIN - gap * (columns - 1)) / columns
    for number in range(columns):
        x = MARGIN + number * (each + gap)
        yield Frame(x, MARGIN, each, height - 2 * MARGIN, 0, 0, 0, 0, id=f"column{number}")


def _running_lines(look: Look, canvas: Canvas, document: BaseDocTemplate) -> None:
    width, height = look.page
    if document.pageTemplate.id == _WIDE:
        canvas.translate(width, 0)
        canvas.rotate(90)
        width, height = height, width
    canvas.saveState()
    canvas.setFont(_font(look), 10)
    if look.head:
        canvas.drawString(MARGIN, height - 45, look.head)
    if look.numbers:
        canvas.drawCentredString(width / 2, 40, look.numbers.format(canvas.getPageNumber()))
    canvas.restoreState()


def _font(look: Look) -> str:
    return embedded_font() if look.embedded else _CID


def _styles(look: Look) -> tuple[ParagraphStyle, ParagraphStyle, ParagraphStyle]:
    font, size = _font(look), look.size
    body = ParagraphStyle(
        "body", fontName=font, fontSize=size, leading=1.75 * size, wordWrap="CJK",
        firstLineIndent=2 * size,
    )  # fmt: skip
    title = ParagraphStyle(
        "title", body, fontSize=size + 4, leading=2 * size, alignment=TA_CENTER, firstLineIndent=0
    )
    cell = ParagraphStyle(
        "cell", body, fontSize=look.table_size, leading=1.3 * look.table_size, firstLineIndent=0
    )
    return title, body, cell


def _flowables(truth: Truth, look: Look) -> Iterator[Flowable]:
    title, body, cell = _styles(look)
    yield Paragraph(truth.title, title)
    yield Spacer(0, look.size)
    for block in truth.blocks:
        if isinstance(block, str):
            yield Paragraph(_escaped(block), body)
        elif look.turned:
            yield NextPageTemplate(_WIDE)
            yield PageBreak()
            yield _table(block, look, cell, look.page[1] - 2 * MARGIN)
            yield NextPageTemplate("text")
            yield PageBreak()
        else:
            yield Spacer(0, 6)
            yield _table(block, look, cell, look.page[0] - 2 * MARGIN)
            yield Spacer(0, 6)


def _table(table: SpanTable, look: Look, style: ParagraphStyle, width: float) -> Table:
    lines: list[list[Paragraph | str]] = [[""] * table.width for _ in table.rows]
    commands: list[tuple[object, ...]] = []
    for y, x, cell in table.placed():
        lines[y][x] = Paragraph(_escaped(cell.text), style) if cell.text else ""
        last = (x + cell.columns - 1, y + cell.rows - 1)
        if last != (x, y):
            commands.append(("SPAN", (x, y), last))
        if look.filled_rules:
            commands.append(("BOX", (x, y), last, 0.5, colors.black))
    if not (look.bare_tables or look.filled_rules):
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    commands += [("VALIGN", (0, 0), (-1, -1), "TOP" if look.split_rows else "MIDDLE")]
    # Half a letter, as Word's: a mark that hangs over the end of a line stays in its cell.
    room = max(3, 0.55 * look.table_size)
    commands += [(f"{side}PADDING", (0, 0), (-1, -1), room) for side in ("LEFT", "RIGHT")]
    kind = FilledRules if look.filled_rules else Table
    return kind(
        lines,
        colWidths=column_widths(table, width),
        repeatRows=look.repeat_head,
        splitInRow=1 if look.split_rows else 0,
        style=commands,
    )


class FilledRules(Table):
    """Rules as thin filled rectangles, as Word's export draws them."""

    def _drawLines(self) -> None:  # noqa: N802
        canvas = self.canv
        ruled = canvas.line, canvas.lines
        canvas.line = partial(_bar, canvas)
        canvas.lines = lambda many: [_bar(canvas, *one) for one in many]
        try:
            super()._drawLines()
        finally:
            canvas.line, canvas.lines = ruled


def _bar(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    thick = 0.5
    canvas.rect(
        min(x0, x1) - thick / 2, min(y0, y1) - thick / 2,
        abs(x1 - x0) + thick, abs(y1 - y0) + thick, stroke=0, fill=1,
    )  # fmt: skip


def column_widths(table: SpanTable, width: float) -> Sequence[float]:
    """Columns share the width by their longest cell, within reason."""
    longest = [3] * table.width
    for _, x, cell in table.placed():
        if cell.columns == 1:
            longest[x] = max(longest[x], min(len(cell.text), 16))
    return [width * one / sum(longest) for one in longest]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
