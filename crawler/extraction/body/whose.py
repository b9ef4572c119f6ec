"""Whose a line or an element beside a text is: the text's, or the page's around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.boilerplate import is_chrome, is_foot
from crawler.extraction.fields.label_patterns import NAMES, ONLY_LABEL
from crawler.extraction.page import Page
from crawler.extraction.tables.grids import is_data
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.prose import is_prose
from crawler.extraction.whitespace import HARD_BREAK, bare, squeeze, stands_alone

# What editors write a paragraph in. A <div> of the page's template has a name.
PARAGRAPHS = frozenset(
    ("p", "center", "section", "div", "table", "ol", "blockquote", "font", "span", "b", "strong",
     "h1", "h2", "h3", "h4", "h5", "h6")
)  # fmt: skip
# A table with so many labels may be an information block.
_LEAST_LABELS = 2
# A table of fewer rows may be the page's own.
_LEAST_ROWS = 3
_CAPTION = 2  # lines above and below one
# So many links, or so many lines of the page's without prose among them, are a menu or a block.
_MENU_LINKS = 10
_LEAST_PRINTED = 3
# A label of the page's and its value. These two are a letter's as well.
_LABELLED = re.compile(rf"(?!主题词|备注)[（(【\[]?{NAMES}[】\]]?[:：]")
# What stands at the end of a letter, or begins a part of it (k11).
_OF_A_LETTER = re.compile(
    r"(?:附[件表注]?\d*|备?注|说明|联系(?:人|电话)|抄[送报]|主题词)[:：]|.{4,40}日印发\Z"
    r"|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]"
)


def may_be_text(page: Page, element: Element, is_written_alike: bool = False) -> bool:
    """Whether an element beside a text may go on with it: no links, nothing the page prints.

    ``is_written_alike``: it has the style of paragraphs in the text, and labels are its own.
    """
    lines = page.lines_of(element)
    leading = [one for one in lines if one.linked and not _OF_A_LETTER.match(squeeze(one.text))]
    # An unclosed <p> ends with the page's own links (b23).
    if leading and (leading[0] is lines[0] or not all(is_chrome(one.text) for one in leading)):
        return False
    tables = [one for one in element.iter("table") if _is_of_the_text(page, one)]
    beside = [one for one in page.flowed.around(tables, element) if isinstance(one, Line)]
    is_named = element.get("id") or (element.tag not in ("p", "table") and element.get("class"))
    if is_named and not is_written_alike and not _wraps_form(tables, beside):
        return False
    if is_written_alike or (len(beside) > 1 and is_text(beside[0])):
        return not any(is_chrome(one.text) for one in beside[:1]) and not any(
            _is_label(one.text) for one in beside[1:]
        )
    return not any(is_printed_by_the_page(one.text) for one in beside)


def is_text(line: Line) -> bool:
    """Whether a line is prose, a sentence, a signature or a date, or what letters have."""
    if is_prose(line) or line.text.rstrip().endswith("。"):
        return True
    pieces = [squeeze(piece) for piece in line.text.split(HARD_BREAK)]
    return any(stands_alone(piece) or _OF_A_LETTER.match(piece) for piece in pieces if piece)


def has_form(element: Element) -> bool:
    """Whether an element is or holds a table of several rows: the form under a report (b04)."""
    return any(map(_is_grid, element.iter("table")))


def is_printed_by_the_page(text: str) -> bool:
    """Whether a line is the page's: chrome, or a label with its value."""
    return is_chrome(text) or is_foot(text) or _is_label(text)


def is_block_of_the_page(page: Page, element: Element) -> bool:
    """Whether an element is a menu, a breadcrumb or an information block of the page's."""
    if sum(1 for _ in element.iter("a")) >= _MENU_LINKS:
        return True
    lines = page.lines_of(element)
    printed = sum(1 for one in lines if one.linked or is_printed_by_the_page(one.text))
    return printed >= _LEAST_PRINTED


def _is_label(text: str) -> bool:
    return bool(_LABELLED.match(bare(text)) or ONLY_LABEL.fullmatch(text))


def _is_of_the_text(page: Page, table: Element) -> bool:
    """Whether a table is data and no information block: labels beside values."""
    lines = page.lines_of(table)
    labels = sum(1 for line in lines if _is_label(line.text))
    if labels >= _LEAST_LABELS and labels * 3 >= len(lines):
        return False
    return is_data(table, page.flowed)


def _wraps_form(tables: Sequence[Element], beside: Sequence[Line]) -> bool:
    """Whether a named element is put around a form, perhaps with its caption (f01)."""
    return any(map(_is_grid, tables)) and len(beside) <= _CAPTION


def _is_grid(table: Element) -> bool:
    return sum(1 for _ in table.iter("tr")) >= _LEAST_ROWS
