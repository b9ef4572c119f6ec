"""A subtree as the lines a reader sees: the one walk that bodies, headers and gates share."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.walk.lists import marked, markers
from crawler.extraction.whitespace import HARD_BREAK, LAYOUT, SOFT_BREAK, han, has_text

#: Of a page. When it runs it is lxml.etree's own (`page`): one of lxml.html's costs twice as much,
#: and its ``text_content`` is what ``itertext`` gives. Checkers of types know etree's too little.
Element: TypeAlias = HtmlElement


def _tags(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Never text of a page. <ruby> keeps its base: copiers print pinyin in <rt>.
SKIPPED = _tags(
    "script style noscript template select option button textarea xmp iframe frame object embed",
    "video audio svg map head title meta link input rt rp",
)
BLOCKS = _tags(
    "address article aside blockquote body center dd details dialog div dl dt fieldset",
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hr html legend li main",
    "menu nav ol p pre section summary table tbody td tfoot th thead tr ul caption",
    "ucapcontent ucaptitle",
)
#: Elements whose content is not shown, or not as what it is.
BOXES = ("textarea", "xmp", "template", "noscript", "input")
CELLS = frozenset(("td", "th", "dd", "dt"))
LISTS = frozenset(("ol", "ul"))
_MARKS = frozenset(("a", "pre", "br"))  # tags that say more of a text than where it ends
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|table)\b", re.IGNORECASE)
_BLANKS = " \t\f"
_SIGNS = frozenset("\ud800\ud801\ud802\ud803")  # `walk.signs`


@dataclass(slots=True)
class Line:
    """One line: raw text (``\\n`` for <br>, ``\\x1e`` for a source line break), where from."""

    text: str
    element: Element
    linked: int = 0  # Han characters inside links
    marker: str = ""  # of a list's item: ``1.``, which the text begins with

    @property
    def unlinked(self) -> int:
        """Han characters outside of links."""
        return han(self.text) - self.linked


def is_block(tag: str) -> bool:
    """Whether an element of this tag stands on lines of its own.

    One that a site named itself (<fh-p>, g24) is part of its layout: words have tags of HTML.
    """
    return tag in BLOCKS or "-" in tag


def breaks_told(text: str) -> str:
    """A text of the source with what its line breaks mean.

    One inside of it is a blank, as browsers show it (cz-xinbei, moe); beside a tag, a sign of
    `walk.signs` or another white space it is mostly the layout of the source: a soft break.
    """
    first, *pieces, last = text.replace("\r", "\n").split("\n")
    told = [first.rstrip(_BLANKS)]
    for piece in (*[one.strip(_BLANKS) for one in pieces], last.lstrip(_BLANKS)):
        if piece:
            before, behind = told[-1][-1:], piece[0]
            apart = not before or before.isspace() or behind.isspace() or {before, behind} & _SIGNS
            told += (SOFT_BREAK if apart else " ", piece)
    if not last.strip(_BLANKS):
        told.append(SOFT_BREAK)
    return "".join(told)


def is_hidden(element: Element) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and HIDDEN.search(style))


class Walk:
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
        self.unseen: list[Element] = []  # hidden ones
        self._pieces: list[str] = []
        self._linked = 0
        self._begun = root
        self._links = self._preserved = 0  # how many <a> and <pre> are open
        self._cell_has_text = False
        self._marker = ""  # of the list's item whose text has not begun
        self._markers: dict[Element, dict[Element, str]] = {}  # of each list met
        # Of each open element whether it is a block; None where it is not walked into.
        self._open: list[bool | None] = []

    def enter(self, element: Element) -> bool:
        """Open an element; False when its subtree is not to be walked."""
        tag = element.tag
        style = element.get("style")
        if style:
            style = _telling(style)
        if element is not self.root:
            if tag in SKIPPED or element in self.skip:
                self._open.append(None)
                return False
            if not self.hidden and (
                element.get("hidden") is not None or (style and HIDDEN.search(style))
            ):
                self.unseen.append(element)
                self._open.append(None)
                return False
            if element in self.whole:
                self._end_line(element)
                self.ready.append(element)
                self._open.append(None)
                return False
        if is_block(tag) or (style and BLOCK_STYLE.search(style)):
            self._end_line(element)
            self._open.append(True)
            if tag in CELLS:
                self._cell_has_text = False
                self._marker = ""  # stands beside a table, and is no text of its first cell
            elif tag == "li" and element is not self.root:
                self._marker += self._marker_of(element)
        else:
            self._open.append(False)
            if self.split_inline and tag != "br":
                self._pieces.append(SOFT_BREAK)
        if tag in _MARKS:
            self._links += tag == "a"
            self._preserved += tag == "pre"
            if tag == "br":
                self._pieces.append(HARD_BREAK)
        if text := element.text:
            self._add(text)
        return True

    def leave(self, element: Element) -> None:
        is_block = self._open.pop()
        if is_block is not None:
            tag = element.tag
            if is_block:
                self._end_line(element)
                if tag == "li":
                    self._marker = ""
                if self.empty_cells and tag in CELLS and not self._cell_has_text:
                    self.ready.append(Line("", element))
            elif self.split_inline:
                self._pieces.append(SOFT_BREAK)
            if tag in _MARKS:
                self._links -= tag == "a"
                self._preserved -= tag == "pre"
        if element is not self.root and (tail := element.tail):
            self._add(tail)

    def _marker_of(self, item: Element) -> str:
        listing = item.getparent()
        if listing is None or listing.tag not in LISTS:
            return ""
        if listing not in self._markers:
            self._markers[listing] = markers(listing)
        return self._markers[listing].get(item, "")

    def _add(self, text: str) -> None:
        if self._links:
            self._linked += han(text)
        if self._preserved:
            text = text.replace("\r\n", HARD_BREAK)
        elif "\n" in text or "\r" in text:
            text = breaks_told(text)
        self._pieces.append(text)

    def _end_line(self, following: Element) -> None:
        """Finish the line, if it has text; what comes next begins at ``following``."""
        if self._pieces:
            text = "".join(self._pieces).strip(LAYOUT)
            if has_text(text):
                line = Line(text, self._begun, self._linked)
                if self._marker:
                    line.text, line.marker = marked(self._marker, text)
                    self._marker = ""
                self.ready.append(line)
                self._cell_has_text = True
            self._pieces.clear()
            self._linked = 0
        self._begun = following

    def finish(self) -> None:
        self._end_line(self.root)


def _telling(style: str) -> str:
    """The style where it can say how the element is shown, else ``""``: most cannot."""
    lowered = style.lower()
    return style if "display" in lowered or "visibility" in lowered else ""


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
    walk = Walk(root, whole, skip, split_inline, empty_cells, hidden)
    ready = walk.ready
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            walk.leave(element)
        elif not walk.enter(element):
            walker.skip_subtree()
        if ready:
            yield from ready
            ready.clear()
    walk.finish()
    yield from ready
