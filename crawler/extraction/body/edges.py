"""Where a text ends: behind a container that was closed early, above 上一篇 and 下一篇."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.fields.labels import ONLY_LABEL
from crawler.extraction.page import Page
from crawler.extraction.tables.grids import is_data
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.prose import is_prose
from crawler.extraction.whitespace import HARD_BREAK, bare, squeeze, stands_alone

# What editors write a paragraph in. A <div> of the page's template has a name.
_PARAGRAPHS = frozenset(("p", "center", "section", "div", "table"))
# 上一篇 and 下一篇 stand below the article whatever the page.
_TURN = re.compile(r"[【\[]?[上下]一[篇条页则个](?!.*。)")
# A table with so many labels may be an information block.
_LEAST_LABELS = 2
# A label and its value; a salutation ends with its colon.
_LABELLED = re.compile(r"[（(【]?.{1,8}[:：].")


def continued(page: Page, elements: Sequence[Element]) -> tuple[Element, ...]:
    """The elements of a body and the paragraphs that follow the last of them.

    A stray </div> closes the container early; what the editor wrote goes on behind it, at least
    the signature (a09, b17, b23). It goes on up to the last line of prose, signature or date,
    and not beyond anything the page's template has.
    """
    following: list[Element] = []
    kept = 0
    if _has_text_behind(elements[-1]):
        return tuple(elements)
    for sibling in elements[-1].itersiblings():
        if sibling.tag != "br":
            lines = page.lines_of(sibling) if sibling.tag in _PARAGRAPHS else ()
            if sibling.tag not in _PARAGRAPHS or not _may_be_text(page, sibling, lines):
                break
            if any(is_prose(line) or _is_closing(line) for line in lines):
                kept = len(following) + 1
        following.append(sibling)
        if _has_text_behind(sibling):
            break
    return (*elements, *following[:kept])


def _has_text_behind(element: Element) -> bool:
    """Whether text without an element of its own follows: which then cannot be told apart."""
    return bool(element.tail and element.tail.strip())


def with_neighbours(page: Page, element: Element) -> tuple[Element, ...]:
    """The paragraphs around the only one that is prose: a short text in unnamed <div>s (c21)."""
    if len(page.lines_of(element)) > 1:
        return continued(page, (element,))
    before: list[Element] = []
    for sibling in element.itersiblings(preceding=True):
        is_paragraph = sibling.tag in _PARAGRAPHS and not sibling.get("class")
        if not is_paragraph or not _may_be_text(page, sibling, page.lines_of(sibling)):
            break
        before.append(sibling)
    return continued(page, (*reversed(before), element))


def _may_be_text(page: Page, element: Element, lines: Sequence[Line]) -> bool:
    if element.tag == "table" and lines:
        if any(line.linked for line in lines) or _is_block_of_labels(lines):
            return False
        return is_data(element, page.lines_of)
    if element.get("id") or (element.tag != "p" and element.get("class")):
        return False
    return not any(line.linked or is_printed_by_the_page(line.text) for line in lines)


def is_printed_by_the_page(text: str) -> bool:
    """Whether a line is the page's: chrome, or a label with its value."""
    return bool(is_chrome(text) or _LABELLED.match(bare(text)) or ONLY_LABEL.fullmatch(text))


def _is_block_of_labels(lines: Sequence[Line]) -> bool:
    """Whether a table is an information block: labels beside values, 索引号 among the first."""
    labels = sum(1 for line in lines if ONLY_LABEL.fullmatch(line.text))
    return labels >= _LEAST_LABELS and labels * 3 >= len(lines)


def _is_closing(line: Line) -> bool:
    pieces = (squeeze(piece) for piece in line.text.split(HARD_BREAK))
    return any(stands_alone(piece) for piece in pieces if piece)


def is_turn(line: Line) -> bool:
    """Whether a line leads to the neighbouring pages (上一篇 …)."""
    return _TURN.match(bare(line.text)) is not None
