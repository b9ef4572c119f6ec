"""The spider all portals share: what to follow, what to read, what to hand on.

What a page is says `crawler.portal_pages`; what was known before and is due again, `crawler.state`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy.http import Request, Response

from crawler.bounds import MAX_LIST_PAGES, Bounds
from crawler.contexts import child_context
from crawler.errors import ConfigurationError
from crawler.fetch.capture import capture_of
from crawler.fetch.parts import fetch_parts
from crawler.items import Context, Document, Link, ListPage, Note, PageResult, Rel
from crawler.portal_pages import PortalPages
from crawler.registry import place
from crawler.state.conditional import READ_AS
from crawler.state.memory import WRITES, Memory, memory_of
from crawler.state.pagerows import PageRole
from crawler.state.schedule import DEFAULT_RECHECK, period, switch
from crawler.titles import possible


class PortalSpider(PortalPages, scrapy.Spider):
    """Base of all portal spiders; `PortalPages` says what a portal sets.

    Arguments: ``recheck`` (how old the last answer of a page known may grow before it is asked
    again: ``30d``, ``12h``) and ``fresh`` (``1``: drop the queue of an earlier run).
    """

    #: Answers that are evidence, soft 404s with them: they reach ``parse``, others do not.
    handle_httpstatus_list: ClassVar[tuple[int, ...]] = (404, 410)
    #: A portal may set it: how many pages of one list are walked (`crawler.bounds`).
    max_list_pages: ClassVar[int] = MAX_LIST_PAGES

    def __init__(
        self, name: str | None = None, recheck: str = "", fresh: str = "", **unknown: str
    ) -> None:
        if unknown:
            raise ConfigurationError(
                f"{self.name}: unknown spider argument(s) {', '.join(sorted(unknown))}; "
                "expected recheck (30d) or fresh (1)"
            )
        super().__init__(name)
        self.recheck = period(recheck) if recheck else DEFAULT_RECHECK
        self.fresh = switch(fresh)
        missing = [key for key in ("adcode", "home", "columns") if not getattr(self, key)]
        if missing:
            raise ConfigurationError(f"spider {self.name}: {', '.join(missing)} must be set")
        self.place = place(self.adcode)
        if self.place is None:
            raise ConfigurationError(
                f"spider {self.name}: adcode {self.adcode!r} is in no row of"
                " crawler/data/portals.csv; look the county up there"
            )
        self.bounds = Bounds(self.max_list_pages)

    @cached_property
    def memory(self) -> Memory:
        return memory_of(self.crawler)

    # -- what to fetch ------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        for name, url in (*self.columns.items(), *self.mirrors.items()):
            yield self.request(urljoin(self.home, url), Context(link_text=name))
        for known in self.memory.due():
            priority = 0 if known.role in (PageRole.LIST, PageRole.HUB) else 10
            yield self.request(known.url, known.context, priority=priority)

    def request(
        self, url: str, context: Context, *, list_root: str | None = None, priority: int = 0
    ) -> Request:
        note = Note(portal=self.portal, spider=self.name, context=context)
        meta = {"note": note, "list_root": list_root}
        return Request(url, callback=self.parse, meta=meta, priority=priority)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        capture = capture_of(response)
        reading = self.interpret(capture)
        for check in reading.absent:
            yield check
        if reading.listing is not None:
            response.meta[READ_AS] = list_role(reading.listing, response.meta.get("list_root"))
            yield reading.listing
            for request in self.follow(reading.listing, response):
                yield request
        elif reading.page is not None:
            writes = response.meta.setdefault(WRITES, [])
            parts = await fetch_parts(self.crawler, reading.page, capture.note, writes)
            result = self.document(reading.page, parts, capture.note.context)
            if isinstance(result, Document):
                response.meta[READ_AS] = PageRole.DOCUMENT
                yield result
            else:
                self.count_page(result)

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
        wanted = self.memory.unknown(link.url for link in page.links) | step.reprinted
        for link in page.links:
            if not (step.go_on if link.rel is Rel.PAGE else link.url in wanted):
                continue
            if link.rel is Rel.ROW and not possible(link.text):
                continue
            if bound := self.bounds.passed(page, link, root or page.url):
                self.count(f"lists/stopped/{bound}")
                if link.rel is Rel.PAGE:
                    self.memory.remember(asked, self.memory.stopping(root or page.url))
                continue
            yield self.lead(page, link, root, asked)

    def lead(self, page: ListPage, link: Link, root: str | None, asked: Request) -> Request:
        """The request for a link; a page met for the first time is remembered with it."""
        context = child_context(page.context, page.url, link)
        if link.rel is Rel.PAGE:
            return self.request(link.url, context, list_root=root or page.url)
        is_row = link.rel is Rel.ROW
        request = self.request(link.url, context, priority=10 if is_row else 0)
        role = PageRole.OTHER if is_row else PageRole.LIST
        self.memory.remember(asked, self.memory.meeting(request.url, role, context))
        return request

    def count(self, name: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)

    def count_page(self, page: PageResult) -> None:
        """A page that is no Document is counted by its outcome, and look-alikes by name."""
        self.count(f"page/{page.outcome}")
        if page.judgement.look_alike:
            self.count(f"look_alike/{page.judgement.look_alike}")
        self.logger.debug("%s: %s is %s", self.portal, page.url, page.outcome)


def list_role(page: ListPage, root: str | None) -> PageRole:
    if root is not None:
        return PageRole.FURTHER
    has_rows = any(link.rel is Rel.ROW for link in page.links)
    return PageRole.LIST if has_rows else PageRole.HUB
