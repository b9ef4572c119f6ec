"""An independent reader of the portals' links: what can be reached from a home page, and how.

It knows the families' pagers, frames, stubs and the JSON service, but nothing of ``truth``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from tests.portals.model import PORTALS, Portal
from tests.portals.routes import answer, key_of

_HREF = re.compile(r'<a [^>]*?href="([^"]+)"')
_FRAME = re.compile(r'<iframe [^>]*?src="([^"]+)"')
_STUB = re.compile(r'content="0;url=([^"]+)"|location\.href="([^"]+)"')
_TRS_PAGER = re.compile(r'createPageHTML\((\d+), (\d+), "(\w+)", "html"\)')
_TREE = re.compile(r"SID:'(\d+)',TREE:(\[.*?\])};")
_PAGE_NUMBER = re.compile(r"(?:index|list)_(\d+)\.html$|[?&]page=(\d+)")
_DEEP = 3


def _page_number(portal: Portal, url: str) -> int:
    """The number of a list's page, counted from 1; 1 for everything else."""
    match = _PAGE_NUMBER.search(url)
    if match is None:
        return 1
    number = int(match[1] or match[2])
    return number + 1 if portal.family == "trs" else number


def _paged(text: str) -> Iterator[str]:
    for total, current, stem in _TRS_PAGER.findall(text):
        if int(current) + 1 < int(total):
            yield f"{stem}_{int(current) + 1}.html"


def _service(url: str, text: str) -> Iterator[str]:
    """Links of the gkmlpt platform: its categories, its articles, its next page."""
    for sid, tree in _TREE.findall(text):
        for node in json.loads(tree):
            yield f"api/all/{node['id']}?page=1&sid={sid}"
    if "/api/all/" in url:
        data = json.loads(text)
        yield from (article["url"] for article in data["articles"])
        if data["offset"] + len(data["articles"]) < data["total"]:
            page = data["offset"] // 100 + 2
            yield f"{urlsplit(url).path}?page={page}&sid=759012"


def _links(url: str, text: str, frames: bool, files: bool) -> Iterator[str]:
    yield from _paged(text)
    yield from _service(url, text)
    yield from (first or second for first, second in _STUB.findall(text))
    yield from _FRAME.findall(text) if frames else ()
    for href in _HREF.findall(text):
        if not href.startswith("javascript") and (files or not href.endswith(".pdf")):
            yield href


def reached(key: str, *, deep: bool = True, frames: bool = True, files: bool = True) -> set[str]:
    """The paths reached from a portal's home page; each way can be left out.

    ``deep``: list pages from the third on; ``frames``: iframes; ``files``: PDF attachments.
    """
    portal = PORTALS[key]
    waiting = [portal.base + "/"]
    seen: set[str] = set()
    while waiting:
        url = waiting.pop()
        path = key_of(url)
        if urlsplit(url).hostname != portal.host or path in seen:
            continue
        if not deep and _page_number(portal, url) >= _DEEP:
            continue
        found = answer(portal.host, path)
        if found.location:
            waiting.append(urljoin(url, found.location))
        if found.status != 200:
            continue
        seen.add(path)
        if found.content_type.startswith(("text/html", "application/json")):
            charset = "gb18030" if "gb2312" in found.content_type else "utf-8"
            text = found.body.decode(charset)
            waiting += [urljoin(url, link) for link in _links(url, text, frames, files)]
    return seen
