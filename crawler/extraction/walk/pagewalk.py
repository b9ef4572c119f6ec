"""The walk over a whole page: what `flow` yields by default, in one tight loop.

Most of a page is menus and cells of Word tables, thousands of elements in all: this loop does
what `flow.Walk` does without calls for most of them. What a line is with its inline elements
parted (`labels.tokens`) is kept beside it, so that no second walk is needed for header lines.
``tests/test_lines.py`` holds the two ways to the same result.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from crawler.compiled import twin
from crawler.extraction.walk import signs
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lists import is_numbered, marked, markers
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
from crawler.extraction.walk.walked import Span, Walked
from crawler.extraction.whitespace import SOFT_BREAK, SOURCE_BLANKS, han, has_text

# What may stand around a line with its inline elements parted.
_AROUND = SOURCE_BLANKS + SOFT_BREAK


@twin
def walk_page(root: Element, elements: Iterable[Element] | None = None) -> Walked:
    """Walk all that is shown below ``root``.

    Elements come in document order only; where one ends is told by the parent of the next. What
    most of them are, inline, is done with here.
    """
    gatherer = _Gatherer(root)
    pieces, kind_of, edge = gatherer.pieces, KINDS, signs.EDGE
    # Word writes the same few styles into thousands of elements: each is read once.
    styles: dict[str, int] = {}
    opened, close, say, end = gatherer.opened, gatherer.close, pieces.append, gatherer.end
    lines, entries = gatherer.walked.lines, gatherer.walked.entries
    outside = root.getparent()
    path: list[tuple[Element | None, int]] = []  # from the root to the parent, with their kinds
    above, above_kind = outside, INLINE
    below = root.iter("*") if elements is None else elements
    for element in itertools.chain(below, (None,)):
        parent = outside if element is None else element.getparent()
        while above is not parent:
            if above_kind == INLINE:
                say(edge)
            elif above_kind >= BLOCK or above_kind == LINK:
                close(above, above_kind)
            text = None if above is root else above.tail
            above, above_kind = path.pop()
            # Half of all texts indent the source before a line: they are told here.
            if text and above_kind != UNSEEN:
                if gatherer.preserved:
                    say(signs.published(text))
                elif pieces or text.strip(SOURCE_BLANKS):
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
            if style := element.get(b"style"):  # in bytes: a str is encoded at each call
                if (shown := styles.get(style)) is None:
                    shown = styles[style] = shown_as(style)
                above_kind = styled(above_kind, shown) if shown != INLINE else above_kind
            if above_kind == UNSEEN or element.get(b"hidden") is not None:
                above_kind = UNSEEN
                gatherer.walked.unseen.append(element)
        if above_kind == INLINE:
            say(edge)
        elif above_kind == BLOCK:
            if pieces:
                end()
            gatherer.begun = element
            opened.append((len(lines), len(entries)))
        else:
            gatherer.open(element, above_kind)
            if above_kind == UNSEEN:
                continue
        if text := element.text:
            if gatherer.preserved:
                say(signs.published(text))
            elif pieces or text.strip(SOURCE_BLANKS):
                say(text)
    end()
    return gatherer.walked


class _Gatherer:
    """The line being gathered, where it began, and what is open around it."""

    def __init__(self, root: Element) -> None:
        self.spans: dict[Element, Span] = {}
        self.walked = Walked(spans=self.spans)
        self.pieces: list[str] = []
        self.begun = root
        self.opened: list[tuple[int, int]] = []  # lines and entries before each open block
        self.preserved = 0  # how many <pre> are open
        self._links = 0  # how many <a> are
        self._linked: list[str] = []  # what the line has of links that are closed
        self._linked_from = 0  # the piece with which the open link begins
        self._root = root
        self._marker = ""  # of the list's item whose text has not begun
        self._cell_has_text = False
        self._numbered: dict[Element, dict[Element, str]] = {}  # the items of each list met

    def open(self, element: Element, kind: int) -> None:
        """Enter an element that is not inline."""
        if kind == LINK:
            self._open_link()
            self.pieces.append(signs.EDGE)
        elif kind < BLOCK:
            self.pieces.append(signs.BREAK if kind == BREAK else signs.GAP)
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
                self._open_link()
            elif kind == BREAK_BLOCK:
                self.pieces.append(signs.BREAK)

    def close(self, element: Element, kind: int) -> None:
        """Leave a link or a block."""
        if kind == LINK:
            self._close_link()
            self.pieces.append(signs.EDGE)
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
            self.spans[element] = (lines, len(walked.lines), entries, len(walked.entries))
        if kind == PRE:
            self.preserved -= 1
        elif kind == LINK_BLOCK:
            self._close_link()

    def _open_link(self) -> None:
        if not self._links:
            self._linked_from = len(self.pieces)
        self._links += 1

    def _close_link(self) -> None:
        self._links -= 1
        if not self._links:
            self._linked += self.pieces[self._linked_from :]

    def end(self) -> None:
        """Finish the line, if it has text."""
        pieces, linked = self.pieces, self._linked
        if self._links:  # goes on in the next line
            linked += pieces[self._linked_from :]
            self._linked_from = 0
        gathered = "".join(pieces)
        pieces.clear()
        text = gathered.replace(signs.EDGE, "").strip(SOURCE_BLANKS)
        if text.isprintable():  # no other signs, no line breaks, no marks, like most lines
            parted = gathered.replace(signs.EDGE, SOFT_BREAK).strip(_AROUND)
            has = bool(text)
        else:
            text, parted = signs.told_apart(gathered)
            has = has_text(text)
        if has:
            walked = self.walked
            line = Line(text, self.begun, han("".join(linked)) if linked else 0)
            if self._marker:
                line.text, line.marker = marked(self._marker, text)
                parted, _ = marked(self._marker, parted)
                self._marker = ""
            walked.entries.append(len(walked.lines))
            walked.lines.append(line)
            walked.parted.append(parted)
            self._cell_has_text = True
        linked.clear()

    def _number(self, item: Element) -> None:
        listing = item.getparent()
        if listing is not None and is_numbered(item, listing):
            if listing not in self._numbered:
                self._numbered[listing] = markers(listing)
            self._marker += self._numbered[listing].get(item, "")
