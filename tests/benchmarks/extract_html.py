"""The text of HTML that a peer answers with: as kind to it as a careful user would be.

A block is a line; a table without tables inside is its logical grid, spans resolved, a tab
between cells. Runs in the peers' environment, so only lxml is imported.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from lxml import html as lxml_html

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "td", "th", "ul",
))  # fmt: skip
_SILENT = frozenset(("script", "style", "noscript", "head", "template"))
#: No honest table spans more; a hostile one would fill the memory.
_MOST_SPANNED = 200


def text_of_html(markup: str) -> str:
    if not markup.strip():
        return ""
    out: list[str] = []
    _walk(lxml_html.fromstring(markup), out)
    lines = (re.sub(r"[^\S\n\t]+", " ", line).strip(" ") for line in "".join(out).split("\n"))
    return "\n".join(line for line in lines if line.strip())


def _walk(node: Any, out: list[str]) -> None:
    if not isinstance(node.tag, str) or node.tag in _SILENT:
        return
    if node.tag == "table" and node.find(".//table") is None:
        out += ["\n", *("\t".join(row) + "\n" for row in _grid(node))]
        return
    ends = "\n" if node.tag in _BLOCKS or node.tag == "br" else ""
    out += [ends, _flat(node.text)]
    for child in node:
        _walk(child, out)
        out.append(_flat(child.tail))
    out.append(ends)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _grid(table: Any) -> list[list[str]]:
    """Each cell's text at its first logical place, the places it covers empty."""
    taken: dict[tuple[int, int], str] = {}
    rows = list(table.iter("tr"))
    for y, row in enumerate(rows):
        for cell in row.iterchildren("td", "th"):
            x = next(x for x in count() if (y, x) not in taken)
            for dy in range(min(_span(cell, "rowspan"), len(rows) - y)):
                for dx in range(_span(cell, "colspan")):
                    taken.setdefault((y + dy, x + dx), "")
            taken[y, x] = _flat(str(cell.text_content())).strip()
    width = 1 + max((x for _, x in taken), default=-1)
    return [[taken.get((y, x), "") for x in range(width)] for y in range(len(rows))]


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return max(1, min(int(value), _MOST_SPANNED)) if value.isdecimal() else 1
