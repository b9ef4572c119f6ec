"""What is planted in the columns: targets and, beside them, everything that looks like one."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.portals.prose import PROSE
from tests.portals.sim.model import ROOM, Body, Column, Item
from tests.portals.sim.names import WORDS
from tests.portals.sim.tree import FIRST_LATEST, Tree

FIRST_ID = 1_000_000
_OLDEST = date(2012, 1, 4)
_NEW_FORM = 2023  # reports from this year on carry the official tables
# Every how many reports, and which of them: of the link, the carrier, the title, the row's text.
_LINKS = {"https": (9, 4), "session": (9, 7)}
_PDF, _FRAME, _BARE, _YEAR_TEXT = (13, 5), (17, 3), (10, 6), (11, 2)


def newest(tree: Tree) -> date:
    return date(tree.latest + 1, 6, 20)


def step(column: Column, until: date) -> float:
    """Days between two rows of a list with fillers."""
    return max((until - _OLDEST).days / max(column.size, 1), 0.2)


def _every(number: int, cycle: tuple[int, int]) -> bool:
    return number % cycle[0] == cycle[1]


class Planter:
    """Plants into a tree's columns; ``_settle`` then gives every item its place and number.

    What an item says follows from its identity (body, kind, year) and the seed, so a county's
    reports are the same after a relaunch.
    """

    def __init__(self, tree: Tree, seed: int) -> None:
        self._tree = tree
        self._seed = f"{tree.family}/{seed}"
        self._drafts: dict[Column, list[Item]] = {}
        self._county = tree.government.short

    def plant(self) -> None:
        self._reports()
        self._work_points()
        self._self_reviews()
        self._look_alikes()
        for column in self._tree.columns:
            self._settle(column)

    def _draw(self, *identity: object) -> random.Random:
        return random.Random("/".join(map(str, (self._seed, *identity))))

    def _put(self, column: Column, patterns: Sequence[str], month: int, **given: Any) -> None:
        """``month`` of publication; beyond December it is the next year's."""
        body, year = given["body"], given["year"]
        draw = self._draw(given.get("kind") or given.get("alike"), body.slug, year, *patterns[:1])
        place = f"{self._county}{body.short}" if body.level != "county" else body.short
        title = draw.choice(patterns).format(
            name=body.name,
            place=place,
            county=self._county,
            year=year,
            topic=draw.choice(PROSE["topics"]),
        )
        day = date(year + (month - 1) // 12, (month - 1) % 12 + 1, draw.randint(3, 27))
        item = Item(id=0, title=title, published=day.isoformat(), **given)
        self._drafts.setdefault(column, []).append(item)

    def _reports(self) -> None:
        tree = self._tree
        first = FIRST_LATEST - tree.scale.years + 1
        for year in range(first, tree.latest + 1):
            self._report(tree.government, year)
        for body in (*tree.bureaux, *tree.townships):
            begun = FIRST_LATEST - self._draw(body.slug).randrange(tree.scale.body_years)
            for year in range(begun, tree.latest + 1):
                self._report(body, year)
        if tree.places.hidden:
            for year in (first - 1, first - 2):
                self._report(tree.government, year, tree.places.hidden)

    def _report(self, body: Body, year: int, column: Column | None = None) -> None:
        places = self._tree.places
        number = zlib.crc32(f"{self._seed}/{body.slug}/{year}".encode())
        alone = body.slug in places.reports and places.reports[body.slug].body is body
        titles = WORDS["titles"]["annual_report"]
        if alone and _every(number, _BARE) and body.level != "county":
            titles = WORDS["titles"]["annual_report_bare"]
        carrier = "frame" if _every(number, _FRAME) else "page"
        if _every(number, _PDF) and self._tree.spec.get("files", True):
            carrier = "pdf"
        self._put(
            column or places.reports.get(body.slug) or places.years[year],
            titles,
            15 if body.level == "county" else 13,
            form="tables" if year >= _NEW_FORM else "six",
            body=body,
            year=year,
            kind="annual_report",
            carrier=carrier,
            link=next((name for name, at in _LINKS.items() if _every(number, at)), "plain"),
            text=f"{year}年" if alone and carrier == "page" and _every(number, _YEAR_TEXT) else "",
        )

    def _work_points(self) -> None:
        tree = self._tree
        lists = tree.places.by_where
        papers = next(c for c in lists["policy"] if c.name == "政府办文件")
        notices = next(c for c in lists["notice"] if c.name == "通知公告")
        for year in range(FIRST_LATEST + 1 - tree.scale.years, tree.latest + 2):
            self._points(papers if year % 4 else notices, tree.office, year)
        for body in tree.bureaux[:: max(1, len(tree.bureaux) // 6)]:
            year = FIRST_LATEST - self._draw("points", body.slug).randrange(tree.scale.body_years)
            self._points(tree.places.notices[body.slug], body, year)

    def _points(self, column: Column, body: Body, year: int) -> None:
        titles = WORDS["titles"]["work_points"]
        self._put(column, titles, 4, form="points", body=body, year=year, kind="work_points")

    def _self_reviews(self) -> None:
        special = next(c for c in self._tree.columns if c.name == "政务公开工作")
        titles = WORDS["titles"]["self_review"]
        for body in self._tree.townships[:3]:
            year = FIRST_LATEST - self._draw("review", body.slug).randrange(3)
            self._put(special, titles, 12, form="review", body=body, year=year, kind="self_review")

    def _look_alikes(self) -> None:
        tree = self._tree
        lists = dict(tree.places.by_where)
        # the newest and the oldest year stay empty
        lists["reports"] = [*tree.places.years.values()][1:-1] or lists["reports"]
        for row in WORDS["look_alikes"]:
            columns = lists[row["where"]]
            for number, title in enumerate(row["titles"]):
                for back in range(1, 4):
                    self._put(
                        columns[(number + back) % len(columns)],
                        [title],
                        2 * back + 3,
                        form="look_alike",
                        body=tree.office,
                        year=tree.latest + 1 - back,
                        alike=row["name"],
                    )

    def _settle(self, column: Column) -> None:
        """Planted rows stand where their dates put them; a list without fillers holds them only."""
        drafts = sorted(self._drafts.get(column, []), key=lambda item: item.published, reverse=True)
        until = newest(self._tree)
        fillers = column.size
        column.size += len(drafts)
        pace = timedelta(days=step(column, until))
        taken: set[int] = set()
        for number, draft in enumerate(drafts):
            day = date.fromisoformat(draft.published)
            place = int((until - day) / pace) if fillers else number
            place = min(max(place, 0), column.size - 1)
            while place in taken:
                place = (place + 1) % column.size
            taken.add(place)
            number_ = FIRST_ID + column.number * ROOM + place
            column.planted[place] = replace(draft, id=number_)
