"""The rows of a list: links whose address is an article's, and links that stand as rows do.

Addresses are the surer sign and are taken wherever they stand. A CMS nobody has seen is read by
structure: siblings of one make that carry dates, or whose addresses differ in a number only.
Navigation is neither: it has no dates, short names and addresses of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.cms.article_paths import is_article_url
from crawler.cms.listing import FILE_PATH, Anchor, anchors, row_date, row_of
from crawler.extraction.page import Page
from crawler.extraction.whitespace import han
from crawler.items import Link, Rel

#: A lone dated link is a row when it says this much; 设为首页 beside today's date does not.
_LONE_TITLE = 8
#: Of a block's links so many must carry a date for the block to be a list.
_DATED_SHARE = 0.6
#: Without dates: so many siblings, with titles of so many Han characters.
_UNDATED_ROWS = 4
_UNDATED_TITLE = 9
_NUMBER = re.compile(r"\d+|[0-9a-f]{24,}")
#: An address that differs from its siblings' by an id, not by the number of a page.
_ID = re.compile(r"\d{3,}|[0-9a-f]{24,}")
#: Lists of bureaux and townships are alike as well: columns by their address, or by their names.
_COLUMN_PATH = re.compile(
    r"/col(?:umn)?s?(?:/|\d)|list|channel|categor|catalog|tree", re.IGNORECASE
)
_BODY = re.compile(r"(?:政府|局|委|会|办|办公室|[镇乡]|街道|办事处|中心|院|部|公司|[站所队])$")
#: Words of a pager, numbers of pages, and the home page's address.
_PAGER_TEXT = re.compile(r"[\d\s.]*|[首上下末尾前后]一?[页頁]|[<>«»‹›]+")
_HOME_PATH = re.compile(r"/?(?:(?:index|default)\.\w+)?", re.IGNORECASE)


def rows(page: Page, article_path: re.Pattern[str]) -> list[Link]:
    """The links to articles (and to files listed instead of one), each URL once, with the date
    beside each; in document order.

    ``article_path`` is what the family knows; a list may as well lead to articles of an older
    site or of another bureau's, so any known shape will do.
    """
    met = [anchor for anchor in anchors(page) if anchor.text]
    by_structure = {id(anchor.element) for anchor in _structural(page, met)}
    found: dict[str, Link] = {}
    for element, url, text in met:
        path = urlsplit(url).path
        known = article_path.search(path) or is_article_url(url) or FILE_PATH.search(path)
        if url not in found and (known or id(element) in by_structure):
            beside = row_date(element)
            found[url] = Link(url, text, beside.date if beside else "", len(found), Rel.ROW)
    return list(found.values())


class _Row(NamedTuple):
    """A link and the element it is a row by."""

    element: HtmlElement
    anchor: Anchor


def _structural(page: Page, met: Iterable[Anchor]) -> list[Anchor]:
    """The links that stand in a block of rows."""
    blocks: dict[tuple[HtmlElement, str], list[_Row]] = defaultdict(list)
    for anchor in met:
        if anchor.element.tag == "a" and _may_be_row(page, anchor):
            around = row_of(anchor.element)
            element = anchor.element if around is None else around
            block = element.getparent()
            if block is not None:
                blocks[block, element.tag].append(_Row(element, anchor))
    return [
        row.anchor
        for block in blocks.values()
        if _are_dated(block) or _are_alike([row.anchor for row in block])
        for row in block
    ]


def _may_be_row(page: Page, anchor: Anchor) -> bool:
    """Whether a link may be a row at all: no home page, not this page, no pager."""
    path = urlsplit(anchor.url).path
    return (
        anchor.url != page.capture.url
        and not _HOME_PATH.fullmatch(path)
        and not _PAGER_TEXT.fullmatch(anchor.text)
    )


def _are_dated(block: Sequence[_Row]) -> bool:
    """Whether most rows of a block carry a date each; a single row must say more than 加入收藏."""
    elements = {row.element for row in block}
    beside = [found for row in block if (found := row_date(row.anchor.element))]
    dates = {found.holder for found in beside}  # one date above a menu dates none of its links
    if len(elements) == 1:
        return bool(dates) and max(han(row.anchor.text) for row in block) >= _LONE_TITLE
    return len(dates) >= max(2, _DATED_SHARE * len(elements))


def _are_alike(block: Sequence[Anchor]) -> bool:
    """Whether a block without dates is a list: long titles, addresses alike but for an id."""
    if len(block) < _UNDATED_ROWS or median(han(a.text) for a in block) < _UNDATED_TITLE:
        return False
    if sum(1 for anchor in block if _BODY.search(anchor.text)) > len(block) / 2:
        return False
    shapes = {_NUMBER.sub("0", anchor.url) for anchor in block}
    return len(shapes) == 1 and all(_has_id(anchor.url) for anchor in block)


def _has_id(url: str) -> bool:
    """Whether the last part of an address is numbered, as articles are and few columns."""
    parts = urlsplit(url)
    last = f"{parts.path.rpartition('/')[2]}?{parts.query}"
    return bool(_ID.search(last)) and not _COLUMN_PATH.search(parts.path)
