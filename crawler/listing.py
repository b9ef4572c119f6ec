"""Reading list pages: rows with their dates, sub-columns, frames and stub pages.

What is common to all CMS families; the pagers, which are not, live in ``spiders/families``.
Everything is pure: a parsed page in, links in document order out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.dates import parse_date
from crawler.extraction.page import Page
from crawler.hanzi import fold
from crawler.items import Link, Rel

#: Files that a list may link to directly instead of an article page.
FILE_PATH = re.compile(r"\.(pdf|docx?|wps|xlsx?|ofd|zip|rar)$", re.IGNORECASE)
#: Frames that never carry a list (portals.md §1.1 M: 常州, 淮安).
_FRAME_NOISE = re.compile(r"tree\.jsp|share|login|visitcount|footer", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"\s;>]+)", re.IGNORECASE)
_LOCATION = re.compile(
    r"(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*"
    r"(?:=\s*|\.replace\(\s*)['\"]([^'\"]+)['\"]"
)
_NEXT = re.compile(r"(?:下一?页|后一页|›|»|>)\s*[>›»]*$")
#: A stub page is a redirect written in HTML; real stubs weigh 77–1,531 bytes (portals.md §1.5).
_STUB_BYTES = 2_000
#: A row's date stands in the smallest of these that holds the link.
_ROW_TAGS = frozenset({"li", "tr", "dd", "dt", "p", "div"})
#: Beyond this many characters an ancestor is a whole list, no row.
_ROW_CHARS = 300


def absolute(page: Page, href: str) -> str | None:
    """The absolute http(s) URL of ``href`` without fragment, or None for anything else."""
    cleaned = re.sub(r"[\t\r\n]", "", href).strip()
    try:
        url = urldefrag(urljoin(page.base_url, cleaned)).url
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:  # "http://[broken", "http://host:99999"
        return None
    return url if sound and parts.scheme in ("http", "https") else None


def anchors(page: Page) -> Iterator[tuple[HtmlElement, str]]:
    """Every ``<a href>`` with its absolute URL, in document order."""
    for element in page.tree.iter("a"):
        href = element.get("href")
        url = absolute(page, href) if href else None
        if url:
            yield element, url


def link_text(element: HtmlElement) -> str:
    """The visible text, or the ``title`` attribute where the text is cut or shorter."""
    text = " ".join(element.text_content().split())
    title = " ".join((element.get("title") or "").split())
    cut = text.endswith(("…", "...", "..")) or len(text) < len(title)
    return title if title and cut else text


def row_date(element: HtmlElement) -> str:
    """The date beside a link, as ISO; empty when there is none.

    The link's own text is left out: a title may contain dates of its own.
    """
    own = element.text_content()
    for ancestor in element.iterancestors():
        if ancestor.tag not in _ROW_TAGS:
            continue
        text = ancestor.text_content()
        if len(text) > _ROW_CHARS:
            return ""
        found = parse_date(text.replace(own, " ", 1))
        if found:
            return found
    return ""


def rows(page: Page, article_path: re.Pattern[str]) -> list[Link]:
    """The links to articles (and to files listed instead of one), each URL once."""
    found: dict[str, Link] = {}
    for element, url in anchors(page):
        path = urlsplit(url).path
        if url in found or not (article_path.search(path) or FILE_PATH.search(path)):
            continue
        text = link_text(element)
        if text:
            found[url] = Link(url, text, row_date(element), len(found), Rel.ROW)
    return list(found.values())


def columns(page: Page, prefix: str, article_path: re.Pattern[str]) -> list[Link]:
    """The links to sub-columns: other list pages whose path lies below ``prefix``."""
    here = urlsplit(page.capture.url)
    found: dict[str, Link] = {}
    for element, url in anchors(page):
        parts = urlsplit(url)
        is_column = (
            parts.hostname == here.hostname
            and parts.path.startswith(prefix)
            and _column_root(parts.path) != _column_root(here.path)
            and not article_path.search(parts.path)
            and not FILE_PATH.search(parts.path)
        )
        text = link_text(element)
        if is_column and text and url not in found:
            found[url] = Link(url, text, "", len(found), Rel.COLUMN)
    return list(found.values())


def _column_root(path: str) -> str:
    """The directory of a list, the same for all its pages (``/a/index_3.html`` → ``/a/``)."""
    return path[: path.rfind("/") + 1]


def frames(page: Page) -> list[Link]:
    """Same-host frames that may hold the list (常州, 淮安: county columns are iframes)."""
    here = urlsplit(page.capture.url).hostname
    found: list[Link] = []
    for element in page.tree.iter("iframe", "frame"):
        url = absolute(page, element.get("src") or "")
        if url and urlsplit(url).hostname == here and not _FRAME_NOISE.search(url):
            found.append(Link(url, element.get("title") or "", "", len(found), Rel.FRAME))
    return found


def stub_target(page: Page) -> Link | None:
    """Where a page that only redirects by meta refresh or script sends the reader."""
    if len(page.capture.content) > _STUB_BYTES:
        return None
    for element in page.tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.search(element.get("content") or "")
            break
    else:
        match = _LOCATION.search(page.html)
    url = absolute(page, match.group(1)) if match else None
    return Link(url, "", "", 0, Rel.FRAME) if url and url != page.capture.url else None


def next_page(page: Page) -> list[Link]:
    """The link a pager labels 下一页: the generic pager (portals.md §1.1 L)."""
    for element, url in anchors(page):
        if _NEXT.match(fold(element.text_content().strip())) and url != page.capture.url:
            return [Link(url, "下一页", rel=Rel.PAGE)]
    return []
