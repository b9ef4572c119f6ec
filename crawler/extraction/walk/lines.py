"""A page's visible lines from one walk, shared by all that look at its elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from crawler.extraction.walk.flow import CELLS, Element, Line, flow, is_hidden
from crawler.extraction.walk.pagewalk import Span, walk_page
from crawler.extraction.whitespace import han

#: The visible lines of an element: `visible_lines`, or `Lines.of` where a page has been walked.
LinesOf: TypeAlias = Callable[[Element], Sequence[Line]]
#: A line, parted at its inline elements, with where it began; or an element as it is.
Parted: TypeAlias = "tuple[str, Element] | Element"


def visible_lines(element: Element) -> Sequence[Line]:
    """The lines of `flow` as they come by default."""
    return [line for line in flow(element) if isinstance(line, Line)]


class Lines:
    """The visible lines of a page from one walk, and those of any element in it."""

    def __init__(self, root: Element) -> None:
        walked = walk_page(root)
        self._spans = walked.spans
        self._walked = walked
        self._root = root
        self.hidden = tuple(walked.unseen)  # what is not in the lines; nothing inside is listed
        self.all = tuple(walked.lines)

    def of(self, element: Element) -> Sequence[Line]:
        """What `visible_lines` would find; what was not met as a block is walked for itself."""
        span = self._spans.get(element)
        return visible_lines(element) if span is None else self.all[span[0] : span[1]]

    def unlinked(self, element: Element) -> int:
        """How many Han characters an element has outside of links."""
        lines = self.of(element)
        return han("".join([line.text for line in lines])) - sum([line.linked for line in lines])

    def parted(self, element: Element, whole: Sequence[Element] = ()) -> Iterator[Parted] | None:
        """What ``flow(element, whole=whole, split_inline=True, empty_cells=True)`` yields.

        A line is given as its text and where it began. None where only that walk can tell: an
        element that is no block of its own, a list's number that stands before the element, a
        cell that holds one of ``whole`` and may be empty but for it.
        """
        span = self._span_around(element)
        if span is None or any(one not in self._spans for one in whole):
            return None
        if _is_in(element, "li") or any(_is_in(one, "li", *CELLS) for one in whole):
            return None
        return self._parted(span[2:], whole)

    def _span_around(self, element: Element) -> Span | None:
        """The span of an element; of <html>, that of a <body> with nothing beside it but <head>."""
        if element is self._root.getparent() and _is_all_of(self._root, element):
            element = self._root
        return self._spans.get(element)

    def _parted(self, reach: tuple[int, int], whole: Sequence[Element]) -> Iterator[Parted]:
        position, end = reach
        for element in whole:
            start, after = self._spans[element][2:]
            if start >= position:  # and not inside the one before
                yield from self._entries(position, start)
                yield element
                position = after
        yield from self._entries(position, end)

    def _entries(self, start: int, end: int) -> Iterator[Parted]:
        parted, lines = self._walked.parted, self.all
        return (
            (parted[entry], lines[entry].element) if isinstance(entry, int) else ("", entry)
            for entry in islice(self._walked.entries, start, end)
        )

    def hides_below(self, root: Element) -> bool:
        """Whether anything below ``root`` is hidden."""
        if root in self._spans:
            return any(root in element.iterancestors() for element in self.hidden)
        return any(map(is_hidden, root.iterdescendants()))

    def hidden_han(self, root: Element) -> int:
        """How many Han characters at most are hidden below ``root``."""
        hidden = (one for one in root.iterdescendants() if is_hidden(one))
        if root in self._spans:
            hidden = (one for one in self.hidden if root in one.iterancestors())
        return sum(han("".join(one.itertext())) for one in hidden)

    def around(self, whole: Sequence[Element], root: Element) -> Iterator[Line | Element]:
        """What ``flow(root, whole=whole)`` yields; ``whole`` is in document order."""
        spans = self._spans
        if root not in spans or any(element not in spans for element in whole):
            yield from flow(root, whole=frozenset(whole))
            return
        position, end = spans[root][:2]
        for element in whole:
            start, after = spans[element][:2]
            if start >= position:  # and not inside the one before
                yield from self.all[position:start]
                yield element
                position = after
        yield from self.all[position:end]


def _is_in(element: Element, *tags: str) -> bool:
    """Whether an element, or one around it, has one of the tags."""
    return element.tag in tags or next(element.iterancestors(*tags), None) is not None


def _is_all_of(body: Element, tree: Element) -> bool:
    """Whether <body> is all that a walk of its page would show."""
    beside = [one for one in tree.iterchildren() if one is not body]
    texts = (tree.text, body.tail, *(one.tail for one in beside))
    return (
        all(one.tag == "head" for one in beside)
        and not any(text and text.strip() for text in texts)
        and not is_hidden(body)
    )
