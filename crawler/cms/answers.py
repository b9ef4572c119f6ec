"""What scripts of list pages are answered with: JSON, JSONP, fragments of HTML; and their values.

Answers are as hostile as pages: whatever is not what was asked for reads as nothing, and no
answer gives more rows than `MAX_ROWS`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urljoin

from crawler.cms.asks import FORM, post_url
from crawler.cms.listing import absolute
from crawler.dates import parse_date
from crawler.extraction.page import Page
from crawler.items import Link, Rel

#: A page of a list has some hundred rows at most.
MAX_ROWS: Final = 5_000
_MAX_VALUE: Final = 500
_BEIJING = timedelta(hours=8)
#: Epochs are printed in seconds or in milliseconds; as milliseconds, this is 1971.
_MILLISECONDS = 50_000_000_000

_CALLBACK = re.compile(r"\s*[\w$.]*\s*\((?P<value>.*)\)\s*;?\s*", re.DOTALL)
_TAG = re.compile(r"<[^>]{0,300}>")
#: ``name: 'value'``, ``name: 15``, ``name=value`` of an assignment or inside an address; a bare
#: word behind a colon is a variable, of which nothing is known.
_FIELD = re.compile(
    r"(?P<name>[A-Za-z_]\w{0,40})['\"]?\s*"
    r"(?:[:=]\s*(?:\[?\s*'(?P<single>[^'\n]*)'|\[?\s*\"(?P<double>[^\"\n]*)\")"
    r"|:\s*(?P<number>[\d.]+\b|true\b|false\b)|=\s*(?P<address>[\w./%-]+))"
)


def json_of(text: str) -> Any:
    """The value of an answer in JSON or JSONP (``callback({…});``); None where it is neither."""
    wrapped = None if text.lstrip()[:1] in ("{", "[") else _CALLBACK.fullmatch(text)
    try:
        return json.loads(wrapped["value"] if wrapped else text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def dig(value: Any, *path: str) -> Any:
    """What lies under names within names; None where there is no such place."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list, as many as a page may have."""
    for item in value[:MAX_ROWS] if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def count_of(value: Any) -> int:
    """A count as a server writes it; 0 where it says nothing sensible."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def script_fields(source: str) -> dict[str, str]:
    """The plain values that a script assigns or hands over by name, the first of each name."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(source):
        printed = match.group("single", "double", "number")
        value = next(filter(None, printed), unquote(match["address"] or ""))
        found.setdefault(match["name"], value[:_MAX_VALUE])
    return found


def fragment(page: Page, markup: str, *, at: str = "") -> Page:
    """HTML inside an answer as a page of its own; its links lie beside ``at``."""
    capture = replace(
        page.capture,
        url=urljoin(page.capture.url, at) if at else page.capture.url,
        content=markup.encode("utf-8", "replace"),
        headers=(("Content-Type", "text/html; charset=utf-8"),),
    )
    return Page(capture)


class Record(NamedTuple):
    """One row of an answer, as the server wrote it."""

    url: Any
    title: Any
    date: Any


def record_rows(page: Page, records: Iterable[Record]) -> list[Link]:
    """The rows of an answer, each URL once; records without URL or title are none."""
    found: dict[str, Link] = {}
    for record in records:
        url = absolute(page, record.url) if isinstance(record.url, str) and record.url else None
        title = plain(record.title)
        if url and title and url not in found:
            found[url] = Link(url, title, day_of(record.date), len(found), Rel.ROW)
    return list(found.values())


def plain(title: Any) -> str:
    """A title without the markup that some answers highlight it with."""
    return " ".join(unescape(_TAG.sub("", str(title or ""))).split())


def day_of(value: Any) -> str:
    """A date as a server writes it: printed, or an epoch (which is Beijing's day then)."""
    text = str(value or "").strip()
    if not text.isdigit() or len(text) < 9:
        return parse_date(text) or ""
    seconds = int(text) / 1000 if int(text) > _MILLISECONDS else int(text)
    try:
        return (datetime.fromtimestamp(seconds, UTC) + _BEIJING).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def question(page: Page, address: str, body: str, content_type: str = FORM) -> str | None:
    """The name of a POST that the page's script would send to its own host, else None.

    Only a script's list service is ever asked so: ``address`` comes from the family's knowledge.
    """
    url = absolute(page, address)
    if url is None or not same_host(url, page.capture.url):
        return None
    try:
        return post_url(url, body, content_type)
    except ValueError:
        return None


def same_host(url: str, other: str) -> bool:
    return url.partition("//")[2].partition("/")[0] == other.partition("//")[2].partition("/")[0]


def page_of(url: str | None, number: int) -> list[Link]:
    """The link to page ``number`` of the list that an answer is a page of."""
    return [Link(url, f"第{number}页", rel=Rel.PAGE)] if url else []


def call(url: str | None, text: str = "", rel: Rel = Rel.FRAME) -> list[Link]:
    """The link to what a script asks for."""
    return [Link(url, text, rel=rel)] if url else []


def merged(*lists: Iterable[Link]) -> list[Link]:
    """Rows from several places of one page, each URL once, counted on."""
    found: dict[str, Link] = {}
    for link in (link for links in lists for link in links):
        found.setdefault(link.url, replace(link, position=len(found)))
    return list(found.values())
