"""One simulated portal: its columns, its items, its targets; every page drawn when asked for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property

from crawler.places import registry
from tests.portals.prose import PROSE
from tests.portals.sim import answers, traps
from tests.portals.sim.model import ROOM, Column, Item, Reply, Request
from tests.portals.sim.names import WORDS
from tests.portals.sim.plant import FIRST_ID, Planter, newest, step
from tests.portals.sim.traps import DRIFTS, ENDLESS, OVERSTATED, REPEATS
from tests.portals.sim.tree import SPECS, Tree
from tests.portals.sim.truth import Target, targets_of

FAMILIES = tuple(SPECS)
_FORMS = {"news": "news", "leader": "news", "letters": "notice", "policy": "notice"}


class SimPortal:
    """A county's portal. ``answer`` is pure: the same request, the same bytes."""

    def __init__(self, family: str, scale: str, seed: int, generation: int = 0) -> None:
        self.family, self.scale, self.seed, self.generation = family, scale, seed, generation
        self.spec = SPECS[family]
        self.adcode: str = self.spec["adcode"]
        place = registry.place(self.adcode)
        self.county: str = place.county if place else self.spec["county"]
        self.registered = place is not None
        self.host = f"www.sim-{family.replace('_', '-')}.gov.cn"
        self.home = f"http://{self.host}/"
        self.charset: str = self.spec.get("charset", "utf-8")
        self.tree = Tree(family, self.county, self.adcode, scale, seed, generation)
        traps.arm(self.tree)
        Planter(self.tree, seed).plant()
        self.columns = self.tree.columns
        self._by_number = {column.number: column for column in self.columns}
        self._newest = newest(self.tree)
        self._places = [body.short for body in (*self.tree.bureaux, *self.tree.townships)]
        self.site = answers.Site(self)

    @property
    def hosts(self) -> tuple[str, ...]:
        blocked = (traps.blocked_host(self.host),) if "blocked" in self.spec["traps"] else ()
        return (self.host, *blocked)

    @property
    def now(self) -> str:
        """A day in the year after the latest report's, for the NOW setting."""
        return f"{self.tree.latest + 1}-07-01T02:00:00+00:00"

    @cached_property
    def targets(self) -> list[Target]:
        return targets_of(self)

    @cached_property
    def page_count(self) -> int:
        """Pages without traps: the home page, columns and their list pages, articles."""
        lists = sum(max(1, self.pages(column, stated=False)) for column in self.columns)
        doors = sum(column.door != "link" for column in self.columns)
        return 1 + lists + doors + sum(column.size for column in self.columns)

    @property
    def top(self) -> list[Column]:
        return [c for c in self.columns if not (c.parent or c.site or c.hidden)]

    def column_of(self, item: Item) -> Column:
        return self._by_number[(item.id - FIRST_ID) // ROOM]

    def item(self, number: int) -> Item | None:
        column = self._by_number.get((number - FIRST_ID) // ROOM)
        position = (number - FIRST_ID) % ROOM
        if column is None or (position >= column.size and column.trap != ENDLESS):
            return None
        return self.at(column, position)

    def at(self, column: Column, position: int) -> Item:
        """The row of a list: planted, or a filler drawn from the column and the position."""
        return column.planted.get(position) or self._filler(column, position)

    def _filler(self, column: Column, position: int) -> Item:
        draw = random.Random(f"{self.seed}/{self.generation}/{column.number}/{position}")
        topic, place = draw.choice(PROSE["topics"]), draw.choice(self._places)
        pace = step(column, self._newest)
        day = self._newest - timedelta(days=int(pace * position) % 9000)
        patterns = WORDS["titles"].get(column.fill) or PROSE[f"{column.fill or 'news'}_titles"]
        title = draw.choice(patterns).format(
            place=place, topic=topic, county=self.county, year=day.year
        )
        return Item(
            id=FIRST_ID + column.number * ROOM + position,
            title=title,
            published=day.isoformat(),
            form=_FORMS.get(column.fill, "notice"),
            body=column.body,
            year=day.year,
        )

    def pages(self, column: Column, *, stated: bool = True) -> int:
        """How many pages a list has, or says it has."""
        count = -(-column.size // self.per_page(column)) if column.is_list else 0
        return traps.overstated(column, count) if stated else count

    def per_page(self, column: Column) -> int:
        return self.site.cms[column.cms].per_page

    def rows(self, column: Column, page: int) -> list[Item]:
        """The rows of a page, counted from 0, and what a trapped list shows instead."""
        real = self.pages(column, stated=False)
        if column.trap == REPEATS:
            page = 0
        elif column.trap == OVERSTATED and page >= real:
            page = max(real - 1, 0)
        elif column.trap in DRIFTS and page >= real:
            return self.rows(traps.drift_to(self.tree, column), page - real)
        return self.slice(column, page * self.per_page(column), self.per_page(column))

    def slice(self, column: Column, start: int, count: int) -> list[Item]:
        end = start + count if column.trap == ENDLESS else min(start + count, column.size)
        return [self.at(column, position) for position in range(start, min(end, ROOM))]

    def latest_rows(self, columns: Sequence[Column], count: int) -> list[Item]:
        """Fillers only: what a home page shows of its newest news leads to no target."""
        rows = (self.at(column, n) for column in columns for n in range(min(count, column.size)))
        return [item for item in rows if not item.kind][:count]

    def answer(
        self, method: str, host: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Reply:
        """What ``host`` answers to ``target`` (path and query); header names in lower case."""
        return self.site.answer(Request(method, host.lower(), target, headers, body))


def portal(family: str, scale: str = "medium", seed: int = 1) -> SimPortal:
    """The portal of a CMS family; ``scale`` is small, medium or large."""
    return SimPortal(family, scale, seed)


def later(before: SimPortal) -> SimPortal:
    """The same county a year later: every column moved (old paths 404), a year's reports more."""
    return SimPortal(before.family, before.scale, before.seed, before.generation + 1)
