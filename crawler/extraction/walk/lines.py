"""A page's visible lines from one walk, shared by all that look at its elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from crawler.extraction.walk.flow import CELLS, SKIPPED, Element, Line, flow, is_hidden
from crawler.extraction.walk.pagewalk import walk_page
from crawler.extraction.walk.walked import Span
from crawler.extraction.whitespace import han

#: The visible lines of an element: `visible_lines`, or `Lines.of` where a page has been walked.
LinesOf: TypeAlias = Callable[[Element], Sequence[Line]]
#: Entries of a walk, from and to: numbers of lines, and cells without text.
Entries: TypeAlias = "tuple[Sequence[int | Element], int, int]"


def visible_lines(element: Element) -> Sequence[Line]:
    """The lines of `flow` as they come by default."""
    return [line for line in flow(element) if isinstance(line, Line)]


class Lines:
    """The visible lines of a page from one walk, and those of any element in it."""

    def __init__(self, root: Element, elements: Sequence[Element] | None = None) -> None:
        """``elements`` are the root and all below it, where they are at hand."""
        walked = walk_page(root, elements)
        self._spans = walked.spans
        self._walked = walked
        self._root = root
        self.hidden = tuple(walked.unseen)  # what is not in the lines; nothing inside is listed
        self.all = tuple(walked.lines)
        self.apart = walked.parted  # the same, each parted at its inline elements
        self._own: dict[Element, Sequence[Line]] = {}  # of what was walked for itself
        self._lengths: Sequence[int] = ()  # of the lines before each: asked where there are tables

    def of(self, element: Element) -> Sequence[Line]:
        """What `visible_lines` would find; what was not met as a block is walked for itself."""
        if (span := self._spans.get(element)) is not None:
            return self.all[span[0] : span[1]]
        if element not in self._own:  # hidden, mostly: several ask what it has
            self._own[element] = walk_page(element).lines
        return self._own[element]

    def count(self, element: Element) -> int:
        """How many lines `of` has, as far as that is known without a walk."""
        start, end, *_ = self._spans.get(element, (0, 0))
        return end - start

    def longer(self, elements: Iterable[Element], most: int) -> list[Element]:
        """The elements whose lines, as `of` finds them, have more characters than ``most``."""
        if not self._lengths:
            self._lengths = list(accumulate([len(line.text) for line in self.all], initial=0))
        lengths, spans = self._lengths, self._spans
        found: list[Element] = []
        for one in elements:  # a page may have hundreds of cells
            if (span := spans.get(one)) is not None:
                length = lengths[span[1]] - lengths[span[0]]
            else:
                length = sum([len(line.text) for line in self.of(one)])
            if length > most:
                found.append(one)
        return found

    def unlinked(self, element: Element) -> int:
        """How many Han characters an element has outside of links."""
        lines = self.of(element)
        return han("".join([line.text for line in lines])) - sum([line.linked for line in lines])

    def parted(
        self, element: Element, whole: Sequence[Element] = ()
    ) -> Iterator[Entries | Element] | None:
        """What ``flow(element, whole=whole, split_inline=True, empty_cells=True)`` yields.

        Lines, as `apart` has them, and cells are given as entries. None where only that walk can
        tell: an element that is no block of its own, a list's number that stands before the
        element, cells that hold one of several of ``whole`` and may be empty but for it.
        """
        span = self._span_around(element)
        if span is None or any(one not in self._spans for one in whole):
            return None
        if _is_in(element, "li") or any(_is_in(one, "li") for one in whole):
            return None
        if not any(_is_in(one, *CELLS) for one in whole):
            return self._parted(span[2:], whole)
        behind = self._behind(element, whole[0]) if len(whole) == 1 else None
        return None if behind is None else self._parted_in_cell(span[2:], whole[0], *behind)

    def _span_around(self, element: Element) -> Span | None:
        """The span of an element; of <html>, that of a <body> with nothing to see beside it."""
        if element is self._root.getparent() and _is_all_of(self._root, element):
            element = self._root
        return self._spans.get(element)

    def _parted(
        self, reach: tuple[int, int], whole: Sequence[Element]
    ) -> Iterator[Entries | Element]:
        (position, end), entries = reach, self._walked.entries
        for element in whole:
            start, after = self._spans[element][2:]
            if start >= position:  # and not inside the one before
                yield entries, position, start
                yield element
                position = after
        yield entries, position, end

    def _parted_in_cell(
        self, reach: tuple[int, int], whole: Element, empty: Sequence[Element], position: int
    ) -> Iterator[Entries | Element]:
        yield self._walked.entries, reach[0], self._spans[whole][2]
        yield whole
        yield empty, 0, len(empty)
        yield self._walked.entries, position, reach[1]

    def _behind(self, root: Element, whole: Element) -> tuple[list[Element], int] | None:
        """The cells below ``root`` that end behind ``whole`` and are empty but for it, and from
        which entry on the two walks are one again; None where it takes a walk to tell."""
        first, _, _, position = self._spans[whole]
        above = frozenset(root.iterancestors())
        empty: list[Element] = []
        has_text: bool | None = None
        for cell in whole.iterancestors(*CELLS):
            if cell in above:
                break
            if cell not in self._spans:
                return None
            if has_text is None:
                before = self._last_cell_before(whole, cell)
                if before is None:
                    return None
                has_text = self._spans[before][0] < first
            end = self._spans[cell][3]
            is_listed = end > position and self._walked.entries[end - 1] is cell
            if end - is_listed > position:
                break  # something follows in the cell: it tells for itself
            if not has_text:
                empty.append(cell)
            position = end
        return empty, position

    def _last_cell_before(self, whole: Element, cell: Element) -> Element | None:
        """The last cell that begins before ``whole``, from ``cell`` on, the innermost around it.

        Every cell has an entry, be it itself. None where one was not met as a block.
        """
        last, begin = cell, self._spans[whole][2]
        for inner in cell.iterdescendants(*CELLS):
            if inner not in self._spans:
                return None
            if self._spans[inner][2] >= begin:
                break
            last = inner
        return last

    def hides_in(self, root: Element) -> Callable[[Element], bool]:
        """What tells whether an element below ``root``, and of nothing hidden, is hidden itself."""
        return frozenset(self.hidden).__contains__ if root in self._spans else is_hidden

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

    def split_at(self, inline: Sequence[Element], root: Element) -> Iterator[Line | Element]:
        """What ``flow(root, whole=inline)`` yields, of elements that need not be blocks.

        Only the blocks around them are walked again.
        """
        whole, spans = frozenset(inline), self._spans
        blocks: dict[Element, None] = {}  # around each the next
        for one in inline:
            above = (one, *one.iterancestors())
            if root in above:
                blocks[next((it for it in above if it in spans), root)] = None
        outer = [one for one in blocks if blocks.keys().isdisjoint(one.iterancestors())]
        # Only a walk of all tells where a list's number stands, and what a link or <pre> holds.
        if root not in spans or any(_is_in(one, "li", "a", "pre") for one in outer):
            yield from flow(root, whole=whole)
            return
        for piece in self.around(outer, root):
            if isinstance(piece, Line) or piece in whole:
                yield piece
            else:
                yield from flow(piece, whole=whole)

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
        all(one.tag in SKIPPED for one in beside)
        and not any(text and text.strip() for text in texts)
        and not is_hidden(body)
    )
