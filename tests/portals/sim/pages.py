"""The pages every family shares: chrome, home, hubs, articles, and the doors before lists."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crawler.items import Paragraph
from tests.portals.markup import STYLES, attr, esc, span_table
from tests.portals.model import Entry
from tests.portals.prose import Part, compose
from tests.portals.sim import traps
from tests.portals.sim.model import Column, Item

if TYPE_CHECKING:
    from tests.portals.sim.answers import Site

_LATEST = 8
_STAND_INS = {
    "refresh": '<html><head><meta http-equiv="refresh" content="0;url={goal}"></head></html>\n',
    "script": '<html><head><script>window.location.href="{goal}";</script></head></html>\n',
    "frameset": (
        '<html><head><title>{name}</title></head><frameset cols="180,*" frameborder="no">'
        '<frame src="/left.html" name="left"><frame src="{goal}" name="main"></frameset></html>\n'
    ),
}


def entry_of(item: Item, county: str) -> Entry:
    """The item as the sample portals' prose knows it."""
    # what a planted paper says outlives a relaunch, its number does not
    seed = f"{item.title}/{item.published}" if item.kind or item.alike else str(item.id)
    office = item.kind == "work_points" and item.body.name.startswith(f"{county}人民政府")
    return Entry(
        portal="sim",
        column="",
        number=item.id,
        published=item.published,
        title=item.title,
        form=item.form,
        seed=seed,
        name=item.body.name,
        short=county if office else item.body.short,
        year=item.year,
    )


def text_of(item: Item, county: str) -> list[Part]:
    return compose(entry_of(item, county))


def _body_html(item: Item, county: str) -> str:
    entry = entry_of(item, county)
    make = STYLES[zlib.crc32(entry.seed.encode()) % len(STYLES)]
    pieces: list[str] = []
    for part in compose(entry):
        pieces.append(make([part.text]) if isinstance(part, Paragraph) else span_table(part))
    return "".join(pieces)


class Pages:
    """The pages of one portal."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.portal = site.portal

    def link(self, column: Column, session: str = "") -> str:
        path = self.site.way_to(column)
        if session:
            head, mark, query = path.partition("?")
            path = f"{head};jsessionid={session}{mark}{query}"
        text = column.label or column.name
        inner = esc(text)
        if text.startswith("image:"):
            inner = f'<img src="/images/bt{column.number}.png" alt="{attr(text[6:])}">'
        return f'<a href="{attr(path)}">{inner}</a>'

    def _session(self, path: str) -> str:
        """With the trap, links of sub-sites carry an id that is another on every page."""
        if "sessions" not in self.portal.spec["traps"]:
            return ""
        return f"{zlib.crc32(path.encode()):08X}{zlib.crc32(path[::-1].encode()):08X}"

    def shell(self, title: str, main: str, head: str = "") -> str:
        portal = self.portal
        nav = "".join(f"<li>{self.link(column)}</li>" for column in portal.top)
        code = f"{portal.adcode}0001"
        extra = [pair for trap in portal.spec["traps"] for pair in traps.LINKS.get(trap, ())]
        more = "".join(f'<a href="{attr(href)}">{esc(text)}</a>\n' for href, text in extra)
        if "blocked" in portal.spec["traps"]:
            more += f'<a href="http://{traps.blocked_host(portal.host)}/">信息公开平台</a>\n'
        return (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; '
            f'charset={portal.charset}">\n<title>{esc(title)}</title>\n'
            f'<meta name="SiteName" content="{portal.county}人民政府">\n'
            f'<meta name="SiteIDCode" content="{code}">\n{head}</head><body>\n'
            f'<div class="top">无障碍浏览 | 繁體 | <a href="/">首页</a></div>\n'
            f'<ul class="nav">{nav}</ul>\n<div class="main">\n{main}</div>\n'
            f'<div class="footer">\n<a href="http://www.gov.cn/">中国政府网</a>\n{more}'
            f"<p>主办单位：{portal.county}人民政府办公室　网站标识码：{code}　版权所有</p>"
            "</div></body></html>\n"
        )

    def home(self) -> str:
        portal = self.portal
        news = [c for c in portal.columns if c.fill == "news" and not c.trail[0].site][:3]
        rows = "".join(self.site.rows_html(portal.latest_rows([c], _LATEST)) for c in news)
        more = f'<h3>最新动态 <a href="{attr(self.site.way_to(news[0]))}">更多&gt;&gt;</a></h3>\n'
        form = ""
        if portal.spec.get("search"):
            form = (
                '<form action="/search.jsp" method="get"><input type="text" name="q" '
                'placeholder="请输入关键词"><input type="submit" value="搜索"></form>\n'
            )
        return self.shell(f"{portal.county}人民政府", f"{form}{more}<ul>{rows}</ul>\n")

    def _trail(self, column: Column) -> str:
        names = " &gt; ".join(self.link(c) if not c.label else esc(c.name) for c in column.trail)
        return f'<div class="position">您当前的位置：<a href="/">首页</a> &gt; {names}</div>\n'

    def _links(self, columns: Iterable[Column], path: str) -> str:
        return "".join(f"<li>{self.link(c, self._session(path))}</li>\n" for c in columns)

    def column(self, column: Column, listed: str) -> str:
        """A column's page: its rows (``listed``) and the links to the columns below it."""
        path = self.site.list_path(column)
        below = self._links(column.children, path if column.site else "")
        if column.site:
            news = [c for c in column.children if c.fill == "news"]
            rows = self.site.rows_html(self.portal.latest_rows(news, 5))
            listed += f"<h3>工作动态</h3><ul>{rows}</ul>\n"
        menu = f'<ul class="menu">{below}</ul>\n' if below else ""
        trail = self._trail(column)
        head = f'<meta name="ColumnName" content="{attr(column.name)}">\n'
        cms = self.site.cms[column.cms]
        name = f"{column.name}_{self.portal.county}人民政府"
        return self.shell(name, trail + menu + listed, head + cms.head(None, column))

    def door(self, column: Column) -> str:
        goal = self.site.list_path(column)
        if column.door == "frame":
            frame = f'<iframe src="{attr(goal)}" width="100%" height="800"></iframe>\n'
            return self.shell(column.name, self._trail(column) + frame)
        return _STAND_INS[column.door].format(goal=attr(goal), name=esc(column.name))

    def article(self, item: Item) -> str:
        portal, column = self.portal, self.portal.column_of(item)
        cms = self.site.cms[column.cms]
        source = item.body.name
        head = (
            f'<meta name="ColumnName" content="{attr(column.name)}">\n'
            f'<meta name="ArticleTitle" content="{attr(item.title)}">\n'
            f'<meta name="PubDate" content="{item.published} 09:30">\n'
            f'<meta name="ContentSource" content="{source}">\n'
        )
        index = f"{item.body.code}/{item.published[:4]}-{item.id % 100000:05d}"
        info = ""
        if item.kind:
            info = (
                f'<table class="xxgk_head"><tr><td>索 引 号：</td><td>{index}</td>'
                f"<td>发布机构：</td><td>{source}</td></tr></table>\n"
            )
        text = self.frame_of(item) if item.carrier == "frame" else _body_html(item, portal.county)
        main = (
            f"{self._trail(column)}{info}<h1>{esc(item.title)}</h1>\n"
            f'<div class="source">发布时间：{item.published}　来源：{source}　'
            f"字号：【大 中 小】</div>\n{cms.content[0]}\n{text}{cms.content[1]}\n"
            f'<div class="tools">{self._twins(item)}【打印本页】【关闭窗口】</div>\n'
        )
        title = f"{item.title}_{portal.county}人民政府"
        return self.shell(title, main, head + cms.head(item, column))

    def _twins(self, item: Item) -> str:
        if "print" not in self.portal.spec["traps"]:
            return ""
        return f'<a href="/print.jsp?id={item.id}">打印</a> <a href="/m/{item.id}.html">手机版</a> '

    def frame_of(self, item: Item) -> str:
        return f'<iframe src="/nr/frame_{item.id}.html" width="100%" height="1200"></iframe>\n'

    def bare(self, item: Item) -> str:
        """The print and the mobile twin, and the page in an article's frame."""
        heading = "" if item.carrier == "frame" else f"<h1>{esc(item.title)}</h1>"
        charset = self.portal.charset
        return (
            f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
            f"<title>{esc(item.title)}</title></head><body>{heading}"
            f'<div class="content">{_body_html(item, self.portal.county)}</div></body></html>\n'
        )
