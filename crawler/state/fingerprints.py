"""Scrapy's fingerprints, each made once: the queue has those of the requests it hands out."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.utils.request import RequestFingerprinter


class Fingerprinter:
    """Scrapy's REQUEST_FINGERPRINTER_CLASS."""

    def __init__(self) -> None:
        self._scrapys = RequestFingerprinter()
        self._known: WeakKeyDictionary[Request, bytes] = WeakKeyDictionary()

    def know(self, request: Request, fingerprint: bytes) -> None:
        self._known[request] = fingerprint

    def fingerprint(self, request: Request) -> bytes:
        return self._known.get(request) or self._scrapys.fingerprint(request)
