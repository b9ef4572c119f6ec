"""Bodies: every container × paragraph markup × the three forms, white space, grids, chrome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from lxml import html

from crawler.extraction.body.container import find_body
from crawler.extraction.body.paragraphs import blocks_of, paragraphs
from crawler.extraction.extract import read
from crawler.extraction.page import Page
from crawler.extraction.tables.grids import grid
from crawler.extraction.tables.rows import layout_of
from crawler.items import Capture, PageResult, Paragraph, Table, render_blocks

NAV = "".join(
    f'<li><a href="/c{n}/">{name}</a></li>'
    for n, name in enumerate(
        ["网站首页", "走进本县", "政务公开", "政务服务", "互动交流", "专题专栏"] * 3
    )
)
FOOT = (
    "<div class='foot'><p>主办单位：某县人民政府办公室 技术支持：某信息公司</p>"
    "<p>网站标识码：6400000000 宁ICP备00000000号</p><p>联系我们 网站地图</p></div>"
)
PROSE = [
    "根据《中华人民共和国政府信息公开条例》规定，现公布某某镇2022年政府信息公开工作年度报告。",
    "一、总体情况",
    "2022年，某某镇坚持以公开为常态、不公开为例外，主动公开政府信息279条，其中政策文件3条。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "一是公开内容不够全面，群众关心的信息还不具体。二是公开形式单一，渠道有待拓宽。",
    "六、其他需要报告的事项",
    "本年度没有收取信息处理费。",
]
FORM_2 = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "0", "0", "0"]]
FORM_4 = [["结果维持", "结果纠正", "总计"], ["0", "1", "1"]]


def table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<td><p><span>{c}</span></p></td>" for c in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _each(before: str, after: str) -> Callable[[str], str]:
    return lambda line: f"{before}{line}{after}"


MARKUP = {
    "p": _each("<p>", "</p>"),
    "p-span": _each('<p style="text-indent:2em"><span>', "</span></p>"),
    "div": _each("<div>", "</div>"),
    "section": _each("<section>", "</section>"),
    "span-br": _each("<span>", "</span><br>"),
    "block-span": _each('<span style="display: block">', "</span>"),
    "br-br": _each("　　", "<br><br>\n"),
    "indented-br": _each("\u3000\u3000", "<br/>"),
    "nbsp-p": _each("<p>&nbsp;&nbsp;&nbsp;&nbsp;", "</p><p>&nbsp;</p>"),
    "font-p": _each('<p><font face="仿宋">', "</font><o:p></o:p></p>\n"),
}
CONTAINERS = {
    "TRS": '<div class="TRS_Editor">{}</div>',
    "TRS-new": '<div class="view TRS_UEDITOR trs_paper_default">{}</div>',
    "zoom": '<div id="zoom">{}</div>',
    "UCAP": '<div class="article-content" id="zoomcon"><UCAPCONTENT>{}</UCAPCONTENT></div>',
    "VSB": '<div id="vsb_content_2"><div class="v_news_content">{}</div></div>',
    "NFCMS": '<div class="article-content">{}</div>',
    "lonsun": '<div class="wzcon j-fontContent">{}</div>',
    "unknown": '<div class="qwertz"><div>{}</div></div>',
    "td": "<table><tr><td>{}</td></tr></table>",
}


def page(inner: str, title: str = "某某镇2022年政府信息公开工作年度报告") -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>{title}_某县人民政府网</title></head><body>"
        f"<ul>{NAV}</ul><div class=main><h1>{title}</h1>"
        "<p>发布时间：2023-01-20 来源：某某镇 字号：[大 中 小]</p>"
        f"{inner}<p>扫一扫在手机打开当前页</p></div>{FOOT}</body></html>"
    ).encode()


URL = "http://www.mou.gov.cn/a/t20230120_1.html"


def capture(content: bytes, url: str = URL) -> Capture:
    return Capture("r", url, datetime(2023, 2, 1, tzinfo=UTC), 200, (), content)


def read_html(content: bytes, url: str = URL) -> PageResult:
    return read(capture(content, url))


def body_of(inner: str) -> str:
    root = html.fragment_fromstring(inner, create_parent="div")
    return render_blocks(blocks_of((root,)))


@pytest.mark.parametrize("markup", MARKUP)
@pytest.mark.parametrize("container", CONTAINERS)
def test_prose_and_forms_come_out_whole_and_in_order(container: str, markup: str) -> None:
    make = MARKUP[markup]
    pieces = [make(line) for line in PROSE]
    pieces.insert(4, table(FORM_2))
    pieces.insert(7, table(FORM_4))
    result = read_html(page(CONTAINERS[container].format("".join(pieces))))
    wanted: list[str] = list(PROSE)
    wanted.insert(4, "\n".join("\t".join(row) for row in FORM_2))
    wanted.insert(7, "\n".join("\t".join(row) for row in FORM_4))
    assert result.body == "\n\n".join(wanted)
    assert result.published == "2023-01-20"
    assert result.source == "某某镇"


def test_pieces_in_spans_of_their_own_are_neither_lost_nor_spaced() -> None:
    pieces = "<span>。二</span><b>是</b>渠道，<span>三是</span>\n建议<span>4件</span>，<i>2 018</i>"
    inner = f"<p>职责{pieces}</p>"
    assert body_of(inner) == "职责。二是渠道，三是建议4件，2 018"


def test_white_space_is_squeezed_but_single_published_spaces_stay() -> None:
    inner = (
        "<p>\u3000\u3000于&nbsp;2018 年\u3000\u3000统 计 指 标&nbsp;&nbsp; 意图。 (镇\u200b) </p>"
    )
    assert body_of(inner) == "于 2018 年 统 计 指 标 意图。 (镇)"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (
            "我們按照要求,在公開基本內容的基礎\n上,重點公開",
            ["我們按照要求,在公開基本內容的基礎上,重點公開"],
        ),
        ("第一句结束。\n第二句开始", ["第一句结束。", "第二句开始"]),
        ("主要做好以下工作：\n一是加大力度", ["主要做好以下工作：", "一是加大力度"]),
        (
            "各村、各办(队、中心):\n现将要点印发给你们",
            ["各村、各办(队、中心):", "现将要点印发给你们"],
        ),
        ("一、总体情况\n本镇认真贯彻", ["一、总体情况", "本镇认真贯彻"]),
        (
            "特此报告\n某县某镇人民政府\n2015年12月9日",
            ["特此报告", "某县某镇人民政府", "2015年12月9日"],
        ),
        ("这一段的末尾没有标点\n\n这是新的一段", ["这一段的末尾没有标点", "这是新的一段"]),
        ("前面的一段没有标点\n\u3000\u3000缩进的是新段", ["前面的一段没有标点", "缩进的是新段"]),
        ("please read all of the\nmanual", ["please read all of the manual"]),
        ("我镇主动公开政府信息的总数截至\n2018年底", ["我镇主动公开政府信息的总数截至2018年底"]),
        ("联系人 张三\n电话 0951", ["联系人 张三", "电话 0951"]),
    ],
)
def test_a_line_break_joins_only_inside_a_sentence(raw: str, wanted: list[str]) -> None:
    assert paragraphs(raw) == wanted


def grid_of(markup: str) -> list[tuple[str, ...]]:
    return list(grid(layout_of(html.fragment_fromstring(markup))))


def test_spans_print_their_text_once_in_a_full_grid() -> None:
    assert grid_of(
        "<table><tr><td rowspan=2>指标</td><td colspan=2>申请人</td></tr>"
        "<tr><td>自然人</td><td>法人</td></tr><tr><td>数量</td><td>1</td><td>2</td></tr></table>"
    ) == [("指标", "申请人", ""), ("", "自然人", "法人"), ("数量", "1", "2")]


def test_phantom_columns_of_word_are_not_columns() -> None:
    assert grid_of(
        "<table><tr><td>项目</td><td>自然人</td><td colspan=2>法人</td><td>总计</td></tr>"
        "<tr><td>新收</td><td colspan=2>3</td><td>4</td><td>7</td></tr>"
        "<tr><td>结转</td><td colspan=2>0</td><td>1</td><td>1</td></tr></table>"
    ) == [("项目", "自然人", "法人", "总计"), ("新收", "3", "4", "7"), ("结转", "0", "1", "1")]


def test_wrapped_cells_are_joined_and_empty_trailing_cells_stay() -> None:
    assert grid_of(
        "<table><tr><td>本年新<br>制作数量</td><td><p>公安</p><p>机关</p></td><td>数</td></tr>"
        "<tr><td>二、回应</td><td>——</td><td></td></tr></table>"
    ) == [("本年新制作数量", "公安机关", "数"), ("二、回应", "——", "")]


def test_absurd_and_broken_spans_are_bounded() -> None:
    rows = grid_of(
        "<table><tr><td colspan=99999999 rowspan=-3>甲</td><td colspan=x>乙</td></tr>"
        "<tr><td>丙</td><td>丁</td></tr></table>"
    )
    assert rows == [("甲", "乙"), ("丙", "丁")]


def test_a_one_column_table_becomes_paragraphs() -> None:
    assert body_of("<table><tr><td>第一段。</td></tr><tr><td>第二段。</td></tr></table>") == (
        "第一段。\n\n第二段。"
    )


def test_a_layout_table_is_read_as_text_and_its_data_table_as_a_table() -> None:
    inner = table(FORM_2)
    paragraphs_ = "".join(f"<p>{line}</p>" for line in PROSE)
    root = html.fragment_fromstring(
        f"<div><table><tr><td>目录</td><td>{paragraphs_}{inner}</td></tr></table></div>"
    )
    blocks = blocks_of((root,))
    assert [type(one) for one in blocks] == [Paragraph] * (1 + len(PROSE)) + [Table]


def test_hidden_scripted_and_annotated_text_is_not_read() -> None:
    inner = (
        "<p>报<ruby>告<rp>(</rp><rt>gào</rt><rp>)</rp></ruby>正文</p><script>var x='脚本'</script>"
        "<p style='DISPLAY: none'>隐藏</p><p hidden>隐藏</p>"
        "<style>p{}</style><textarea>框</textarea>"
    )
    assert body_of(inner) == "报告正文"


def test_text_that_waits_for_a_script_to_show_it_is_the_text() -> None:
    hidden = "".join(f"<p>{line}</p>" for line in PROSE)
    result = read_html(page(f"<div id=zoom><div style='display:none'>{hidden}</div></div>"))
    assert result.body == "\n\n".join(PROSE)


def test_desktop_and_mobile_copies_are_one_body() -> None:
    copy = "".join(f"<p>{line}</p>" for line in PROSE)
    result = read_html(
        page(f"<div id=zoom>{copy}</div><div class=wap><div id=zoom>{copy}</div></div>")
    )
    assert result.body == "\n\n".join(PROSE)


def test_a_weak_container_with_little_of_the_text_is_not_the_body() -> None:
    prose = "".join(f"<p>{line}</p>" for line in PROSE * 2)
    short = "<div class=content id=content><p>本栏目公开信息。</p></div>"
    found = find_body(Page(capture(f"<body>{short}<div class=x>{prose}</div>".encode())))
    assert found.path == "prose"


def test_a_strong_container_with_one_line_is_the_body() -> None:
    sidebar = "".join(f"<p>{line}</p>" for line in PROSE)
    link = "<div class=TRS_Editor><p><a href=a.pdf>年报.pdf</a></p></div>"
    found = find_body(Page(capture(f"<body>{link}<div>{sidebar}</div>".encode())))
    assert found.path == "container:.TRS_Editor"


def test_a_small_table_between_short_sentences_is_a_text() -> None:
    lines = ["工作情况如下：", "对未达标栏目，已督促整改。"]
    rows = (("栏目", "更新条数"), ("财政信息", "3"), ("村务公开", "0"))
    table = "".join(f"<tr><td>{column}</td><td>{count}</td></tr>" for column, count in rows)
    html = (
        f"{NAV}<div class=k7><h1>某镇2022年第四季度政务公开工作情况</h1>"
        f"<p>{lines[0]}</p><table>{table}</table><p>{lines[1]}</p></div>{FOOT}"
    )
    assert read_html(html.encode()).blocks == (
        Paragraph(lines[0]),
        Table(rows),
        Paragraph(lines[1]),
    )
