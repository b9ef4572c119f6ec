"""Draws PDFs the way word processors set Chinese official documents, without a font file.

The CID font STSong-Light is not embedded: that is also how many older official PDFs are.
`Sheet` breaks lines as Word does (no closing mark at the start of a line, no opening one at its
end, Latin words whole, the blank of a broken line left at its end) and turns pages by itself.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SEED_GOLD = Path(__file__).parent / "fixtures" / "seed-gold"
FONT = "STSong-Light"
MARGIN = 80.0
# What must not be parted: a Latin word with the blank after it, else one character.
_PIECE = re.compile(r"[!-~]+ ?|. ?")
_NO_START = "，、。；：！？）》”’】,.;:!?)%％"
_NO_END = "（《“‘【("

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def width_of(text: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, FONT, size))


def broken(text: str, width: float, size: float, first_indent: float = 0) -> list[str]:
    """``text`` in lines of at most ``width``."""
    lines: list[str] = []
    line, room = "", width - first_indent
    for piece in _PIECE.findall(text):
        if line and width_of(line + piece.rstrip(), size) > room:
            # Kinsoku: the last character goes along where the break would be forbidden.
            keep = len(line)
            while keep > 1 and (piece[0] in _NO_START or line[keep - 1] in _NO_END):
                keep -= 1
                piece = line[keep:] + piece
                line = line[:keep]
            lines.append(line)
            line, room = "", width
        line += piece
    return [*lines, line]


class Sheet:
    """A document being drawn from top to bottom."""

    def __init__(
        self,
        size: float = 16,
        indent: int = 2,
        *,
        page: tuple[float, float] = A4,
        measure: float | None = None,
        header: str = "",
        numbered: bool = True,
        numbers: str = "- {} -",
        password: str = "",
    ) -> None:
        self._buffer = io.BytesIO()
        encrypt = StandardEncryption(password) if password else None
        self.canvas = Canvas(self._buffer, pagesize=page, invariant=1, encrypt=encrypt)
        self.size, self.indent = size, indent
        self.width, self.height = page
        self.measure = measure or self.width - 2 * MARGIN
        self.header, self.numbers = header, numbers if numbered else ""
        self.page = 1
        self.y = self.height - 1.3 * MARGIN

    def turn(self) -> None:
        self._running_lines()
        self.canvas.showPage()
        self.page += 1
        self.y = self.height - 1.3 * MARGIN

    def _running_lines(self) -> None:
        self.canvas.setFont(FONT, 10)
        if self.header:
            self.canvas.drawString(MARGIN, self.height - 40, self.header)
        if self.numbers:
            self.canvas.drawCentredString(self.width / 2, 40, self.numbers.format(self.page))

    def line(self, text: str, x: float, size: float | None = None) -> None:
        size = size or self.size
        if self.y - 1.8 * size < 1.3 * MARGIN:
            self.turn()
        self.y -= 1.8 * size
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.y, text)

    def centred(self, *lines: str, size: float | None = None) -> None:
        for text in lines:
            size = size or self.size
            self.line(text, MARGIN + (self.measure - width_of(text, size)) / 2, size)

    def right(self, text: str) -> None:
        self.line(text, MARGIN + self.measure - width_of(text, self.size) - 2 * self.size)

    def paragraph(self, text: str, turn_after: str = "") -> None:
        """A paragraph; the page turns after the line that ends in ``turn_after``."""
        first = self.indent * self.size
        for number, line in enumerate(broken(text, self.measure, self.size, first)):
            self.line(line, MARGIN + (first if number == 0 else 0))
            if turn_after and line.endswith(turn_after):
                self.turn()

    def rows(
        self,
        rows: Iterable[Sequence[str]],
        columns: Sequence[float],
        turn_before: str = "",
        head: Sequence[str] = (),
    ) -> None:
        """Ruled rows. A page turns where the next row has no room, or before ``turn_before``.

        ``head`` is drawn again on the next page. A line of a cell also ends at a vertical tab.
        """
        for row in rows:
            cells = [_lines(text, width - 10) for text, width in zip(row, columns, strict=True)]
            height = max(map(len, cells)) * 14 + 6
            if self.y - height < 1.3 * MARGIN or (turn_before and row[0].startswith(turn_before)):
                self.turn()
                if head:
                    self.rows([head], columns)
            self.boxes([list(zip(cells, columns, strict=True))], height)

    def boxes(self, rows: Sequence[Sequence[tuple[Sequence[str], float]]], height: float) -> None:
        """Rows of (lines, width) boxes of one height."""
        for row in rows:
            x = MARGIN
            for lines, width in row:
                self.box(x, self.y, width, height, lines)
                x += width
            self.y -= height

    def box(self, x: float, top: float, width: float, height: float, lines: Sequence[str]) -> None:
        self.canvas.rect(x, top - height, width, height)
        self.canvas.setFont(FONT, 10)
        for number, line in enumerate(lines):
            self.canvas.drawString(x + 5, top - 14 * (number + 1), line)

    def pdf(self) -> bytes:
        self._running_lines()
        self.canvas.save()
        return self._buffer.getvalue()


def _lines(cell: str, width: float) -> list[str]:
    return [line for part in cell.split("\v") for line in broken(part, width, 10)]


def gold_004() -> tuple[str, str]:
    """Title and body of the gold of seed 004, which was published as a PDF."""
    (path,) = SEED_GOLD.glob("004_*.txt")
    title, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    return title, body.rstrip("\n")


def seed_004(measure: float = 29 * 14, size: float = 14, turn_after: str = "") -> bytes:
    """Seed 004 set anew: its lines, cells and pages end wherever the measure makes them."""
    title, body = gold_004()
    sheet = Sheet(size, measure=measure, header="灵武市人民政府政府信息公开")
    sheet.centred(*broken(title, measure, size + 4), size=size + 4)
    for block in body.split("\n\n"):
        if "\t" in block:
            rows = [line.split("\t") for line in block.split("\n")]
            sheet.rows(rows, [measure - 120, 60, 60])
        elif block.endswith("统计表"):
            sheet.centred(*broken(block, measure, size + 2), size=size + 2)
        else:
            sheet.paragraph(block, turn_after)
    return sheet.pdf()


def measure_breaking_after(text: str, words: str, size: float) -> float:
    """A measure at which a line of ``text`` ends in ``words``."""
    for ems in range(20, 34):
        lines = broken(text, ems * size, size, 2 * size)
        if any(line.endswith(words) for line in lines):
            return ems * size
    raise AssertionError(f"no measure breaks the line after {words}")


def bare_pdf(
    content: bytes,
    pages: int = 1,
    meaning: Mapping[str, str] | None = None,
    *,
    drawn: bytes = b"",
    objects: Iterable[tuple[int, bytes]] = (),
) -> bytes:
    """A PDF without cross-reference table whose pages all draw ``content``, compressed.

    ``meaning`` is what the font's character map says that its letters stand for; ``drawn`` names
    what else the content may draw, which is among ``objects``.
    """
    stream, cmap = zlib.compress(content), _character_map(meaning or {})
    kids = b" ".join(b"%d 0 R" % (number + 10) for number in range(pages))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>"
    parts = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>"),
        (2, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids)),
        (
            3,
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        ),
        (4, font if meaning else font.replace(b"/ToUnicode 5 0 R", b"")),
        (5, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)),
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R"
        b" /Resources << /Font << /F1 4 0 R >> /XObject << %s >> >> >>" % drawn
    )
    parts += [*((number + 10, page) for number in range(pages)), *objects]
    body = b"\n".join(b"%d 0 obj\n%s\nendobj" % (number, text) for number, text in parts)
    return b"%PDF-1.4\n" + body + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def _character_map(meaning: Mapping[str, str]) -> bytes:
    pairs = "\n".join(
        f"<{ord(code):02X}> <{char.encode('utf-16-be').hex()}>" for code, char in meaning.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(meaning)} beginbfchar\n{pairs}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
