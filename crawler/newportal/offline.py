"""A spider's walk over stored pages: the same reading as live, no network. Pure but for the pages.

Breadth first from the spider's own columns, so that every page is met by its shortest way; rows
that the spider would not ask for are not followed, pages that are not stored end their branch.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from crawler.cms.article_paths import is_article_url
from crawler.contexts import child_context
from crawler.extraction.extract import Reader
from crawler.extraction.extract import read as read_here
from crawler.extraction.page import Page
from crawler.fetch.outcomes import outcome_of
from crawler.items import (
    Capture,
    Context,
    Document,
    FetchOutcome,
    ListPage,
    Note,
    PageResult,
    PartRef,
    Rel,
    Role,
)
from crawler.newportal.answers import Answers
from crawler.parts import fetched_parts, note_of_part, wants_parts
from crawler.portal.pages import Reading
from crawler.portal.spider import PortalSpider, is_wanted_row

Part = tuple[PartRef, PageResult | None]


@dataclass(frozen=True, slots=True)
class Visit:
    """A page the walk came to. ``rel`` is what it is to ``parent``, the list that led to it.

    Exactly one of ``listing`` and ``result`` is set where it is a page of the portal; ``stored``
    are all captures that were needed for it: the page, redirects to it, its parts.
    """

    asked: str
    capture: Capture
    listing: ListPage | None
    result: Document | PageResult | None
    stored: tuple[Capture, ...]
    rel: Rel
    parent: Visit | None
    is_answer: bool  # a script's, not a page to open

    @property
    def context(self) -> Context:
        return self.capture.note.context

    @property
    def ancestors(self) -> Iterator[Visit]:
        """The lists that led here, nearest first."""
        visit = self.parent
        while visit is not None:
            yield visit
            visit = visit.parent


@dataclass(frozen=True, slots=True)
class Step:
    """A page to go to."""

    url: str
    context: Context
    rel: Rel = Rel.COLUMN
    parent: Visit | None = None


def entries(spider: PortalSpider) -> list[Step]:
    """Where a spider with columns of its own begins, as `PortalSpider.start` does."""
    columns = (*spider.columns.items(), *spider.mirrors.items())
    return [Step(urljoin(spider.home, url), Context(link_text=name)) for name, url in columns]


def survey(spider: PortalSpider, answers: Answers, read: Reader = read_here) -> list[Visit]:
    """Every stored page: those the home page leads to, then the others, lists before articles."""
    seen: set[str] = set()
    visits = list(walk(spider, answers, [Step(spider.home, Context())], seen, read))
    left = (page.url for page in answers.pages())
    for url in sorted(left, key=is_article_url):
        visits += walk(spider, answers, [Step(url, Context())], seen, read)
    return visits


def walk(
    spider: PortalSpider,
    answers: Answers,
    steps: Iterable[Step],
    seen: set[str] | None = None,
    read: Reader = read_here,
) -> Iterator[Visit]:
    """Every stored page the spider reaches from ``steps``, once; ``seen`` grows by them.

    ``read`` reads files: `read_here`, or a pool's.
    """
    queue, seen = deque(steps), set[str]() if seen is None else seen
    while queue:
        step = queue.popleft()
        visit = None if step.url in seen else _visit(spider, answers, step, read)
        seen.add(step.url)
        if visit is None or (visit.capture.url in seen and visit.capture.url != step.url):
            continue
        seen.add(visit.capture.url)
        yield visit
        if visit.listing is not None:
            queue.extend(_following(visit, visit.listing))


def _following(visit: Visit, page: ListPage) -> Iterator[Step]:
    for link in page.links:
        if link.rel is not Rel.ROW or is_wanted_row(page, link):
            yield Step(link.url, child_context(page.context, page.url, link), link.rel, visit)


def _visit(spider: PortalSpider, answers: Answers, step: Step, read: Reader) -> Visit | None:
    trail = answers.follow(step.url)
    if trail is None:
        return None
    note = Note(portal=spider.portal, spider=spider.name, context=step.context)
    capture = replace(trail.capture, note=note)
    if spider.is_file(capture):
        reading = Reading(page=read(capture, step.context))
    else:
        reading = spider.interpret(capture)
    stored, result = [*trail.hops, capture], None
    if reading.page is not None:
        parts = _parts(answers, reading.page, note, stored, read)
        result = spider.document(reading.page, parts, step.context)
    return Visit(
        step.url,
        capture,
        reading.listing,
        result,
        tuple(stored),
        step.rel,
        step.parent,
        reading.listing is not None and _is_answer(spider, capture),
    )


def _is_answer(spider: PortalSpider, capture: Capture) -> bool:
    page = Page(capture)
    return spider.family_of(page).is_answer(page)


def _parts(
    answers: Answers, page: PageResult, note: Note, stored: list[Capture], read: Reader
) -> list[Part]:
    """A page's parts in page order, a frame's own behind it, as `fetch_parts` has them."""
    parts: list[Part] = []
    if not wants_parts(page, note.context):
        return parts
    for position, ref in enumerate(fetched_parts(page)):
        part_note = note_of_part(ref, position, page, note)
        trail = answers.follow(ref.url)
        result = None
        if trail and outcome_of(trail.capture) is FetchOutcome.OK:
            stored += [*trail.hops, trail.capture]
            result = read(replace(trail.capture, note=part_note), part_note.context)
        parts.append((ref, result))
        if ref.role is Role.FRAME and result and note.role is not Role.FRAME:
            parts += _parts(answers, result, part_note, stored, read)
    return parts
