"""Pages that are not the list but lead to it: frames, and redirects written in HTML."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.cms.listing import absolute
from crawler.extraction.page import Page
from crawler.extraction.whitespace import han
from crawler.items import Link, Rel

#: Frames that never carry a list (portals.md §1.1 M: 常州, 淮安).
_FRAME_NOISE = re.compile(r"tree\.jsp|share|login|visitcount|footer", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"\s;>]+)", re.IGNORECASE)
_LOCATION = re.compile(
    r"(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*"
    r"(?:=\s*|\.replace\(\s*)['\"]([^'\"]+)['\"]"
)
#: A stub page is a redirect written in HTML; real stubs weigh 77–1,531 bytes (portals.md §1.5)...
_STUB_BYTES = 2_000
#: ...or more, where the reader is asked to wait; then it says little and leads nowhere else.
_WAITING_BYTES = 20_000
_WAITING_HAN = 60


def frames(page: Page) -> list[Link]:
    """Same-host frames that may hold the list (常州, 淮安: county columns are iframes)."""
    here = urlsplit(page.capture.url).hostname
    found: list[Link] = []
    for element in page.tree.iter("iframe", "frame"):
        url = absolute(page, element.get("src") or "")
        if (
            url
            and url != page.capture.url  # a page that frames itself
            and urlsplit(url).hostname == here
            and not _FRAME_NOISE.search(url)
        ):
            found.append(Link(url, element.get("title") or "", "", len(found), Rel.FRAME))
    return found


def stub_target(page: Page) -> Link | None:
    """Where a page that only redirects by meta refresh or script sends the reader."""
    if not _is_stub(page):
        return None
    for element in page.tree.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.search(element.get("content") or "")
            break
    else:
        match = _LOCATION.search(page.html)
    # In a script an ampersand is not to be escaped; some CMSs do it nevertheless.
    url = absolute(page, match.group(1).replace("&amp;", "&")) if match else None
    return Link(url, "", "", 0, Rel.FRAME) if url and url != page.capture.url else None


def _is_stub(page: Page) -> bool:
    size = len(page.capture.content)
    if size <= _STUB_BYTES:
        return True
    if size > _WAITING_BYTES:
        return False
    links = sum(1 for _ in page.tree.iter("a", "area", "frame", "iframe"))
    return links <= 1 and sum(han(line.text) for line in page.lines) <= _WAITING_HAN
