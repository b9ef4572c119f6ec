"""What must be found on a simulated portal, and how it can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.portals.sim.model import Column, Item

if TYPE_CHECKING:
    from tests.portals.sim.portal import SimPortal

_DEEP_PAGE = 2


@dataclass(frozen=True, slots=True)
class Target:
    """A page that must become a Document.

    ``adcode`` is empty where the registry does not know the county. ``issuer`` is the name as
    printed, ``short`` its normalised short name. ``clicks`` counts from the home page, pages of
    lists and doors included; 0 for what only a sitemap or a search names. ``ways`` says what it
    takes: ``link``, ``pager`` (page 3 or later), ``tree`` (a year's, bureau's or township's
    column of the 年报 tree), ``frame``, ``frameset``, ``refresh``, ``script``, ``label`` (a link
    that says nothing), ``file`` (the row is the PDF), ``body_frame``, ``https``, ``session``,
    ``hidden``.
    """

    url: str
    kind: str
    year: int
    issuer: str
    short: str
    level: str
    adcode: str
    title: str
    clicks: int
    ways: tuple[str, ...]


def targets_of(portal: SimPortal) -> list[Target]:
    return [
        _target(portal, column, position, item)
        for column in portal.columns
        for position, item in sorted(column.planted.items())
        if item.kind
    ]


def _target(portal: SimPortal, column: Column, position: int, item: Item) -> Target:
    page = position // portal.per_page(column)
    return Target(
        url=portal.site.url_of(item),
        kind=item.kind,
        year=item.year,
        issuer=item.body.name,
        short=item.body.short,
        level=item.body.level,
        adcode=portal.adcode if portal.registered else "",
        title=item.title,
        clicks=0 if column.hidden else _depth(portal, column) + page + 1,
        ways=tuple(_ways(column, page, item)),
    )


def _depth(portal: SimPortal, column: Column) -> int:
    """Clicks from the home page to the first page of a column."""
    doors = column.door != "link"
    if column.parent is None:
        hub = next((c for c in portal.columns if column in c.children), None)
        return doors + (_depth(portal, hub) + 1 if hub else 1)
    return doors + _depth(portal, column.parent) + 1


def _ways(column: Column, page: int, item: Item) -> list[str]:
    ways = [column.door] if column.door != "link" else []
    ways += ["hidden"] if column.hidden else []
    ways += ["pager"] if page >= _DEEP_PAGE else []
    ways += ["label"] if column.label else []
    in_tree = column.parent is not None and "zfxxgknb" in "/".join(column.parent.slugs)
    ways += ["tree"] if in_tree else []
    ways += {"pdf": ["file"], "frame": ["body_frame"]}.get(item.carrier, [])
    ways += [item.link] if item.link != "plain" else []
    return ways or ["link"]
