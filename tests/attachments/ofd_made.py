"""OFD (GB/T 33190) by hand: text objects and rules on fixed pages, millimetres, y downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import escape

from tests.attachments.drawn import column_widths
from tests.attachments.truth import SpanTable, Truth
from tests.attachments.zipped import zipped
from tests.pdf_samples import broken, width_of

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 28.0
_POINT = 25.4 / 72


@dataclass(slots=True)
class _Sheet:
    """Objects of the pages so far; ``y`` is where the next line goes on the last page."""

    size: float
    runs: bool
    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = _MARGIN

    @property
    def measure(self) -> float:
        return _WIDTH - 2 * _MARGIN

    def need(self, height: float) -> None:
        if self.y + height > _HEIGHT - _MARGIN:
            self.pages.append([])
            self.y = _MARGIN

    def put(self, xml: str) -> None:
        self.pages[-1].append(xml)

    def text(self, text: str, x: float, top: float, size: float) -> None:
        advances = [width_of(char, size) for char in text]
        width = sum(advances) + 0.1
        steps = _runs(advances[:-1]) if self.runs else _deltas(advances[:-1])
        delta = f' DeltaX="{steps}"' if len(text) > 1 else ""
        self.put(
            f'<ofd:TextObject ID="{{id}}" Boundary="{x:.3f} {top:.3f} {width:.3f} {size * 1.2:.3f}"'
            f' Font="3" Size="{size:.3f}"><ofd:TextCode X="0" Y="{size:.3f}"{delta}>'
            f"{escape(text)}</ofd:TextCode></ofd:TextObject>"
        )

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        width, height = max(x1 - x0, 0.2), max(y1 - y0, 0.2)
        self.put(
            f'<ofd:PathObject ID="{{id}}" Boundary="{x0:.3f} {y0:.3f} {width:.3f} {height:.3f}"'
            ' LineWidth="0.2" Stroke="true"><ofd:AbbreviatedData>'
            f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}</ofd:AbbreviatedData></ofd:PathObject>"
        )


def ofd_of(truth: Truth, size: float = 14 * _POINT, *, runs: bool = False) -> bytes:
    """``runs``: equal advances are written once, with how often they come."""
    sheet = _Sheet(size, runs)
    _lines(sheet, truth.title, size * 1.3, 0, centred=True)
    for block in truth.blocks:
        if isinstance(block, str):
            _lines(sheet, block, size, 2 * size)
        else:
            _table(sheet, block, size * 0.65)
    for number, page in enumerate(sheet.pages, start=1):
        sheet.y = _HEIGHT - 15
        label = f"- {number} -"
        page.append(_footer(sheet, label))
    return zipped(dict(_members(sheet)))


def _footer(sheet: _Sheet, label: str) -> str:
    keeper = _Sheet(sheet.size, sheet.runs)
    keeper.text(label, _WIDTH / 2 - 5, _HEIGHT - 15, 3.5)
    return keeper.pages[0][0]


def _lines(sheet: _Sheet, text: str, size: float, first: float, *, centred: bool = False) -> None:
    for number, line in enumerate(broken(text, sheet.measure, size, first)):
        sheet.need(1.8 * size)
        x = _MARGIN + (first if number == 0 else 0)
        if centred:
            x = _MARGIN + (sheet.measure - width_of(line, size)) / 2
        sheet.text(line.rstrip(), x, sheet.y, size)
        sheet.y += 1.8 * size


def _table(sheet: _Sheet, table: SpanTable, size: float) -> None:
    """Rows of one height; a page ends only where no cell reaches over the break."""
    widths = column_widths(table, sheet.measure)
    cells = list(table.placed())
    tall = [
        max(
            (
                len(broken(c.text, sum(widths[x : x + c.columns]) - 2, size)) / c.rows
                for y, x, c in cells
                if y <= row < y + c.rows
            ),
            default=1,
        )
        for row in range(len(table.rows))
    ]
    heights = [1.3 * size * lines + 2 for lines in tall]
    for start, end in _pieces(heights, sheet.y):
        if start:
            sheet.need(_HEIGHT)
        top = sheet.y
        for y, x, cell in cells:
            first, last = max(y, start), min(y + cell.rows, end)
            if first < last:
                place = (x, top + sum(heights[start:first]), sum(heights[first:last]))
                _cell(sheet, cell.text if first == y else "", cell.columns, place, widths, size)
        sheet.y = top + sum(heights[start:end]) + 2


def _pieces(heights: list[float], y: float) -> Iterator[tuple[int, int]]:
    start = 0
    for row, height in enumerate(heights):
        if y + height > _HEIGHT - _MARGIN:
            yield start, row
            start, y = row, _MARGIN
        y += height
    yield start, len(heights)


def _cell(
    sheet: _Sheet,
    text: str,
    columns: int,
    place: tuple[int, float, float],
    widths: Sequence[float],
    size: float,
) -> None:
    column, top, height = place
    left = _MARGIN + sum(widths[:column])
    right = left + sum(widths[column : column + columns])
    for x0, y0, x1, y1 in (
        (left, top, right, top), (left, top + height, right, top + height),
        (left, top, left, top + height), (right, top, right, top + height),
    ):  # fmt: skip
        sheet.rule(x0, y0, x1, y1)
    for number, line in enumerate(broken(text, right - left - 2, size)):
        if line.strip():
            sheet.text(line.rstrip(), left + 1, top + 1 + 1.3 * size * number, size)


def _deltas(advances: list[float]) -> str:
    return " ".join(f"{one:.3f}" for one in advances)


def _runs(advances: list[float]) -> str:
    return " ".join(
        f"g {count} {value:.3f}" if (count := len(list(same))) > 1 else f"{value:.3f}"
        for value, same in groupby(advances)
    )


def _members(sheet: _Sheet) -> Iterator[tuple[str, bytes]]:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    area = f"<ofd:PhysicalBox>0 0 {_WIDTH:g} {_HEIGHT:g}</ofd:PhysicalBox>"
    numbers = range(len(sheet.pages))
    pages = "".join(
        f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in numbers
    )
    yield (
        "OFD.xml",
        (
            f'{head}<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
            "<ofd:DocID>0001</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>"
        ).encode(),
    )
    yield (
        "Doc_0/Document.xml",
        (
            f"{head}<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>99999</ofd:MaxUnitID>"
            f"<ofd:PageArea>{area}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
            f"</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
        ).encode(),
    )
    yield (
        "Doc_0/PublicRes.xml",
        (
            f'{head}<ofd:Res {_NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体"'
            ' FamilyName="宋体"/></ofd:Fonts></ofd:Res>'
        ).encode(),
    )
    for number, objects in enumerate(sheet.pages):
        ink = "".join(xml.replace("{id}", str(100 + n)) for n, xml in enumerate(objects))
        yield (
            f"Doc_0/Pages/Page_{number}/Content.xml",
            (
                f"{head}<ofd:Page {_NS}><ofd:Area>{area}</ofd:Area><ofd:Content>"
                f'<ofd:Layer ID="2" Type="Body">{ink}</ofd:Layer></ofd:Content></ofd:Page>'
            ).encode(),
        )
