"""新点 EWB: ``/govxxgk/<统一社会信用代码>/`` trees, lists from ``getgovinfolist``.

Platform: 新点 web builder (江苏徐州, 辽宁, 河南, 新疆, 上海).
Recognised by: ``webBuilderCommon.js``, ``lightfrontaction``, ``/govxxgk/``.
A list page names its category in its address or script; its rows are asked by POST of JSON from
``<projectName>/rest/lightfrontaction/getgovinfolist``. Project and site stand in ``siteInfo`` of
``/js/webBuilderCommon.js``, or inline. The static form frames the list that ``specialurl`` names
(portals.md §1.1 J).
Parameters: none beyond those of every portal.
Hooks that may be overridden: ``column_prefix``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.cms.answers import (
    Record,
    call,
    count_of,
    dicts,
    dig,
    json_of,
    page_of,
    question,
    record_rows,
    same_host,
    script_fields,
)
from crawler.cms.article_paths import path_of
from crawler.cms.asks import JSON, wire_form
from crawler.cms.family import Family
from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.items import Link

_SERVICE = "/rest/lightfrontaction/getgovinfolist"
_COMMON = "/js/webBuilderCommon.js"
_COMMON_SCRIPT = re.compile(r"<script[^>]*\bsrc=['\"]([^'\"?]{0,200}/webBuilderCommon\.js)")
_SITE = re.compile(r"\bsiteInfo\s*=\s*\{[^{}]{0,2000}\}")
_ASKS = re.compile(r"getgovinfolist|lightfrontaction|govinfolist|\bgetGovInfoList\b", re.IGNORECASE)
#: How pages and addresses call the category and the body whose list it is.
_CATEGORY = ("categorynum", "categoryNum", "CategoryNum")
_BODY = ("deptcode", "deptCode", "DeptCode")
_PER_PAGE = 20
#: Sites count their pages from 0 or from 1: what a script's own call begins with says which …
_BEGINS = re.compile(
    r"\bgetGovInfoList\(\s*[\w'\"]{1,80}\s*,\s*[\w'\"]{1,80}\s*,\s*(?P<argument>[01])\s*[,)]"
    r"|\bpageIndex['\"]?\s*[:=]\s*['\"]?(?P<variable>[01])\b"
)
_BEGIN = "pageIndex"
#: … and where there is none both are asked.
_FIRST_PAGES = (1, 0)


class Ewb(Family):
    """新点 web builder."""

    name = "ewb"
    article_path = path_of("ewb")

    def is_answer(self, page: Page) -> bool:
        path = urlsplit(page.capture.url).path
        return path.endswith(_SERVICE) or path.endswith(_COMMON)

    def rows(self, page: Page) -> list[Link]:
        if not self.is_answer(page):
            return super().rows(page)
        return record_rows(page, _records(page))

    def further(self, page: Page) -> list[Link]:
        return _next(page) if self.is_answer(page) else super().further(page)

    def calls(self, page: Page) -> list[Link]:
        return call(_special(page)) or _questions(page) or call(_common(page))


def _query(url: str) -> dict[str, str]:
    query = parse_qs(urlsplit(url).query)
    return {name: values[0] for name, values in query.items()}


def _special(page: Page) -> str | None:
    """The list that a frame page takes from its own address."""
    inner = _query(page.capture.url).get("specialurl")
    url = absolute(page, inner) if inner else None
    return url if url and same_host(url, page.capture.url) else None


def _category(page: Page) -> dict[str, str]:
    """What the list is of, by the address or the script of its page; empty where it is none."""
    script = script_fields(page.html if _ASKS.search(page.html) else "")
    stated = {**script, **_query(page.capture.url)}
    category = next((stated[name] for name in _CATEGORY if stated.get(name)), "")
    body = next((stated[name] for name in _BODY if stated.get(name)), "")
    return {"deptcode": body, "categorynum": category} if category else {}


def _questions(page: Page) -> list[Link]:
    """The first page of the list, where the page (or the common script) says whom to ask."""
    site, category = _SITE.search(page.html), _category(page)
    if site is None or not category:
        return []
    info = script_fields(site.group())
    project = info.get("projectName", "").strip("/")
    address = f"/{project}{_SERVICE}" if project else _SERVICE
    ask = {**category, "siteGuid": info.get("siteGuid", "")}
    begins = _begins(page)
    return [
        link
        for number in (_FIRST_PAGES if begins is None else (begins,))
        for link in call(_question(page, address, {**ask, "pageIndex": number}))
    ]


def _begins(page: Page) -> int | None:
    """The page that the list's own script asks for first."""
    if handed_on := _query(page.capture.url).get(_BEGIN):
        return count_of(handed_on)
    match = _BEGINS.search(page.html)
    return int(match["argument"] or match["variable"]) if match else None


def _question(page: Page, address: str, ask: dict[str, Any]) -> str | None:
    return question(page, address, json.dumps({"pageSize": _PER_PAGE, **ask}), JSON)


def _common(page: Page) -> str | None:
    """The common script, asked with the category that it is to be read for."""
    category, script = _category(page), _COMMON_SCRIPT.search(page.html)
    if not category or script is None or page.capture.url.partition("?")[0].endswith(_COMMON):
        return None
    begins = _begins(page)
    handed_on = category if begins is None else {**category, _BEGIN: begins}
    url = absolute(page, f"{script[1]}?{urlencode(handed_on)}")
    return url if url and same_host(url, page.capture.url) else None


def _next(page: Page) -> list[Link]:
    ask = json_of(wire_form(page.capture.url).body.decode("utf-8", "replace"))
    number, size = count_of(dig(ask, "pageIndex")), count_of(dig(ask, "pageSize"))
    if not size:
        return []
    total = count_of(dig(json_of(page.html), "custom", "total"))
    rows = sum(1 for _ in _records(page))
    # As if counted from 1: where it is from 0, the last answer is an empty one.
    ended = max(number, 1) * size >= total if total else rows < size
    if not rows or ended:
        return []
    address = urlsplit(page.capture.url).path
    return page_of(_question(page, address, {**ask, "pageIndex": number + 1}), number + 1)


def _records(page: Page) -> Iterator[Record]:
    custom = dig(json_of(page.html), "custom")
    listed = json_of(custom) if isinstance(custom, str) else custom
    for item in dicts(dig(listed, "data")):
        title = item.get("realtitle") or item.get("title")
        yield Record(item.get("infourl"), title, item.get("infodate") or item.get("pubdate"))
