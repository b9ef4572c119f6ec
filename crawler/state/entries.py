"""A request as the frontier keeps it, and back.

Only what a walk needs is kept: what to ask for, who reads the answer, how the page was reached,
and how often it was tried or redirected. A request that goes out has that and nothing else, whether
it is built from its row or was made in this run, so that a resumed walk and an undisturbed one ask
alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
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
_KEPT: Final = frozenset({"note", *KEPT_META})
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be. ``fingerprint`` is None for what may be asked for any number of times.

    ``made`` is the request itself, where it can stand for its row while this run lasts.
    """

    fingerprint: bytes | None
    host: str
    priority: int
    request: str
    made: Request | None = field(default=None, compare=False, repr=False)


def entry_of(request: Request, fingerprint: bytes | None) -> Entry:
    """What is kept of a request; it must be one that an answer can be built from again."""
    if request.body or request.cb_kwargs:
        raise StateError(
            f"{request.url}: expected a request without body and cb_kwargs, which the frontier does"
            " not keep; put what its callback needs into the note"
        )
    known = request.meta
    kept: dict[str, Any] = {
        "url": request.url,
        "method": request.method,
        "callback": request.callback.__name__ if request.callback else None,
        "dont_filter": request.dont_filter,
        "note": to_plain(known["note"]) if "note" in known else None,
        # Set by Scrapy from the page it was met on, which is not at hand when it goes out.
        "referer": (request.headers.get("Referer") or b"").decode("latin-1"),
        "meta": {key: known[key] for key in KEPT_META if key in known},
    }
    text = _ENCODER.encode({key: value for key, value in kept.items() if value})
    # A request that may be asked again may also be taken in again, while it is out.
    made = request if fingerprint is not None else None
    return Entry(fingerprint, host_of(request.url), request.priority, text, made)


def _stripped(request: Request) -> Request:
    """The request of an entry, less what the entry does not keep."""
    for key in request.meta.keys() - _KEPT:
        del request.meta[key]
    for name in request.headers.keys() - {b"Referer"}:
        del request.headers[name]
    request.cookies = request.flags = None
    return request


def request_of(text: str, priority: int, spider: Spider, made: Request | None = None) -> Request:
    """The request that `entry_of` kept; ``made`` where it is at hand."""
    if made is not None:
        return _stripped(made)
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
