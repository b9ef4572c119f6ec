"""How a list goes on: the generic pager (portals.md §1.1 L), and what the families' pagers share.

The next page is looked for in the order of trust: a link that says so, the link with the next
number, the numbering of the addresses together with a stated total. A stated total only ever
allows one step more; that a pager promises too much is noticed where the walk meets no new rows.
"""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler.cms.listing import Anchor, absolute, anchors
from crawler.extraction.page import Page
from crawler.hanzi import fold
from crawler.items import Link, Rel

_NEXT = re.compile(
    r"(?:下一?[页頁]|[后後]一?[页頁]|›|»|>)\s*[>›»]*$|next(?: page)?$", re.IGNORECASE
)
_LAST = re.compile(r"(?:尾|末|最后一?)页")
#: A query parameter that numbers the pages of a list.
_QUERY_PAGE = re.compile(
    r"(?i)(?P<before>(?:^|[?&])(?:page|pageindex|pageno|pagenum|page_no|currpage|curpage|pn|p)=)"
    r"(?P<number>\d{1,6})(?=&|$)"
)
#: A path that numbers them: ``index_3.html``, ``xlist-3.shtml``, ``page/3``. The number must have
#: a name before it: ``/2023/`` and ``/13.html`` are as often columns.
_PATH_PAGE = re.compile(
    r"(?P<before>/(?:[\w-]*[a-z][_-]|page/))(?P<number>\d{1,4})(?P<after>/|\.\w+)?$",
    re.IGNORECASE,
)
#: ``/a/3.html``, only believed of a link that says 3.
_BARE_PAGE = re.compile(r"/(?P<number>\d{1,4})(?:/|\.\w+)?$")
_TOTALS = (
    re.compile(
        r"\b(?:total_?pages?|page_?count|count_?page|page_?total|pages_?total)['\"]?\s*[=:]\s*"
        r"(?:parseInt\()?['\"]?(?P<total>\d{1,6})\b",
        re.IGNORECASE,
    ),
    re.compile(r"共\s*(?:<[^>]{1,60}>\s*)*(?P<total>\d{1,6})\s*(?:<[^>]{1,60}>\s*)*[页頁]"),
)
_CURRENT = re.compile(
    r"\b(?:current_?page|cur_?page|curr_?page|page_?index|page_?no)['\"]?\s*[=:]\s*"
    r"['\"]?(?P<current>\d{1,6})\b",
    re.IGNORECASE,
)
#: How pagers mark the page they are on.
_HERE = re.compile(
    r"(?:^|[\s_-])(?:current|cur|curr|active|on|now|this|thisclass|selected|sel)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\s*(?:第\s*)?(\d{1,4})(?:\s*[页頁])?\s*")
#: ``createPageHTML([div,] total, current, name, extension``; quotes may be escaped, where the call
#: is kept in a string and run later.
_CALL = re.compile(
    r"createPageHTML\(\s*(?:(?P<div>\\?['\"][^'\"\\]+\\?['\"])\s*,\s*)?"
    r"(?P<total>\d{1,9})\s*,\s*(?P<current>\d{1,9})\s*,"
    r"\s*\\?['\"](?P<name>[\w-]+)\\?['\"]\s*,\s*\\?['\"](?P<extension>\w+)\\?['\"]"
)


class Call(NamedTuple):
    """What a page hands to ``createPageHTML``; with a div it counts from 1, without from 0."""

    total: int
    current: int
    name: str
    extension: str
    from_one: bool


def page_call(page: Page) -> Call | None:
    """The ``createPageHTML`` call of a page, run or kept in a text."""
    match = _CALL.search(page.html) or _CALL.search(unescape(page.html))
    if match is None:
        return None
    return Call(
        int(match["total"]),
        int(match["current"]),
        match["name"],
        match["extension"],
        match["div"] is not None,
    )


def page_link(page: Page, href: str, number: int) -> list[Link]:
    """The link to page ``number`` (counted from 1) of this list."""
    url = absolute(page, href)
    return [Link(url, f"第{number}页", rel=Rel.PAGE)] if url and url != page.capture.url else []


def next_page(page: Page) -> list[Link]:
    """The next page of a list on any CMS, or nothing at its end. Two links where the numbering
    leaves open whether the second page is 1 or 2."""
    here = urlsplit(page.capture.url).hostname
    met = [anchor for anchor in anchors(page) if urlsplit(anchor.url).hostname == here]
    others = [anchor for anchor in met if anchor.url != page.capture.url]
    return _labelled(others) or _numbered(page, others) or _counted(page, met)


def _labelled(met: list[Anchor]) -> list[Link]:
    for anchor in met:
        if _NEXT.match(fold(anchor.text)):
            return [Link(anchor.url, "下一页", rel=Rel.PAGE)]
    return []


def _numbered(page: Page, met: list[Anchor]) -> list[Link]:
    """The link that carries the next number, in a row of numbers or a select box."""
    following = (_here(page) or 1) + 1
    for anchor in met:
        says = _DIGITS.fullmatch(anchor.text)
        bare = _BARE_PAGE.search(urlsplit(anchor.url).path)
        number = number_of(anchor.url) or (int(bare["number"]) if bare else None)
        if says and int(says[1]) == following and number in (following, following - 1):
            return [Link(anchor.url, f"第{following}页", rel=Rel.PAGE)]
    return []


def _counted(page: Page, met: list[Anchor]) -> list[Link]:
    """The next address by the numbering of this one, or of the link to the last page."""
    total, here, number = stated_total(page), _here(page), number_of(page.capture.url)
    last = next((a.url for a in met if _LAST.fullmatch(fold(a.text))), "")
    last_number = number_of(last)
    if number is not None and here in (None, number, number + 1):
        # Numbered from 0 where the pager counts this page one higher than its address does.
        shift = (here or number) - number
        end = (total or 0) - shift if last_number is None else last_number
        if number >= end:
            return []
        return page_link(page, with_number(page.capture.url, number + 1), number + 1 + shift)
    if not last_number or (here or 1) > 1:
        return []
    candidates = [2 - (total - last_number)] if total else [1, 2]
    return [
        link
        for candidate in candidates
        if 0 < candidate <= last_number
        for link in page_link(page, with_number(last, candidate), 2)
    ]


def stated_total(page: Page) -> int | None:
    """How many pages the list says it has."""
    found = (pattern.search(page.html) for pattern in _TOTALS)
    return next((int(match["total"]) for match in found if match), None)


def _here(page: Page) -> int | None:
    """The number of this page counted from 1, where its address or its pager says it."""
    in_query = _QUERY_PAGE.search(urlsplit(page.capture.url).query)
    if in_query:
        return int(in_query["number"]) or 1
    for element in page.tree.iter("a", "span", "b", "strong", "em", "li", "option"):
        marked = _HERE.search(element.get("class") or "") or element.get("selected") is not None
        says = _DIGITS.fullmatch("".join(element.itertext())) if marked else None
        if says:
            return int(says[1])
    stated = _CURRENT.search(page.html)
    return int(stated["current"]) or 1 if stated else None


def number_of(url: str) -> int | None:
    """The number of the page in an address, or None."""
    parts = urlsplit(url)
    match = _QUERY_PAGE.search(parts.query) or _PATH_PAGE.search(parts.path)
    return int(match["number"]) if match else None


def with_number(url: str, number: int) -> str:
    """The address with another page number in the place of its own."""
    parts = urlsplit(url)
    in_query = _QUERY_PAGE.search(parts.query)
    if in_query:
        query = parts.query[: in_query.start("number")] + str(number)
        return parts._replace(query=query + parts.query[in_query.end("number") :]).geturl()
    in_path = _PATH_PAGE.search(parts.path)
    assert in_path is not None
    path = parts.path[: in_path.start("number")] + str(number)
    return parts._replace(path=path + parts.path[in_path.end("number") :]).geturl()
