"""All that a page of an unknown portal leads to: the links a walk chooses from.

A portal with a spider of its own names its columns; here every link that stays on the portal may
be one. Which are followed is decided later, and elsewhere: what is on record of a page is what
stands on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from itertools import islice
from urllib.parse import urlencode, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.cms.article_paths import is_article_url
from crawler.cms.asks import mentions_post
from crawler.cms.listing import absolute, anchors
from crawler.discovery.vocabulary import SEARCH
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from crawler.scope import Scope, host_of
from crawler.urls import host

#: Links of one page that are kept; a tag cloud of thousands is no navigation.
MAX_LINKS = 1_500
MAX_SITEMAP = 10_000
_TEXT_INPUTS = ("text", "search", "")
_FIELD = re.compile(SEARCH["field"], re.IGNORECASE)
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")


def column_links(page: Page, hosts: Sequence[str], rows: Sequence[Link]) -> list[Link]:
    """The links to anything but rows, within the portal: each URL once, first words win."""
    scope = _scope((*hosts, host(page.capture.url)))
    taken = {page.capture.url, *(link.url for link in rows)}
    found: dict[str, Link] = {}
    for _, url, text in anchors(page):
        if url in taken or not scope.covers(host_of(url)):
            continue
        if url not in found:
            found[url] = Link(url, text, "", len(found), Rel.COLUMN)
        elif text and not found[url].text:
            found[url] = Link(url, text, "", found[url].position, Rel.COLUMN)
        if len(found) == MAX_LINKS:
            break
    return list(found.values())


@lru_cache(maxsize=64)
def _scope(hosts: tuple[str, ...]) -> Scope:
    return Scope.of(filter(None, hosts))


def sitemap_links(page: Page) -> list[Link]:
    """The addresses an XML sitemap names. They come without words: paths must say it all."""
    if "<urlset" not in page.html[:2000] and "<sitemapindex" not in page.html[:2000]:
        return []
    found: dict[str, Link] = {}
    for match in islice(_LOC.finditer(page.html), MAX_SITEMAP):
        url = absolute(page, unescape(match[1]))
        if url and url not in found:
            rel = Rel.ROW if is_article_url(url) else Rel.COLUMN
            found[url] = Link(url, "", "", len(found), rel)
    return list(found.values())


def searches(page: Page) -> list[Link]:
    """The answers of the page's own search form to the names of what is looked for.

    Only forms that ask by GET: what they lead to has an address.
    """
    for form in page.tree.iter("form"):
        if (form.get("method") or "get").lower() != "get":
            continue
        action = absolute(page, form.get("action") or page.capture.url)
        field = next(_fields(form), None)
        if action and field and urlsplit(action).hostname == urlsplit(page.capture.url).hostname:
            asked = (_asking(page, form, action, field, word) for word in SEARCH["words"])
            return [
                Link(url, SEARCH["name"], rel=Rel.COLUMN)
                for url in asked
                if not mentions_post(url)  # a hidden field could make a POST of it
            ]
    return []


def _fields(form: HtmlElement) -> Iterator[str]:
    for element in form.iter("input"):
        name = element.get("name") or ""
        if (element.get("type") or "").lower() in _TEXT_INPUTS and _FIELD.fullmatch(name):
            yield name


def _asking(page: Page, form: HtmlElement, action: str, field: str, word: str) -> str:
    hidden = {
        element.get("name"): element.get("value") or ""
        for element in form.iter("input")
        if (element.get("type") or "").lower() == "hidden" and element.get("name")
    }
    query = urlencode({**hidden, field: word}, encoding=page.encoding)
    return urljoin(action, f"{urlsplit(action).path}?{query}")
