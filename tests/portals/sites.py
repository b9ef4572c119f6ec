"""The portals as sites: every path of every host and what it answers.

Pages are made when first asked for and kept; nothing depends on the order of asking.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from urllib.parse import urlsplit

from tests.portals import gkmlpt, truth
from tests.portals.addresses import frame_path, path_of, pdf_path
from tests.portals.fillers import fillers
from tests.portals.lists import (
    door_html,
    door_path,
    home_html,
    hub_html,
    list_html,
    page_path,
)
from tests.portals.markup import esc
from tests.portals.model import PORTALS, Answer, Column, Entry, Portal, Row
from tests.portals.pages import article_html, frame_html, pdf_bytes
from tests.portals.seed_pages import PDF_URL, seed_page, seed_pdf

_ROBOTS = {
    "ningxia_shapotou": "User-agent: *\nDisallow: /search/\nCrawl-delay: 0.01\n",
    "ningxia_lingwu": "User-agent: *\nDisallow: /was5/\n",
    "guangdong_suixi": "User-agent: *\nDisallow: /NFSearch/\nCrawl-delay: 0\n",
    "sichuan_chaotian": "User-agent: *\nAllow: /\n",
}  # 红寺堡 has none: 404
_LATEST = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, the path of its page, and the issuer its page prints."""

    entry: Entry
    path: str
    issuer: str


Maker = Callable[[], Answer]


def _html(text: str, charset: str = "utf-8") -> Answer:
    codec = "gb18030" if charset == "gb2312" else charset
    return Answer(text.encode(codec), f"text/html; charset={charset}")


class Site:
    """One portal: its columns, its entries in them, and the makers of all its pages."""

    def __init__(self, key: str) -> None:
        self.portal: Portal = PORTALS[key]
        self.columns = {column.path: column for column in truth.columns(key)}
        self.entries = self._placed()
        self.makers: dict[str, Maker] = {}
        self._add_articles()
        for column in self.columns.values():
            self._add_column(column)
        self.makers["/index.html"] = self._home
        if key in _ROBOTS:
            robots = Answer(_ROBOTS[key].encode(), "text/plain")
            self.makers["/robots.txt"] = lambda: robots

    # -- what stands where --------------------------------------------------------------------

    def _placed(self) -> dict[str, list[Placed]]:
        """The entries of each column, newest first."""
        key = self.portal.key
        placed = [
            Placed(t.entry, urlsplit(t.url).path, t.issuer_printed) for t in truth.targets(key)
        ]
        others = [item.entry for item in truth.look_alikes(key)]
        first = 0
        for column in self.columns.values():
            others += fillers(column, first)
            first += column.count
        placed += [Placed(entry, path_of(entry), entry.name) for entry in others]
        found: dict[str, list[Placed]] = {path: [] for path in self.columns}
        for one in sorted(placed, key=lambda p: (p.entry.published, p.path), reverse=True):
            found[one.entry.column].append(one)
        return found

    def crumbs(self, column: Column) -> tuple[str, ...]:
        above = self.columns.get(column.parent)
        return (*(self.crumbs(above) if above else ()), column.name)

    def below(self, path: str) -> list[Column]:
        return [column for column in self.columns.values() if column.parent == path]

    # -- articles -----------------------------------------------------------------------------

    def _add_articles(self) -> None:
        for placed in self.entries.values():
            for index, one in enumerate(placed):
                if one.entry.form == "seed":
                    self._add_seed(one)
                    continue
                neighbours = placed[max(0, index - 1) : index + 2]
                self.makers[one.path] = partial(self._article, one, neighbours)
                self._add_parts(one)

    def _add_seed(self, one: Placed) -> None:
        seed = one.entry.seed
        self.makers[one.path] = lambda: Answer(seed_page(seed)[1])
        if one.entry.carrier == "pdf":
            self.makers[urlsplit(PDF_URL).path] = lambda: Answer(seed_pdf(), "application/pdf")

    def _add_parts(self, one: Placed) -> None:
        entry = one.entry
        charset = self.columns[entry.column].charset
        if entry.carrier == "pdf":
            self.makers[pdf_path(entry)] = lambda: Answer(pdf_bytes(entry), "application/pdf")
        if entry.carrier == "frame":
            self.makers[frame_path(entry)] = lambda: _html(frame_html(entry, charset), charset)
        if entry.note == "moved":
            moved = Answer(b"", status=302, location=one.path)
            self.makers[_old_path(one)] = lambda: moved

    def _article(self, one: Placed, neighbours: Sequence[Placed]) -> Answer:
        column = self.columns[one.entry.column]
        foot = ""
        if one.entry.form == "news":
            links = (f'<a href="{n.path}">{esc(n.entry.title)}</a>' for n in neighbours if n != one)
            foot = f'<div class="near">相关链接:{" ".join(links)}</div>\n'
        page = article_html(one.entry, one.issuer, self.crumbs(column), column.charset, foot)
        return _html(page, column.charset)

    # -- lists --------------------------------------------------------------------------------

    def _add_column(self, column: Column) -> None:
        if column.via == "api":
            self.makers[column.path] = lambda: _html(
                gkmlpt.index_html(
                    column, [(c, len(self.entries[c.path])) for c in self.below(column.path)]
                )
            )
            return
        if not column.rows:
            self.makers[door_path(column)] = lambda: _html(
                hub_html(column, self.crumbs(column), self.below(column.path))
            )
            return
        placed = self.entries[column.path]
        total = max(1, -(-len(placed) // column.rows))
        for page in range(total):
            self.makers[page_path(column, page)] = partial(self._list, column, page, total)
        if column.via != "link":
            self.makers[door_path(column)] = lambda: _html(door_html(column))

    def _list(self, column: Column, page: int, total: int) -> Answer:
        start = page * column.rows
        placed = self.entries[column.path]
        shown = placed[start : start + column.rows]
        if "/api/all/" in column.path:
            entries = [(one.entry, one.issuer) for one in shown]
            text = gkmlpt.api_json(column, entries, start, len(placed))
            return Answer(text.encode(), "application/json; charset=utf-8")
        here = posixpath.dirname(page_path(column, page))
        rows = [row for one in shown for row in self._rows(one, here)]
        return _html(list_html(column, self.crumbs(column), rows, (page, total)), column.charset)

    def _rows(self, one: Placed, here: str) -> list[Row]:
        """The row of an entry, and a second one where the list names it twice."""
        plain = self._href(one, here)
        row = Row(plain, one.entry.list_title, one.entry.published)
        twice = {
            "https": f"https://{self.portal.host}{one.path}",
            "jsessionid": f"{plain};jsessionid=8B1A9953C4611296A827ABF8C47804D7",
        }.get(one.entry.note)
        return [row, replace(row, href=twice)] if twice else [row]

    def _href(self, one: Placed, here: str) -> str:
        """The link as the family writes it: relative (TRS), absolute (NFCMS) or from the root."""
        if self.portal.family == "nfcms":
            return self.portal.base + one.path
        if self.portal.family == "gyct":
            return one.path
        path = _old_path(one) if one.entry.note == "moved" else one.path
        relative = posixpath.relpath(path, here)
        return relative if relative.startswith("..") else f"./{relative}"

    def _home(self) -> Answer:
        news = [
            one for placed in self.entries.values() for one in placed if one.entry.form == "news"
        ]
        rows = [Row(one.path, one.entry.title, one.entry.published) for one in news[:_LATEST]]
        return _html(home_html(self.portal, self.below(""), rows))


def _old_path(one: Placed) -> str:
    """Where a moved page stood before; it redirects (302)."""
    folder, name = posixpath.split(one.path)
    return f"/old{folder}/{name}"


@cache
def site(key: str) -> Site:
    return Site(key)
