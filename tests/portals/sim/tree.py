"""The columns of a county's portal, before anything is planted in them."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.portals.sim import names
from tests.portals.sim.model import SCALES, Body, Column, Scale
from tests.portals.sim.names import DATA, WORDS

SPECS: dict[str, dict[str, Any]] = tomllib.loads(
    (DATA / "families.toml").read_text(encoding="utf-8")
)
#: The doors of the bodies' report columns, in turn; ``more`` and ``image`` say nothing.
_DOORS = ("link", "frame", "more", "link", "refresh", "image", "script", "link", "frameset")
_LABELS = {"more": "更多>>", "image": "image:政府信息公开年报"}
#: The latest report year before any relaunch.
FIRST_LATEST = 2024
_SITE_PAGES = 28  # a full sub-site: home, lists, articles


@dataclass
class Places:
    """Where the planter puts what: lists by what may hide in them."""

    by_where: dict[str, list[Column]] = field(default_factory=dict)
    reports: dict[str, Column] = field(default_factory=dict)  # by slug of the body
    years: dict[int, Column] = field(default_factory=dict)
    notices: dict[str, Column] = field(default_factory=dict)  # sub-sites' notices, by slug
    hidden: Column | None = None


class Tree:
    """The columns of one portal. ``generation`` counts relaunches: each moves every path."""

    def __init__(
        self, family: str, county: str, adcode: str, scale: str, seed: int, generation: int
    ) -> None:
        self.spec = SPECS[family]
        self.family = family
        self.scale: Scale = SCALES[scale]
        self.generation = generation
        self.latest = FIRST_LATEST + generation
        self.columns: list[Column] = []
        self.places = Places()
        draw = random.Random(f"{family}/{seed}")
        self.government, self.office = names.county_bodies(county, adcode)
        self.bureaux = names.bureaux(county, adcode, self.scale.bureaux)
        self.townships = names.townships(county, adcode, self.scale.townships, draw)
        self._budget = max(
            120, self.scale.pages - int(self.scale.site * _SITE_PAGES * self._bodies) - 150
        )
        self._grow(WORDS["tree"], None)

    @property
    def _bodies(self) -> int:
        return self.scale.bureaux + self.scale.townships

    def add(self, parent: Column | None, slug: str, name: str, **given: Any) -> Column:
        number = len(self.columns) + 101 + 2000 * self.generation
        if self.generation:
            slug = f"{slug}_{51000 + number}"
        inherited = parent.cms if parent else self.family
        given.setdefault("cms", self.spec.get("mixed", {}).get(slug.partition("_")[0], inherited))
        given.setdefault("body", parent.body if parent else self.government)
        column = Column(number=number, slug=slug, name=name, parent=parent, **given)
        self.columns.append(column)
        if parent:
            parent.children.append(column)
        return column

    def _grow(self, rows: list[Mapping[str, Any]], parent: Column | None) -> None:
        for row in rows:
            fill = row.get("fill", "")
            column = self.add(parent, row["slug"], row["name"], fill=fill, size=self._size(row))
            if where := row.get("where", fill):
                self.places.by_where.setdefault(where, []).append(column)
            self._grow(row.get("columns", []), column)
            if build := _BUILDERS.get(row["slug"]):
                build(self, column)

    def _size(self, row: Mapping[str, Any]) -> int:
        share, least = float(row.get("share", 0)), int(row.get("least", 0))
        return max(round(share / _ALL_SHARES * self._budget), least)

    def grow_disclosure(self, column: Column) -> None:
        self._grow(WORDS["disclosure"], column)

    def grow_bureaux(self, column: Column) -> None:
        for number, body in enumerate(self.bureaux):
            self._site(column, body, self.spec["bureaux"] == "own", number)

    def grow_townships(self, column: Column) -> None:
        for number, body in enumerate(self.townships):
            self._site(column, body, self.spec["townships"] == "own", number)

    def _site(self, hub: Column, body: Body, with_reports: bool, number: int) -> None:
        """A sub-site: it hangs from the hub but its path begins with its own slug."""
        site = self.add(None, body.slug, body.short, body=body, cms=hub.cms, site=True)
        hub.children.append(site)
        for row in WORDS["site"]:
            size = max(1, round(row["size"] * self.scale.site))
            list_ = self.add(site, row["slug"], row["name"], fill=row["fill"], size=size)
            if row["slug"] == "tzgg":
                self.places.notices[body.slug] = list_
        if with_reports:
            self.places.reports[body.slug] = self._own_reports(site, number)

    def _own_reports(self, site: Column, number: int) -> Column:
        parent = self.add(site, "zfxxgk", "政府信息公开")
        if platform := self.spec.get("platform"):
            parent.cms = platform if number % 2 else parent.cms
        door = _DOORS[number % len(_DOORS)] if parent.cms == site.cms else "link"
        label = _LABELS.get(door, "")
        if label:
            parent, door = site, "link"
        return self.add(parent, "zfxxgknb", "政府信息公开年报", door=door, label=label)

    def grow_reports(self, column: Column) -> None:
        """The county's 年报 column, in the shape the spec gives it."""
        shapes = {self.spec["bureaux"], self.spec["townships"]}
        if "years" in shapes:
            for year in range(self.latest + 1, self.latest - self.scale.years - 1, -1):
                self.places.years[year] = self.add(column, f"{year}n", f"{year}年")
        else:
            own = self.add(column, "xzf", "县政府年报")
            self.places.by_where.setdefault("reports", []).insert(0, own)
            self.places.reports[self.government.slug] = own
        groups = (("zjbm", "部门年报", "bureaux"), ("xzjd", "乡镇街道年报", "townships"))
        for slug, name, who in groups:
            self._report_group(column, slug, name, who)
        self.places.hidden = self.add(None, "lsnb", "历史年报", hidden=True)

    def _report_group(self, column: Column, slug: str, name: str, who: str) -> None:
        shape, bodies = self.spec[who], self.bureaux if who == "bureaux" else self.townships
        if shape not in ("tree", "flat"):
            return
        group = self.add(column, slug, name)
        for number, body in enumerate(bodies):
            if shape == "flat":
                self.places.reports[body.slug] = group
                continue
            door = _DOORS[number % len(_DOORS)]
            door = "link" if door in _LABELS else door
            child = self.add(group, body.slug, body.short, body=body, door=door)
            self.places.reports[body.slug] = child


_BUILDERS = {
    "zfxxgk": Tree.grow_disclosure,
    "bmxxgk": Tree.grow_bureaux,
    "xzxxgk": Tree.grow_townships,
    "zfxxgknb": Tree.grow_reports,
}


def _shares(rows: list[Mapping[str, Any]]) -> float:
    return sum(float(row.get("share", 0)) + _shares(row.get("columns", [])) for row in rows)


_ALL_SHARES = _shares(WORDS["tree"]) + _shares(WORDS["disclosure"])
