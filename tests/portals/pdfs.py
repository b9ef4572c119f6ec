"""PDF attachments with a real text layer, drawn without a font file (CID font STSong-Light).

Lines break only between two Han characters, so that what a reader must join is never in doubt.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from crawler.items import Block, Paragraph, Table

FONT = "STSong-Light"
# 三号 characters on 28 pt lines between 28 mm margins: the official layout of such papers, and
# with it the line of seed 004 that a page cut (`宣|传`) is a full one.
SIZE = 16
LEADING = 28
TITLE_SIZE = 22
CELL_SIZE = 10
CELL_LEADING = 14
MARGIN = 79
WIDTH = A4[0] - 2 * MARGIN
PAGE_BREAK = "\f"
LINE_BREAK = "\n"

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def wrap(text: str, width: float, first_indent: float) -> list[str]:
    """``text`` in lines no wider than ``width``, broken only between two Han characters."""
    lines = []
    room = width - first_indent
    while pdfmetrics.stringWidth(text, FONT, SIZE) > room:
        end = len(text)
        while pdfmetrics.stringWidth(text[:end], FONT, SIZE) > room or not (
            _is_han(text[end - 1]) and _is_han(text[end])
        ):
            end -= 1
        lines.append(text[:end])
        text = text[end:]
        room = width
    return [*lines, text]


def halves(title: str) -> list[str]:
    """A title in one line or, where it is too wide, in two of about the same length."""
    if pdfmetrics.stringWidth(title, FONT, TITLE_SIZE) <= WIDTH:
        return [title]
    middle = len(title) // 2
    while not (_is_han(title[middle - 1]) and _is_han(title[middle])):
        middle += 1
    return [title[:middle], title[middle:]]


@dataclass
class _Sheet:
    """The page being drawn: a canvas and how far down it one is."""

    canvas: Canvas
    y: float = field(default=A4[1] - MARGIN)

    def need(self, height: float) -> None:
        if self.y - height < MARGIN:
            self.turn()

    def turn(self) -> None:
        self.canvas.showPage()
        self.y = A4[1] - MARGIN

    def line(self, text: str, x: float, size: int = SIZE, leading: float = LEADING) -> None:
        self.need(leading)
        self.y -= leading
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.y, text)

    def centred(self, text: str, size: int = SIZE) -> None:
        width = pdfmetrics.stringWidth(text, FONT, size)
        self.line(text, (A4[0] - width) / 2, size, LEADING * size / SIZE)


def _draw_paragraph(sheet: _Sheet, text: str) -> None:
    indent = 2 * SIZE
    for number, piece in enumerate(text.split(PAGE_BREAK)):
        if number:
            sheet.turn()
        first = indent if number == 0 else 0
        for row, line in enumerate(wrap(piece, WIDTH, first)):
            sheet.line(line, MARGIN + (first if row == 0 else 0))


def _draw_row(sheet: _Sheet, cells: Sequence[str], columns: Sequence[float]) -> None:
    broken = [cell.split(LINE_BREAK) for cell in cells]
    height = max(map(len, broken)) * CELL_LEADING + 8
    sheet.need(height)
    x = float(MARGIN)
    sheet.canvas.setFont(FONT, CELL_SIZE)
    for lines, width in zip(broken, columns, strict=True):
        sheet.canvas.rect(x, sheet.y - height, width, height)
        for number, line in enumerate(lines):
            # pdfium reads no text object of a single Han glyph; Word too ends cells in a space.
            sheet.canvas.drawString(x + 4, sheet.y - (number + 1) * CELL_LEADING, line + " ")
        x += width
    sheet.y -= height


def column_widths(table: Table) -> list[float]:
    """Every column as wide as its widest line asks, the first taking what is left."""
    others = [
        max(pdfmetrics.stringWidth(row[i], FONT, CELL_SIZE) for row in table.rows) + 24
        for i in range(1, len(table.rows[0]))
    ]
    return [WIDTH - sum(others), *others]


def draw(title: str, blocks: Sequence[Block]) -> bytes:
    """A PDF of a title and blocks. ``\\f`` in a paragraph or a table row's first cell turns
    the page there; ``\\n`` in a cell or a caption is a line break."""
    buffer = io.BytesIO()
    # invariant: no clock and no random id in the file, so two builds are equal.
    sheet = _Sheet(Canvas(buffer, pagesize=A4, invariant=1))
    for line in halves(title):
        sheet.centred(line, TITLE_SIZE)
    for block in blocks:
        if isinstance(block, Table):
            columns = column_widths(block)
            for row in block.rows:
                if row[0].startswith(PAGE_BREAK):
                    sheet.turn()
                _draw_row(sheet, [row[0].lstrip(PAGE_BREAK), *row[1:]], columns)
        elif isinstance(block, Paragraph) and LINE_BREAK in block.text:
            for line in block.text.split(LINE_BREAK):
                sheet.centred(line)
        elif isinstance(block, Paragraph):
            _draw_paragraph(sheet, block.text)
    sheet.canvas.save()
    return buffer.getvalue()
