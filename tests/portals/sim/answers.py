"""Which page answers which request of a simulated portal."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from tests.portals.markup import attr, esc
from tests.portals.pdfs import draw
from tests.portals.prose import read_back
from tests.portals.sim import traps
from tests.portals.sim.cms import Cms, page_from
from tests.portals.sim.cms_ewb import Ewb
from tests.portals.sim.cms_hanweb import Jpage, LoadPageData
from tests.portals.sim.cms_hanweb_new import Jpaas, Xxgk
from tests.portals.sim.cms_nfcms import Gkmlpt, Nfcms
from tests.portals.sim.cms_static import Generic, Lonsun, ShowList
from tests.portals.sim.cms_trs import Trs, Trt
from tests.portals.sim.cms_ucap import Ucap
from tests.portals.sim.cms_vsb import Vsb
from tests.portals.sim.model import Column, Item, Reply, Request
from tests.portals.sim.pages import Pages, text_of

if TYPE_CHECKING:
    from tests.portals.sim.portal import SimPortal

_CLASSES: dict[str, type[Cms]] = {
    made.name: made
    for made in (
        *(Trs, Trt, Ucap, Vsb, ShowList, Lonsun, Generic),
        *(Jpage, LoadPageData, Jpaas, Xxgk, Nfcms, Gkmlpt, Ewb),
    )
}
_DOOR = re.compile(r"/lm_(\d+)\.html$")
_TWIN = re.compile(r"^/(?:m/(\d+)|nr/frame_(\d+))\.html$")
_FOUND_PER_PAGE = 10
_SITEMAP_ARTICLES = 200


class Site:
    """A portal's answers."""

    def __init__(self, portal: SimPortal) -> None:
        self.portal = portal
        names = dict.fromkeys(column.cms for column in portal.columns)
        self.cms = {name: _CLASSES[name](self) for name in names}
        self.pages = Pages(self)

    # --- addresses ---

    def list_path(self, column: Column) -> str:
        return self.cms[column.cms].column_path(column)

    def way_to(self, column: Column) -> str:
        """Where links to a column lead: its list, or the door before it."""
        if column.door == "link":
            return self.list_path(column)
        return "/" + "/".join(column.slugs) + f"/lm_{column.number}.html"

    def path_of(self, item: Item) -> str:
        cms = self.cms[self.portal.column_of(item).cms]
        return cms.file_path(item) if item.carrier == "pdf" else cms.article_path(item)

    def url_of(self, item: Item) -> str:
        return f"http://{self.portal.host}{self.path_of(item)}"

    def href(self, item: Item, base: str) -> str:
        """A row's link as written: relative to ``base`` where one is given."""
        path = self.path_of(item)
        if item.link == "https":
            return f"https://{self.portal.host}{path}"
        if item.link == "session":
            head, mark, query = path.partition("?")
            return f"{head};jsessionid={zlib.crc32(path.encode()):08X}A9C1{mark}{query}"
        return posixpath.relpath(path, posixpath.dirname(base)) if base else path

    def rows_html(self, items: Iterable[Item]) -> str:
        return "".join(
            f'<li><a href="{attr(self.href(item, ""))}">{esc(item.title)}</a>'
            f"<span>{item.published}</span></li>\n"
            for item in items
        )

    # --- answers ---

    def answer(self, request: Request) -> Reply:
        portal = self.portal
        if request.host not in portal.hosts:
            return traps.NOT_FOUND
        if request.host != portal.host:
            return traps.BLOCKED
        if request.path in ("/", "/index.html"):
            return self._html(self.pages.home())
        return (
            self._offered(request)
            or self._aside(request)
            or self._of_the_cms(request)
            or traps.missing(portal, request)
        )

    def _html(self, text: str) -> Reply:
        charset = self.portal.charset
        encoding = "gb18030" if charset == "gbk" else charset
        return Reply(text.encode(encoding), f"text/html; charset={charset}")

    def _offered(self, request: Request) -> Reply | None:
        """What is not linked from any list: robots, sitemap, search."""
        spec = self.portal.spec
        if request.path == "/robots.txt" and "robots" in spec:
            text = f"User-agent: *\n{spec['robots']}\n"
            text += f"Sitemap: {self.portal.home}sitemap.xml\n" if spec.get("sitemap") else ""
            return Reply(text.encode(), "text/plain")
        if request.path == "/robots.txt":
            return traps.NOT_FOUND
        if request.path == "/sitemap.xml" and spec.get("sitemap"):
            return Reply(self._sitemap.encode(), "application/xml; charset=utf-8")
        if request.path == "/search.jsp" and spec.get("search"):
            return self._html(self._search(request))
        return None

    @cached_property
    def _sitemap(self) -> str:
        """Top columns, the newest news, and the reports no column lists any more."""
        portal = self.portal
        news = portal.latest_rows([c for c in portal.columns if c.fill], _SITEMAP_ARTICLES)
        hidden = [i for c in portal.columns if c.hidden for i in portal.slice(c, 0, c.size)]
        paths = [self.way_to(c) for c in portal.top]
        paths += [self.path_of(item) for item in (*hidden, *news)]
        urls = "".join(f"<url><loc>http://{portal.host}{esc(p)}</loc></url>\n" for p in paths)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{urls}</urlset>\n'
        )

    def _search(self, request: Request) -> str:
        words = request.query.get("q", "").split()
        planted = (i for c in self.portal.columns for _, i in sorted(c.planted.items()))
        found = [item for item in planted if words and all(w in item.title for w in words)]
        page = page_from(request.query.get("page", "1"))
        start = page * _FOUND_PER_PAGE
        rows = self.rows_html(found[start : start + _FOUND_PER_PAGE])
        more = ""
        if start + _FOUND_PER_PAGE < len(found):
            query = "+".join(words)
            more = (
                f'<a class="next" href="/search.jsp?q={attr(query)}&amp;page={page + 2}">下一页</a>'
            )
        return self.pages.shell("搜索结果", f"<p>共{len(found)}条</p><ul>{rows}</ul>{more}\n")

    def _aside(self, request: Request) -> Reply | None:
        """Doors, traps, twins and frames: addresses that no CMS family owns."""
        if match := _DOOR.search(request.path):
            for column in self.portal.columns:
                if str(column.number) == match[1] and self.way_to(column) == request.path:
                    return self._door(column)
        if (text := traps.page(self.portal, request)) is not None:
            return self._html(self.pages.shell("信息", text))
        match = _TWIN.match(request.path)
        number = (match[1] or match[2]) if match else ""
        if request.path == "/print.jsp":
            number = request.query.get("id", "")
        item = self.portal.item(int(number)) if number.isdigit() else None
        return self._html(self.pages.bare(item)) if item else None

    def _door(self, column: Column) -> Reply:
        if column.door == traps.MOVED:
            return Reply(b"", status=302, location=self.list_path(column))
        return self._html(self.pages.door(column))

    def _of_the_cms(self, request: Request) -> Reply | None:
        for cms in self.cms.values():
            if reply := cms.service(request):
                return reply
            if item := cms.article(request):
                return self._html(self.pages.article(item))
            if item := cms.file(request):
                return self._pdf(item)
            if found := cms.find(request):
                return self._column(cms, *found)
        return None

    def _pdf(self, item: Item) -> Reply:
        text = read_back(text_of(item, self.portal.county))
        return Reply(draw(item.title, text), "application/pdf")

    def _column(self, cms: Cms, column: Column, page: int) -> Reply | None:
        if isinstance(cms, Gkmlpt) and column.children:
            return self._html(self.pages.column(column, cms.hub_main(column)))
        main = cms.list_main(column, page) if column.is_list else ""
        return None if main is None else self._html(self.pages.column(column, main))
