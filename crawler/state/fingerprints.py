"""Scrapy's fingerprints, each made once: the queue has those of the requests it hands out.

Most of what Scrapy does for one is to find the canonical form of a URL that is in it already.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.utils.request import RequestFingerprinter

#: URLs that w3lib leaves as they are: nothing to escape, to resolve, or to sort.
_CANONICAL: Final = re.compile(
    r"https?://[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*/(?:[\w~-][\w.~-]*/)*(?:[\w~-][\w.~-]*)?"
    r"(?:\?[\w.~-]+=[\w.~-]*)?",
    re.ASCII,
)


class Fingerprinter:
    """Scrapy's REQUEST_FINGERPRINTER_CLASS."""

    def __init__(self) -> None:
        self._scrapys = RequestFingerprinter()
        self._known: WeakKeyDictionary[Request, bytes] = WeakKeyDictionary()

    def know(self, request: Request, fingerprint: bytes) -> None:
        self._known[request] = fingerprint

    def fingerprint(self, request: Request) -> bytes:
        return self._known.get(request) or _quick(request) or self._scrapys.fingerprint(request)


def _quick(request: Request) -> bytes | None:
    """What Scrapy would say, where that is plain to see."""
    if request.method != "GET" or request.body or not _CANONICAL.fullmatch(request.url):
        return None
    text = f'{{"body": "", "headers": {{}}, "method": "GET", "url": "{request.url}"}}'
    return hashlib.sha1(text.encode("ascii"), usedforsecurity=False).digest()
