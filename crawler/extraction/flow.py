"""A subtree as the lines a reader sees: the one walk that bodies, headers and gates share."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from lxml import etree, html

from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK, han, squeeze

Element = html.HtmlElement

# Never text of a page. <ruby> keeps its base: copiers print pinyin in <rt>.
SKIPPED = frozenset(
    "script style noscript template select option button textarea iframe frame object embed video"
    " audio svg map head title meta link input rt rp".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre"
    " section summary table tbody td tfoot th thead tr ul caption ucapcontent ucaptitle".split()
)
CELLS = frozenset(("td", "th", "dd", "dt"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|table)\b", re.IGNORECASE)
_SOURCE_BREAK = re.compile(r"[ \t\f]*[\r\n][ \t\r\n\f]*")


@dataclass(slots=True)
class Line:
    """One line: raw text (``\\n`` for <br>, ``\\x1e`` for a source line break), where it began."""

    text: str
    element: Element
    linked: int = 0  # Han characters inside links

    @property
    def unlinked(self) -> int:
        return han(self.text) - self.linked


def is_hidden(element: Element) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _is_block(element: Element) -> bool:
    if element.tag in BLOCKS:
        return True
    style = element.get("style")
    return bool(style and _BLOCK_STYLE.search(style))


class _Collector:
    """Gathers inline text into the current line."""

    def __init__(self, root: Element) -> None:
        self.pieces: list[str] = []
        self.linked = 0
        self.element = root

    def add(self, text: str | None, in_link: bool, preserve: bool) -> None:
        if not text:
            return
        if in_link:
            self.linked += han(text)
        self.pieces.append(
            text.replace("\r\n", HARD_BREAK) if preserve else _SOURCE_BREAK.sub(SOFT_BREAK, text)
        )

    def take(self, following: Element) -> Line | None:
        """The finished line, if it has text; what comes next begins at ``following``."""
        text, linked, element = "".join(self.pieces), self.linked, self.element
        self.pieces, self.linked, self.element = [], 0, following
        return Line(text, element, linked) if squeeze(text.replace(SOFT_BREAK, " ")) else None


def flow(
    root: Element,
    *,
    whole: Container[Element] = (),
    skip: Container[Element] = (),
    split_inline: bool = False,
    empty_cells: bool = False,
) -> Iterator[Line | Element]:
    """The visible lines below ``root`` in document order.

    Elements of ``whole`` are yielded themselves instead of their text; those of ``skip`` not at
    all. ``split_inline`` puts a soft break at the edges of inline elements (header lines stand in
    neighbouring spans); ``empty_cells`` yields an empty Line for a table cell without text.
    """
    collector = _Collector(root)
    links = preserved = 0
    cell_lines = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        block = _is_block(element)
        if event == "start":
            if element is not root and (tag in SKIPPED or element in skip or is_hidden(element)):
                walker.skip_subtree()
                continue
            if block and (line := collector.take(element)):
                cell_lines += 1
                yield line
            if element is not root and element in whole:
                yield element
                walker.skip_subtree()
                continue
            if tag in CELLS:
                cell_lines = 0
            links += tag == "a"
            preserved += tag == "pre"
            if tag == "br":
                collector.pieces.append(HARD_BREAK)
            elif split_inline and not block:
                collector.pieces.append(SOFT_BREAK)
            collector.add(element.text, links > 0, preserved > 0)
            continue
        shown = element is root or not (
            tag in SKIPPED or element in skip or element in whole or is_hidden(element)
        )
        if shown:
            if block and (line := collector.take(element)):
                cell_lines += 1
                yield line
            elif split_inline and not block:
                collector.pieces.append(SOFT_BREAK)
            if empty_cells and tag in CELLS:
                if not cell_lines:
                    yield Line("", element)
                cell_lines = 1
            links -= tag == "a"
            preserved -= tag == "pre"
        if element is not root:
            collector.add(element.tail, links > 0, preserved > 0)
    if line := collector.take(root):
        yield line
