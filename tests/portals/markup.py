"""HTML as the editors of these portals leave it: paragraphs in spans, cells full of Word."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tests.portals.forms import Cell, SpanRows

INDENT = "\u3000\u3000"
_LATIN = re.compile(r"[0-9A-Za-z.%]+")


def esc(text: str) -> str:
    return html.escape(text, quote=False)


def attr(text: str) -> str:
    return html.escape(text, quote=True)


def runs(text: str, pieces: re.Pattern[str] = _LATIN, style: str = "") -> str:
    """``text`` with every match of ``pieces`` in a span of its own, as Word pastes it."""
    opening = f'<span style="{style}">' if style else '<span lang="EN-US">'
    parts = []
    end = 0
    for match in pieces.finditer(text):
        parts.append(esc(text[end : match.start()]))
        parts.append(f"{opening}{esc(match.group())}</span>")
        end = match.end()
    return "".join([*parts, esc(text[end:])])


def paragraph(inner: str, style: str = "", css_class: str = "") -> str:
    named = f' class="{css_class}"' if css_class else ""
    styled = f' style="{style}"' if style else ""
    return f"<p{named}{styled}>{inner}</p>\n"


def plain_paragraphs(lines: Iterable[str]) -> str:
    return "".join(paragraph(INDENT + esc(line)) for line in lines)


def word_paragraphs(lines: Iterable[str]) -> str:
    """Paragraphs as pasted from Word: fonts inline, digits and Latin in spans of their own."""
    font = "font-family:仿宋_GB2312;font-size:16pt"
    return "".join(
        paragraph(f'<span style="{font}">{runs(line)}</span>', "text-indent:32pt;line-height:28pt")
        for line in lines
    )


def nbsp_paragraphs(lines: Iterable[str]) -> str:
    """Paragraphs indented by no-break spaces, with an empty one between, as old editors do."""
    return "".join(
        paragraph("&nbsp;&nbsp;&nbsp;&nbsp;" + esc(line)) + paragraph("&nbsp;") for line in lines
    )


def div_paragraphs(lines: Iterable[str]) -> str:
    """Paragraphs that are div elements, as the newer rich-text editors write them."""
    return "".join(f'<div style="text-indent:2em">{esc(line)}</div>\n' for line in lines)


def break_paragraphs(lines: Iterable[str]) -> str:
    """One element for the whole body, paragraphs parted by two line breaks."""
    return "<p>" + "<br/><br/>\n".join(INDENT + esc(line) for line in lines) + "</p>\n"


STYLES = (
    plain_paragraphs,
    word_paragraphs,
    nbsp_paragraphs,
    div_paragraphs,
    break_paragraphs,
)


def word_cell(cell: Cell) -> str:
    """A table cell as Word's filtered HTML leaves it."""
    down = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    across = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return (
        f'<td{down}{across} style="border:1px solid windowtext;padding:0 5pt" valign="center">'
        '<p class="MsoNormal" style="text-align:center"><span style="font-family:宋体">'
        f'{esc(cell.text)}</span><span style="font-family:Calibri"><o:p></o:p></span></p></td>'
    )


def span_table(rows: SpanRows) -> str:
    body = "".join("<tr>" + "".join(map(word_cell, row)) + "</tr>\n" for row in rows)
    return f'<table border="1" cellspacing="0" style="border-collapse:collapse">\n{body}</table>\n'


def cut_by_pixels(rows: SpanRows) -> SpanRows:
    """The same table as Word writes it: columns cut by pixel widths, one of them a phantom.

    Between the first and the second figure of a row runs a sliver of a column that belongs to
    the one in some rows and to the other in the next, so spans alone do not give the columns.
    """
    return [_with_sliver(row, number) for number, row in enumerate(rows)]


def _with_sliver(row: Sequence[Cell], number: int) -> list[Cell]:
    figures = [i for i, cell in enumerate(row) if cell.text.isdigit()]
    if not figures:
        # header rows: the sliver lies under what spans it, or under the first figure's label
        wide = next((i for i, c in enumerate(row) if c.text in ("申请人情况", "自然人")), None)
    else:
        wide = figures[number % 2]
    return [
        replace(cell, columns=cell.columns + 1) if i == wide else cell for i, cell in enumerate(row)
    ]
