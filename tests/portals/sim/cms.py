"""What every CMS family has in common: addresses of columns and articles, rows, list pages.

A family is a subclass in ``cms_<family>.py``; it says how its addresses look, how its pager is
written, and which services answer its scripts. It is written from portals.md alone.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from tests.portals.markup import attr, esc
from tests.portals.sim.model import Column, Item, Reply, Request

if TYPE_CHECKING:
    from tests.portals.sim.answers import Site

_ODD = 0x9E3779B97F4A7C15F39CC0605CEDC835
_WIDE = 1 << 128
_BACK = pow(_ODD, -1, _WIDE)
_NO_PAGE = 1 << 20
_CUT, _CUT_EVERY = 26, 7
_FILE = re.compile(r"/P0\d{8}(\d{12})\.pdf$")


def hex_of(number: int) -> str:
    """An id as the 32 hex digits newer CMSs write; `number_of` reads it back."""
    return f"{number * _ODD % _WIDE:032x}"


def number_of(digits: str) -> int:
    return int(digits, 16) * _BACK % _WIDE


def page_from(text: str, first: int = 1) -> int:
    """A page number as a request writes it, counted from 0; nonsense is beyond every end."""
    return max(int(text) - first, 0) if text.isdigit() and len(text) < 7 else _NO_PAGE


class Cms:
    """One family on one portal."""

    name = ""
    per_page = 15
    relative = False
    row = '<li><a href="{href}" title="{title}" target="_blank">{text}</a><span>{date}</span></li>'
    box = ('<ul class="list">\n', "</ul>\n")
    content = ('<div class="content">', "</div>")
    crumbs = '<div class="position">您当前的位置：{trail}</div>\n'
    article_number = re.compile(r"(?!)")  # its group is the item's number

    def __init__(self, site: Site) -> None:
        self.site = site
        self.portal = site.portal

    # --- addresses ---

    def column_path(self, column: Column) -> str:
        """Path and query of the first page of a column's list."""
        return "/" + "/".join(column.slugs) + "/"

    def article_path(self, item: Item) -> str:
        raise NotImplementedError

    def split(self, request: Request) -> tuple[str, int]:
        """The column path a request names, and the page, counted from 0."""
        return request.target.removesuffix("index.html"), 0

    def number_in(self, request: Request) -> int | None:
        match = self.article_number.search(request.path)
        return int(match[1]) if match else None

    def file_path(self, item: Item) -> str:
        folder = posixpath.dirname(self.article_path(item))
        return f"{folder}/P0{item.published.replace('-', '')}{item.id:012d}.pdf"

    def file_number(self, request: Request) -> int | None:
        match = _FILE.search(request.path)
        return int(match[1]) if match else None

    @cached_property
    def columns(self) -> dict[str, Column]:
        mine = (column for column in self.portal.columns if column.cms == self.name)
        return {self.column_path(column): column for column in mine}

    # --- what stands there ---

    def find(self, request: Request) -> tuple[Column, int] | None:
        target, page = self.split(request)
        column = self.columns.get(target)
        return (column, page) if column else None

    def article(self, request: Request) -> Item | None:
        number = self.number_in(request)
        item = self.portal.item(number) if number is not None else None
        if item is None or self.portal.column_of(item).cms != self.name:
            return None
        return item if self.article_path(item) == request.target else None

    def file(self, request: Request) -> Item | None:
        number = self.file_number(request)
        item = self.portal.item(number) if number is not None else None
        if item is None or item.carrier != "pdf" or self.portal.column_of(item).cms != self.name:
            return None
        return item

    def service(self, request: Request) -> Reply | None:
        """What answers the family's scripts."""
        return None

    # --- pages ---

    def rows_html(self, items: Iterable[Item], base: str) -> str:
        return "".join(self.row_html(item, base) for item in items)

    def row_html(self, item: Item, base: str = "/") -> str:
        title = item.title
        text = item.text or (title[:_CUT] + "…" if item.id % _CUT_EVERY == 0 else title)
        href = self.site.href(item, base if self.relative else "")
        return (
            self.row.format(href=attr(href), title=attr(title), text=esc(text), date=item.published)
            + "\n"
        )

    def list_main(self, column: Column, page: int) -> str | None:
        """Rows and pager of a page of a list; None where the list has no such page."""
        pages = self.portal.pages(column)
        rows = self.portal.rows(column, page)
        if page and (page >= pages or not rows):
            return None
        if not rows:
            return '<div class="nodata">暂无信息</div>\n'
        return self.listed(column, page, self.rows_html(rows, self.page_base(column, page)), pages)

    def page_base(self, column: Column, page: int) -> str:
        """The path that a page's relative links start from."""
        return self.column_path(column)

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        return self.box[0] + rows + self.box[1] + self.pager(column, page, pages)

    def pager(self, column: Column, page: int, pages: int) -> str:
        return ""

    def head(self, item: Item | None, column: Column) -> str:
        """What the family adds to a page's head."""
        return ""

    def number_links(self, addresses: Iterable[str], page: int) -> str:
        """A pager of links: numbers around the page, next and last."""
        paths = list(addresses)
        if len(paths) < 2:
            return ""
        near = range(max(0, page - 2), min(len(paths), page + 3))
        links = [f'<a href="{attr(paths[n])}">{n + 1}</a>' for n in near if n != page]
        if page + 1 < len(paths):
            links.append(f'<a class="next" href="{attr(paths[page + 1])}">下一页</a>')
        links.append(f'<a class="last" href="{attr(paths[-1])}">尾页</a>')
        return f'<div class="page">共{len(paths)}页 {" ".join(links)}</div>\n'
