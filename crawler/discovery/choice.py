"""Which links of one page are followed: rows of ours first, then leads, further pages as earned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from crawler.discovery.leads import Lead, Spot, classify, judge
from crawler.discovery.shapes import plain_dress, series_of, spelling_of
from crawler.discovery.vocabulary import AWAY, FLOOR, SEARCH
from crawler.discovery.yields import Yields
from crawler.items import Link, ListPage, Rel

#: Priorities above every lead's: what may be a Document before any column, the rest of a list
#: that is being walked before others are begun.
ROW: Final = 1000
FRAME: Final = 900
PAGE: Final = 200
#: Of equal leads the deeper one goes first: what one bureau's tree brings is known before the
#: next forty are begun.
_DEEPER: Final = 3
_DEEPEST: Final = 20


SAMPLE: Final[int] = SEARCH["score"]
#: Links followed of a home page that promises nothing.
_DOORS: Final = 8


@dataclass(slots=True)
class Choice:
    """What is followed of one page. ``scores`` is for every link that is no row: met from now on,
    whatever it was worth. ``rows`` of ours were not known before; ``has_rows`` counts the others
    too."""

    links: list[tuple[Link, int, str]] = field(default_factory=list)
    scores: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    has_rows: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """What is known of the links of a page: those no page of the portal led to before
    (``unknown``), the best score each one met had, whether it waits in this walk's queue."""

    unknown: Collection[str]
    scores: Mapping[str, int]
    queued: Collection[str]


def choose(
    page: ListPage,
    spot: Spot,
    met: Met,
    yields: Yields,
    is_row: Callable[[Link], bool],
) -> Choice:
    """Rows and leads of one page; its further pages are `goes_on`'s."""
    chosen = Choice()
    there = {link.url for link in page.links}
    spelt: dict[str, str] = {}  # one spelling of each page: http or https, with or without port
    for link in page.links:
        twin = plain_dress(link.url)
        if link.rel is Rel.PAGE or (twin != link.url and twin in there):
            continue
        if spelt.setdefault(spelling_of(link.url), link.url) != link.url:
            continue
        if link.rel is Rel.FRAME:
            if link.url in met.unknown:
                chosen.links.append((link, FRAME, "frame"))
        elif link.rel is Rel.ROW and is_row(link):
            chosen.has_rows = True
            if link.url in met.unknown:
                chosen.rows += 1
                chosen.links.append((link, ROW, "row"))
        elif spot.own.name != "search":
            _consider(page, link, spot, met, yields, chosen)
    promising = chosen.has_rows or any(score >= FLOOR for score in chosen.scores.values())
    if not promising and not page.context.list_url:
        _enter(page, met, chosen)
    return chosen


def _enter(page: ListPage, met: Met, chosen: Choice) -> None:
    """A home page that promises nothing is a door to another one: whatever does not lead away."""
    ways = [
        link
        for link in page.links
        if link.rel is Rel.COLUMN
        and link.url in met.unknown
        and link.url not in met.queued
        and classify(link.text, link.url) is not AWAY
    ]
    for link in ways[:_DOORS]:
        chosen.scores[link.url] = FLOOR
        chosen.links.append((link, priority_of(FLOOR, 1), "door"))


def _consider(
    page: ListPage, link: Link, spot: Spot, met: Met, yields: Yields, chosen: Choice
) -> None:
    lead = _judged(page, link, spot, met, yields)
    if link.rel is Rel.ROW and lead.why != "reports":
        return  # a title, not the name of a column
    chosen.scores[link.url] = lead.score
    new = link.url in met.unknown and link.url not in met.queued
    if lead.followed and new and yields.allows(lead.kind, lead.score):
        priority = priority_of(lead.score, page.context.hops + 1)
        chosen.links.append((link, priority, lead.why))


def _judged(page: ListPage, link: Link, spot: Spot, met: Met, yields: Yields) -> Lead:
    before = met.scores.get(link.url)
    lead = judge(link, spot, page.context.hops, met_before=before is not None)
    score = max(lead.score, before or 0)
    bonus = yields.bonus(lead.kind) if score else 0
    return Lead(min(99, score + bonus), lead.kind, lead.why)


def priority_of(score: int, hops: int) -> int:
    """The place of a lead in the queue."""
    return score + _DEEPER * min(hops, _DEEPEST)


def score_of(priority: int, hops: int) -> int:
    return priority - priority_of(0, hops)


def goes_on(spot: Spot, yields: Yields, *, has_rows_of_ours: bool) -> bool:
    """Whether the next page of a list is worth asking."""
    if spot.of_reports or has_rows_of_ours:
        return spot.own is not AWAY or has_rows_of_ours
    telling = next((one for one in reversed(spot.trail) if one.pages != "inherit"), spot.own)
    if telling.pages == "none":
        return False
    below_a_body = any(one.name in ("unit", "units") for one in spot.trail)
    if telling.pages == "all" and not below_a_body:
        return True
    return yields.allows_page(spot.kind)


def samples(page: ListPage, unknown: Collection[str]) -> tuple[list[Link], list[Link]]:
    """The articles of a sitemap, which come without words: one of each column is tried, the
    others wait for what it turns out to be."""
    tried: set[str] = set()
    first: list[Link] = []
    others: list[Link] = []
    for link in page.links:
        if link.rel is Rel.ROW and not link.text and link.url in unknown:
            (others if series_of(link.url) in tried else first).append(link)
            tried.add(series_of(link.url))
    return first, others
