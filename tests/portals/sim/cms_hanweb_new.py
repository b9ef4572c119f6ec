"""Hanweb's JPaaS (lists by JSON) and its 信息公开 module xxgk (portals.md D, E)."""

from __future__ import annotations

import json
import re
from functools import cached_property

from tests.portals.markup import attr, esc
from tests.portals.sim.cms import hex_of, number_of, page_from
from tests.portals.sim.cms_hanweb import Hanweb
from tests.portals.sim.model import Body, Column, Item, Reply, Request

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_ARTICLE = re.compile(r"/art/\d{4}/art_([0-9a-f]{32})\.html$")
_SEARCH, _TREE = "/module/xxgk/search.jsp", "/module/xxgk/tree.jsp"
_ANNUAL = "/module/xxgk/xxgkAnnualReport.jsp"
_HTML = "text/html; charset=utf-8"


class Jpaas(Hanweb):
    """``unitbuild.js`` with its ``queryData``; pages only inside ``paramJson``."""

    name = "hanweb_jpaas"
    _WEB, _TPL = "4f1ad0a7b07a4a5f8a3cbbc7d2f3a1be", "a6c0d2d5f2ab4f6f9d0d6f3cb7bb8c11"

    def column_path(self, column: Column) -> str:
        return "/" + "/".join(column.slugs) + "/index.html"

    def split(self, request: Request) -> tuple[str, int]:
        path = request.path + "index.html" if request.path.endswith("/") else request.path
        return path, 0

    def article_path(self, item: Item) -> str:
        folder = self.column_path(self.portal.column_of(item)).removesuffix("index.html")
        return f"{folder}art/{item.published[:4]}/art_{hex_of(item.id)}.html"

    def number_in(self, request: Request) -> int | None:
        match = _ARTICLE.search(request.path)
        return number_of(match[1]) if match else None

    def _page_id(self, column: Column) -> str:
        return hex_of(column.number)[:24]

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        query = (
            f"{{'webId':'{self._WEB}','pageId':'{self._page_id(column)}',"
            f"'parseType':'bulidstatic','pageType':'column','tagId':'信息列表',"
            f"'tplSetId':'{self._TPL}'}}"
        )
        return (
            '<div class="column-list" id="list"></div>\n'
            f'<script type="text/javascript" src="/script/unitbuild.js" url="{_UNIT}" '
            f'queryData="{query}"></script>\n'
        )

    def service(self, request: Request) -> Reply | None:
        if request.path != _UNIT:
            return None
        asked = request.query
        found = (c for c in self.columns.values() if self._page_id(c) == asked.get("pageId"))
        column = next(found, None)
        known = asked.get("webId") == self._WEB and asked.get("tplSetId") == self._TPL
        html = self._html(column, asked) if column and known else ""
        text = json.dumps({"code": 200, "success": True, "data": {"html": html}})
        return Reply(text.encode(), "application/json; charset=utf-8")

    def _html(self, column: Column, asked: dict[str, str]) -> str:
        try:
            wanted = json.loads(asked.get("paramJson") or "{}")
        except ValueError:
            wanted = {}
        page = max(int(wanted.get("pageNo", 1)), 1) - 1
        size = min(max(int(wanted.get("pageSize", self.per_page)), 1), 100)
        rows = self.portal.slice(column, page * size, size)
        if column.trap:
            size, rows = self.per_page, self.portal.rows(column, page)
        total = self.portal.pages(column) * size if column.trap else column.size
        return (
            f'<ul class="page-content">{self.rows_html(rows, "/")}</ul>'
            f'<div class="pagination" data-count="{total}" data-rows="{size}">共{total}条 '
            f"第{page + 1}/{-(-total // size)}页</div>"
        )


class Xxgk(Hanweb):
    """The 信息公开 module: lists by ``search.jsp``, reports on a page by area and year.

    The report columns of bureaux and townships are ``xxgkAnnualReport.jsp?area=…``: half of
    them link their years, half only offer them in a form.
    """

    name = "hanweb_xxgk"

    def column_path(self, column: Column) -> str:
        if column.slug.startswith("zfxxgknb") and column.trail[0].site:
            return f"{_ANNUAL}?area={column.body.code}"
        return super().column_path(column)

    def article_path(self, item: Item) -> str:
        column = self.portal.column_of(item)
        if item.kind == "annual_report" and item.body.level != "county":
            return f"{_ANNUAL}?area={item.body.code}&fbtime={item.year}"
        year, month, day = map(int, item.published.split("-"))
        return f"/art/{year}/{month}/{day}/art_{column.number}_{item.id}.html"

    def split(self, request: Request) -> tuple[str, int]:
        if request.path == _ANNUAL and not request.query.get("fbtime"):
            return f"{_ANNUAL}?area={request.query.get('area')}", 0
        return super().split(request)

    def article(self, request: Request) -> Item | None:
        if request.path != _ANNUAL:
            return super().article(request)
        return self._reports.get((request.query.get("area"), request.query.get("fbtime")))

    @cached_property
    def _reports(self) -> dict[tuple[str | None, str | None], Item]:
        planted = (item for c in self.portal.columns for item in c.planted.values())
        return {
            (item.body.code, str(item.year)): item
            for item in planted
            if item.kind == "annual_report" and item.body.level != "county"
        }

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        if self.column_path(column).startswith(_ANNUAL):
            return self._years(column)
        code, div = column.body.code, f"div{column.number}"
        fields = (
            f"infotypeId:'A{column.number}',jdid:'3',area:'{code}',divid:'{div}',vc_title:'',"
            "vc_number:'',sortfield:',compaltedate:0',currpage:'1',vc_filenumber:'',vc_all:'',"
            "texttype:'0',fbtime:'-1',standardXxgk:'1'"
        )
        organs = ""
        if "zfxxgk" in "/".join(column.slugs) and not column.trail[0].site:
            organs = f'<a href="{_TREE}?area={code}">公开机构</a>'
        return (
            f'{organs}<div id="{div}">正在加载…</div>\n'
            f"<script>$.post('{_SEARCH}?standardXxgk=1&isAllList=1&texttype=0&fbtime=-1',"
            f"{{{fields}}},function(data){{$('#{div}').html(data);}});</script>\n"
        )

    def _years(self, column: Column) -> str:
        path = self.column_path(column)
        years = sorted((item.year for item in column.planted.values()), reverse=True)
        if column.number % 2:
            links = "".join(
                f'<li><a href="{attr(path)}&amp;fbtime={year}">{year}年</a></li>' for year in years
            )
            return f'<ul class="years">{links}</ul>\n'
        # years without a report are offered too
        offered = range(self.portal.tree.latest, self.portal.tree.latest - 6, -1)
        options = "".join(f'<option value="{year}">{year}年</option>' for year in offered)
        return (
            f'<form action="{_ANNUAL}" method="get"><input type="hidden" name="area" '
            f'value="{column.body.code}"><select name="fbtime">{options}</select>'
            '<input type="submit" value="查询"></form>\n'
        )

    def service(self, request: Request) -> Reply | None:
        if request.path == _TREE:
            return Reply(self._tree().encode(), _HTML)
        if request.path == _ANNUAL and request.query.get("fbtime") and not self.article(request):
            return Reply("<html><body><p>暂无数据！</p></body></html>".encode(), _HTML)
        if request.path != _SEARCH:
            return None
        asked = request.form
        column = self.by_number(asked.get("divid", "").removeprefix("div"))
        if column is None or request.method != "POST":
            return Reply("<div>暂无数据</div>".encode(), _HTML)
        page = page_from(asked.get("currpage", "1"))
        pages = self.portal.pages(column)
        rows = self.portal.rows(column, page) if page < pages else []
        pager = f'<div class="page">共{pages}页 第{page + 1}页 共{column.size}条</div>'
        text = f'<ul class="xxgk_list">{self.rows_html(rows, "/")}</ul>{pager}'
        return Reply(text.encode(), _HTML)

    def _tree(self) -> str:
        tree = self.portal.tree
        bodies: list[Body] = [*tree.bureaux, *tree.townships]
        links = "".join(
            f'<li><a href="{_ANNUAL}?area={body.code}">{esc(body.short)}年报</a></li>\n'
            for body in bodies
        )
        return f"<html><body><ul>{links}</ul></body></html>"
