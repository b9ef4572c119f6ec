"""UCAP's search blocks: lists that a script loads from ``/es-search/search/<channel>``.

Platform: 开普云 UCAP where columns are put together by script (成都, 邵阳 …).
Recognised by: ``/es-search/search/`` and ``/u/channel/treeNew/`` in the page or its address.
The block is a fragment of HTML (or JSON with ``results``), counted by ``page`` in its address. A
disclosure page's tree is JSONP, ``null({…})``; nodes without a list of their own are named
``…/null.shtml`` and have one called ``xlist.shtml`` (portals.md §1.1 K).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from crawler.cms.answers import (
    MAX_ROWS,
    Record,
    call,
    count_of,
    dicts,
    dig,
    fragment,
    json_of,
    merged,
    page_of,
    plain,
    record_rows,
    same_host,
)
from crawler.cms.listing import absolute
from crawler.cms.pagers import stated_total
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from spiders.families.ucap import Ucap

_SEARCH = re.compile(r"^/es-search/search/(?P<channel>\w{1,64})$")
_TREE = re.compile(r"^/u/channel/treeNew/\w{1,64}$")
#: ``'/es-search/search/<id>?…&page=' + n``; the id may be a variable: ``'…/' + lmCode + '?…'``.
_SEARCH_CALL = re.compile(
    r"['\"]/es-search/search/(?P<channel>\w{0,64})"
    r"(?:['\"]\s*\+\s*(?P<variable>\w{1,40})\s*\+\s*['\"])?\?(?P<query>[^'\"\s]{0,500})['\"]"
)
_TREE_CALL = re.compile(r"['\"](?P<url>/u/channel/treeNew/\w{1,64}(?:\?[^'\"\s]{0,800})?)['\"]")
_PLACEHOLDER = "/null.shtml"
_LIST = "/xlist.shtml"
_PER_PAGE = 20
_MAX_DEPTH = 8


class UcapSearch(Ucap):
    """开普云 UCAP with lists by script."""

    name = "ucap_search"

    def is_answer(self, page: Page) -> bool:
        path = urlsplit(page.capture.url).path
        return bool(_SEARCH.match(path) or _TREE.match(path))

    def rows(self, page: Page) -> list[Link]:
        if not self.is_answer(page):
            return super().rows(page)
        if _TREE.match(urlsplit(page.capture.url).path):
            return []
        value = json_of(page.html)
        if value is None:
            return super().rows(fragment(page, page.html, at="/"))
        return record_rows(page, _records(value))

    def further(self, page: Page) -> list[Link]:
        return self._next(page) if self.is_answer(page) else super().further(page)

    def calls(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return _nodes(page)
        return [*_blocks(page), *_trees(page)]

    def _next(self, page: Page) -> list[Link]:
        """The next page of a block: as long as it is full, or says that there are more."""
        parts = urlsplit(page.capture.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        number, size = count_of(query.get("page")), count_of(query.get("_pageSize")) or _PER_PAGE
        rows, pages = len(self.rows(page)), stated_total(page)
        ended = number >= pages if pages else rows < size
        if not number or not rows or ended:
            return []
        query["page"] = str(number + 1)
        return page_of(parts._replace(query=urlencode(query, safe="/")).geturl(), number + 1)


def _blocks(page: Page) -> list[Link]:
    """The first page of each block that the page's script loads."""
    found: list[Link] = []
    for match in _SEARCH_CALL.finditer(page.html):
        channel = match["channel"] or _variable(page, match["variable"] or "")
        query = {name: values[0] for name, values in parse_qs(match["query"]).items()}
        address = urlencode({**query, "page": "1"}, safe="/")
        if channel:
            found += call(absolute(page, f"/es-search/search/{channel}?{address}"))
    return merged(found)


def _variable(page: Page, name: str) -> str:
    """What a script variable is set to; the channel's id is its page's, too."""
    match = re.search(rf"\b{name}\s*=\s*['\"](\w{{1,64}})['\"]", page.html) if name else None
    return match[1] if match else page.meta("channelId") or ""


def _trees(page: Page) -> list[Link]:
    urls = (absolute(page, match["url"]) for match in _TREE_CALL.finditer(page.html))
    return merged(link for url in urls for link in call(url))


def _nodes(page: Page) -> list[Link]:
    """The lists that the nodes of a tree lead to, each by its name."""
    found: list[Link] = []
    for node in _walk(json_of(page.html)):
        address = node.get("iframeurl") or node.get("url")
        name = plain(node.get("name"))
        if not isinstance(address, str) or not name:
            continue
        if address.endswith(_PLACEHOLDER):
            address = address.removesuffix(_PLACEHOLDER) + _LIST
        url = absolute(page, urljoin("/", address))
        if url and same_host(url, page.capture.url):
            found.append(Link(url, name, rel=Rel.COLUMN))
    return merged(found)


def _walk(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The nodes of a tree, parents first."""
    if depth > _MAX_DEPTH:
        return
    listed = next((dig(value, name) for name in ("list", "data") if dig(value, name)), value)
    for count, node in enumerate(dicts(listed)):
        if count == MAX_ROWS:
            return
        yield node
        yield from _walk(node.get("children"), depth + 1)


def _records(value: Any) -> Iterator[Record]:
    for item in dicts(dig(value, "results")):
        source = item.get("source", item)
        if isinstance(source, dict):
            date = source.get("publishedTimeStr") or source.get("publishedTime")
            title = source.get("title") or source.get("TITLE")
            yield Record(source.get("url") or source.get("URL"), title, date)
