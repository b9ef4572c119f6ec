"""Links of a list page: where they lead, what they say, the date beside them, sub-columns.

What is common to all CMS families; what a list's rows are says `crawler.cms.rows`, how it goes on
`crawler.cms.pagers`. Everything is pure: a parsed page in, links in document order out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit
from weakref import WeakKeyDictionary

from lxml.html import HtmlElement

from crawler.cms.article_paths import is_article_url
from crawler.cms.asks import mentions_post
from crawler.dates import parse_date
from crawler.extraction.page import Page
from crawler.items import Link, Rel
from crawler.urls import without_session

#: Files that a list may link to directly instead of an article page.
FILE_PATH = re.compile(r"\.(pdf|docx?|wps|xlsx?|ofd|zip|rar)$", re.IGNORECASE)
#: A handler or ``javascript:`` link that opens an address it names (portals.md §1.5).
_OPENS = re.compile(
    r"(?:window\.open|location(?:\.href)?\s*=|location\.(?:replace|assign))\s*\(?\s*"
    r"(?:\\?['\"]|&quot;)([^'\"\\&]+)"
)
#: Options of a select box are addresses when they look like one: a path or a page's name.
_ADDRESS = re.compile(r"(?:https?:/)?/|[^\s/]+/|[\w.-]+\.(?:[sj]?html?|jspx?|aspx?|php)\b")
#: A place a script or a server forgot to fill.
_TEMPLATE = re.compile(r"\$\{|\{\{|<[%?]")
#: A row's date stands in the smallest of these that holds the link.
ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "p", "div"})
#: Beyond this many characters, or links, an ancestor is a whole list, no row.
_ROW_CHARS = 300
_ROW_LINKS = 3
#: Nothing but a date: ``2026-02-10``, ``[2026年2月10日]``, ``(02-10)``.
_ONLY_DATE = re.compile(
    r"\W*(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s+\d\d?:\d\d(?::\d\d)?)?\W*"
)
#: The day set large above its month: ``<b>24</b> <span>2026-02</span>``.
_DAY_FIRST = re.compile(r"(?<![\d-])(\d{1,2})\s*日?\s+(\d{4})\s*[-/.年]\s*(\d{1,2})(?![\d.-])")


#: What may lead somewhere; all but the first three only by an ``onclick``.
_LEADS = ("a", "area", "option", "li", "tr", "td", "div", "p", "span", "button", "img")


class Anchor(NamedTuple):
    """An element that leads somewhere, where to, and what it says."""

    element: HtmlElement
    url: str
    text: str


def absolute(page: Page, href: str) -> str | None:
    """The absolute http(s) URL of ``href`` without fragment and session id, else None.

    None also for the name of a POST (`crawler.cms.asks`): no page may have us ask one.
    """
    cleaned = re.sub(r"[\t\r\n]", "", href).strip()
    if _TEMPLATE.search(cleaned):
        return None
    try:
        url = urldefrag(urljoin(page.base_url, cleaned)).url
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:  # "http://[broken", "http://host:99999"
        return None
    if not sound or parts.scheme not in ("http", "https") or mentions_post(url):
        return None
    return without_session(url)


def anchors(page: Page) -> tuple[Anchor, ...]:
    """Every element that leads to a page, in document order: links, areas of image maps, options
    of select boxes, and whatever opens an address when clicked."""
    found = _ANCHORS.get(page)
    if found is None:
        found = _ANCHORS[page] = tuple(_anchors(page))
    return found


#: Rows, sub-columns and pager each ask for the links of a page; they are gathered once.
_ANCHORS: WeakKeyDictionary[Page, tuple[Anchor, ...]] = WeakKeyDictionary()


def _anchors(page: Page) -> Iterator[Anchor]:
    for element in page.tree.iter(*_LEADS):
        href = _target(element)
        url = absolute(page, href) if href else None
        if url:
            yield Anchor(element, url, link_text(element))


def _target(element: HtmlElement) -> str:
    if element.tag == "option":
        value: str = element.get("value") or ""
        return value if _ADDRESS.match(value.strip()) else ""
    href: str = (element.get("href") or "").strip() if element.tag in ("a", "area") else ""
    dead = not href or href.startswith("#") or href.lower().startswith("javascript:")
    if not dead:
        return href
    opens = _OPENS.search(href) or _OPENS.search(element.get("onclick") or "")
    return opens.group(1) if opens else ""


def link_text(element: HtmlElement) -> str:
    """The visible text without a date printed in it apart; the ``title`` attribute where the
    text is cut or shorter; the name of its picture where there is no text."""
    pieces = list(element.itertext())
    words = [piece for piece in pieces if not _ONLY_DATE.fullmatch(piece)]
    text = _squeezed("".join(words or pieces))
    title = _squeezed(element.get("title") or element.get("alt") or "")
    cut = text.endswith(("…", "...", "..")) or len(text) < len(title)
    return (title if title and cut else text) or _picture(element)


def _picture(element: HtmlElement) -> str:
    names = (image.get("alt") or image.get("title") or "" for image in element.iter("img"))
    return next((name.strip() for name in names if name.strip()), "")


def row_of(element: HtmlElement) -> HtmlElement | None:
    """The row a link stands in: the smallest element of a row's kind with few links beside it."""
    return next(_around(element), None)


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements of a row's kind around a link, as far as they are no list of their own."""
    for ancestor in element.iterancestors(*ROW_TAGS):
        if sum(1 for _ in islice(ancestor.iter("a"), _ROW_LINKS + 1)) > _ROW_LINKS:
            return
        yield ancestor


class RowDate(NamedTuple):
    """The date beside a link, as ISO, and the element that holds both."""

    date: str
    holder: HtmlElement


def row_date(element: HtmlElement) -> RowDate | None:
    """The date beside a link, if there is one.

    The link's own text is left out, for a title may contain dates of its own; a part of the link
    that is nothing but a date is one.
    """
    own = _words(element)
    for ancestor in _around(element):
        text = _words(ancestor)
        if len(text) > _ROW_CHARS:
            break
        found = _date(text.replace(own, " ", 1))
        if found:
            return RowDate(found, ancestor)
    inside = (_date(piece) for piece in element.itertext() if _ONLY_DATE.fullmatch(piece))
    found = next((date for date in inside if date), "") or _following_date(element)
    return RowDate(found, element) if found else None


def _words(element: HtmlElement) -> str:
    """The text of an element with its parts apart: ``<b>24</b><i>2026-02</i>`` is no 242026."""
    return _squeezed(" ".join(element.itertext()))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _following_date(element: HtmlElement) -> str:
    """The date between a link and the next one: behind it, or in the <dd> of its <dt>."""
    for node in (element, *islice(element.iterancestors("dt"), 1)):
        text = node.tail or ""
        for sibling in node.itersiblings():
            if sibling.tag in ("a", "br", "dt") or next(sibling.iter("a"), None) is not None:
                break
            text += f" {_words(sibling)} {sibling.tail or ''}"
        if found := _date(text[:_ROW_CHARS]):
            return found
    return ""


def _date(text: str) -> str:
    turned = _DAY_FIRST.search(text)
    whole = f"{turned[2]}-{turned[3]}-{turned[1]}" if turned else text
    return parse_date(whole) or ""


def columns(page: Page, prefix: str, article_path: re.Pattern[str]) -> list[Link]:
    """The links to sub-columns: other list pages whose path lies below ``prefix``."""
    here = urlsplit(page.capture.url)
    found: dict[str, Link] = {}
    for _, url, text in anchors(page):
        parts = urlsplit(url)
        is_column = (
            parts.hostname == here.hostname
            and parts.path.startswith(prefix)
            and _column_root(parts.path) != _column_root(here.path)
            and not (article_path.search(parts.path) or is_article_url(url))
            and not FILE_PATH.search(parts.path)
        )
        if is_column and text and url not in found:
            found[url] = Link(url, text, "", len(found), Rel.COLUMN)
    return list(found.values())


def _column_root(path: str) -> str:
    """The directory of a list, the same for all its pages (``/a/index_3.html`` → ``/a/``)."""
    return path[: path.rfind("/") + 1]
