"""Asks for changes only, and keeps account of every answer.

A page whose last full capture can still be read is asked with its validators. To a 304 the
spider gets the stored answer under the record id and date of the revisit, so that reading,
pipelines and re-extraction take the way of any page. A share of the pages, another one in each
walk, is asked in full all the same: where such a page has changed, the old validators are tried
once, and a host that answers them with 304 is caught lying. It is asked in full from then on.

Stats: ``conditional/asked``, ``conditional/unchanged``, ``conditional/sampled``,
``conditional/lied/<host>`` (caught in this run), ``conditional/distrusted/<host>`` (asked in full,
for it was caught before), ``conditional/original_lost``.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from sqlite3 import Connection
from typing import Final

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.cms.asks import is_post
from crawler.fetch.archived import archived_response
from crawler.fetch.handler import ASKED_SINCE
from crawler.fetch.notes import note_of, role_of
from crawler.fetch.parts import NO_ANSWER
from crawler.items import Capture, FetchOutcome, Role
from crawler.scope import host_of
from crawler.state.memory import memory_of
from crawler.state.pagerows import PageRole, PageState
from crawler.state.pages import Answer, form
from crawler.warc.entity import parse_head
from crawler.warc.fields import digest
from crawler.warc.records import Original, Stored

#: Request.meta, set by the spider: what the page was read as.
READ_AS: Final = "read_as"
logger = logging.getLogger(__name__)

_HELD: Final = "held_capture"
_SAMPLED: Final = "sampled"
_ENTITY: Final = "entity_digest"
_OF_AN_ATTEMPT = (ASKED_SINCE, READ_AS, _HELD, _SAMPLED, _ENTITY)

_VALIDATORS = (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified"))
_UNRECORDED = frozenset({Role.ROBOTS, Role.PROBE})


class ConditionalMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._memory = memory_of(crawler)
        self._sample = crawler.settings.getint("CONDITIONAL_SAMPLE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if role_of(request) in _UNRECORDED or form(request.url) is None:
            return
        # Redirects and retries are copies: what was asked before is not what is asked now.
        if ASKED_SINCE in request.meta:
            for header, _ in _VALIDATORS:
                request.headers.pop(header, None)
        for key in _OF_AN_ATTEMPT:
            request.meta.pop(key, None)
        self._memory.remember(request, partial(self._record, request))
        if request.method == "GET" and not is_post(request.url):
            self._ask_for_changes(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        held: Capture | None = request.meta.pop(_HELD, None)
        if held is not None and response.status == HTTPStatus.NOT_MODIFIED:
            self._count("unchanged")
            stored: Stored = request.meta["stored"]
            since = replace(
                held, record_id=stored.record_id, date=stored.date, note=request.meta["note"]
            )
            return archived_response(request, since, stored.original)
        if request.meta.get("fetch_outcome") is FetchOutcome.OK:
            request.meta[_ENTITY] = digest(response.body)
            sampled: PageState | None = request.meta.get(_SAMPLED)
            if sampled is not None and sampled.entity_digest != request.meta[_ENTITY]:
                await self._probe(request, sampled)
        return response

    def _ask_for_changes(self, request: Request) -> None:
        known = self._memory.asking(request.url)
        if known is None or known.original is None or not (known.etag or known.last_modified):
            return
        if self._memory.is_liar(host := host_of(request.url)):
            self._count(f"distrusted/{host}")
            return
        if known.role is PageRole.LIST and self._memory.is_due_list(request.url):
            return  # a 304 taken on trust here could hide every new report
        if in_sample(request.url, self._memory.generation, self._sample):
            self._count("sampled")
            request.meta[_SAMPLED] = known
            return
        held = self._memory.stored(known.original)
        if held is None:
            return
        self._count("asked")
        request.meta[_HELD] = held
        request.meta[ASKED_SINCE] = known.original
        _add_validators(request, known)

    async def _probe(self, request: Request, known: PageState) -> None:
        """The page has changed: would the server have said so?"""
        note = replace(note_of(request, self._crawler.spider), role=Role.PROBE, parent=None)
        probe = Request(request.url, callback=NO_CALLBACK, meta={"note": note})
        _add_validators(probe, known)
        assert self._crawler.engine is not None  # it is what called us
        try:
            answer = await self._crawler.engine.download_async(probe)
        except NO_ANSWER:
            return  # nothing is proved
        if answer.status != HTTPStatus.NOT_MODIFIED:
            return
        host = host_of(request.url)
        self._memory.liar(request, host)
        self._count(f"lied/{host}")
        logger.warning(
            "%s: %s has changed, and its server says that it has not (304); the host is asked in"
            " full from now on, and what it called unchanged is asked again in the next run",
            note.portal,
            request.url,
        )

    def _record(self, request: Request, connection: Connection) -> None:
        """How the fetch ended, known by the time its request is done."""
        meta = request.meta
        outcome: FetchOutcome | None = meta.get("fetch_outcome")
        if outcome is None:  # put off: nothing is known
            return
        note = note_of(request, self._crawler.spider)
        for hop in meta.get("redirect_urls", ()):
            redirected = Answer(hop, FetchOutcome.REDIRECTED, note.context, _role(request))
            self._memory.answered(connection, redirected)
        headers = dict(_lower(meta.get("wire_head", b"")))
        # A body that is not whole, or not on record, is nothing to compare with later.
        original: Original | None = meta["stored"].original if "stored" in meta else None
        answer = Answer(
            url=request.url,
            outcome=outcome,
            context=note.context,
            role=_role(request),
            etag=headers.get("etag", "") if original else "",
            last_modified=headers.get("last-modified", "") if original else "",
            entity_digest=meta.get(_ENTITY, ""),
            original=original,
        )
        self._memory.answered(connection, answer)

    def _count(self, what: str) -> None:
        self._crawler.stats.inc_value(f"conditional/{what}")


def in_sample(url: str, generation: str, one_in: int) -> bool:
    """Fixed for a page and a walk, so that a run resumed decides alike."""
    dice = hashlib.sha256(f"{generation} {url}".encode()).digest()
    return int.from_bytes(dice[:4], "big") % one_in == 0


def _role(request: Request) -> PageRole | None:
    if role_of(request) is not Role.PAGE:
        return PageRole.PART
    read_as: PageRole | None = request.meta.get(READ_AS)
    return read_as or (PageRole.FURTHER if request.meta.get("list_root") else None)


def _add_validators(request: Request, known: PageState) -> None:
    for header, name in _VALIDATORS:
        if value := getattr(known, name):
            request.headers[header] = value.encode("latin-1")


def _lower(head: bytes) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in parse_head(head)[2]]
