"""Where an entry stands: the URL shapes of the three families (real shapes, invented ids)."""

from __future__ import annotations

import hashlib
from functools import cache

from tests.portals.model import PORTALS, Entry

# From about 2020 朝天区 shows its articles under /gongkai/ with a hexadecimal id.
_GONGKAI_SINCE = "2020"


def _trs(entry: Entry) -> str:
    day = entry.published.replace("-", "")
    return f"{entry.column}{day[:6]}/t{day}_{entry.number}.html"


def _nfcms(entry: Entry) -> str:
    if "/gkmlpt/" in entry.column:
        site = entry.column.partition("/gkmlpt/")[0]
        number = entry.number
        return f"{site}/gkmlpt/content/{number // 10**6}/{number // 10**3}/post_{number}.html"
    return f"{entry.column}content/post_{entry.number}.html"


def _gyct(entry: Entry) -> str:
    if entry.published >= _GONGKAI_SINCE:
        digest = hashlib.md5(str(entry.number).encode(), usedforsecurity=False).hexdigest()
        return f"/gongkai/show/{digest}.html"
    clock = f"{8 + entry.number % 10:02d}{entry.number % 60:02d}{entry.number % 59:02d}"
    return f"/xxgk/show/{entry.published.replace('-', '')}{clock}-{entry.number}-00-000.html"


_PATHS = {"trs": _trs, "nfcms": _nfcms, "gyct": _gyct}


@cache
def path_of(entry: Entry) -> str:
    return _PATHS[PORTALS[entry.portal].family](entry)


def url_of(entry: Entry) -> str:
    return PORTALS[entry.portal].base + path_of(entry)


def pdf_path(entry: Entry) -> str:
    """Where the family keeps an article's attachment."""
    family = PORTALS[entry.portal].family
    if family == "trs":
        folder = path_of(entry).rpartition("/")[0]
        return (
            f"{folder}/P0{entry.published.replace('-', '')}{entry.number * 7919 % 10**12:012d}.pdf"
        )
    if family == "nfcms":
        number = entry.number - 900000
        return f"/attachment/{number // 10**6}/{number // 10**3}/{number}/{entry.number}.pdf"
    return f"/Public/upload/{entry.published[:4]}/{entry.number}.pdf"


def frame_path(entry: Entry) -> str:
    """The page inside an article's frame."""
    return path_of(entry).replace(".html", "_body.html")
