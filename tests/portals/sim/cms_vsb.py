"""博达 VSB: ``name.htm``, later pages numbered from the back (portals.md G)."""

from __future__ import annotations

import posixpath
import re

from tests.portals.sim.cms import Cms
from tests.portals.sim.model import Column, Item, Request

_PAGE = re.compile(r"^(?P<column>/.+)/(?P<back>\d+)\.htm$")


class Vsb(Cms):
    name = "vsb"
    relative = True
    row = (
        '<li id="line_u8_{date}"><a href="{href}" title="{title}">{text}</a>'
        "<span>{date}</span></li>"
    )
    box = ('<div class="main_conRCb"><ul>\n', "</ul></div>\n")
    content = (
        '<div id="vsb_content_2"><div class="v_news_content">',
        "</div></div>",
    )
    article_number = re.compile(r"/info/\d+/(\d+)\.htm$")

    def column_path(self, column: Column) -> str:
        return "/" + "/".join(column.slugs) + ".htm"

    def article_path(self, item: Item) -> str:
        return f"/info/{self.portal.column_of(item).number}/{item.id}.htm"

    def split(self, request: Request) -> tuple[str, int]:
        match = _PAGE.match(request.path)
        column = self.columns.get(f"{match['column']}.htm") if match else None
        if match is None or column is None:
            return request.target, 0
        page = self.portal.pages(column) - int(match["back"])
        return f"{match['column']}.htm", page if page > 0 else 1 << 20

    def page_base(self, column: Column, page: int) -> str:
        path = self.column_path(column)
        return path.removesuffix(".htm") + "/1.htm" if page else path

    def pager(self, column: Column, page: int, pages: int) -> str:
        if pages < 2:
            return ""
        path = self.column_path(column)
        base = posixpath.dirname(self.page_base(column, page))

        def to(n: int) -> str:
            goal = path if n == 0 else f"{path.removesuffix('.htm')}/{pages - n}.htm"
            return posixpath.relpath(goal, base)

        near = [n for n in range(max(0, page - 2), min(pages, page + 3)) if n != page]
        links = [f'<span class="p_no"><a href="{to(n)}">{n + 1}</a></span>' for n in near]
        if page + 1 < pages:
            links.append(f'<span class="p_next p_fun"><a href="{to(page + 1)}">下页</a></span>')
            links.append(f'<span class="p_last p_fun"><a href="{to(pages - 1)}">尾页</a></span>')
        total = f'<span class="p_t">共{column.size}条</span> {page + 1}/{pages} '
        return f'<div class="pb_sys_common pb_sys_normal">{total}{"".join(links)}</div>\n'
