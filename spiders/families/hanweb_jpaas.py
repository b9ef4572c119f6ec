"""大汉 Hanweb JPaaS: lists built by a unit service, ``…/art/2024/art_<32 hex>.html`` articles.

Platform: 大汉's newer platform (江苏, 浙江, 甘肃, ministries).
Recognised by: ``unitbuild.js`` with ``queryData`` on a script, ``jpaas-publish-server``.
A script element names the service and its parameters; the answer is JSON with the list's HTML in
``data.html``. Pages are asked for inside ``paramJson`` only (portals.md §1.1 D).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.cms.answers import call, count_of, dig, fragment, json_of, page_of, same_host
from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.items import Link

_SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_ANSWER = re.compile(r"/jpaas-publish-server/front/page/build/unit$")
#: A page is put together of units: its list, and blocks that every page has.
_MAX_UNITS = 12
_MAX_QUERY = 1_000
_PER_PAGE = 15
#: How the pager inside the HTML says what there is.
_COUNT = re.compile(r"\b(?:count|totalRecord|total)\s*[=:]\s*['\"]?(\d{1,9})\b", re.IGNORECASE)
_SIZE = re.compile(r"\b(?:rows|pageSize|perPage)\s*[=:]\s*['\"]?(\d{1,4})\b", re.IGNORECASE)


class HanwebJpaas(Family):
    """大汉 JPaaS."""

    name = "hanweb_jpaas"
    article_path = path_of("hanweb_jpaas")

    def is_answer(self, page: Page) -> bool:
        return _ANSWER.search(urlsplit(page.capture.url).path) is not None

    def rows(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return super().rows(fragment(page, _markup(page), at="/"))
        return super().rows(page)

    def further(self, page: Page) -> list[Link]:
        return self._next_unit(page) if self.is_answer(page) else super().further(page)

    def calls(self, page: Page) -> list[Link]:
        units = dict.fromkeys(_units(page)) if not self.is_answer(page) else {}
        return [link for url in list(units)[:_MAX_UNITS] for link in call(url)]

    def _next_unit(self, page: Page) -> list[Link]:
        """The same unit's next page, while the count it states is not reached."""
        rows = len(self.rows(page))
        parts = urlsplit(page.capture.url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = json_of(query.get("paramJson", ""))
        number = count_of(dig(asked, "pageNo")) or 1
        total, stated = (_stated(pattern, _markup(page)) for pattern in (_COUNT, _SIZE))
        size = count_of(dig(asked, "pageSize")) or stated or (rows if total else _PER_PAGE)
        ended = number * size >= total if total else rows < size
        if not rows or ended:
            return []
        param = {"pageNo": number + 1, "pageSize": size}
        query["paramJson"] = json.dumps(param, separators=(",", ":"))
        return page_of(parts._replace(query=urlencode(query)).geturl(), number + 1)


def _stated(pattern: re.Pattern[str], markup: str) -> int:
    match = pattern.search(markup)
    return int(match[1]) if match else 0


def _markup(page: Page) -> str:
    """The HTML inside an answer."""
    data = dig(json_of(page.html), "data")
    markup = data if isinstance(data, str) else dig(data, "html")
    return markup if isinstance(markup, str) else ""


def _units(page: Page) -> list[str]:
    """What the page's unit scripts ask, as they ask it."""
    found: list[str] = []
    for script in page.tree.iter("script"):
        query = json_of((script.get("querydata") or "")[:_MAX_QUERY].replace("'", '"'))
        if not isinstance(query, dict) or "pageId" not in query:
            continue
        query = {"parseType": "bulidstatic", **query}  # sic
        url = absolute(page, f"{script.get('url') or _SERVICE}?{urlencode(query)}")
        if url and same_host(url, page.capture.url):
            found.append(url)
    return found
