"""What a page of a portal is: the pure half of every portal spider.

A portal is a subclass of `crawler.portal.spider.PortalSpider` with data only; what its CMS does
in its own way say its ``families`` (`crawler.cms.family.Family`). Nothing here touches the network
or keeps anything between calls, so that live crawl, replay and re-extraction read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from crawler.cms import listing, stubs
from crawler.cms.family import Family, recognise
from crawler.extraction.document.assemble import assemble
from crawler.extraction.extract import is_file, read, read_page
from crawler.extraction.page import Page, PageLimitError
from crawler.fetch.outcomes import outcome_of
from crawler.identity.gone import absent_checks, moved_list, no_list
from crawler.items import (
    AbsentCheck,
    Capture,
    CaptureRef,
    Context,
    Document,
    FetchOutcome,
    Kind,
    Link,
    ListPage,
    PageResult,
    PartRef,
    Place,
    Role,
)
from crawler.urls import host, is_gov


@dataclass(frozen=True, slots=True)
class Reading:
    """What one capture is: a list page or a page to be read.

    ``absent`` is set when the server says that there is no such page, and when a list's address
    is answered by another list or by none; nothing is set when the answer is no page of the
    portal (a challenge, an error).
    """

    listing: ListPage | None = None
    page: PageResult | None = None
    absent: tuple[AbsentCheck, ...] = ()


class PortalPages:
    """Parameters a portal sets: ``name`` (the portal's key), ``adcode``, ``home`` and ``columns``
    (column name → path or URL). It may set ``hosts`` (further hosts of its own) and ``mirrors``
    (column name → URL on a host that copies it).
    """

    name: str
    place: Place | None
    adcode: str = ""
    home: str = ""
    columns: ClassVar[Mapping[str, str]] = {}
    mirrors: ClassVar[Mapping[str, str]] = {}
    #: From province to county, where the registry lacks the county.
    names: ClassVar[tuple[str, ...]] = ()
    hosts: ClassVar[tuple[str, ...]] = ()
    #: Documents of a kind there must be, least and most; a run that misses them failed.
    expects: ClassVar[Mapping[Kind, tuple[int, int]]] = {}
    #: The CMS families of the portal, most have one. The last is taken for what none recognises.
    families: ClassVar[tuple[Family, ...]]

    @property
    def portal(self) -> str:
        return self.name

    @property
    def scope_hosts(self) -> tuple[str, ...]:
        """The hosts this portal may be fetched from (mirrors included)."""
        mirrors = tuple(host(url) for url in self.mirrors.values())
        return (host(self.home), *self.hosts, *mirrors)

    def is_file(self, capture: Capture) -> bool:
        """Whether a capture is a file that a list leads to, and no page: then `read` is all that
        `interpret` would do, and whoever has workers for files lets them do it."""
        is_linked = listing.FILE_PATH.search(urlsplit(capture.url).path)
        return bool(is_linked) and is_file(capture) and outcome_of(capture) is FetchOutcome.OK

    def interpret(self, capture: Capture) -> Reading:
        """Read one capture as the list or the page it is."""
        outcome = outcome_of(capture)
        if outcome is not FetchOutcome.OK:
            return Reading(absent=absent_checks(capture, outcome, self.portal))
        context = capture.note.context
        path = urlsplit(capture.url).path
        if listing.FILE_PATH.search(path):
            return Reading(page=read(capture, context))
        try:
            return self._interpret_html(Page(capture))
        except PageLimitError:
            return Reading(page=read(capture, context))  # which says by name what it passed

    def _interpret_html(self, page: Page) -> Reading:
        capture = page.capture
        absent: tuple[AbsentCheck, ...] = ()
        family = self.family_of(page)
        if family.is_answer(page) or not family.is_article(page):
            links = self.list_links(page)
            if links:
                return Reading(
                    listing=ListPage(
                        record_id=capture.record_id,
                        url=capture.url,
                        portal=self.portal,
                        context=capture.note.context,
                        links=tuple(links),
                        date=capture.date,
                    ),
                    absent=moved_list(capture, self.portal),
                )
            absent = no_list(capture, self.portal)
        return Reading(page=read_page(page, capture.note.context), absent=absent)

    def family_of(self, page: Page) -> Family:
        """The family a page belongs to: a portal may mix them, so each page is asked."""
        if len(self.families) > 1:
            found = recognise(page, {family.name for family in self.families})
            for family in self.families:
                if found and family.name == found.family:
                    return family
        return self.families[-1]

    def list_links(self, page: Page) -> list[Link]:
        """All links of a list page: rows, sub-columns, further pages, calls of scripts, frames."""
        stub = stubs.stub_target(page)
        if stub:
            return [stub]
        family = self.family_of(page)
        if family.is_answer(page):
            return [*family.rows(page), *family.further(page), *family.calls(page)]
        prefix = self.column_prefix(page.capture.url)
        return [
            *family.rows(page),
            *listing.columns(page, prefix, family.article_path),
            *family.further(page),
            *family.calls(page),
            *stubs.frames(page),
        ]

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
        refs = _captures_of(page, role)
        for ref, part in parts:
            if part is not None:
                refs += _captures_of(part, ref.role)
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


def _captures_of(result: PageResult, role: Role) -> list[CaptureRef]:
    """The records a result was read from: the answer, and what a tool made of it."""
    refs = [CaptureRef(result.record_id, result.url, result.date, role)]
    if result.conversion is not None:
        made = result.conversion.record_id
        refs.append(CaptureRef(made, result.url, result.date, Role.CONVERSION))
    return refs
