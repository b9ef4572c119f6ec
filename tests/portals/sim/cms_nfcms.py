"""NFCMS of Guangdong, and its disclosure platform gkmlpt with a JSON service (portals.md H)."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone

from tests.portals.sim.cms import Cms, page_from
from tests.portals.sim.model import Column, Item, Reply, Request

_PAGE = re.compile(r"^(?P<folder>/.*/)index_(?P<page>\d+)\.html$")
_API = re.compile(r"^/(?P<site>\w+)/gkmlpt/api/all/(?P<category>\d+)$")
_FILE = re.compile(r"^/attachment/\d+/\d+/(\d+)/\d+\.pdf$")
_BEIJING = timezone(timedelta(hours=8))


class Nfcms(Cms):
    name = "nfcms"
    row = '<li><a href="{href}" title="{title}">{text}</a><span class="time">{date}</span></li>'
    box = ('<div class="news_list"><ul>\n', "</ul></div>\n")
    content = ('<div class="article-content">', "</div>")
    article_number = re.compile(r"/content/post_(\d+)\.html$")

    def article_path(self, item: Item) -> str:
        return f"{self.column_path(self.portal.column_of(item))}content/post_{item.id}.html"

    def split(self, request: Request) -> tuple[str, int]:
        if match := _PAGE.match(request.path):
            return match["folder"], page_from(match["page"])
        return super().split(request)

    def file_path(self, item: Item) -> str:
        n = item.id
        return f"/attachment/{n // 1_000_000}/{n // 1000}/{n}/{n}.pdf"

    def file_number(self, request: Request) -> int | None:
        match = _FILE.match(request.path)
        return int(match[1]) if match else None

    def pager(self, column: Column, page: int, pages: int) -> str:
        path = self.column_path(column)
        paths = [path, *(f"{path}index_{n + 1}.html" for n in range(1, pages))]
        return self.number_links(paths, page)

    def head(self, item: Item | None, column: Column) -> str:
        post = f"window.NFCMS_POST_ID={item.id};" if item else ""
        return f'<script>window.NFCMS_SITE_ID=2;window.NFCMS_PUB_TYPE="page";{post}</script>\n'


class Gkmlpt(Cms):
    """One index page a sub-site: its tree names the categories, JSON has the articles."""

    name = "gkmlpt"
    per_page = 100
    content = ('<div class="article-content">', "</div>")
    article_number = re.compile(r"/gkmlpt/content/\d+/\d+/post_(\d+)\.html$")

    def _site_dir(self, column: Column) -> str:
        return column.trail[0].slug

    def _sid(self, column: Column) -> str:
        return str(759000 + column.trail[0].number)

    def column_path(self, column: Column) -> str:
        below = f"#{column.number}" if column.parent and column.parent.cms == self.name else ""
        return f"/{self._site_dir(column)}/gkmlpt/index{below}"

    def article_path(self, item: Item) -> str:
        column, n = self.portal.column_of(item), item.id
        folder = f"/{self._site_dir(column)}/gkmlpt/content/{n // 1_000_000}/{n // 1000}"
        return f"{folder}/post_{n}.html"

    def file_path(self, item: Item) -> str:
        n = item.id
        return f"/attachment/{n // 1_000_000}/{n // 1000}/{n}/{n}_gkmlpt.pdf"

    def file_number(self, request: Request) -> int | None:
        match = re.search(r"/(\d+)_gkmlpt\.pdf$", request.path)
        return int(match[1]) if match else None

    def hub_main(self, column: Column) -> str:
        """The index page's script, instead of links."""
        tree = [
            {"id": c.number, "name": c.name, "post_count": c.size, "children": []}
            for c in column.children
        ]
        sid = self._sid(column)
        config = f"{{SITE_ID:'{sid}',SID:'{sid}',TREE:{json.dumps(tree, ensure_ascii=False)}}}"
        return (
            f"<script>window._CONFIG = {config};</script>\n"
            '<div id="app"></div><script src="/gkmlpt/static/js/app.js"></script>\n'
        )

    def service(self, request: Request) -> Reply | None:
        match = _API.match(request.path)
        if match is None:
            return None
        mine = [c for c in self.columns.values() if self._site_dir(c) == match["site"]]
        wanted = int(match["category"])
        chosen = [c for c in mine if c.size and wanted in (0, c.number)]
        if not chosen or request.query.get("sid", self._sid(chosen[0])) != self._sid(chosen[0]):
            return Reply(b'{"code": 404, "msg": ""}', "application/json", 404)
        page = page_from(request.query.get("page", "1"))
        items = [item for c in chosen for item in self.portal.slice(c, 0, c.size)]
        start = page * self.per_page
        answer = {
            "classify": {"id": wanted, "name": chosen[0].name, "post_count": len(items) + 3},
            "total": len(items),
            "offset": start,
            "articles": [self._article(item) for item in items[start : start + self.per_page]],
        }
        text = json.dumps(answer, ensure_ascii=False)
        return Reply(text.encode(), "application/json; charset=utf-8")

    def _article(self, item: Item) -> dict[str, object]:
        made = datetime.fromisoformat(f"{item.published}T10:26:31").replace(tzinfo=_BEIJING)
        return {
            "id": item.id,
            "title": item.title,
            "url": self.site.url_of(item),
            "post_url": "",
            "type": "normal",
            "create_time": int(made.timestamp()),
            "date": item.published,
            "publisher": item.body.name,
            "document_number": "",
            "identifier": f"{item.body.code}/{item.published[:4]}-{item.id % 100000:05d}",
            "is_expired": 0,
            "is_abolished": 0,
        }
