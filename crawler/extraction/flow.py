"""A subtree as the lines a reader sees: the one walk that bodies, headers and gates share."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK, han, squeeze

Element: TypeAlias = HtmlElement


def _tags(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Never text of a page. <ruby> keeps its base: copiers print pinyin in <rt>.
SKIPPED = _tags(
    "script style noscript template select option button textarea iframe frame object embed",
    "video audio svg map head title meta link input rt rp",
)
BLOCKS = _tags(
    "address article aside blockquote body center dd details dialog div dl dt fieldset",
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html legend li main",
    "menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption",
    "ucapcontent ucaptitle",
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


class _Walk:
    """The state of one walk: the line being gathered, the lines that are ready."""

    def __init__(
        self,
        root: Element,
        whole: Container[Element],
        skip: Container[Element],
        split_inline: bool,
        empty_cells: bool,
        hidden: bool,
    ) -> None:
        self.root = root
        self.whole = whole
        self.skip = skip
        self.split_inline = split_inline
        self.empty_cells = empty_cells
        self.hidden = hidden
        self.ready: list[Line | Element] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._begun = root
        self._links = self._preserved = 0  # how many <a> and <pre> are open
        self._cell_has_text = False
        self._passed_over = False  # the element entered last is not walked into

    def enter(self, element: Element) -> bool:
        """Open an element; False when its subtree is not to be walked."""
        tag = element.tag
        inner = element is not self.root
        if inner and (tag in SKIPPED or element in self.skip or self._unseen(element)):
            self._passed_over = True
            return False
        block = _is_block(element)
        if block:
            self._end_line(element)
        if inner and element in self.whole:
            self._end_line(element)
            self.ready.append(element)
            self._passed_over = True
            return False
        if tag in CELLS:
            self._cell_has_text = False
        self._links += tag == "a"
        self._preserved += tag == "pre"
        if tag == "br":
            self._pieces.append(HARD_BREAK)
        elif self.split_inline and not block:
            self._pieces.append(SOFT_BREAK)
        self._add(element.text)
        return True

    def _unseen(self, element: Element) -> bool:
        return not self.hidden and is_hidden(element)

    def leave(self, element: Element) -> bool:
        tag = element.tag
        if self._passed_over:
            self._passed_over = False
        else:
            if _is_block(element):
                self._end_line(element)
            elif self.split_inline:
                self._pieces.append(SOFT_BREAK)
            if self.empty_cells and tag in CELLS and not self._cell_has_text:
                self.ready.append(Line("", element))
            self._links -= tag == "a"
            self._preserved -= tag == "pre"
        if element is not self.root:
            self._add(element.tail)
        return True

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._links:
            self._linked += han(text)
        if self._preserved:
            self._pieces.append(text.replace("\r\n", HARD_BREAK))
        elif "\n" in text or "\r" in text:
            self._pieces.append(_SOURCE_BREAK.sub(SOFT_BREAK, text))
        else:
            self._pieces.append(text)

    def _end_line(self, following: Element) -> None:
        """Finish the line, if it has text; what comes next begins at ``following``."""
        text = "".join(self._pieces)
        if text and squeeze(text.replace(SOFT_BREAK, " ")):
            self.ready.append(Line(text, self._begun, self._linked))
            self._cell_has_text = True
        self._pieces.clear()
        self._linked = 0
        self._begun = following

    def finish(self) -> None:
        self._end_line(self.root)


def flow(
    root: Element,
    *,
    whole: Container[Element] = (),
    skip: Container[Element] = (),
    split_inline: bool = False,
    empty_cells: bool = False,
    hidden: bool = False,
) -> Iterator[Line | Element]:
    """The visible lines below ``root`` in document order.

    Elements of ``whole`` are yielded themselves instead of their text; those of ``skip`` not at
    all. ``split_inline`` puts a soft break at the edges of inline elements (header lines stand in
    neighbouring spans); ``empty_cells`` yields an empty Line for a table cell without text;
    ``hidden`` shows what styles hide.
    """
    walk = _Walk(root, whole, skip, split_inline, empty_cells, hidden)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        descend = walk.enter(element) if event == "start" else walk.leave(element)
        if not descend:
            walker.skip_subtree()
        if walk.ready:
            yield from walk.ready
            walk.ready.clear()
    walk.finish()
    yield from walk.ready
