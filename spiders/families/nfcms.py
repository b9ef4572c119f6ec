"""NFCMS with gkmlpt: the platform of Guangdong's counties.

Recognised by: ``post_N.html`` articles, the ``NFCMS_POST_ID`` script variables, and on the
disclosure platform (gkmlpt) by ``window._CONFIG`` with ``SID`` and ``TREE``.
Ordinary columns are static lists with a 下一页 link. A gkmlpt index page has no rows of its
own: its tree names the categories, and ``…/gkmlpt/api/all/<category>?page=N&sid=<SID>`` answers
with 100 articles a page (portals.md §1.1 H). Every bureau and township has such an index in its
own directory. ``mpost_N.html`` is the mobile twin of ``post_N.html``.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.cms.answers import (
    Record,
    call,
    count_of,
    dicts,
    dig,
    json_of,
    merged,
    page_of,
    record_rows,
)
from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from crawler.portal.spider import PortalSpider

_API = re.compile(r"^(?P<site>(?:/[^/]+)?/gkmlpt)/api/all/\d+$")
_INDEX = re.compile(r"^(?P<site>(?:/[^/]+)?/gkmlpt)/m?index")
_SID = re.compile(r"\bSID\s*:\s*['\"](?P<sid>[^'\"]+)['\"]")
_TREE = re.compile(r"\bTREE\s*:\s*(?=\[)")
#: Categories of the tree that carry reports and work points.
_WANTED = re.compile(r"年报|年度报告|政务公开|要点|通知公告|政策文件|其他文件")
_MOBILE = re.compile(r"/mpost_(\d+\.html)")
_PER_PAGE = 100
_MAX_DEPTH = 20


class Nfcms(Family):
    """NFCMS, with gkmlpt's trees and its JSON."""

    name = "nfcms"
    article_path = path_of("nfcms")

    def is_answer(self, page: Page) -> bool:
        return _API.match(urlsplit(page.capture.url).path) is not None

    def rows(self, page: Page) -> list[Link]:
        found = api_rows(page) if self.is_answer(page) else super().rows(page)
        return merged(replace(link, url=_MOBILE.sub(r"/post_\1", link.url)) for link in found)

    def further(self, page: Page) -> list[Link]:
        return api_next(page) if self.is_answer(page) else super().further(page)

    def calls(self, page: Page) -> list[Link]:
        return index_links(page)


class NfcmsSpider(PortalSpider):
    """A portal on NFCMS, its townships and bureaux on sub-sites of the same host."""

    families = (Nfcms(),)


def index_links(page: Page) -> list[Link]:
    """What the report categories of a gkmlpt index lead to: the API, or a page elsewhere."""
    site = _INDEX.match(urlsplit(page.capture.url).path)
    sid, tree = _SID.search(page.html), _TREE.search(page.html)
    if not (site and sid and tree):
        return []
    try:
        nodes, _ = json.JSONDecoder().raw_decode(page.html, tree.end())
    except (json.JSONDecodeError, RecursionError):
        return []
    query = urlencode({"page": 1, "sid": sid["sid"]})
    links: list[Link] = []
    for node in _categories(nodes):
        api = f"{site['site']}/api/all/{node['id']}?{query}"
        url = absolute(page, str(node.get("jump_url") or "") or api)
        links += call(url, str(node["name"]), Rel.COLUMN)
    return merged(links)


def _categories(nodes: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every wanted node of the category tree, in tree order."""
    for node in dicts(nodes) if depth < _MAX_DEPTH else ():
        if isinstance(node.get("id"), int) and _WANTED.search(str(node.get("name", ""))):
            yield node
        yield from _categories(node.get("children"), depth + 1)


def api_rows(page: Page) -> list[Link]:
    """The articles of one API answer; ``create_time`` is when they were published."""
    site = _API.match(urlsplit(page.capture.url).path)
    directory = site["site"] if site else ""
    records = (
        Record(_address(article, directory), article.get("title"), article.get("create_time"))
        for article in dicts(dig(json_of(page.html), "articles"))
    )
    return record_rows(page, records)


def _address(article: Mapping[str, Any], site: str) -> str:
    """Where an article stands: as it says (a jump may lead anywhere), else by its number."""
    said = article.get("url") or article.get("post_url")
    number = count_of(article.get("id"))
    if said or not number:
        return str(said or "")
    return f"{site}/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"


def api_next(page: Page) -> list[Link]:
    """The address of the next API answer, where this one has articles and more are to come.

    ``post_count`` of the category may well be higher than ``total``, which is what is paged.
    """
    answer = json_of(page.html)
    rows, total = sum(1 for _ in dicts(dig(answer, "articles"))), count_of(dig(answer, "total"))
    parts = urlsplit(page.capture.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    number = count_of(query.get("page")) or 1
    ended = number * _PER_PAGE >= total if total else rows < _PER_PAGE
    if not rows or ended:
        return []
    following = urlencode({**query, "page": number + 1})
    return page_of(parts._replace(query=following).geturl(), number + 1)
