"""The `Note` a request carries in ``meta["note"]``, and the one it has without."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider

from crawler.items import Note, Role


def note_of(request: Request, spider: Spider | Any) -> Note:
    note: Note | None = request.meta.get("note")
    if note is not None:
        return note
    return Note(portal=getattr(spider, "portal", spider.name), spider=spider.name)


def role_of(request: Request) -> Role:
    note: Note | None = request.meta.get("note")
    return note.role if note is not None else Role.PAGE
