"""What jpage's proxy is asked for: windows of a list's records, by the column's own parameters.

Some servers count by ``startrecord``, others by ``page`` alone: a question says both, and the
size of the answer shows which was heard.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler.cms.answers import count_of, json_of, page_of, question, script_fields
from crawler.cms.asks import is_post, true_url, wire_form
from crawler.cms.datastore import datastores
from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.items import Link

#: Where the proxy stands unless the page says otherwise.
_PROXY = "/module/web/jpage/dataproxy.jsp"
ANSWER = re.compile(r"/(?:[a-z]*dataproxy\.jsp|messageController/getMessage\.do)$")
_PROXY_URL = re.compile(r"['\"](?P<url>[^'\"?\s]{0,200}(?:dataproxy\.jsp|/getMessage\.do))")
_COLUMN_ID = re.compile(r"/col/col(\d+)/")
#: Around the first mention of the proxy, what the script hands to it.
_REACH = 4_000
#: What dataproxy.jsp is asked with, in the order of its own script.
_ASKED = (
    *("col", "appid", "webid", "path", "columnid", "sourceContentType"),
    *("unitid", "keyWordCount", "webname", "permissiontype"),
)
_PER_PAGE = 15
#: jpage's script fetches three pages a time.
_PAGES = 3
#: truecms answers nothing where a site thinks a window too wide; ten is too wide for none.
_MESSAGES = 10


def asked(page: Page) -> dict[str, str]:
    """The parameters in the address of an answer."""
    query = parse_qs(urlsplit(true_url(page.capture.url)).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def answered_xml(page: Page) -> str:
    """The XML of an answer; truecms wraps it in JSONP."""
    value = json_of(page.html)
    wrapped = value.get("result") if isinstance(value, dict) else None
    return wrapped if isinstance(wrapped, str) else page.html


def proxy_of(page: Page) -> str:
    """Where the page's script asks; an answer is asked on where it came from."""
    path = urlsplit(page.capture.url).path
    if ANSWER.search(path):
        return path
    match = _PROXY_URL.search(page.html)
    return match["url"] if match and match["url"].startswith(("/", "http")) else _PROXY


class _Window(NamedTuple):
    """A question for some records of a list: the ``number``-th window of ``width``."""

    proxy: str
    number: int
    width: int
    per_page: int

    @property
    def address(self) -> str:
        start = (self.number - 1) * self.width + 1
        counted = {
            "page": self.number,
            "startrecord": start,
            "endrecord": start + self.width - 1,
            "perpage": self.per_page,
        }
        return f"{self.proxy}?{urlencode(counted)}"


def first_window(page: Page) -> str | None:
    """The question for the first rows, made of what the page's script hands to its proxy."""
    proxy = _PROXY_URL.search(page.html)
    if proxy is None:
        return None
    near = page.html[max(0, proxy.start() - _REACH) : proxy.end() + _REACH]
    fields = script_fields(near)
    path = proxy_of(page)
    if path.endswith(".do"):
        return _first_messages(page, path, fields)
    column = _COLUMN_ID.search(urlsplit(page.capture.url).path)
    if column:
        fields.setdefault("columnid", column[1])
    if not (fields.get("unitid") and fields.get("columnid")):
        return None
    per_page = min(count_of(fields.get("perPage") or fields.get("perpage")) or _PER_PAGE, 100)
    window = _Window(path, 1, per_page * _PAGES, per_page)
    body = urlencode({name: fields[name] for name in _ASKED if name in fields})
    return question(page, window.address, body)


def _first_messages(page: Page, path: str, fields: dict[str, str]) -> str | None:
    """truecms is asked by GET."""
    if not fields.get("columnId"):
        return None
    window = _Window(path, 1, _MESSAGES, _MESSAGES)
    extra = urlencode({"columnId": fields["columnId"], "callback": "cb"})
    return absolute(page, f"{window.address}&{extra}")


def next_window(page: Page) -> list[Link]:
    """The window after this one, unless the records came to their end.

    A server that counts by ``page`` gives one page however wide the window is.
    """
    said = asked(page)
    start, end = count_of(said["startrecord"]), count_of(said.get("endrecord"))
    number, per_page = count_of(said.get("page")), count_of(said.get("perpage"))
    stores = [store for store in datastores(answered_xml(page)) if store.records]
    if not stores or not number or end < start:
        return []
    width, got, total = end - start + 1, len(stores[0].records), stores[0].total
    step = width if got > per_page else per_page
    if total and (number - 1) * step + got >= total:
        return []
    window = _Window(urlsplit(page.capture.url).path, number + 1, width, per_page)
    if is_post(page.capture.url):
        body = wire_form(page.capture.url).body.decode("utf-8", "replace")
        return page_of(question(page, window.address, body), number + 1)
    kept = {name: value for name, value in said.items() if name in ("columnId", "callback")}
    return page_of(absolute(page, f"{window.address}&{urlencode(kept)}"), number + 1)
