"""Answers of the sample portals as captures, and what the spider reads in them."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module

from crawler.extraction.extract import read
from crawler.items import Capture, Context, Note, PageResult
from crawler.portal.pages import Reading
from crawler.portal.spider import PortalSpider
from tests.portals.model import Answer

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def spider_of(key: str) -> PortalSpider:
    """The portal's spider; its mirror is another host and no part of this."""
    (kind,) = (
        one
        for one in vars(import_module(f"spiders.{key}")).values()
        if isinstance(one, type) and vars(one).get("name") == key
    )
    made: PortalSpider = type(kind.__name__, (kind,), {"mirrors": {}})()
    return made


def capture_at(url: str, answer: Answer) -> Capture:
    headers = [("Content-Type", answer.content_type)]
    if answer.location:
        headers.append(("Location", answer.location))
    return Capture(
        record_id=f"urn:uuid:{zlib.crc32(url.encode()):08x}",
        url=url,
        date=NOW,
        status=answer.status,
        headers=tuple(headers),
        content=answer.body,
    )


class Reader:
    """Reading is pure: the same bytes in the same context are read once in all runs."""

    def __init__(self, spider: PortalSpider) -> None:
        self._spider = spider
        self.page = cache(self._page)
        self.part = cache(self._part)

    def _page(self, capture: Capture, context: Context) -> Reading:
        name = self._spider.name
        return self._spider.interpret(replace(capture, note=Note(name, name, context=context)))

    def _part(self, capture: Capture) -> PageResult:
        return read(capture, Context())
