"""The pages of the matrix: every container of the genre × every way editors write paragraphs.

A page is made from its ground truth, an annual report of paragraphs and (in half of the pages)
the three official tables of the form of 2021; the markup around and inside the text is what
differs. The report and its numbers are invented.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crawler.items import Block, Paragraph, Table
from tests.benchmarks.matrix_forms import FORMS, grid, table_markup

TITLE = "青石镇人民政府2023年政府信息公开工作年度报告"
_LEAD = (
    "根据《中华人民共和国政府信息公开条例》第五十条规定，编制青石镇人民政府2023年政府信息公开工作"
    "年度报告。本报告所列数据的统计期限自2023年1月1日起至12月31日止。",
    "一、总体情况",
    "2023年，青石镇坚持以公开为常态、不公开为例外，全年主动公开政府信息279条，其中政策文件16条，"
    "回应群众关切1036次，比上年增加12.5%。",
    "（一）主动公开",
    "围绕乡村振兴、惠农补贴、社会救助等领域，及时公开资金分配方案和发放结果，接受群众监督。",
    "（二）依申请公开",
    "全年新收政府信息公开申请14件，均在法定期限内答复，没有因答复引起的行政复议和行政诉讼。",
    "二、主动公开政府信息情况",
)
_AFTER_FIRST = ("三、收到和处理政府信息公开申请情况",)
_AFTER_SECOND = ("四、政府信息公开行政复议、行政诉讼情况",)
_END = (
    "五、存在的主要问题及改进情况",
    "一是公开内容不够全面，群众关心的信息还不够具体；二是解读形式单一，图表和短片较少。",
    "下一步，将完善公开目录，落实专人负责，每季度开展一次自查，把问题整改到位。",
    "六、其他需要报告的事项",
    "本年度没有收取信息处理费，没有其他需要报告的事项。",
    "青石镇人民政府",
    "2024年1月18日",
)

#: What a page prints around a text and a reader would not keep; none of it is in the report.
CHROME = (
    "设为首页",
    "走进河西",
    "互动交流",
    "河西县召开全县重点项目推进会",
    "县领导到青石镇调研防汛工作",
    "当前位置",
    "浏览次数",
    "【打印本页】",
    "扫一扫在手机打开当前页",
    "分享到",
    "上一篇",
    "相关链接",
    "政府网站标识码",
    "公网安备",
)
_BEFORE = """<div class="top"><a href="#">设为首页</a> | <a href="/app/">客户端</a></div>
<ul class="nav">{nav}</ul>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a>
&gt; 年度报告</div>
<h1>{title}</h1>
<div class="info"><span>发布时间：2024-01-19 09:30</span><span>来源：青石镇人民政府</span>
<span>浏览次数：<em id="hits">128</em></span><span>【字体：大 中 小】</span></div>"""
_AFTER = """<div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="qr"><img src="/images/qrcode.png"><p>扫一扫在手机打开当前页</p></div>
<div class="turn"><p>上一篇：<a href="/a/1.html">水务局2023年政府信息公开工作年度报告</a></p></div>
<div class="more"><h3>相关链接</h3><ul>
<li><a href="/n/1.html">河西县召开全县重点项目推进会</a></li>
<li><a href="/n/2.html">县领导到青石镇调研防汛工作</a></li></ul></div>
<div class="foot"><p>主办：河西县人民政府办公室 技术支持：某信息技术有限公司</p>
<p>政府网站标识码：9900000000 某ICP备00000000号 某公网安备00000000000000号</p></div>"""
_INSIDE = '<p style="text-align:right">【打印本页】</p>'
_NAV = ("网站首页", "走进河西", "新闻中心", "政务公开", "政务服务", "互动交流", "数据开放")

CONTAINERS = {
    ".TRS_Editor": '<div class="TRS_Editor">{}</div>',
    ".trs_editor_view": '<div class="view trs_editor_view trs_web">{}</div>',
    ".TRS_UEDITOR": '<div class="view TRS_UEDITOR trs_paper_default">{}</div>',
    "ucapcontent": '<div id="zoom"><UCAPCONTENT>{}</UCAPCONTENT></div>',
    "#zoom": '<div id="zoom">{}</div>',
    "#vsb_content": '<div id="vsb_content_2"><div class="v_news_content">{}</div></div>',
    ".article-content": '<div class="article-content">{}</div>',
    ".news_cont_d_wrap": '<div class="news_cont_d_wrap">{}</div>',
    ".wzcon": '<div class="wzcon j-fontContent">{}</div>',
    "td": '<table width="980"><tbody><tr><td>{}</td></tr></tbody></table>',
    "unknown": '<div class="nbzw_box_k2"><div>{}</div></div>',
}


def _each(before: str, after: str) -> Callable[[tuple[str, ...]], str]:
    return lambda lines: "".join(f"{before}{line}{after}" for line in lines)


def _one_paragraph(lines: tuple[str, ...]) -> str:
    return f"<p>{'<br><br>'.join(lines)}</p>"


def _ueditor(lines: tuple[str, ...]) -> str:
    """UEditor keeps what was pasted: a span for every change of font, also between digits."""
    split = (re.sub(r"\d", r'<span lang="EN-US">\g<0></span>', line) for line in lines)
    return _each('<p style="text-indent:43px"><span style="font-family:仿宋">', "</span></p>\n")(
        tuple(split)
    )


MARKUPS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "p": _each("<p>", "</p>\n"),
    "div": _each("<div>", "</div>\n"),
    "p>span": _each("<p><span>", "</span></p>\n"),
    "section>span": _each("<section><span>", "</span></section>\n"),
    "br-br": _one_paragraph,
    "bare-br": _each("\u3000\u3000", "<br>\n"),
    "ueditor": _ueditor,
}


@dataclass(frozen=True)
class MatrixPage:
    """A page of the matrix and the blocks that a careful reader would keep of it."""

    container: str
    markup: str
    content: bytes
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        tables = any(isinstance(one, Table) for one in self.blocks)
        return f"{self.container} × {self.markup}{' × tables' if tables else ''}"


def pages() -> Iterator[MatrixPage]:
    """All 154 pages, in a fixed order."""
    for with_tables, container, markup in itertools.product((False, True), CONTAINERS, MARKUPS):
        yield _page(container, markup, with_tables=with_tables)


def _page(container: str, markup: str, *, with_tables: bool) -> MatrixPage:
    write = MARKUPS[markup]
    parts: list[str] = []
    blocks: list[Block] = []
    for lines, form in zip((_LEAD, _AFTER_FIRST, _AFTER_SECOND, _END), (*FORMS, None), strict=True):
        parts.append(write(lines))
        blocks += map(Paragraph, lines)
        if with_tables and form:
            parts.append(table_markup(form))
            blocks.append(Table(grid(form)))
    inner = CONTAINERS[container].format("".join(parts) + _INSIDE)
    nav = "".join(f'<li><a href="/{n}/">{name}</a></li>' for n, name in enumerate(_NAV))
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}_河西县人民政府</title>'
        f"</head><body>{_BEFORE.format(nav=nav, title=TITLE)}<div class='main'>{inner}</div>"
        f"{_AFTER}</body></html>"
    )
    return MatrixPage(container, markup, page.encode(), tuple(blocks))
