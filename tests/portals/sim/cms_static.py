"""showList, Lonsun and the long tail: pagers of plain links (portals.md I, I2, L)."""

from __future__ import annotations

import re

from tests.portals.sim.cms import Cms, page_from
from tests.portals.sim.model import Column, Item, Request

_SHOW_PAGE = re.compile(r"^(?P<list>/.+/showList/\d+)/page_(?P<page>\d+)\.html$")
_INDEX = re.compile(r"^(?P<folder>/.*/)(?:index_(?P<page>\d+)\.html)?$")


class ShowList(Cms):
    """``/News/showList/12/page_1.html`` and ``/News/show/345.html``."""

    name = "showlist"
    row = (
        '<li><i>·</i><a href="{href}" title="{title}">{text}</a><span class="rt">{date}</span></li>'
    )
    box = ('<ul class="is-default">\n', "</ul>\n")
    content = ('<div class="content" id="zoom">', "</div>")
    article_number = re.compile(r"/show/(\d+)\.html$")

    def _model(self, column: Column) -> str:
        if column.slug.startswith("zfxxgknb") or "zfxxgknb" in "/".join(column.slugs):
            return "openness/OpennessAnnualReport" if column.number % 2 else "Xxgknb"
        if column.fill == "policy":
            return "XxgkPolicy"
        return "News" if column.fill == "news" else "Content"

    def column_path(self, column: Column) -> str:
        return f"/{self._model(column)}/showList/{column.number}/page_1.html"

    def article_path(self, item: Item) -> str:
        return f"/{self._model(self.portal.column_of(item))}/show/{item.id}.html"

    def split(self, request: Request) -> tuple[str, int]:
        if match := _SHOW_PAGE.match(request.path):
            return f"{match['list']}/page_1.html", int(match["page"]) - 1
        return request.target, 0

    def pager(self, column: Column, page: int, pages: int) -> str:
        stem = self.column_path(column).removesuffix("1.html")
        return self.number_links([f"{stem}{n + 1}.html" for n in range(pages)], page)


class Lonsun(Cms):
    """``/public/column/<body>?type=4&catId=…`` for disclosure, ``/content/column/<id>`` else."""

    name = "lonsun"
    row = '<li class="clearfix"><a href="{href}" title="{title}">{text}</a><span>{date}</span></li>'
    box = ('<ul class="doc_list">\n', "</ul>\n")
    content = ('<div class="wzcon fontContent j-fontContent">', "</div>")
    article_number = re.compile(r"/(?:public/\d+|content/article)/(\d+)(?:\.html)?$")

    def _organ(self, column: Column) -> int:
        return 6590000 + int(column.body.code[8:17])

    def _disclosed(self, column: Column) -> bool:
        return column.trail[0].site or "zfxxgk" in "/".join(column.slugs)

    def column_path(self, column: Column) -> str:
        if self._disclosed(column):
            return (
                f"/public/column/{self._organ(column)}"
                f"?type=4&catId={column.number}&action=list&nav=3"
            )
        return f"/content/column/{column.number}"

    def article_path(self, item: Item) -> str:
        column = self.portal.column_of(item)
        if self._disclosed(column):
            return f"/public/{self._organ(column)}/{item.id}.html"
        return f"/content/article/{item.id}"

    def split(self, request: Request) -> tuple[str, int]:
        page = request.query.get("pageIndex", "1")
        path, _, query = request.target.partition("?")
        rest = "&".join(p for p in query.split("&") if not p.startswith("pageIndex="))
        return f"{path}?{rest}" if rest else path, page_from(page)

    def pager(self, column: Column, page: int, pages: int) -> str:
        path = self.column_path(column)
        mark = "&" if "?" in path else "?"
        paths = [f"{path}{mark}pageIndex={n + 1}" for n in range(pages)]
        return self.number_links(paths, page)


class Generic(Cms):
    """No family: ``index_2.html``, ``?page=2`` or ``.aspx?cid=…&PageIndex=2``, by column."""

    name = "generic"
    row = "<tr><td><a href='{href}' title='{title}'>{text}</a></td><td>[{date}]</td></tr>"
    box = ('<table class="lb">\n', "</table>\n")
    content = ('<td class="nr" id="nr">', "</td>")
    article_number = re.compile(r"/html/\d+/(\d+)\.html$")

    def _style(self, column: Column) -> str:
        return ("static", "query", "aspx")[column.number % 3]

    def column_path(self, column: Column) -> str:
        if self._style(column) == "aspx":
            return f"/list.aspx?cid={column.number}"
        return super().column_path(column)

    def article_path(self, item: Item) -> str:
        return f"/html/{self.portal.column_of(item).number}/{item.id}.html"

    def split(self, request: Request) -> tuple[str, int]:
        if request.path == "/list.aspx":
            page = request.query.get("PageIndex", "1")
            return f"/list.aspx?cid={request.query.get('cid')}", page_from(page)
        match = _INDEX.match(request.path)
        if match is None:
            return request.target, 0
        page = match["page"] or request.query.get("page", "1")
        return match["folder"], page_from(page)

    def pager(self, column: Column, page: int, pages: int) -> str:
        path = self.column_path(column)
        style = {
            "static": path + "index_{}.html",
            "query": path + "?page={}",
            "aspx": path + "&PageIndex={}",
        }[self._style(column)]
        return self.number_links([path, *(style.format(n + 1) for n in range(1, pages))], page)
