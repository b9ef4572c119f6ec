"""The spider for any portal: from the home page, best leads first.

What links promise says `crawler.discovery`, what was learned keeps `crawler.state.leads`. The queue
is the project's durable one: a lead's priority is its score.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cached_property, partial
from typing import Any

from scrapy.http import Request, Response

from crawler.cms.stubs import frames, stub_target
from crawler.contexts import child_context
from crawler.discovery import links as found
from crawler.discovery.choice import (
    FRAME,
    PAGE,
    ROW,
    SAMPLE,
    Choice,
    Met,
    choose,
    goes_on,
    priority_of,
    score_of,
)
from crawler.discovery.drift import directory_of, has_drifted
from crawler.discovery.leads import Spot, spot_of
from crawler.discovery.shapes import plain_dress, shape_of
from crawler.discovery.vocabulary import FLOOR, leads_to_reports
from crawler.discovery.yields import SITEMAP, Yields, pages_of
from crawler.extraction.page import Page
from crawler.fetch.capture import capture_of
from crawler.fetch.scope import HOME, ScopeMiddleware
from crawler.items import (
    Context,
    Document,
    Link,
    ListPage,
    Place,
    Rel,
)
from crawler.places.homes import Home, home_of
from crawler.places.registry import place
from crawler.portal.home import is_home, place_on, stored_place
from crawler.portal.samples import SITEMAP_NAME, Samples, is_sample, sitemaps
from crawler.portal.spider import PortalSpider, is_wanted_row
from crawler.scope import host_of
from crawler.state import leads
from crawler.state.lists import Step
from crawler.state.pagerows import PageRole
from crawler.warc.reader import CaptureReader

#: Before everything: what the home page names decides the walk.
_FIRST = 2000


class PortalWalk(PortalSpider):
    """Base of the spider that needs no knowledge of its portal.

    Arguments, besides those of every portal: ``adcode`` (a county of the registry) or ``home`` (the
    address of a home page).
    """

    def __init__(
        self, name: str | None = None, adcode: str = "", home: str = "", **arguments: str
    ) -> None:
        self.whereabouts: Home = home_of(adcode, home)
        self.adcode, self.home = self.whereabouts.adcode, self.whereabouts.url
        super().__init__(name, **arguments)

    def find_place(self) -> Place | None:
        return place(self.adcode) if self.adcode else None

    @property
    def portal(self) -> str:
        return self.whereabouts.portal

    def recall(self, reader: CaptureReader) -> None:
        """The county as the first home page stored names it: what the crawl went by."""
        if self.place is None:
            self._settle(stored_place(reader))

    def _settle(self, found: Place | None) -> None:
        if found is not None:
            self.place, self.adcode = found, found.adcode

    @cached_property
    def yields(self) -> Yields:
        return self.memory.yields()

    @cached_property
    def samples(self) -> Samples:
        return Samples(self.memory, self.yields)

    # -- reading ------------------------------------------------------------------------------

    def list_links(self, page: Page) -> list[Link]:
        """Everything a page leads to: on a portal nobody knows any link may be a column."""
        if stub := stub_target(page):
            return [stub]
        if named := found.sitemap_links(page):
            return named
        family = self.family_of(page)
        rows = family.rows(page)
        if family.is_answer(page):
            return [*rows, *family.further(page), *family.calls(page)]
        further = family.further(page)
        return [
            *rows,
            *found.column_links(page, self.scope_hosts, (*rows, *further)),
            *further,
            *family.calls(page),
            *frames(page),
            *(found.searches(page) if not page.capture.note.context.list_url else ()),
        ]

    # -- walking ------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        if self.place is None:
            self._settle(self.memory.home_place())
        scope = self.crawler.get_downloader_middleware(ScopeMiddleware)
        if scope is not None and (moved_to := self.memory.home_host()):
            scope.take_in(moved_to)  # a resumed walk does not ask for the home page again
        request = self.request(self.home, Context(), priority=_FIRST)
        request.meta[HOME] = True
        yield request
        for known in self.memory.due():
            is_list = known.role in (PageRole.LIST, PageRole.HUB)
            priority = FRAME if is_list else ROW
            yield self.request(known.url, known.context, priority=priority, known_list=is_list)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        asked = response.request
        assert asked is not None
        capture = capture_of(response)
        if self.place is None and is_home(capture.note) and (named := place_on(capture)):
            self._settle(named)
            self.memory.remember(asked, self.memory.home_named(named))
        if is_home(capture.note) and host_of(capture.url) != host_of(self.home):
            self.memory.remember(asked, self.memory.home_moved(host_of(capture.url)))
        documents = 0
        async for item in super().parse(response):
            documents += isinstance(item, Document)
            yield item
        if is_sample(asked):
            for url, context in self.samples.siblings(asked, documents):
                yield self.request(url, context, priority=ROW)
            self._remember(asked)

    def lead(
        self, page: ListPage, link: Link, root: str | None, asked: Request, priority: int
    ) -> Request:
        """A lead that may yet be dropped is not remembered: it is no page of ours to be due."""
        if priority < PAGE:
            context = child_context(page.context, page.url, link)
            return self.request(link.url, context, priority=priority)
        request = super().lead(page, link, root, asked, priority)
        if link.rel is Rel.PAGE:
            first = asked.meta.get("list_directory") if root else directory_of(page.links)
            request.meta["list_directory"] = first or ""
        return request

    def choose(self, page: ListPage, step: Step, asked: Request) -> Iterator[tuple[Link, int]]:
        spot = spot_of(page.url, page.context)
        met = self._met(page, step)
        chosen = choose(page, spot, met, self.yields, partial(is_row_of_ours, page))
        self._learn(spot, page.url, chosen, asked)
        for link, priority, why in chosen.links:
            self.count(f"walk/queued/{why}")
            self.logger.debug("%s: %s (%d) %s", why, link.url, priority, link.text)
            yield link, priority
        if spot.own.name == SITEMAP_NAME:
            yield from self.samples.choose(page, met.unknown, asked)
        for link in () if page.context.list_url else sitemaps(self.crawler, page.url):
            yield link, priority_of(SAMPLE, 1)
        if step.go_on and goes_on(spot, self.yields, has_rows_of_ours=chosen.has_rows):
            yield from self._further(page, asked)

    def _further(self, page: ListPage, asked: Request) -> Iterator[tuple[Link, int]]:
        if has_drifted(asked.meta.get("list_directory", ""), page.links):
            self.count("lists/stopped/drift")
            self.memory.remember(asked, self.memory.stopping(asked.meta["list_root"]))
            return
        self.count("walk/queued/page")
        yield from ((link, PAGE) for link in page.links if link.rel is Rel.PAGE)

    def _met(self, page: ListPage, step: Step) -> Met:
        met = self.memory.met(link.url for link in page.links)
        twins = {link.url: plain_dress(link.url) for link in page.links}
        unknown = self.wanted(page, step)
        plain_unknown = self.memory.unknown(set(twins.values()))
        return Met(
            unknown={u for u in unknown if twins[u] in plain_unknown or u in step.reprinted},
            scores={url: one.score for url, one in met.items()},
            queued={url for url, one in met.items() if one.now and one.score >= FLOOR},
        )

    def _learn(self, spot: Spot, url: str, chosen: Choice, asked: Request) -> None:
        """Keep what a page gave, in the transaction that ends its request."""
        own = pages_of(spot.kind) if asked.meta.get("list_root") else spot.kind
        if chosen.rows:
            self.yields.gave({*spot.kinds, own, shape_of(url)}, chosen.rows)
        elif not chosen.has_rows:
            self.yields.was_dry(shape_of(url), *(() if chosen.links else (own,)))
        generation = self.memory.generation
        self.memory.remember(asked, lambda db: leads.meet(db, chosen.scores, generation))
        self._remember(asked)

    def _remember(self, asked: Request) -> None:
        changed, generation = self.yields.changed(), self.memory.generation
        self.memory.remember(asked, lambda db: leads.put_yields(db, changed, generation))

    def wants(self, request: Request) -> bool:
        """Asked when a lead's turn has come: are its likes still worth a request?"""
        note = request.meta.get("note")
        if note is None or not 0 < request.priority < PAGE or _goes_on_trying(request):
            return True
        kind = spot_of(request.url, note.context).kind
        score = score_of(request.priority, note.context.hops)
        if is_sample(request):
            kind, worth = SITEMAP, self.yields.allows_sample()
        else:
            shape = shape_of(request.url)
            worth = self.yields.allows(kind, score) and self.yields.allows_shape(shape)
        self.count(f"walk/asked/{kind}" if worth else f"walk/dropped/{kind}")
        return worth

    def list_role(self, page: ListPage, root: str | None) -> PageRole:
        """Only lists that have rows of ours are asked in every run."""
        if root is not None:
            return PageRole.FURTHER
        rows = (link for link in page.links if link.rel is Rel.ROW)
        return PageRole.LIST if any(is_row_of_ours(page, row) for row in rows) else PageRole.HUB


def is_row_of_ours(page: ListPage, link: Link) -> bool:
    """Sitemaps name pages without words; those in a column of reports are worth asking."""
    return is_wanted_row(page, link) if link.text else leads_to_reports(link.url)


def _goes_on_trying(request: Request) -> bool:
    """A retry or a redirect of a lead that was found worth asking."""
    return bool(request.meta.get("retry_times") or request.meta.get("redirect_urls"))
