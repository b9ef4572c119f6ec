"""The `Note` a request carries in ``meta["note"]``, and the one it has without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from crawler.items import Note, Role


def note_of(request: Request, spider: Spider | Any) -> Note:
    note: Note | None = request.meta.get("note")
    if note is not None:
        return note
    return Note(portal=getattr(spider, "portal", spider.name), spider=spider.name)


def role_of(request: Request) -> Role:
    note: Note | None = request.meta.get("note")
    return note.role if note is not None else Role.PAGE


def attempt_note(request: Request, crawler: Crawler) -> Note:
    """The note of one attempt, as it is stored: it tells this attempt from all others."""
    assert crawler.request_fingerprinter is not None
    hops = request.meta.get("redirect_urls")
    return replace(
        note_of(request, crawler.spider),
        asked=hops[0] if hops else "",
        attempt=1 + request.meta.get("retry_times", 0),
        frontier_id=crawler.request_fingerprinter.fingerprint(request).hex(),
    )
