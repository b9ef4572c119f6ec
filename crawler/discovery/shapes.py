"""The shape of an address: what calendars, session ids and tag clouds have in common."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from crawler.urls import canonical_url

_NUMBER = re.compile(r"\d+")
_KEY = re.compile(r"(?i)[0-9a-f]{16,}")
_ID = re.compile(r"\d{5,}")
#: Steps of a path that are dates: /2024/, /202405/, /2024-05/, /2024/5/12/.
_DATES = re.compile(r"/(?:19|20)\d\d(?:[-/]?[01]?\d(?:[-/]?[0-3]?\d)?)?(?=/)")
_LONGEST = 200
#: Other dresses of one page: parameters, and the first step of a path (portals.md §1.1 H).
_DRESS = re.compile(r"(?i)^(?:mobile|print|isprint|wap|from|device|view|size|font|theme|style)$")
_MOBILE_POST = re.compile(r"/m(post_\d+\.html)$")
_MOBILE_STEP = re.compile(r"^/(?:wap|mobile|m|print)(?=/)", re.IGNORECASE)


def shape_of(url: str) -> str:
    """An address without what counts pages: digits, keys, the values of parameters."""
    parts = urlsplit(url)
    path = _NUMBER.sub("0", _KEY.sub("0", parts.path))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{parts.hostname or ''}{path[:_LONGEST]}?{'&'.join(names)}"


def undated(path: str) -> str:
    return _DATES.sub("", path)


def series_of(url: str) -> str:
    """What the addresses of one column's articles have in common: all but dates and long ids."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{_ID.sub('0', _KEY.sub('0', undated(parts.path)))}"


def spelling_of(url: str) -> str:
    """The canonical form, or the URL itself where it has none."""
    try:
        return canonical_url(url)
    except ValueError:
        return url


def plain_dress(url: str) -> str:
    """The address of the page itself, where this is its print or mobile version."""
    parts = urlsplit(url)
    path = _MOBILE_STEP.sub("", _MOBILE_POST.sub(r"/\1", parts.path))
    query = "&".join(p for p in parts.query.split("&") if not _DRESS.match(p.partition("=")[0]))
    return parts._replace(path=path, query=query).geturl()
