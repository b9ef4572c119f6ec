"""Where a text ends: behind a container that was closed early, above 上一篇 and 下一篇."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.body.whose import (
    PARAGRAPHS,
    has_form,
    is_block_of_the_page,
    is_printed_by_the_page,
    is_text,
    may_be_text,
)
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.prose import is_prose
from crawler.extraction.whitespace import bare

# 上一篇 and 下一篇 stand below the article whatever the page.
_TURN = re.compile(r"[【\[]?[上下]一[篇条页则个](?!.*。)")

_HEADING = re.compile(r"h[1-6]\Z")
# What is written there beside a container, and no part of a template.
_FLOW = frozenset(("p", "table", "center", "ol"))


def continued(page: Page, elements: Sequence[Element]) -> tuple[Element, ...]:
    """The elements of a body and the paragraphs that follow the last of them.

    A stray </div> closes the container early; what the editor wrote goes on behind it, at least
    the signature (a09, b17, b23). It goes on up to the last line that is prose, of a letter or
    written in the same way, and not beyond anything the page's template has.
    """
    following: list[Element] = []
    kept = 0
    if _has_text_behind(elements[-1]):
        return tuple(elements)
    styles = _styles(elements[-1])
    last = _last_around(elements[-1])
    tags = PARAGRAPHS if last is elements[-1] else _FLOW
    for sibling in last.itersiblings():
        if sibling.tag != "br":
            is_alike = _style(sibling) in styles
            if sibling.tag not in tags or not may_be_text(page, sibling, is_alike):
                break
            lines = page.lines_of(sibling)
            if any(map(is_text, lines)) or (lines and is_alike) or has_form(sibling):
                kept = len(following) + 1
        following.append(sibling)
        if _has_text_behind(sibling):
            break
    return (*elements, *following[:kept])


def _last_around(element: Element) -> Element:
    """The element, or the <div> that ends with it: two stray </div> close both (i12)."""
    around = element.getparent()
    is_last = element.getnext() is None and not _has_text_behind(element)
    return around if is_last and around is not None and around.tag == "div" else element


def with_neighbours(page: Page, element: Element, found: str) -> tuple[Element, ...]:
    """What was found for a text, and what beside it or of what is in it is the text.

    Where a single paragraph is prose, the short text in unnamed <div>s around it (c21); above
    files, whatever the page does not print itself (报告全文请下载附件).
    """
    if found == "pictures":
        return (*_words_above(page, element), element)
    if len(page.lines_of(element)) > 1:
        return continued(page, _below_blocks(page, element))
    before: list[Element] = []
    for sibling in element.itersiblings(preceding=True):
        is_paragraph = sibling.tag in PARAGRAPHS and not sibling.get("class")
        if not is_paragraph or not may_be_text(page, sibling):
            break
        before.append(sibling)
    return continued(page, (*reversed(before), element))


def _words_above(page: Page, element: Element) -> Sequence[Element]:
    above: list[Element] = []
    for sibling in element.itersiblings(preceding=True):
        lines = page.lines_of(sibling)
        if sibling.tag not in PARAGRAPHS or _HEADING.match(sibling.tag):
            break
        if any(one.linked or is_printed_by_the_page(one.text) for one in lines):
            break
        above.append(sibling)
    return above[::-1]


def is_turn(line: Line) -> bool:
    """Whether a line leads to the neighbouring pages (上一篇 …)."""
    return "一" in line.text and _TURN.match(bare(line.text)) is not None


def _below_blocks(page: Page, element: Element) -> tuple[Element, ...]:
    """An element, or those in it that hold its prose where it holds blocks of the page as well.

    A stray </div> leaves the text in two, and only the page or the article around both (c26, l12).
    """
    children = list(element)
    if any((one.tail or "").strip() for one in children) or (element.text or "").strip():
        return (element,)
    prose = [any(map(is_prose, page.lines_of(one))) for one in children]
    first = prose.index(True) if any(prose) else 0
    if not any(is_block_of_the_page(page, one) for one in children[:first]):
        return (element,)
    while first and may_be_text(page, children[first - 1]):
        first -= 1
    return tuple(children[first : len(prose) - prose[::-1].index(True)])


def _style(element: Element) -> tuple[str, str, str]:
    return element.tag, element.get("class") or "", element.get("style") or ""


def _styles(container: Element) -> frozenset[tuple[str, str, str]]:
    """How the paragraphs of a container are styled, those that are (a25)."""
    return frozenset(one for one in map(_style, container) if any(one[1:]))


def _has_text_behind(element: Element) -> bool:
    """Whether text without an element of its own follows: which then cannot be told apart."""
    return bool(element.tail and element.tail.strip())
