"""大汉 Hanweb JCMS with jpage: ``/col/colN/`` lists, ``/art/Y/M/D/art_N_N.html`` articles.

Platform: 大汉 JCMS (浙江, 山东, 江苏, 甘肃, 河北 …); truecms of 南通 pages the same way.
Recognised by: ``dataproxy.jsp``, ``<datastore>`` in a ``text/xml`` script.
The column page carries the first group of rows inside a script. Further groups come as XML from
``dataproxy.jsp``: by the whole address in ``<nextgroup>``, or by a question made of the script's
parameters, three pages a time (portals.md §1.1 C, F). Some servers count by ``startrecord``,
others by ``page`` alone (`jpage_windows`).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

from crawler.cms.answers import call, count_of, fragment, merged, page_of, same_host
from crawler.cms.article_paths import path_of
from crawler.cms.datastore import Datastore, datastores, script_strings
from crawler.cms.family import Family
from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.items import Link
from spiders.families.jpage_windows import (
    ANSWER,
    answered_xml,
    asked,
    first_window,
    next_window,
    proxy_of,
)


class HanwebJpage(Family):
    """大汉 JCMS with jpage."""

    name = "hanweb_jpage"
    article_path = path_of("hanweb_jpage")

    def is_answer(self, page: Page) -> bool:
        return ANSWER.search(urlsplit(page.capture.url).path) is not None

    def rows(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            # A browser resolves the links against the column, which lies below the same root.
            return super().rows(fragment(page, _markup(page), at="/"))
        inline = "\n".join(store.markup for store in datastores(page.html))
        hidden = super().rows(fragment(page, inline)) if inline else []
        return merged(super().rows(page), hidden)

    def further(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return next_window(page) if "startrecord" in asked(page) else _next_group(page)
        groups = [link for number, url in _groups(page) if number > 1 for link in page_of(url, 2)]
        return groups or super().further(page)

    def calls(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return []
        groups = _groups(page)
        if groups:
            # "page=1" begins with the rows that stand inline: a list of its own, no next page.
            return [link for number, url in groups if number <= 1 for link in call(url)]
        stores = datastores(page.html)
        if stores and all(store.total <= len(store.records) for store in stores):
            return []
        return call(first_window(page))


def _markup(page: Page) -> str:
    text = answered_xml(page)
    stores = datastores(text)
    return "\n".join(s.markup for s in stores) if stores else script_strings(text)


def _groups(page: Page) -> list[tuple[int, str]]:
    """Number and address of the next group of each list on the page that has one."""
    found: dict[str, int] = {}
    for store in datastores(page.html):
        url = _following(page, store)
        if url and not 0 < store.total <= len(store.records):
            number = parse_qs(urlsplit(url).query).get("page", [""])[0]
            found.setdefault(url, count_of(number))
    return [(number, url) for url, number in found.items()]


def _following(page: Page, store: Datastore) -> str | None:
    """The next group's address, which lies beside the proxy and not beside the column."""
    proxy = urljoin(page.capture.url, proxy_of(page))
    url = absolute(page, urljoin(proxy, store.following)) if store.following else None
    return url if url and same_host(url, page.capture.url) else None


def _next_group(page: Page) -> list[Link]:
    """The group after one that was asked by the address of a ``<nextgroup>``."""
    number = count_of(asked(page).get("page"))
    for store in datastores(answered_xml(page)):
        url = _following(page, store)
        ended = not store.records or 0 < store.pages <= number
        if url and url != page.capture.url and not ended:
            return page_of(url, number + 1)
    return []
