"""The spider all portals share: what to follow, what to read, what to hand on.

A portal is a subclass with data only; a family adds its article URLs and its pager by
overriding ``article_path`` and ``pages`` (and, where its lists are not HTML, ``list_links``).
``interpret`` is pure, so that live crawl, replay and re-extraction read alike; everything that
touches the network is in ``parse`` and below.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from scrapy.http import Request, Response

from crawler import listing
from crawler.contexts import child_context
from crawler.errors import ConfigurationError
from crawler.extraction.assemble import assemble
from crawler.extraction.extract import read_page
from crawler.extraction.page import Page
from crawler.fetch.capture import capture_of
from crawler.fetch.outcomes import outcome_of
from crawler.fetch.parts import fetch_parts
from crawler.items import (
    Capture,
    CaptureRef,
    Context,
    Document,
    FetchOutcome,
    Link,
    ListPage,
    Note,
    PageResult,
    PartRef,
    Rel,
    Role,
)
from crawler.registry import place
from crawler.titles import possible
from crawler.urls import host, is_gov

#: A list that claims more pages than this is a trap or a misread pager.
MAX_LIST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """What one capture is: a list page or a page to be read.

    Neither is set when the answer is no page of the portal (a challenge, a soft 404, an error).
    """

    listing: ListPage | None = None
    page: PageResult | None = None


class PortalSpider(scrapy.Spider):
    """Base of all portal spiders.

    Parameters a portal sets: ``name`` (the portal's key), ``adcode``, ``home`` and ``columns``
    (column name → path or URL). It may set ``hosts`` (further hosts of its own) and ``mirrors``
    (column name → URL on a host that copies it).
    """

    adcode: ClassVar[str] = ""
    home: ClassVar[str] = ""
    columns: ClassVar[Mapping[str, str]] = {}
    mirrors: ClassVar[Mapping[str, str]] = {}
    hosts: ClassVar[tuple[str, ...]] = ()
    #: Family: what the path of an article looks like (portals.md §1.2).
    article_path: ClassVar[re.Pattern[str]]

    def __init__(self, name: str | None = None, **arguments: Any) -> None:
        if arguments:
            raise ConfigurationError(
                f"{self.name}: unknown spider argument(s) {', '.join(sorted(arguments))}; "
                "this portal takes none"
            )
        super().__init__(name)
        missing = [key for key in ("adcode", "home", "columns") if not getattr(self, key)]
        if missing:
            raise ConfigurationError(f"spider {self.name}: {', '.join(missing)} must be set")
        self.place = place(self.adcode)
        if self.place is None:
            raise ConfigurationError(
                f"spider {self.name}: adcode {self.adcode!r} is in no row of"
                " crawler/data/portals.csv; look the county up there"
            )
        self._rows_met: dict[str, set[str]] = {}

    @property
    def portal(self) -> str:
        return self.name

    @property
    def scope_hosts(self) -> tuple[str, ...]:
        """The hosts this portal may be fetched from (mirrors included)."""
        mirrors = tuple(host(url) for url in self.mirrors.values())
        return (host(self.home), *self.hosts, *mirrors)

    # -- what a page is: pure -----------------------------------------------------------------

    def interpret(self, capture: Capture) -> Reading:
        """Read one capture as the list or the page it is."""
        if outcome_of(capture) is not FetchOutcome.OK:
            return Reading()
        page = Page(capture)
        context = capture.note.context
        path = urlsplit(capture.url).path
        if not (self.article_path.search(path) or listing.FILE_PATH.search(path)):
            links = self.list_links(page)
            if links:
                return Reading(
                    listing=ListPage(
                        capture.record_id, capture.url, self.portal, context, tuple(links)
                    )
                )
        return Reading(page=read_page(page, context))

    def list_links(self, page: Page) -> list[Link]:
        """All links of a list page: rows, sub-columns, further pages, frames."""
        stub = listing.stub_target(page)
        if stub:
            return [stub]
        return [
            *listing.rows(page, self.article_path),
            *listing.columns(page, self.column_prefix(page.capture.url), self.article_path),
            *self.pages(page),
            *listing.frames(page),
        ]

    def pages(self, page: Page) -> list[Link]:
        """Family hook: the link to the next page of this list, if there is one."""
        raise NotImplementedError

    def column_prefix(self, url: str) -> str:
        """The directory of the entry column that ``url`` lies in: its sub-columns are below it."""
        path = urlsplit(url).path
        entries = [urlsplit(urljoin(self.home, column)).path for column in self.columns.values()]
        directories = [entry[: entry.rfind("/") + 1] for entry in entries]
        inside = [directory for directory in directories if path.startswith(directory)]
        return max(inside, key=len, default=path[: path.rfind("/") + 1])

    def authority(self, url: str) -> str:
        """``original`` for *.gov.cn and the portal's own hosts, otherwise ``mirror``."""
        name = host(url)
        return "original" if is_gov(name) or name in self.hosts else "mirror"

    def document(
        self,
        page: PageResult,
        parts: list[tuple[PartRef, PageResult | None]],
        context: Context,
        role: Role = Role.PAGE,
    ) -> Document | PageResult:
        """Put a page and its parts together: the one way, for live crawl and re-extraction."""
        refs = [CaptureRef(page.record_id, page.url, page.date, role)]
        refs += [
            CaptureRef(part.record_id, part.url, part.date, ref.role)
            for ref, part in parts
            if part is not None
        ]
        return assemble(
            page,
            parts,
            portal=self.portal,
            adcode=self.adcode,
            place=self.place,
            context=context,
            authority=self.authority(page.url),
            captures=refs,
        )

    # -- what to fetch ------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        for name, url in (*self.columns.items(), *self.mirrors.items()):
            yield self.request(urljoin(self.home, url), Context(link_text=name))

    def request(
        self, url: str, context: Context, *, list_root: str | None = None, priority: int = 0
    ) -> Request:
        note = Note(portal=self.portal, spider=self.name, context=context)
        meta = {"note": note, "list_root": list_root}
        return Request(url, callback=self.parse, meta=meta, priority=priority)

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Any]:
        capture = capture_of(response)
        reading = self.interpret(capture)
        if reading.listing is not None:
            yield reading.listing
            for request in self.follow(reading.listing, response.meta.get("list_root")):
                yield request
        elif reading.page is not None:
            parts = await fetch_parts(self.crawler, reading.page, capture.note)
            result = self.document(reading.page, parts, capture.note.context)
            if isinstance(result, Document):
                yield result
            else:
                self.count_page(result)

    def follow(self, page: ListPage, list_root: str | None) -> Iterator[Request]:
        """Requests for what a list leads to; its further pages only while it brings new rows."""
        root = list_root or page.url
        met = self._rows_met.setdefault(root, set())
        fresh = {link.url for link in page.links if link.rel is Rel.ROW} - met
        met |= fresh
        for link in page.links:
            context = child_context(page.context, page.url, link)
            if link.rel is Rel.ROW and possible(link.text):
                yield self.request(link.url, context, priority=10)
            elif link.rel is Rel.PAGE and fresh:
                yield self.request(link.url, context, list_root=root)
            elif link.rel in (Rel.COLUMN, Rel.FRAME):
                yield self.request(link.url, context)

    def count_page(self, page: PageResult) -> None:
        """A page that is no Document is counted by its outcome, and look-alikes by name."""
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value(f"page/{page.outcome}")
        if page.judgement.look_alike:
            stats.inc_value(f"look_alike/{page.judgement.look_alike}")
        self.logger.debug("%s: %s is %s", self.portal, page.url, page.outcome)
