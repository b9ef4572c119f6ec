"""A request as the frontier keeps it, and back.

Only what a walk needs is kept: what to ask for, who reads the answer, how the page was reached,
and how often it was tried or redirected. A request that goes out is always built from here, so
that a resumed walk and an undisturbed one ask alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from scrapy import Request, Spider

from crawler.errors import StateError
from crawler.items import Note
from crawler.scope import host_of
from crawler.serial import from_plain, to_plain

#: Plain values of ``meta`` that are kept beside the note.
KEPT_META: Final = (
    "list_root",
    "list_directory",
    "home",
    "retry_times",
    "max_retry_times",
    "redirect_times",
    "redirect_ttl",
    "redirect_urls",
    "redirect_reasons",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be. ``fingerprint`` is None for what may be asked for any number of times."""

    fingerprint: bytes | None
    host: str
    priority: int
    request: str


def entry_of(request: Request, fingerprint: bytes | None) -> Entry:
    """What is kept of a request; it must be one that an answer can be built from again."""
    if request.body or request.cb_kwargs:
        raise StateError(
            f"{request.url}: expected a request without body and cb_kwargs, which the frontier does"
            " not keep; put what its callback needs into the note"
        )
    kept: dict[str, Any] = {
        "url": request.url,
        "method": request.method,
        "callback": request.callback.__name__ if request.callback else None,
        "dont_filter": request.dont_filter,
        "note": to_plain(request.meta["note"]) if "note" in request.meta else None,
        # Set by Scrapy from the page it was met on, which is not at hand when it goes out.
        "referer": (request.headers.get("Referer") or b"").decode("latin-1"),
        "meta": {key: request.meta[key] for key in KEPT_META if key in request.meta},
    }
    text = json.dumps(
        {key: value for key, value in kept.items() if value}, ensure_ascii=False, default=str
    )
    return Entry(fingerprint, host_of(request.url), request.priority, text)


def request_of(text: str, priority: int, spider: Spider) -> Request:
    """The request that `entry_of` kept."""
    kept = json.loads(text)
    meta: dict[str, Any] = dict(kept.get("meta", ()))
    if "note" in kept:
        meta["note"] = from_plain(Note, kept["note"])
    return Request(
        kept["url"],
        method=kept["method"],
        callback=getattr(spider, kept["callback"]) if "callback" in kept else None,
        headers={"Referer": kept["referer"]} if "referer" in kept else None,
        dont_filter=kept.get("dont_filter", False),
        priority=priority,
        meta=meta,
    )


def attempt_of(text: str) -> int:
    """Which attempt at its URL a kept request is, as its note in the archive will say."""
    return 1 + int(json.loads(text).get("meta", {}).get("retry_times", 0))
