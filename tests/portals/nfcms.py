"""Pages of the NFCMS family (Guangdong): ``content/post_N.html``, lists ``index_2.html``."""

from __future__ import annotations

from collections.abc import Sequence

from tests.portals.markup import attr, esc
from tests.portals.model import Article, Portal, Row

NAVIGATION = (("首页", "/"), ("新闻中心", "/sxxw/"), ("政务服务", "/zwfw/"), ("政民互动", "/zmhd/"))


def shell(portal: Portal, head: str, body: str) -> str:
    menu = "".join(f'<li><a href="{href}">{name}</a></li>' for name, href in NAVIGATION)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="SiteName" content="{portal.county}人民政府网站">
<meta name="SiteDomain" content="{portal.host}">
<meta name="SiteIDCode" content="{portal.site_code}">
{head}
<link rel="stylesheet" href="/static/css/common.css">
<script src="/static/js/jquery.js"></script>
</head>
<body>
<header><div class="logo">{portal.county}人民政府</div><ul class="menu">{menu}</ul></header>
{body}
<footer><p>主办:{portal.county}人民政府办公室</p>
<p>网站标识码:{portal.site_code} 粤ICP备05079387号</p></footer>
</body>
</html>
"""


def _trail(crumbs: Sequence[str]) -> str:
    return f'<div class="crumbs">当前位置：{" &gt; ".join(["首页", *map(esc, crumbs)])}</div>'


def _meta(article: Article) -> str:
    lines = [f"<title>{esc(article.title)}</title>"]
    if article.meta:
        fields = (
            ("ArticleTitle", article.title),
            ("PubDate", article.published),
            ("ContentSource", article.source),
        )
        lines += [f'<meta name="{name}" content="{attr(value)}">' for name, value in fields]
    return "\n".join(lines)


def _info_bar(article: Article) -> str:
    pairs = (("来源", article.source), ("发布时间", article.published))
    spans = "".join(f"<span>{name}：{esc(value)}</span> " for name, value in pairs if value)
    return f'<div class="article-info">{spans}</div>' if spans else ""


def article_page(portal: Portal, article: Article) -> str:
    body = f"""{_trail(article.crumbs)}
<div class="contentpage">
<h1 class="article-title">{esc(article.title)}</h1>
{_info_bar(article)}<div class="article-tools"><span>【打印】</span> <span>字体：【大 中 小】</span>
<span class="fx">分享到：</span></div>
<div class="article-content">
{article.body}</div>
{article.foot}<div class="qr">扫一扫在手机打开当前页</div>
</div>"""
    return shell(portal, _meta(article), body)


def gkmlpt_page(portal: Portal, article: Article) -> str:
    """An article of the disclosure platform: a table of fields above the text."""
    cells = [f"<th>{esc(k)}：</th><td>{esc(v)}</td>" for k, v in article.info]
    rows = "".join(f"<tr>{''.join(cells[i : i + 2])}</tr>\n" for i in range(0, len(cells), 2))
    body = f"""{_trail(article.crumbs)}
<div class="content-box">
<div class="classify"><table><tbody>
{rows}</tbody></table></div>
<h1 class="title document-number">{esc(article.title)}</h1>
<div class="date-row"><span>发布日期：{esc(article.published)}</span>
<span>浏览次数：<i id="pv">-</i></span></div>
<div class="article-content">
{article.body}</div>
{article.foot}</div>"""
    return shell(portal, _meta(article), body)


def list_page(
    portal: Portal, crumbs: Sequence[str], rows: Sequence[Row], page: tuple[int, int]
) -> str:
    """``page`` counts from 0; page 1 is ``index.html``, page n ``index_n.html``."""
    current, total = page
    items = "\n".join(_row(row) for row in rows)
    body = f"""{_trail(crumbs)}
<div class="list-content"><ul class="news-list">
{items}
</ul>
{_pager(current, total)}</div>"""
    return shell(portal, f"<title>{esc(crumbs[-1])}-{portal.county}人民政府网站</title>", body)


def _row(row: Row) -> str:
    title = f' title="{attr(row.title)}"' if row.title else ""
    link = f'<a href="{row.href}"{title}>{esc(row.text)}</a>'
    return f'<li>{link}<span class="time">{row.date}</span></li>'


def _name(page: int) -> str:
    return "index.html" if page == 0 else f"index_{page + 1}.html"


def _pager(current: int, total: int) -> str:
    if total < 2:
        return ""
    near = range(max(0, current - 2), min(total, current + 3))
    links = "".join(
        f"<span>{n + 1}</span>" if n == current else f'<a href="{_name(n)}">{n + 1}</a>'
        for n in near
    )
    following = (
        f'<a class="next" href="{_name(current + 1)}">下一页</a>' if current + 1 < total else ""
    )
    last = f'<a class="last" href="{_name(total - 1)}">尾页</a>'
    first = '<a class="first" href="index.html">首页</a>'
    return f'<div class="page">{first}{links}{following}{last}</div>\n'
