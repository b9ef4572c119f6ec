"""福建's TRS: lists that are static as far as ``maxStaticIndex`` and asked by script beyond.

Platform: TRS WCM under a province-wide script (福建, seen at 平潭).
Recognised by: ``listModel({… maxStaticIndex: 1, … classsql …})``.
Articles and static pages are TRS's: ``index.htm``, ``index_1.htm`` … (counted from 0). Further
pages, and lists that have no static rows at all, are answered as JSON by ``/fjdzapp/search``,
asked by POST and counted from 1.
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import asks
from crawler.cms.article_paths import path_of
from crawler.cms.family import Family
from crawler.cms.listing import absolute
from crawler.cms.pagers import next_page, page_link
from crawler.dates import parse_date
from crawler.extraction.page import Page
from crawler.items import Link, Rel

_SERVICE = "/fjdzapp/search"
_MODEL = re.compile(r"\blistModel\s*\(\s*\{")
#: What the call says lies within so many characters.
_MODEL_LENGTH = 3_000
_STATIC = re.compile(r"\bmaxStaticIndex['\"]?\s*:\s*['\"]?(\d{1,6})\b")
_PER_PAGE = re.compile(r"\bprepage['\"]?\s*:\s*['\"]?(\d{1,4})\b")
_RECORDS = re.compile(r"\brecordCount['\"]?\s*:\s*['\"]?(\d{1,7})\b")
_COLUMN = re.compile(r"\bclasssql['\"]?\s*:[^,}]{0,40}?['\"](chnlid=[\d,]+)['\"]")
_ORDER = re.compile(r"\bsortfield['\"]?\s*:\s*['\"]([\w,+-]+)['\"]")
#: The document base: in the call itself, or a variable of the site.
_BASE = re.compile(r"\b(?:channelid|searchId)['\"]?\s*[:=]\s*['\"]?(\d{1,9})\b")
_FILE = re.compile(r"/(?:(?P<stem>[a-z]+)(?:_(?P<number>\d{1,6}))?\.(?P<extension>\w+))?$")
_URLS, _DATES = ("docpuburl", "chnldocurl", "url"), ("docreltime", "pubdate", "docpubtime")


class Trt(Family):
    """福建's TRS."""

    name = "trt"
    article_path = path_of("trt")

    def is_answer(self, page: Page) -> bool:
        return urlsplit(page.capture.url).path.endswith(_SERVICE)

    def rows(self, page: Page) -> list[Link]:
        return _answered(page) if self.is_answer(page) else super().rows(page)

    def further(self, page: Page) -> list[Link]:
        if self.is_answer(page):
            return _next_answer(page)
        return next_page(page) or _by_model(page)

    def calls(self, page: Page) -> list[Link]:
        """The service, where the page has none of its rows itself."""
        model = _model(page)
        if not model or self.rows(page):
            return []
        return [Link(url, rel=Rel.FRAME) for url in _asking(page, model, 1)]


def _model(page: Page) -> str:
    """What the page hands to ``listModel``."""
    start = _MODEL.search(page.html)
    return page.html[start.end() : start.end() + _MODEL_LENGTH] if start else ""


def _by_model(page: Page) -> list[Link]:
    """The next page as far as there are records to fill it: static, or asked from the service."""
    model, file = _model(page), _FILE.search(urlsplit(page.capture.url).path)
    if not model or file is None:
        return []
    following = int(file["number"] or 0) + 1
    records, per_page = _number(_RECORDS, model), _number(_PER_PAGE, model)
    if not (records and per_page) or following * per_page >= records:
        return []
    if following <= (_number(_STATIC, model) or 0):
        stem, extension = file["stem"] or "index", file["extension"] or "htm"
        return page_link(page, f"{stem}_{following}.{extension}", following + 1)
    return [
        Link(url, f"第{following + 1}页", rel=Rel.PAGE)
        for url in _asking(page, model, following + 1)
    ]


def _asking(page: Page, model: str, number: int) -> list[str]:
    """The question for one page of the list; nothing where the page does not say which list."""
    column, base, per_page = _COLUMN.search(model), _BASE.search(page.html), _PER_PAGE.search(model)
    if not (column and base and per_page):
        return []
    order = _ORDER.search(model)
    form = {
        "channelid": base[1],
        "classsql": column[1],
        "sortfield": order[1] if order else "-docorderpri,-docreltime",
        "prepage": per_page[1],
        "page": number,
    }
    return [asks.post_url(urljoin(page.capture.url, _SERVICE), urlencode(form))]


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None


def _answer(page: Page) -> dict[str, Any]:
    try:
        answer = json.loads(page.html)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _answered(page: Page) -> list[Link]:
    """The rows of the service's answer."""
    entries = _answer(page).get("data") or _answer(page).get("docs")
    found = [
        _row(page, entry, position)
        for position, entry in enumerate(entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    ]
    return [row for row in found if row]


def _row(page: Page, entry: dict[str, Any], position: int) -> Link | None:
    href = next((str(entry[key]) for key in _URLS if entry.get(key)), "")
    date = next((str(entry[key]) for key in _DATES if entry.get(key)), "")
    url, title = absolute(page, href) if href else None, str(entry.get("doctitle") or "").strip()
    return Link(url, title, parse_date(date) or "", position, Rel.ROW) if url and title else None


def _next_answer(page: Page) -> list[Link]:
    """The question for the page after this answer, where it had rows and says there are more."""
    asked = asks.wire_form(page.capture.url)
    form = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
    number, total = form.get("page", ""), str(_answer(page).get("pageCount", ""))
    if not (number.isdecimal() and total.isdecimal() and _answered(page)):
        return []
    if int(number) >= int(total):
        return []
    following = urlencode({**form, "page": int(number) + 1})
    return [Link(asks.post_url(asked.url, following), f"第{int(number) + 1}页", rel=Rel.PAGE)]
