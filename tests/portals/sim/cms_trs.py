"""TRS WCM, 福建 TRT on top of it: static folders, 0-based ``createPageHTML`` (portals.md A)."""

from __future__ import annotations

import json
import re

from tests.portals.sim.cms import Cms
from tests.portals.sim.model import Column, Item, Reply, Request

_PAGE = re.compile(r"^(?P<folder>.*/)index_(?P<page>\d+)\.s?html?$")


class Trs(Cms):
    name = "trs"
    relative = True
    row = '<li><span class="date">{date}</span><a href="{href}" title="{title}">{text}</a></li>'
    box = ('<div class="list_con"><ul>\n', "</ul></div>\n")
    content = ('<div class="TRS_Editor">', "</div>")
    article_number = re.compile(r"/\d{6}/t\d{8}_(\d+)\.html?$")
    ending = "html"

    def article_path(self, item: Item) -> str:
        folder = self.column_path(self.portal.column_of(item))
        day = item.published.replace("-", "")
        return f"{folder}{day[:6]}/t{day}_{item.id}.{self.ending}"

    def split(self, request: Request) -> tuple[str, int]:
        if match := _PAGE.match(request.path):
            return match["folder"], int(match["page"])
        return re.sub(r"index\.html?$", "", request.target), 0

    def pager(self, column: Column, page: int, pages: int) -> str:
        if column.number % 3:
            return f'<script>createPageHTML({pages}, {page}, "index", "{self.ending}");</script>\n'
        # the older template carries the function itself
        return (
            '<script language="JavaScript">\n'
            f"var currentPage = {page};//所在页从0开始\nvar prevPage = currentPage-1//上一页\n"
            f"var nextPage = currentPage+1//下一页\nvar countPage = {pages}//共多少页\n"
            'document.write("共&nbsp;"+countPage+"&nbsp;页&nbsp;");\n'
            "if(countPage>1&&currentPage!=(countPage-1))"
            f'document.write("<a href=\\"index_"+nextPage+".{self.ending}\\">下一页</a>");\n'
            "</script>\n"
        )


class Trt(Trs):
    """``listModel``: the first ``maxStaticIndex`` pages are files, the rest a search service."""

    name = "trt"
    ending = "htm"
    channel = "200210"
    _STATIC = 2

    def list_main(self, column: Column, page: int) -> str | None:
        return super().list_main(column, page) if page < self._STATIC else None

    def pager(self, column: Column, page: int, pages: int) -> str:
        return (
            '<script>require(["list2.trsapi", "tools"], function(listModel, tools) { listModel({\n'
            f'  quickMode: "动静结合", maxStaticIndex: {min(pages, self._STATIC)},\n'
            f'  listArgs: {{ channelid: SiteInfo.searchId, classsql: "" || "chnlid={column.number}"'
            ', sortfield: "-docorderpri,-docreltime" },\n'
            f"  pagebar: {{ prepage: {self.per_page}, recordCount: '{pages * self.per_page}',"
            ' pgTemp: "pgBar_xxgk.html", pgCountMode: "recordCount", displayNum: 2 }\n'
            "}); });</script>\n"
        )

    def head(self, item: Item | None, column: Column) -> str:
        return f"<script>var SiteInfo = {{searchId: {self.channel}, siteId: 76}};</script>\n"

    def service(self, request: Request) -> Reply | None:
        if request.path != "/fjdzapp/search" or request.method != "POST":
            return None
        asked = request.form
        column = next(
            (c for c in self.portal.columns if f"chnlid={c.number}" == asked.get("classsql")), None
        )
        if column is None or asked.get("channelid") != self.channel:
            return Reply(b'{"data": [], "pagenum": 0}', "application/json; charset=utf-8")
        size = min(int(asked.get("prepage", self.per_page)), 100)
        page = max(int(asked.get("page", 1)), 1)
        if column.trap:  # such lists lie page by page
            rows = self.portal.rows(column, page - 1) if size == self.per_page else []
        else:
            rows = self.portal.slice(column, (page - 1) * size, size)
        found = {
            "count": column.size,
            "pagenum": self.portal.pages(column),
            "page": page,
            "data": [
                {
                    "doctitle": item.title,
                    "docpuburl": self.site.url_of(item),
                    "docreltime": f"{item.published} 10:26:31",
                    "chnlid": column.number,
                }
                for item in rows
            ],
        }
        return Reply(
            json.dumps(found, ensure_ascii=False).encode(), "application/json; charset=utf-8"
        )
