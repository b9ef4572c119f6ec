"""大汉's cloud platform with ``loadPageData``: the list's rows come from ``POST /queryList``.

Platform: 大汉 (江西's 集约化; seen at 江西省生态环境厅).
Recognised by: ``loadPageData(params, unit)`` beside a handlebars template.
The page hands ``params`` (site, channel, unit, rows a page) to a script that posts them as a form
to ``/queryList`` at the root of the host; a GET is answered 404. The answer is JSON whose
``data.results[].source`` carries title, date and addresses.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.cms.answers import (
    Record,
    call,
    count_of,
    dicts,
    dig,
    json_of,
    merged,
    page_of,
    question,
    record_rows,
    script_fields,
)
from crawler.cms.article_paths import path_of
from crawler.cms.asks import wire_form
from crawler.cms.family import Family
from crawler.extraction.page import Page
from crawler.items import Link

_SERVICE = "/queryList"
_CALL = re.compile(r"\bloadPageData\s*\(\s*(?P<params>\{|\w+)")
#: The literal that is handed over stands in the call or shortly before it.
_REACH = 3_000
_LITERAL = re.compile(r"\{[^{}]{0,3000}\}")
#: What the service is asked with; names in brackets are lists, as jQuery writes them.
_ASKED = {
    "unitid": "unitid",
    "webSiteCode": "webSiteCode[]",
    "channelCode": "channelCode[]",
    "channelId": "channelId",
    "dataBefore": "dataBefore",
    "dataAfter": "dataAfter",
    "perPage": "perPage",
    "sort": "sort",
    "order": "order",
}
_REQUIRED = ("channelCode", "channelId")
_PER_PAGE = 15
_MAX_CALLS = 12


class LoadPageData(Family):
    """大汉 with ``loadPageData``."""

    name = "loadpagedata"
    article_path = path_of("loadpagedata")

    def is_answer(self, page: Page) -> bool:
        return urlsplit(page.capture.url).path == _SERVICE

    def rows(self, page: Page) -> list[Link]:
        if not self.is_answer(page):
            return super().rows(page)
        return record_rows(page, _records(page))

    def further(self, page: Page) -> list[Link]:
        return _next(page) if self.is_answer(page) else super().further(page)

    def calls(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return []
        links = [link for fields in _calls(page) for link in call(_question(page, fields, 1))]
        return merged(links)[:_MAX_CALLS]


def _calls(page: Page) -> Iterator[dict[str, str]]:
    """What each call of the page hands over."""
    for match in _CALL.finditer(page.html):
        if match["params"] == "{":
            literal = _LITERAL.match(page.html, match.start("params"))
            source = literal.group() if literal else ""
        else:
            before = page.html[max(0, match.start() - _REACH) : match.start()]
            source = before[before.rfind(match["params"]) :] if match["params"] in before else ""
        fields = script_fields(source)
        if any(fields.get(name) for name in _REQUIRED):
            yield fields


def _question(page: Page, fields: Mapping[str, str], number: int) -> str | None:
    """Page ``number`` of a list, asked as the page's script does."""
    size = min(count_of(fields.get("perPage")) or _PER_PAGE, 100)
    form = {"current": str(number), "pageSize": str(size)}
    form |= {asked: fields[name] for name, asked in _ASKED.items() if name in fields}
    return question(page, _SERVICE, urlencode(form))


def _next(page: Page) -> list[Link]:
    asked = wire_form(page.capture.url).body.decode("utf-8", "replace")
    form = dict(parse_qsl(asked, keep_blank_values=True))
    number, size = count_of(form.get("current")), count_of(form.get("pageSize"))
    total = count_of(dig(json_of(page.html), "data", "total"))
    rows = sum(1 for _ in _records(page))
    ended = number * size >= total if total else rows < size
    if not (number and size and rows) or ended:
        return []
    body = urlencode({**form, "current": str(number + 1)})
    return page_of(question(page, _SERVICE, body), number + 1)


def _records(page: Page) -> Iterator[Record]:
    for result in dicts(dig(json_of(page.html), "data", "results")):
        source = result.get("source", result)
        if isinstance(source, dict):
            yield Record(_address(source), source.get("title"), source.get("pubDate"))


def _address(source: Mapping[str, Any]) -> Any:
    """The article's address for desktops; ``urls`` is JSON inside the JSON."""
    urls = source.get("urls")
    by_device = json_of(urls) if isinstance(urls, str) else urls
    return source.get("pcUrl") or dig(by_device, "pc") or source.get("url")
