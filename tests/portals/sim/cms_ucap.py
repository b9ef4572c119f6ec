"""开普云 UCAP: ``list.shtml``, 1-based ``createPageHTML('page_div', …)`` (portals.md B)."""

from __future__ import annotations

import re

from tests.portals.sim.cms import Cms, hex_of, number_of
from tests.portals.sim.model import Column, Item, Request
from tests.portals.sim.traps import COMMENTED

_PAGE = re.compile(r"^(?P<folder>.*/)(?P<stem>list|xlist|xxgk_list)(?:_(?P<page>\d+))?\.shtml$")
_STEMS = ("list", "xlist", "xxgk_list")
_ARTICLE = re.compile(r"/\d{6}/([0-9a-f]{32})\.shtml$")
_FILE = re.compile(r"/files/([0-9a-f]{32})\.pdf$")


class Ucap(Cms):
    name = "ucap"
    row = '<li><a href="{href}" title="{title}" target="_blank">{text}</a><em>{date}</em></li>'
    box = ('<div class="data"><ul class="newslist">\n', "</ul></div>\n")
    content = (
        '<div class="article-content" id="zoomcon"><UCAPCONTENT>',
        "</UCAPCONTENT></div>",
    )

    def _folder(self, column: Column) -> str:
        return f"/{column.trail[0].slug}/c{102000 + column.number}/"

    def _stem(self, column: Column) -> str:
        return _STEMS[column.number % len(_STEMS)]

    def column_path(self, column: Column) -> str:
        return f"{self._folder(column)}{self._stem(column)}.shtml"

    def split(self, request: Request) -> tuple[str, int]:
        if match := _PAGE.match(request.path):
            return f"{match['folder']}{match['stem']}.shtml", int(match["page"] or 1) - 1
        return request.target, 0

    def article_path(self, item: Item) -> str:
        month = item.published[:7].replace("-", "")
        return f"{self._folder(self.portal.column_of(item))}{month}/{hex_of(item.id)}.shtml"

    def number_in(self, request: Request) -> int | None:
        match = _ARTICLE.search(request.path)
        return number_of(match[1]) if match else None

    def file_path(self, item: Item) -> str:
        digits = hex_of(item.id)
        return f"{self.article_path(item).removesuffix('.shtml')}/files/{digits}.pdf"

    def file_number(self, request: Request) -> int | None:
        match = _FILE.search(request.path)
        return number_of(match[1]) if match else None

    def listed(self, column: Column, page: int, rows: str, pages: int) -> str:
        body = self.box[0] + rows + self.box[1]
        if column.trap == COMMENTED:  # a script takes it out of the comment
            body = f'<div id="listdata"><!--\n{body}--></div>\n'
        return body + self.pager(column, page, pages)

    def pager(self, column: Column, page: int, pages: int) -> str:
        stem = self._stem(column)
        return (
            '<div id="page_div"></div>\n'
            f"<script>createPageHTML('page_div',{pages}, {page + 1},'{stem}','shtml',"
            f"{column.size});</script>\n"
        )
