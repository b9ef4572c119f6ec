"""NFCMS with gkmlpt: the platform of Guangdong's counties.

Recognised by: ``post_N.html`` articles, the ``NFCMS_POST_ID`` script variables, and on the
disclosure platform (gkmlpt) by ``window._CONFIG`` with ``SID`` and ``TREE``.
Ordinary columns are static lists with a 下一页 link. A gkmlpt index page has no rows of its
own: its tree names the categories, and ``…/gkmlpt/api/all/<category>?page=N&sid=<SID>`` answers
with 100 articles a page (portals.md §1.1 H).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from crawler import listing
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from crawler.portal_spider import PortalSpider

_API = re.compile(r"^(?P<site>/[^/]+/gkmlpt)/api/all/\d+$")
_INDEX = re.compile(r"^(?P<site>/[^/]+/gkmlpt)/(?:m?index)")
_SID = re.compile(r"\bSID\s*:\s*['\"](?P<sid>[^'\"]+)['\"]")
_TREE = re.compile(r"\bTREE\s*:\s*(?=\[)")
#: Categories of the tree that carry reports and work points.
_WANTED = re.compile(r"年报|年度报告|政务公开|要点|通知公告|政策文件|其他文件")
_PER_PAGE = 100
_BEIJING = timedelta(hours=8)


class NfcmsSpider(PortalSpider):
    """A portal on NFCMS, its townships and bureaux on sub-sites of the same host."""

    article_path: ClassVar[re.Pattern[str]] = re.compile(
        r"/content/m?post_\d+\.html$|/gkmlpt/content/\d+/\d+/m?post_\d+\.html$"
    )

    def list_links(self, page: Page) -> list[Link]:
        path = urlsplit(page.capture.url).path
        if _API.match(path):
            return api_links(page)
        if _INDEX.match(path):
            return index_links(page)
        return super().list_links(page)

    def pages(self, page: Page) -> list[Link]:
        return listing.next_page(page)


def index_links(page: Page) -> list[Link]:
    """The API addresses of a gkmlpt index page's report categories."""
    site = _INDEX.match(urlsplit(page.capture.url).path)
    sid, tree = _SID.search(page.html), _TREE.search(page.html)
    if not (site and sid and tree):
        return []
    try:
        nodes, _ = json.JSONDecoder().raw_decode(page.html, tree.end())
    except json.JSONDecodeError:
        return []
    links: list[Link] = []
    for category, name in _categories(nodes):
        query = urlencode({"page": 1, "sid": sid["sid"]})
        url = urljoin(page.capture.url, f"{site['site']}/api/all/{category}?{query}")
        links.append(Link(url, name, "", len(links), Rel.COLUMN))
    return links


def _categories(nodes: Any) -> list[tuple[int, str]]:
    """(id, name) of every wanted node of the category tree, in tree order."""
    found: list[tuple[int, str]] = []
    for node in nodes if isinstance(nodes, list) else []:
        if not isinstance(node, dict):
            continue
        name, category = str(node.get("name", "")), node.get("id")
        if isinstance(category, int) and _WANTED.search(name):
            found.append((category, name))
        found += _categories(node.get("children"))
    return found


def api_links(page: Page) -> list[Link]:
    """The articles of one API answer, and the address of the next answer."""
    try:
        answer = json.loads(page.html)
        articles, total = answer["articles"], int(answer["total"])
    except (ValueError, KeyError, TypeError):
        return []
    links = [
        link
        for position, article in enumerate(articles)
        if (link := _article(page, article, position))
    ]
    parts = urlsplit(page.capture.url)
    query = parse_qs(parts.query)
    number = int(query.get("page", ["1"])[0])
    if links and number * _PER_PAGE < total:
        following = urlencode({**{k: v[0] for k, v in query.items()}, "page": number + 1})
        links.append(
            Link(parts._replace(query=following).geturl(), f"第{number + 1}页", rel=Rel.PAGE)
        )
    return links


def _article(page: Page, article: Any, position: int) -> Link | None:
    """One article of the API; ``create_time`` is the publication as an epoch (Beijing's day)."""
    if not isinstance(article, dict):
        return None
    url = listing.absolute(page, str(article.get("url") or article.get("post_url") or ""))
    title = str(article.get("title") or "").strip()
    try:
        created = datetime.fromtimestamp(int(article["create_time"]), UTC) + _BEIJING
        date = created.date().isoformat()
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        date = ""
    return Link(url, title, date, position, Rel.ROW) if url and title else None
