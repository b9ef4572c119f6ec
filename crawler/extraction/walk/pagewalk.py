"""The walk over a whole page: what `flow` yields by default, in one tight loop.

Most of a page is menus and cells of Word tables, thousands of elements in all: this loop does
what `flow.Walk` does without calls for most of them. What a line is with its inline elements
parted (`labels.tokens`) is kept beside it, so that no second walk is needed for header lines.
``tests/test_lines.py`` holds the two ways to the same result.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.extraction.walk.flow import LISTS, SOURCE_BREAK, Element, Line
from crawler.extraction.walk.lists import marked, markers
from crawler.extraction.walk.shown import (
    BLOCK,
    BREAK,
    BREAK_BLOCK,
    CELL,
    INLINE,
    ITEM,
    KINDS,
    LINK,
    LINK_BLOCK,
    PRE,
    UNSEEN,
    kind_of_root,
    shown_as,
    styled,
)
from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK, han, has_text

# Signs among the text of a line, lone surrogates: no decoded text holds them.
_EDGE = "\ud800"  # where an inline element begins or ends
_BREAK = "\ud801"  # a line break that was published, not one of the source
_RETURN = "\ud802"  # the same, kept as it is in <pre>
_GAP = "\ud803"  # something not shown stood here: the source breaks around it are two
# Blanks that `soften` takes away at the ends of a line.
_SOURCE_BLANKS = " \t\r\n"

#: Of a block the numbers of its lines and those of its entries, each from and to.
Span = tuple[int, int, int, int]


@dataclass(slots=True)
class Walked:
    """What was met below a root, in document order."""

    lines: list[Line] = field(default_factory=list)
    #: Each line with a soft break at the edges of its inline elements.
    parted: list[str] = field(default_factory=list)
    #: The lines, by their numbers, and between them the cells without text.
    entries: list[int | Element] = field(default_factory=list)
    spans: dict[Element, Span] = field(default_factory=dict)
    unseen: list[Element] = field(default_factory=list)  # what styles hide


def walk_page(root: Element, elements: Iterable[Element] | None = None) -> Walked:
    """Walk all that is shown below ``root``.

    Elements come in document order only; where one ends is told by the parent of the next. What
    most of them are, inline, is done with here.
    """
    gatherer = _Gatherer(root)
    pieces, kind_of = gatherer.pieces, KINDS
    # Word writes the same few styles into thousands of elements: each is read once.
    styles: dict[str, int] = {}
    opened, close, say = gatherer.opened, gatherer.close, gatherer.say
    lines, entries = gatherer.walked.lines, gatherer.walked.entries
    outside = root.getparent()
    path: list[tuple[Element | None, int]] = []  # from the root to the parent, with their kinds
    above, above_kind = outside, INLINE
    below = root.iter("*") if elements is None else elements
    for element in itertools.chain(below, (None,)):
        parent = outside if element is None else element.getparent()
        while above is not parent:
            if above_kind == INLINE:
                pieces.append(_EDGE)
            elif above_kind >= BLOCK or above_kind == LINK:
                close(above, above_kind)
            text = None if above is root else above.tail
            above, above_kind = path.pop()
            # Half of all texts indent the source before a line: they are told here.
            is_said = text and (pieces or text.strip(_SOURCE_BLANKS) or gatherer.preserved)
            if text and is_said and above_kind != UNSEEN:
                say(text)
        if element is None:
            break
        path.append((above, above_kind))
        above = element
        if above_kind == UNSEEN:
            continue
        above_kind = kind_of[element.tag]
        if element is root:
            above_kind = kind_of_root(root)
        elif above_kind != UNSEEN:
            if style := element.get("style"):
                if (shown := styles.get(style)) is None:
                    shown = styles[style] = shown_as(style)
                above_kind = styled(above_kind, shown)
            if above_kind == UNSEEN or element.get("hidden") is not None:
                above_kind = UNSEEN
                gatherer.walked.unseen.append(element)
        if above_kind == INLINE:
            pieces.append(_EDGE)
        elif above_kind == BLOCK:
            if pieces:
                gatherer.end()
            gatherer.begun = element
            opened.append((len(lines), len(entries)))
        else:
            gatherer.open(element, above_kind)
            if above_kind == UNSEEN:
                continue
        text = element.text
        if text and (pieces or text.strip(_SOURCE_BLANKS) or gatherer.preserved):
            say(text)
    gatherer.end()
    return gatherer.walked


class _Gatherer:
    """The line being gathered, where it began, and what is open around it."""

    def __init__(self, root: Element) -> None:
        self.walked = Walked()
        self.pieces: list[str] = []
        self.begun = root
        self.opened: list[tuple[int, int]] = []  # lines and entries before each open block
        self.preserved = 0  # how many <pre> are open
        self._links = 0  # how many <a> are
        self._linked: list[str] = []
        self._root = root
        self._marker = ""  # of the list's item whose text has not begun
        self._cell_has_text = False
        self._numbered: dict[Element, dict[Element, str]] = {}  # the items of each list met

    def open(self, element: Element, kind: int) -> None:
        """Enter an element that is not inline."""
        if kind == LINK:
            self.pieces.append(_EDGE)
            self._links += 1
        elif kind < BLOCK:
            self.pieces.append(_BREAK if kind == BREAK else _GAP)
        else:
            if self.pieces:
                self.end()
            self.begun = element
            self.opened.append((len(self.walked.lines), len(self.walked.entries)))
            if kind == CELL:
                self._cell_has_text, self._marker = False, ""
            elif kind == ITEM and element is not self._root:
                self._number(element)
            elif kind == PRE:
                self.preserved += 1
            elif kind == LINK_BLOCK:
                self._links += 1
            elif kind == BREAK_BLOCK:
                self.pieces.append(_BREAK)

    def close(self, element: Element, kind: int) -> None:
        """Leave a link or a block."""
        if kind == LINK:
            self.pieces.append(_EDGE)
            self._links -= 1
            return
        if self.pieces:
            self.end()
        self.begun = element
        walked = self.walked
        if kind == CELL and not self._cell_has_text:
            walked.entries.append(element)
        elif kind == ITEM:
            self._marker = ""
        lines, entries = self.opened.pop()
        # Below a link or a <pre> the same text is counted or broken in another way.
        if not self._links and not self.preserved:
            walked.spans[element] = (lines, len(walked.lines), entries, len(walked.entries))
        if kind == PRE:
            self.preserved -= 1
        elif kind == LINK_BLOCK:
            self._links -= 1

    def say(self, text: str) -> None:
        """Take a text into the line."""
        if self.preserved:  # its breaks are published ones
            text = text.replace("\r\n", _BREAK).replace("\n", _BREAK).replace("\r", _RETURN)
        self.pieces.append(text)
        if self._links:
            self._linked.append(text)

    def end(self) -> None:
        """Finish the line, if it has text."""
        text = parted = "".join(self.pieces)
        self.pieces.clear()
        if text.isprintable():  # neither signs nor line breaks nor marks, like most lines
            has = bool(text) and not text.isspace()
        else:
            text, parted = _told_apart(text)
            has = has_text(text)
        if has:
            linked = han("".join(self._linked)) if self._linked else 0
            line = Line(text, self.begun, linked)
            if self._marker:
                line.text, line.marker = marked(self._marker, text)
                parted, _ = marked(self._marker, parted)
                self._marker = ""
            walked = self.walked
            walked.entries.append(len(walked.lines))
            walked.lines.append(line)
            walked.parted.append(parted)
            self._cell_has_text = True
        if self._linked:
            self._linked.clear()

    def _number(self, item: Element) -> None:
        listing = item.getparent()
        if listing is None or listing.tag not in LISTS:
            return
        if listing.tag == "ul" and not any(
            one.get(name) for one in (item, listing) for name in ("type", "style")
        ):
            return  # an item of a menu: nothing asks for numbers
        if listing not in self._numbered:
            self._numbered[listing] = markers(listing)
        self._marker += self._numbered[listing].get(item, "")


def _told_apart(text: str) -> tuple[str, str]:
    """A gathered line as it reads, and with its inline elements parted."""
    if "\n" in text or "\r" in text:
        text = SOURCE_BREAK.sub(SOFT_BREAK, text)
    for sign, meaning in ((_BREAK, HARD_BREAK), (_RETURN, "\r"), (_GAP, "")):
        if sign in text:
            text = text.replace(sign, meaning)
    if _EDGE not in text:
        return text, text
    return text.replace(_EDGE, ""), text.replace(_EDGE, SOFT_BREAK)
