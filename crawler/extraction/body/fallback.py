"""The text of a page without a known container: around its prose, else what trafilatura takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from itertools import accumulate

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from crawler.extraction.body.edges import is_turn
from crawler.extraction.body.whose import is_printed_by_the_page
from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.files.pictured import find_pictured, leads_on
from crawler.extraction.page import MAX_NODES, Page
from crawler.extraction.tables.grids import is_data
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.prose import has_sentence, is_list, is_prose, is_row
from crawler.extraction.whitespace import HARD_BREAK, bare, han

# The text stands where this share of the page's prose stands...
_CORE_SHARE = 0.5
# ...and further up, while what comes along has no larger share of links: they are the page's.
_MOST_LINKED = 0.3
# A step that adds less is left to the neighbours of what was found.
_LEAST_STEP = 0.01
# Without any prose, the element with this share of what trafilatura takes.
_FOUND_SHARE = 0.95
# What stands for a text where the document is a file, and is more than a button.
_POINTER = re.compile(
    r"(?:详见|请见|[（(]见)附件|请?(?:点击|下载)(?:附件|右侧|下方|下面|查看|下载)"
)
_LEAST_POINTER = 12
# A table alone is a document from this many Han on; an empty one waits for a script's rows.
_LEAST_IN_TABLES = 80
# Lines × characters: to look each line up in what trafilatura found takes seconds from here on.
_MOST_SEARCHED = 10_000_000_000
# Makes the elements that trafilatura takes, of one class given in C: lxml.html's own parser asks
# Python for each.
_OF_HTML = etree.HTMLParser()
_OF_HTML.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
# Too small to hold a text: what stands beside them belongs to it. A line behind an <hr> is the
# rule's (f10).
_NO_HOLDERS = frozenset(("p", "span", "font", "tr", "tbody", "table", "li", "ul", "hr", "br"))


def find_text(page: Page) -> tuple[Element, str] | None:
    """The element of our own tree that holds the text, and who found it.

    Prose is rare on a page outside its text, so the text is around the prose. A page without any
    is shown to trafilatura, whose choice is looked up in our tree; it loses the prose of many
    markups and takes navigation along, so it is not asked more than that (its time is most of a
    page's, too). A page of links has no text: None, or its rows where they are a table.
    """
    lines = _once(_above_turn(page.lines))
    prose = _Held(line for line in lines.values() if is_prose(line))
    core = prose.deepest(_CORE_SHARE)
    if core is not None:
        return _within(_grown(page, core, prose), prose.total), "prose"
    pictured = find_pictured(page)
    if pictured is None or leads_on(page, pictured):
        if pointer := _pointer(lines.values()):
            return pointer
        if _is_only_links(page):  # scans may stand above related ones, pictures adorn a list
            return _rows_in_tables(page, lines.values())
    if pictured is not None:
        return pictured, "pictures"
    return _around_sentences(page, lines.values()) or _by_trafilatura(page, lines)


def _around_sentences(page: Page, lines: Iterable[Line]) -> tuple[Element, str] | None:
    """Around sentences too short for prose: all the words that a small table needs (p23)."""
    said = _Held(
        line
        for line in lines
        if not line.linked and has_sentence(bare(line.text)) and not is_chrome(line.text)
    )
    core = said.deepest(_CORE_SHARE)
    return None if core is None else (_grown(page, core, said), "sentences")


def _by_trafilatura(page: Page, lines: Mapping[str, Line]) -> tuple[Element, str] | None:
    found = bare(_trafilatura_text(page.tree).replace("|", ""))
    if len(lines) * len(found) > _MOST_SEARCHED:
        return None
    holder = _Held(line for text, line in lines.items() if text in found).deepest(_FOUND_SHARE)
    return None if holder is None else (holder, "trafilatura")


def _pointer(lines: Iterable[Line]) -> tuple[Element, str] | None:
    """Around the line that sends the reader to a file: all the text such a page has (j19)."""
    pointing = _Held(
        line
        for line in lines
        if not line.linked and line.unlinked >= _LEAST_POINTER and _POINTER.search(line.text)
    )
    holder = pointing.deepest(_CORE_SHARE)
    return None if holder is None else (holder, "pointer")


def _once(lines: Iterable[Line]) -> dict[str, Line]:
    """Each text with its line: a second copy of the text does not count.

    Nor does a paragraph that has the paragraphs of the first copy as its lines (f18).
    """
    found: dict[str, Line] = {}
    for line in lines:
        text = bare(line.text).removeprefix(line.marker)
        if HARD_BREAK in line.text:
            pieces = map(bare, line.text.split(HARD_BREAK))
            if 2 * sum(len(piece) for piece in pieces if piece in found) > len(text):
                continue
        found.setdefault(text, line)
    return found


def _grown(page: Page, core: Element, prose: _Held) -> Element:
    """The element or the largest around it that adds more prose and few links.

    The core has half of the prose, and each step adds some: there are few steps.
    """
    chosen = core
    for around in core.iterancestors():
        if around is page.root:
            break
        if prose.share(around) < prose.share(chosen) + _LEAST_STEP:
            continue
        size, linked = _weight(page.lines_of(around))
        size_within, linked_within = _weight(page.lines_of(chosen))
        if linked - linked_within > _MOST_LINKED * (size - size_within):
            break
        chosen = around
    return chosen


def _within(chosen: Element, prose: int) -> Element:
    """The <span> that holds the whole text as lines, beside others of the page's (f10)."""
    for child in chosen.iterchildren("span", "font"):
        if next(child.iter("br"), None) is None or han("".join(child.itertext())) < prose:
            continue
        behind = [child.tail or ""]
        behind += [f"{''.join(one.itertext())}{one.tail or ''}" for one in child.itersiblings()]
        return child if all(map(is_printed_by_the_page, behind)) else chosen
    return chosen


def _weight(lines: Sequence[Line]) -> tuple[int, int]:
    linked = sum(line.linked for line in lines)
    return linked + sum(line.unlinked for line in lines), linked


def _above_turn(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines above 上一篇: what stands below it, comments and statements, is of the page."""
    turns = [position for position, line in enumerate(lines) if is_turn(line)]
    if not turns:
        return lines
    sizes = [line.unlinked if is_prose(line) else 0 for line in lines]
    above = list(accumulate(sizes, initial=0))
    return next((lines[:turn] for turn in turns if above[turn] * 2 > above[-1]), lines)


def _is_only_links(page: Page) -> bool:
    """Whether the page ends as a list whatever part of it is taken for the text.

    It has rows of links, and nowhere, not even hidden, a sentence, nor in its tables as many
    words of its own as make a document: a template lays out with tables, and lists rows in them.
    """
    if not is_list(page.lines):
        return False
    shown = (line.text for line in page.lines)
    hidden = ("".join(element.itertext()) for element in page.flowed.hidden)
    if any("。" in text and has_sentence(bare(text)) for text in (*shown, *hidden)):
        return False
    return _han_in_tables(page) < _LEAST_IN_TABLES


def _rows_in_tables(page: Page, lines: Iterable[Line]) -> tuple[Element, str] | None:
    """The element around most of a list in tables: menus have as many rows, but shorter ones.

    Other lists are read as the page they are.
    """
    if not any(is_data(table, page.flowed) for table in page.root.iter("table")):
        return None
    rows = _Held((line for line in lines if is_row(line)), lambda line: line.linked)
    around = rows.deepest(_CORE_SHARE)
    return None if around is None or around.tag == "body" else (around, "rows")


def _han_in_tables(page: Page) -> int:
    """The unlinked Han characters of the tables of data that are no rows of links."""
    total = 0
    for table in page.root.iter("table"):
        size, linked = _weight(page.lines_of(table))
        if size > 2 * linked and is_data(table, page.flowed):
            total += size - linked
    return total


class _Held:
    """How much of some lines each element around them holds, in Han, unlinked ones at first."""

    def __init__(
        self, lines: Iterable[Line], size: Callable[[Line], int] = lambda line: line.unlinked
    ) -> None:
        self.total = 0
        self._by: Counter[Element] = Counter()
        for line in lines:
            held = size(line)
            self.total += held
            for element in (line.element, *line.element.iterancestors()):
                self._by[element] += held

    def share(self, element: Element) -> float:
        return self._by[element] / self.total

    def deepest(self, share: float) -> Element | None:
        """The deepest element around this share of the lines."""
        by, least = self._by, share * self.total
        if not self.total:
            return None
        holders = [one for one in by if by[one] >= least and one.tag not in _NO_HOLDERS]
        return max(holders, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)


def _padded_places(tree: Element) -> int:
    """The cells trafilatura may visit for the tables.

    It fills each row up to the widest, and counts a row again at each of its cells.
    """
    widths = [sum(1 for _ in row.iterchildren("td", "th")) for row in tree.iter("tr")]
    widest = max(widths, default=0)
    return max(len(widths), widest) * widest


def _trafilatura_text(tree: Element) -> str:
    if _padded_places(tree) > MAX_NODES:
        return ""
    # It takes elements of lxml.html only, and changes those it is given.
    holder = _OF_HTML.makeelement("div")
    holder.append(deepcopy(tree))
    copy = deepcopy(holder[0])
    etree.strip_attributes(copy, "rowspan", "colspan")  # it writes out every place they cover
    found = trafilatura.bare_extraction(
        copy,
        fast=True,
        include_tables=True,
        include_comments=False,
        with_metadata=False,
        deduplicate=False,
    )
    text = getattr(found, "text", None)  # it may find nothing at all
    return text if isinstance(text, str) else ""
