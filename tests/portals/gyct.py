"""Pages of 朝天区's own system: ``/xxgk/show/<time>-<n>-00-000.html``, later ``/gongkai/show/``.

The lists of this system were never seen; ``?page=N`` with next and last links is a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.portals.markup import attr, esc
from tests.portals.model import Article, Portal, Row

NAVIGATION = (("首页", "/"), ("新闻资讯", "/news/"), ("办事服务", "/bsfw/"), ("互动交流", "/hdjl/"))


def shell(portal: Portal, head: str, body: str) -> str:
    menu = "".join(f'<li><a href="{href}">{name}</a></li>' for name, href in NAVIGATION)
    return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
{head}
<link href="/Public/css/main.css" rel="stylesheet">
</head>
<body>
<div id="header"><h2>{portal.county}人民政府</h2><ul class="menu">{menu}</ul></div>
{body}
<div id="footer">版权所有:{portal.county}人民政府
网站标识码:{portal.site_code} 蜀ICP备13004021号</div>
</body>
</html>
"""


def info_table(rows: Sequence[Sequence[str]]) -> str:
    """The information block as a table of whole cells, ``label : value`` in each (seed 003)."""
    lines = "".join("<tr>" + "".join(f"<td>{esc(c)}</td>" for c in row) + "</tr>\n" for row in rows)
    return f'<table class="xxgk-head" width="100%">\n{lines}</table>\n'


def info_line(info: Sequence[tuple[str, str]]) -> str:
    """The information block in one line, ``k : v | k: v |``."""
    text = " | ".join(f"{label}: {value}" for label, value in info)
    return f'<div class="xxgk-head">{esc(text)} | 字体: [ 大 中 小 ] |</div>\n'


def show_page(portal: Portal, article: Article, head: str) -> str:
    """An article; ``head`` is its information block, ready made."""
    crumbs = " » ".join(["首页", *map(esc, article.crumbs), "详情"])
    body = f"""<div class="position">当前位置: {crumbs}</div>
<div class="show">
<h1 class="show-title">{esc(article.title)}</h1>
{head}<div class="show-content" id="content">
{article.body}</div>
{article.foot}<div class="ewm">扫一扫在手机打开当前页</div>
</div>"""
    return shell(portal, f"<title>{esc(article.title)}</title>", body)


def list_page(
    portal: Portal, crumbs: Sequence[str], rows: Sequence[Row], page: tuple[int, int], path: str
) -> str:
    """``page`` counts from 0; page n of ``path`` is ``path?page=n``."""
    current, total = page
    items = "\n".join(_row(row) for row in rows)
    body = f"""<div class="position">当前位置: {" » ".join(["首页", *map(esc, crumbs)])}</div>
<div class="list"><ul>
{items}
</ul>
{_pager(path, current, total)}</div>"""
    return shell(portal, f"<title>{esc(crumbs[-1])}</title>", body)


def _row(row: Row) -> str:
    title = f' title="{attr(row.title)}"' if row.title else ""
    return f'<li><em>[{row.date}]</em> <a href="{row.href}"{title}>{esc(row.text)}</a></li>'


def _pager(path: str, current: int, total: int) -> str:
    if total < 2:
        return ""
    following = f'<a href="{path}?page={current + 2}">下一页</a>' if current + 1 < total else ""
    return (
        f'<div class="pages">共{total}页 <a href="{path}">首页</a> {following} '
        f'<a href="{path}?page={total}">尾页</a></div>\n'
    )
