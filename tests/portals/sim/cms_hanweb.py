"""大汉 Hanweb: jpage's datastores, and the newer ``loadPageData`` (portals.md C)."""

from __future__ import annotations

import json
import re

from tests.portals.sim.cms import Cms, hex_of, number_of, page_from
from tests.portals.sim.model import Column, Item, Reply, Request

_COLUMN = re.compile(r"^/col/col(\d+)/(?:index\.html)?$")
_PROXY = "/module/web/jpage/dataproxy.jsp"
_GROUP = 3  # pages a call
_MOST = 300  # a longer call is cut
_FILE = re.compile(r"^([0-9a-f]{32})\.pdf$")


class Hanweb(Cms):
    """What all Hanweb generations share: ``/col/colN/``, ``/art/Y/M/D/art_N_id.html``."""

    row = '<li><a href="{href}" title="{title}" target="_blank">{text}</a><b>{date}</b></li>'
    content = (
        '<div id="zoom"><!--ZJEG_RSS.content.begin-->',
        "<!--ZJEG_RSS.content.end--></div>",
    )
    article_number = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_(\d+)\.html$")

    def column_path(self, column: Column) -> str:
        return f"/col/col{column.number}/index.html"

    def split(self, request: Request) -> tuple[str, int]:
        match = _COLUMN.match(request.path)
        return (f"/col/col{match[1]}/index.html", 0) if match else (request.target, 0)

    def article_path(self, item: Item) -> str:
        year, month, day = map(int, item.published.split("-"))
        column = self.portal.column_of(item)
        return f"/art/{year}/{month}/{day}/art_{column.number}_{item.id}.html"

    def file_path(self, item: Item) -> str:
        name = hex_of(item.id)
        return f"/module/download/downfile.jsp?classid=0&filename={name}.pdf"

    def file_number(self, request: Request) -> int | None:
        match = _FILE.match(request.query.get("filename", ""))
        return number_of(match[1]) if match else None

    def by_number(self, text: str | None) -> Column | None:
        return self.columns.get(f"/col/col{text}/index.html")

    def head(self, item: Item | None, column: Column) -> str:
        ids = f'<meta name="i_columnid" content="{column.number}">\n'
        return ids + (f'<meta name="i_articleid" content="{item.id}">\n' if item else "")


class Jpage(Hanweb):
    """The first group stands in the column page; what follows depends on the server's age.

    ``next``: ``nextgroup`` names the next call, and only ``page=`` is heard; ``window``: GET
    with ``startrecord``; ``form``: the same as POST, nothing without its fields; ``referer``:
    like ``window``, 404 without a Referer.
    """

    name = "hanweb_jpage"
    _KINDS = ("next", "form", "window", "next", "referer")

    def kind(self, column: Column) -> str:
        return self._KINDS[column.number % len(self._KINDS)]

    def _fields(self, column: Column) -> dict[str, str]:
        return {
            "col": "1",
            "appid": "1",
            "webid": "3095",
            "path": "/",
            "columnid": str(column.number),
            "sourceContentType": "1",
            "unitid": str(550000 + column.number),
            "webname": f"{self.portal.county}人民政府",
            "permissiontype": "0",
        }

    def _group(self, column: Column, number: int) -> list[Item]:
        first = number * _GROUP
        pages = range(first, min(first + _GROUP, self.portal.pages(column)))
        return [item for page in pages for item in self.portal.rows(column, page)]

    def _datastore(self, column: Column, group: int, rows: list[Item]) -> str:
        records = "".join(
            f"<record><![CDATA[{self.row_html(item).strip()}]]></record>\n" for item in rows
        )
        total = self.portal.pages(column) * self.per_page if column.trap else column.size
        pages = self.portal.pages(column)
        more = ""
        if self.kind(column) == "next" and (group + 1) * _GROUP < pages:
            fields = self._fields(column)
            names = ("appid", "webid", "path", "columnid", "unitid", "webname", "permissiontype")
            query = "&".join(f"{name}={fields[name]}" for name in names)
            link = f'<a href="{_PROXY}?page={group + 2}&{query}"></a>'
            more = f"<nextgroup><![CDATA[{link}]]></nextgroup>"
        return (
            f"<datastore><totalrecord>{total}</totalrecord><totalpage>{pages}</totalpage>{more}"
            f"<recordset>\n{records}</recordset></datastore>"
        )

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        unit = 550000 + column.number
        fields = self._fields(column)
        body = ",".join(f"{name}:'{value}'" for name, value in fields.items() if name != "col")
        return (
            f'<div id="{unit}">\n<script type="text/xml">'
            f"{self._datastore(column, 0, self._group(column, 0))}</script>\n"
            '<script src="/script/jpage/jquery.jpage.js"></script>\n'
            f"<script>$(function(){{$('#{unit}').jpage({{theme:'default',perPage:{self.per_page},"
            f"groupSize:{_GROUP},proxyUrl:'{_PROXY}',dataAfter:null,"
            f"ajaxParam:{{col:1,{body}}}}})}});</script>\n</div>\n"
        )

    def service(self, request: Request) -> Reply | None:
        if request.path not in (_PROXY, "/module/jpage/dataproxy.jsp"):
            return None
        asked = request.query | (request.form if request.method == "POST" else {})
        column = self.by_number(asked.get("columnid"))
        if column is None or not asked.get("unitid"):
            return Reply(b"<datastore></datastore>", "text/xml; charset=utf-8")
        kind = self.kind(column)
        if kind == "form" and request.method != "POST":
            return Reply(b"<datastore></datastore>", "text/xml; charset=utf-8")
        if kind == "referer" and "referer" not in request.headers:
            return Reply(b"", status=404)
        if kind == "next":
            group = page_from(asked.get("page", "1"))
            rows = self._group(column, group)
        else:
            group, rows = 0, self._window(column, asked)
        text = self._datastore(column, group, rows)
        return Reply(text.encode(), "text/xml; charset=utf-8")

    def _window(self, column: Column, asked: dict[str, str]) -> list[Item]:
        start = page_from(asked.get("startrecord", "1"))
        end = page_from(asked.get("endrecord", str(start + self.per_page)), first=0)
        if column.trap:
            return self._group(column, start // (self.per_page * _GROUP))
        return self.portal.slice(column, start, min(end - start, _MOST))


class LoadPageData(Hanweb):
    """A handlebars template in the page, rows by ``POST /queryList`` as JSON."""

    name = "loadpagedata"

    @property
    def _site(self) -> str:
        return f"{self.portal.host.split('.')[1].replace('-', '')}xrmzf"

    def _code(self, column: Column) -> str:
        return f"col{column.number}"

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        unit = 380000 + column.number
        return (
            f'<div id="{unit}"></div>\n<script id="div{unit}" type="text/x-handlebars-template">'
            "<ul class='List_list'>{{#each data}}{{#with this}}<li><a href='{{pcUrl}}' "
            "title='{{title}}'>{{title}}</a><span>{{formatDate pubDate 'YYYY'}}</span></li>"
            "{{/with}}{{/each}}</ul></script>\n"
            '<script src="/commonfiles/jquery.jpage.js"></script>\n<script>\nvar params = {\n'
            f"  current: 1,\n  unitid: '{unit}',\n  webSiteCode: ['{self._site}'],\n"
            f"  channelCode: ['{self._code(column)}'],\n  dataBefore: '',\n  dataAfter: '',\n"
            f"  perPage: '{self.per_page}',\n  notReturnContent:false,\n  showMode: 'normal',\n"
            f"  groupSize: 1,\n  templateContainerId: 'div{unit}',\n  themeName: 'lucidity',\n}};\n"
            f"loadPageData(params, '{unit}');\n</script>\n"
        )

    def service(self, request: Request) -> Reply | None:
        if request.path != "/queryList" or request.method != "POST":
            return None
        asked = request.form
        code = asked.get("channelCode[]", asked.get("channelCode", "")).strip("[]'\" ")
        column = self.by_number(code.removeprefix("col"))
        site = asked.get("webSiteCode[]", asked.get("webSiteCode", "")).strip("[]'\" ")
        rows: list[Item] = []
        if column and site == self._site:
            size = min(page_from(asked.get("pageSize", str(self.per_page)), first=0), 100)
            page = page_from(asked.get("current", "1"))
            rows = self.portal.slice(column, page * size, size)
            if column.trap:
                rows = self.portal.rows(column, page)
        total = column.size if column else 0
        data = {"total": total, "results": [{"source": self._source(item)} for item in rows]}
        text = json.dumps({"code": 200, "data": data}, ensure_ascii=False)
        return Reply(text.encode(), "application/json; charset=utf-8")

    def _source(self, item: Item) -> dict[str, str]:
        path = self.site.href(item, "")
        return {
            "title": item.title,
            "showTitle": item.title,
            "pubDate": f"{item.published} 09:30:00",
            "urls": json.dumps({"pc": path}),
        }
