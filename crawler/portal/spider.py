"""The spider all portals share: what to follow, what to read, what to hand on.

What a page is says `crawler.portal.pages`; what was known before and is due again, `crawler.state`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy.http import Request, Response

from crawler.contexts import child_context
from crawler.errors import ConfigurationError
from crawler.fetch.attachments import attachments_of
from crawler.fetch.budget import read_budget
from crawler.fetch.capture import capture_of
from crawler.fetch.parts import fetch_parts
from crawler.items import (
    Capture,
    Context,
    Document,
    Link,
    ListPage,
    Note,
    PageOutcome,
    PageResult,
    Place,
    Rel,
)
from crawler.places.registry import place
from crawler.portal.bounds import MAX_LIST_PAGES, Bounds
from crawler.portal.lookback import look_back
from crawler.portal.pages import PortalPages, Reading
from crawler.render.need import why_render
from crawler.render.renderer import Renderer
from crawler.state.conditional import READ_AS
from crawler.state.lists import Step
from crawler.state.memory import WRITES, Memory, memory_of
from crawler.state.pagerows import PageRole
from crawler.state.schedule import DEFAULT_RECHECK, period, switch
from crawler.thresholds import LIMITS
from crawler.titles import possible
from crawler.warc.reader import CaptureReader


class PortalSpider(PortalPages, scrapy.Spider):
    """Base of all portal spiders; `PortalPages` says what a portal sets.

    Arguments: ``recheck`` (how old the last answer of a page known may grow before it is asked
    again: ``30d``, ``12h``), ``fresh`` (``1``: drop the queue of an earlier run), ``max_requests``
    and ``max_minutes`` (what one run may cost; the next one goes on where it ended).
    """

    #: Answers that are evidence, soft 404s with them: they reach ``parse``, others do not.
    handle_httpstatus_list: ClassVar[tuple[int, ...]] = (404, 410)
    #: A portal may set it: how many pages of one list are walked (`crawler.portal.bounds`).
    max_list_pages: ClassVar[int] = MAX_LIST_PAGES

    def __init__(
        self,
        name: str | None = None,
        recheck: str = "",
        fresh: str = "",
        max_requests: str = "",
        max_minutes: str = "",
        **unknown: str,
    ) -> None:
        if unknown:
            raise ConfigurationError(
                f"{self.name}: unknown spider argument(s) {', '.join(sorted(unknown))}; "
                "expected recheck (30d), fresh (1), max_requests or max_minutes"
            )
        super().__init__(name)
        self.budget = read_budget(max_requests, max_minutes)
        self.recheck = period(recheck) if recheck else DEFAULT_RECHECK
        self.fresh = switch(fresh)
        self.place = self.find_place()
        self.bounds = Bounds(self.max_list_pages)

    def find_place(self) -> Place | None:
        """The portal's county; a spider that does not say which is refused by name."""
        missing = [key for key in ("adcode", "home", "columns") if not getattr(self, key)]
        if missing:
            raise ConfigurationError(f"spider {self.name}: {', '.join(missing)} must be set")
        found = place(self.adcode) or (Place(self.adcode, self.names) if self.names else None)
        if found is None:
            raise ConfigurationError(
                f"spider {self.name}: adcode {self.adcode!r} is in no row of"
                " crawler/data/portals.csv; look the county up there"
            )
        return found

    def recall(self, reader: CaptureReader) -> None:
        """Before stored captures are read again: what the crawl had learned of the portal."""

    @cached_property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    # -- what to fetch ------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        for name, url in (*self.columns.items(), *self.mirrors.items()):
            column = urljoin(self.home, url)
            known_list = self.memory.has_walked(column)
            yield self.request(column, Context(link_text=name), known_list=known_list)
        for known in self.memory.due():
            is_list = known.role in (PageRole.LIST, PageRole.HUB)
            priority = 0 if is_list else 10
            yield self.request(known.url, known.context, priority=priority, known_list=is_list)

    def request(
        self,
        url: str,
        context: Context,
        *,
        list_root: str | None = None,
        priority: int = 0,
        known_list: bool = False,
    ) -> Request:
        """``known_list``: a page of a list that was read in earlier runs, and is not given up soon.

        A retry waits until all else of its priority is asked, so that the last attempts say more
        than that the server had a bad minute (`crawler.runs.drift_lists`).
        """
        note = Note(portal=self.portal, spider=self.name, context=context)
        meta: dict[str, Any] = {"note": note, "list_root": list_root}
        if known_list and self.settings.getint("RETRY_TIMES"):
            meta["max_retry_times"] = int(LIMITS["silent_attempts"]) - 1
        return Request(url, callback=self.parse, meta=meta, priority=priority)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        capture, reading = await self.read_rendered(capture_of(response))
        found: Document | None = None
        for check in reading.absent:
            yield check
        if reading.listing is not None:
            response.meta[READ_AS] = self.list_role(reading.listing, response.meta.get("list_root"))
            yield reading.listing
            for request in self.follow(reading.listing, response):
                yield request
        elif reading.page is not None:
            writes = response.meta.setdefault(WRITES, [])
            parts = await fetch_parts(self.crawler, reading.page, capture.note, writes)
            result = self.document(reading.page, parts, capture.note.context)
            if isinstance(result, Document):
                response.meta[READ_AS] = PageRole.DOCUMENT
                found = result
                yield result
            else:
                self.count_page(result)
        assert self.crawler.stats is not None
        if look_back(self.memory, self.crawler.stats, response, found):
            for known in self.memory.second_look():
                yield self.request(known.url, known.context, priority=10)

    async def read_rendered(self, capture: Capture) -> tuple[Capture, Reading]:
        """What a capture is; one that is nothing without its scripts, as they leave it."""
        if self.is_file(capture):
            return capture, Reading(page=await attachments_of(self.crawler).read(capture))
        reading = self.interpret(capture)
        why = None if is_whole(reading) else why_render(capture, links_of(reading))
        renderer = self.crawler.get_extension(Renderer)
        shown = await renderer.render(capture, why) if why and renderer else None
        return (shown, self.interpret(shown)) if shown else (capture, reading)

    def follow(self, page: ListPage, response: Response) -> Iterator[Request]:
        """Requests for what a list leads to: rows, sub-columns and frames not met before, rows
        printed otherwise now, its further pages as far as they are needed. What was met before
        is asked when it is due (`start`)."""
        asked = response.request
        assert asked is not None
        root: str | None = response.meta.get("list_root")
        step = self.memory.step(page, root)
        self.memory.remember(asked, step.write)
        if step.stuck:
            self.count("lists/stuck")
        for link, priority in self.choose(page, step, asked):
            if bound := self.bounds.passed(page, link, root or page.url):
                self.count(f"lists/stopped/{bound}")
                if link.rel is Rel.PAGE:
                    self.memory.remember(asked, self.memory.stopping(root or page.url))
                continue
            yield self.lead(page, link, root, asked, priority)

    def choose(self, page: ListPage, step: Step, asked: Request) -> Iterator[tuple[Link, int]]:
        """The links of a list that are followed, each with its priority."""
        wanted = self.wanted(page, step)
        for link in page.links:
            if link.rel is Rel.PAGE:
                if step.go_on:
                    yield link, 0
            elif link.url in wanted and (link.rel is not Rel.ROW or is_wanted_row(page, link)):
                yield link, 10 if link.rel is Rel.ROW else 0

    def wanted(self, page: ListPage, step: Step) -> set[str]:
        """The links to pages that were never met, and to rows printed otherwise than before."""
        return self.memory.unknown(link.url for link in page.links) | step.reprinted

    def lead(
        self, page: ListPage, link: Link, root: str | None, asked: Request, priority: int
    ) -> Request:
        """The request for a link; a page met for the first time is remembered with it."""
        context = child_context(page.context, page.url, link)
        if link.rel is Rel.PAGE:
            first = root or page.url
            known_list = self.memory.has_walked(first)
            return self.request(
                link.url, context, list_root=first, priority=priority, known_list=known_list
            )
        request = self.request(link.url, context, priority=priority)
        role = PageRole.OTHER if link.rel is Rel.ROW else PageRole.LIST
        self.memory.remember(asked, self.memory.meeting(request.url, role, context))
        return request

    def list_role(self, page: ListPage, root: str | None) -> PageRole:
        """What a list page is to later runs."""
        if root is not None:
            return PageRole.FURTHER
        has_rows = any(link.rel is Rel.ROW for link in page.links)
        return PageRole.LIST if has_rows else PageRole.HUB

    def count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)

    def count_page(self, page: PageResult) -> None:
        """A page that is no Document is counted by its outcome, and look-alikes by name."""
        self.count(f"page/{page.outcome}")
        if page.judgement.look_alike:
            self.count(f"look_alike/{page.judgement.look_alike}")
        self.logger.debug("%s: %s is %s", self.portal, page.url, page.outcome)


def is_whole(reading: Reading) -> bool:
    """Did the source alone give a text, or say that there is none?"""
    page = reading.page
    if page is None:
        return reading.listing is None
    # Its title alone may come from the link that led to it.
    return page.judgement.kind is not None and page.outcome is not PageOutcome.PART_MISSING


def links_of(reading: Reading) -> tuple[Link, ...]:
    return reading.listing.links if reading.listing else ()


def is_wanted_row(page: ListPage, link: Link) -> bool:
    """Whether a row may lead to a Document, by its words and the column it stands in."""
    return possible(link.text, (*page.context.column, page.context.link_text))
