"""新点 EWB: static news, disclosure lists by a JSON service inside a frame (portals.md J)."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from tests.portals.sim.cms import Cms, hex_of, number_of, page_from
from tests.portals.sim.model import Column, Item, Reply, Request

_GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
_PROJECT = "/EWB-FRONT"
_STATIC = re.compile(r"^(?P<folder>/.+/)(?P<page>\d+|list)\.html$")
_INNER = re.compile(r"^/govxxgk/\w+/category/\w+/(\d+)/govlist\.html$")
_ARTICLE = re.compile(r"/\d{8}/([0-9a-f]{32})\.html$")


class Ewb(Cms):
    """Disclosure columns are a page whose frame is named by ``specialurl``; that holds a script."""

    name = "ewb"
    row = (
        '<li class="ewb-list-node"><a href="{href}" title="{title}">{text}</a>'
        "<span>{date}</span></li>"
    )
    box = ('<ul class="ewb-list">\n', "</ul>\n")
    content = ('<div class="ewb-article-content" id="zoom">', "</div>")

    def _disclosed(self, column: Column) -> bool:
        return column.trail[0].site or "zfxxgk" in "/".join(column.slugs)

    def _folder(self, column: Column) -> str:
        return f"/{column.trail[0].slug}/{1000 + column.number:06d}/"

    def inner_path(self, column: Column) -> str:
        code = column.body.code
        return f"/govxxgk/{code}/category/035/{column.number}/govlist.html"

    def column_path(self, column: Column) -> str:
        if not self._disclosed(column) or not column.is_list:
            return f"{self._folder(column)}list.html"
        return (
            f"/govxxgk/{column.body.code}/openSubPage.html"
            f"?specialurl={self.inner_path(column)}&righttitle={quote(column.name)}"
        )

    def split(self, request: Request) -> tuple[str, int]:
        if request.path.endswith("/openSubPage.html"):
            title = quote(request.query.get("righttitle", ""))
            inner = request.query.get("specialurl", "")
            return f"{request.path}?specialurl={inner}&righttitle={title}", 0
        if match := _STATIC.match(request.path):
            page = 0 if match["page"] == "list" else page_from(match["page"])
            return f"{match['folder']}list.html", page
        return request.target, 0

    def article_path(self, item: Item) -> str:
        column = self.portal.column_of(item)
        folder = (
            f"/govxxgk/{column.body.code}/" if self._disclosed(column) else self._folder(column)
        )
        return f"{folder}{item.published.replace('-', '')}/{hex_of(item.id)}.html"

    def number_in(self, request: Request) -> int | None:
        match = _ARTICLE.search(request.path)
        return number_of(match[1]) if match else None

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        if self._disclosed(column):
            # the frame's address is read from the page's own query by a script
            return (
                '<iframe id="mainframe" name="mainframe" width="100%" frameborder="0"></iframe>\n'
                '<script>$("#mainframe").attr("src", Util.getUrlParams("specialurl"));</script>\n'
            )
        return super().listed(column, page, rows, pages)

    def pager(self, column: Column, page: int, pages: int) -> str:
        folder = self._folder(column)
        paths = [f"{folder}list.html", *(f"{folder}{n + 1}.html" for n in range(1, pages))]
        return self.number_links(paths, page)

    def service(self, request: Request) -> Reply | None:
        if request.path == "/js/webBuilderCommon.js":
            info = {"siteGuid": _GUID, "projectName": _PROJECT, "isActive": "true"}
            text = f"var siteInfo={json.dumps(info)};\n"
            return Reply(text.encode(), "application/javascript; charset=utf-8")
        if match := _INNER.match(request.path):
            return self._inner(int(match[1]))
        if request.path != f"{_PROJECT}/rest/lightfrontaction/getgovinfolist":
            return None
        return self._listed_json(request)

    def _inner(self, number: int) -> Reply | None:
        column = next((c for c in self.columns.values() if c.number == number), None)
        if column is None:
            return None
        text = (
            f"<html><head><title>{column.name}</title>\n"
            '<script src="/js/webBuilderCommon.js"></script></head><body>\n'
            '<ul class="ewb-list" id="govlist"></ul><div id="pager"></div>\n'
            f"<script>var deptcode='{column.body.code}';var categorynum='035{number}';"
            f"var pageSize={self.per_page};getGovInfoList(deptcode,categorynum,0,pageSize);"
            "</script></body></html>\n"
        )
        return Reply(text.encode())

    def _listed_json(self, request: Request) -> Reply:
        asked = request.form
        number = asked.get("categorynum", "").removeprefix("035")
        column = next((c for c in self.columns.values() if str(c.number) == number), None)
        rows: list[Item] = []
        if request.method == "POST" and column and asked.get("siteGuid") == _GUID:
            size = min(max(page_from(asked.get("pageSize", "15"), first=0), 1), 100)
            page = page_from(asked.get("pageIndex", "0"), first=0)
            rows = self.portal.slice(column, page * size, size)
        data = [
            {
                "infourl": self.site.href(item, ""),
                "realtitle": item.title,
                "title": item.title,
                "infodate": item.published,
                "deptname": item.body.name,
            }
            for item in rows
        ]
        custom = {"data": data, "total": column.size if column else 0}
        text = json.dumps({"custom": custom, "status": {"code": 200}}, ensure_ascii=False)
        return Reply(text.encode(), "application/json; charset=utf-8")
