"""Pages of the TRS family as the Ningxia counties run it: static directories.

Lists are ``<column>/index.html``, ``index_1.html`` (page 2) … with
``createPageHTML(total, current, "index", "html")`` counting from 0; articles are
``<column>/YYYYMM/tYYYYMMDD_<id>.html``; attachments stand beside them, ``P0<date><12 digits>.pdf``.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.portals.markup import attr, esc
from tests.portals.model import Article, Portal, Row

NAVIGATION = (
    ("网站首页", "/"),
    ("新闻中心", "/xwzx/"),
    ("政务服务", "/zwfw/"),
    ("互动交流", "/hdjl/"),
)


def shell(portal: Portal, head: str, body: str, charset: str = "utf-8") -> str:
    """A page with the portal's own chrome: navigation above, footer below."""
    menu = "".join(f'<li><a href="{href}">{name}</a></li>' for name, href in NAVIGATION)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" />
<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1" />
<meta name="SiteName" content="{portal.county}人民政府" />
<meta name="SiteDomain" content="{portal.host}" />
<meta name="SiteIDCode" content="{portal.site_code}" />
{head}
<link rel="stylesheet" type="text/css" href="/images/style.css" />
<script type="text/javascript" src="/images/jquery.min.js"></script>
</head>
<body>
<div class="top"><div class="wrap"><a href="javascript:void(0)" class="wza">无障碍浏览</a>
<a href="javascript:void(0)" class="zzms">长者模式</a></div></div>
<div class="header"><img src="/images/logo.png" alt="{portal.county}人民政府" /></div>
<div class="nav"><ul>{menu}</ul></div>
{body}
<div class="footer">
<p>主办单位:{portal.county}人民政府办公室 承办单位:{portal.county}电子政务中心</p>
<p>网站标识码:{portal.site_code} 宁ICP备05000153号</p>
</div>
</body>
</html>
"""


def _meta(article: Article) -> str:
    lines = [f"<title>{esc(article.title)}</title>"]
    if article.meta:
        fields = (
            ("ColumnName", article.crumbs[-1] if article.crumbs else ""),
            ("ArticleTitle", article.title),
            ("PubDate", article.published),
            ("ContentSource", article.source),
        )
        lines += [f'<meta name="{name}" content="{attr(value)}" />' for name, value in fields]
    return "\n".join(lines)


def _info_list(article: Article) -> str:
    """The information block: labelled pairs, or values alone where the labels are pictures."""
    if not article.info:
        return ""
    items = "".join(
        f"<li><b>{esc(label)}:</b>{esc(value)}</li>" if label else f"<li>{esc(value)}</li>"
        for label, value in article.info
    )
    return f'<div class="xxgk-info"><ul>{items}</ul></div>\n'


def _time_line(article: Article) -> str:
    pairs = (("时间", article.published), ("来源", article.source))
    spans = " ".join(f"<span>{name}:{esc(value)}</span>" for name, value in pairs if value)
    return f"{spans}\n" if spans else ""


_TOOLS = """<div class="zihao">字号:<a class="zh-b" href="javascript:doZoom(18)" title="大"></a>\
<a class="zh-s" href="javascript:doZoom(14)" title="小"></a></div>
<div class="share"><a class="wx" href="javascript:void(0)" title="分享到微信"></a>
<div class="wx-pop"><p>用微信扫描二维码<br />分享至好友和朋友圈</p><div id="qrcode"></div>
<a class="close" href="javascript:void(0)">×</a></div>
</div>"""

_SIDE = """<div class="side-fixed"><a href="javascript:void(0)">新媒体</a>
<a href="javascript:void(0)">智能机器人</a></div>"""


def article_page(portal: Portal, article: Article) -> str:
    crumbs = " &gt; ".join(["首页", *map(esc, article.crumbs)])
    under = f'<div class="wenhao">{esc(article.under_title)}</div>\n' if article.under_title else ""
    body = f"""<div class="location">您当前的位置:{crumbs}</div>
<div class="detail">
{_info_list(article)}<div class="detail-head">
<h1>{esc(article.title)}</h1>
{under}<div class="detail-date">{_time_line(article)}</div>
{_TOOLS}
</div>
<div class="view TRS_UEDITOR trs_paper_default trs_web"><div class="TRS_Editor">
{article.body}</div></div>
{article.foot}<div class="detail-qr"><img src="/images/qr.png" />
<p>扫一扫在手机上查看当前页面</p></div>
</div>
{_SIDE}"""
    return shell(portal, _meta(article), body, article.charset)


def list_row(row: Row) -> str:
    title = f' title="{attr(row.title)}"' if row.title else ""
    date = f"<span>{row.date}</span>" if row.date else ""
    return f'<li><a href="{row.href}"{title} target="_blank">{esc(row.text)}</a>{date}</li>'


def list_page(
    portal: Portal,
    crumbs: Sequence[str],
    rows: Sequence[Row],
    page: tuple[int, int],
    stem: str = "index",
    charset: str = "utf-8",
) -> str:
    """``page`` is (number of this page counted from 0, number of pages)."""
    current, total = page
    trail = " &gt; ".join(["首页", *map(esc, crumbs)])
    items = "\n".join(map(list_row, rows))
    body = f"""<div class="location">您当前的位置:{trail}</div>
<div class="list-box"><h2>{esc(crumbs[-1])}</h2>
<ul class="list">
{items}
</ul>
<div class="page"><script type="text/javascript">
createPageHTML({total}, {current}, "{stem}", "html");
</script></div>
</div>"""
    return shell(portal, f"<title>{esc(crumbs[-1])}_{portal.county}人民政府</title>", body, charset)
