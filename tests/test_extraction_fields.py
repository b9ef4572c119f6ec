"""Fields: the five layouts of the information block, header lines, titles, repeats."""

from __future__ import annotations

import pytest

from tests.test_extraction_body import PROSE, page, read_html

BODY = "<div class=TRS_Editor>" + "".join(f"<p>{line}</p>" for line in PROSE) + "</div>"
INFO = (
    ("索引号", "640502017/2018-41187"),
    ("发文字号", "东政发〔2018〕112号"),
    ("发布机构", "东园镇人民政府"),
    ("有效性", "有效"),
    ("成文日期", "2018-07-04"),
)
LAYOUTS = {
    "table of pairs": (
        "<table><tr><td>索 引 号：</td><td>640502017/2018-41187</td><td>文　　号：</td>"
        "<td>东政发〔2018〕112号</td></tr><tr><td>发文机关</td>"
        "<td>东园镇人民政府</td>"
        "<td>有 效 性</td><td>有效</td></tr><tr><td>生成日期</td>"
        "<td>2018年7月4日</td><td>主题分类</td><td></td></tr></table>"
    ),
    "pairs in one line": (
        "<div>索 引 号 : 640502017/2018-41187 | 发布机构: 东园镇人民政府 |"
        "成文日期: 2018-07-04 |</div>"
        "<div>发文字号: 东政发〔2018〕112号 | 公文种类: |"
        " 有 效 性 : 有效 | 字体: [ 大 中 小 ] |</div>"
    ),
    "label and value on lines of their own": (
        "<dl><dt>索引号:</dt><dd>640502017/2018-41187</dd><dt>发文字号:</dt><dd>东政发〔2018〕112号</dd>"
        "<dt>发布机构:</dt><dd>东园镇人民政府</dd><dt>有效性:</dt><dd>有效</dd><dt>主题分类:</dt><dd></dd>"
        "<dt>成文日期:</dt><dd>2018/7/4</dd></dl>"
    ),
    "list of pairs": (
        "<ul><li>- 索 引 号:640502017/2018-41187</li><li>- 备注/文号:东政发〔2018〕112号</li>"
        "<li>- 发布机构:东园镇人民政府</li><li>- 时效:有效</li>"
        "<li>- 公文生成日期:2018-07-04</li></ul>"
    ),
    "labels over values": (
        "<table><thead><tr><td>索取号</td><td>文件编号</td><td>发布机构</td><td>有效性</td><td>成文日期</td></tr>"
        "</thead><tr><td>640502017/2018-41187</td><td>东政发〔2018〕112号</td><td>东园镇人民政府</td>"
        "<td>有效</td><td>2018-07-04</td></tr></table>"
    ),
    "divs with spans": (
        "<div><p><span>索引号：</span><span>640502017/2018-41187</span></p>"
        "<p><b>文号：</b><i>东政发〔2018〕112号</i></p><p><label>发布单位：</label>东园镇人民政府</p>"
        "<p>有效性：有效</p><p>成文时间：2018年07月04日</p></div>"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("inside", [False, True], ids=["above the body", "inside the container"])
def test_every_layout_of_the_information_block(layout: str, inside: bool) -> None:
    block = LAYOUTS[layout]
    html = BODY.replace("TRS_Editor>", f"TRS_Editor>{block}") if inside else block + BODY
    result = read_html(page(html))
    assert result.infobox == INFO
    assert result.body == "\n\n".join(PROSE)


def test_labels_whose_colon_stands_before_the_value() -> None:
    block = "".join(f"<div>{label}</div><div>：{value}</div>" for label, value in INFO)
    assert read_html(page(f"<div>{block}</div>{BODY}")).infobox == INFO


def test_a_block_below_the_text_counts_where_none_stands_above() -> None:
    block = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in INFO)
    assert read_html(page(f"{BODY}<table>{block}</table>")).infobox == INFO
    above = "<p>索引号：11/2022-1 发布机构：某镇</p>"
    result = read_html(page(f"{above}{BODY}<h3>其他信息</h3><div><table>{block}</table></div>"))
    assert (result.info("索引号"), result.info("发布机构")) == ("11/2022-1", "某镇")


def test_mirrors_print_labels_in_their_script_and_with_readings() -> None:
    block = (
        "<p>索引號(hào)：370699/2021-00034 發(fā)布機(jī)構(gòu)：臨濱區(qū)檔案局"
        " 生成日期：2021-01-22</p>"
    )
    assert read_html(page(block + BODY)).infobox == (
        ("索引号", "370699/2021-00034"),
        ("发布机构", "臨濱區(qū)檔案局"),
        ("成文日期", "2021-01-22"),
    )


def test_the_more_telling_of_two_labels_counts() -> None:
    block = "<p>索引号：11/2022-1 发文日期：2022-01-09 是否有效：有效 成文日期：2022-01-05</p>"
    result = read_html(page(block + BODY))
    assert (result.info("成文日期"), result.info("有效性")) == ("2022-01-05", "有效")
    assert result.field_sources["成文日期"]["label"] == "成文日期"


@pytest.mark.parametrize("tags", [("ul", "li"), ("div", "p"), ("tr", "td")])
def test_values_without_labels_are_typed_by_pattern_and_position(tags: tuple[str, str]) -> None:
    outer, inner = tags
    values = [
        "640502017/2018-41187",
        "东政发〔2018〕112号",
        "东园镇",
        "区政府办",
        "有效",
        "2018年07月04日",
    ]
    bullets = "".join(f"<{inner}>• {value}</{inner}>" for value in values)
    bullets = f"<{outer}>{bullets}</{outer}>"
    bullets = f"<table>{bullets}</table>" if outer == "tr" else bullets
    result = read_html(page(bullets + BODY))
    assert result.infobox == (
        *INFO[:2],
        ("责任部门", "东园镇"),
        ("发布机构", "区政府办"),
        *INFO[3:],
    )
    assert all(result.field_sources[label]["inferred"] for label, _ in result.infobox)


def test_a_bare_none_among_values_without_labels_is_the_document_number() -> None:
    values = ("640502017/2018-41187", "无", "东园镇", "区政府办", "有效", "2018年07月04日")
    bullets = "".join(f"<li>{value}</li>" for value in values)
    assert read_html(page(f"<ul>{bullets}</ul>{BODY}")).info("发文字号") == "无"


def test_empty_values_are_left_out_and_a_printed_none_stays() -> None:
    result = read_html(page(f"<p>索引号： 发文字号： 公文种类：无 主题分类：</p>{BODY}"))
    assert result.infobox == (("公文种类", "无"),)


def test_a_search_form_above_the_page_is_no_information_block() -> None:
    form = "<form><label>索引号：</label><input><label>发文字号：</label><input></form>"
    result = read_html(page(form + LAYOUTS["table of pairs"] + BODY))
    assert result.infobox == INFO


HEADER_LINES = {
    "labelled": ("发布日期：2021-02-03 14:05 来源：某镇党政办", "2021-02-03", "某镇党政办"),
    "spans": (
        "<span>来源：某镇</span><span>发布时间：2021年2月3日</span><span>【字号：大 中 小】</span>",
        "2021-02-03",
        "某镇",
    ),
    "bare date": (
        "2021-02-03 10:10 &nbsp;&nbsp;&nbsp; 来源： 某镇政府 打印",
        "2021-02-03",
        "某镇政府",
    ),
    "source first": (
        "来源：某日报 &nbsp; &nbsp; 2021年02月03日 08:13:00 【字体：大】",
        "2021-02-03",
        "某日报",
    ),
    "empty source": ("信息来源: 发布日期：2021-02-03 13:57", "2021-02-03", ""),
    "brackets": (
        "【信息来源：<span>区商务局</span>】 【信息时间：2021-02-03 16:44】",
        "2021-02-03",
        "区商务局",
    ),
    "no labels": (
        "2021-02-03 09:15&nbsp; 石桥镇党政办 &nbsp;点击：[<span></span>]",
        "2021-02-03",
        "石桥镇党政办",
    ),
    "counters without a colon": ("时间：2021-02-03 来源：某镇 浏览次数 12", "2021-02-03", "某镇"),
    "old names": (
        "发表日期：2021年2月3日 出处：芦花镇 【编辑录入：admin】",
        "2021-02-03",
        "芦花镇",
    ),
    "values in tags": (
        "时间：<i>2021-02-03</i> 来源：<b> 某镇 </b> 浏览次数：<span></span>",
        "2021-02-03",
        "某镇",
    ),
}


@pytest.mark.parametrize("form", HEADER_LINES)
@pytest.mark.parametrize("inside", [False, True], ids=["above the body", "inside the container"])
def test_header_lines(form: str, inside: bool) -> None:
    line, published, source = HEADER_LINES[form]
    top = f"<h1>某某镇2020年政府信息公开工作年度报告</h1><p>{line}</p>"
    html = BODY.replace("TRS_Editor>", f"TRS_Editor>{top}") if inside else top + BODY
    content = (
        "<head><title>某某镇2020年政府信息公开工作年度报告</title>"
        f"<meta name=PubDate content='2024-09-09'></head><body>{html}</body>"
    )
    result = read_html(content.encode())
    assert (result.published, result.source) == (published, source)
    if form != "bare date" or not inside:
        assert result.body == "\n\n".join(PROSE)


def test_meta_is_used_only_where_nothing_is_visible() -> None:
    head = (
        '<meta name="PubDate" content="2022-01-09 08:00"><meta name="ContentSource" content="某县">'
    )
    result = read_html(f"<head>{head}</head><body><h1>公告</h1>{BODY}".encode())
    assert (result.published, result.source) == ("2022-01-09", "某县")
    assert result.field_sources["published"]["where"] == "meta PubDate"


def test_the_source_may_stand_below_the_text_inside_its_container() -> None:
    text = BODY.replace("</div>", "<p>来源：东园镇党政办</p></div>")
    result = read_html(f"<body><h1>公告标题文字</h1>{text}".encode())
    assert (result.source, result.body) == ("东园镇党政办", "\n\n".join(PROSE))


def test_no_source_is_made_up_from_the_publisher() -> None:
    html = f"<body><h1>公告标题文字</h1><p>发布机构：东园镇 索引号：640502017/2018-41187</p>{BODY}"
    assert read_html(html.encode()).source == ""


@pytest.mark.parametrize(
    "crumbs",
    [
        "<div>您当前的位置:首页 > 政府信息公开 > 年报 > 太阳山镇</div>",
        "<p>当前位置： <a>首页</a> » <a>政府信息公开</a> » <a>年报</a> » <a>太阳山镇</a> » 详情",
        "<p><a>首页</a>&gt;&gt;<a>政府信息公开</a>&gt;&gt;<a>年报</a>&gt;&gt;太阳山镇</p>",
        "<div><span>您所在的位置：</span><ul><li>首页</li><li>政府信息公开</li><li>年报</li><li>太阳山镇</li></ul></div>",
    ],
)
def test_breadcrumbs(crumbs: str) -> None:
    assert read_html(page(crumbs + BODY)).breadcrumb == ("政府信息公开", "年报", "太阳山镇")


def test_labels_in_the_text_itself_are_text() -> None:
    inner = "<p>时间：2024年3月7日</p><p>责任单位：县政府办</p>"
    html = (
        f"<body><h1>公告标题文字</h1><p>2024-02-01</p>{BODY.replace('Editor>', f'Editor>{inner}')}"
    )
    result = read_html(html.encode())
    assert result.published == "2024-02-01"
    assert result.infobox == ()
    assert result.body.startswith("时间：2024年3月7日\n\n责任单位：县政府办")


def test_the_clock_of_the_banner_is_no_publication_date() -> None:
    html = f"<body><div>2024年3月7日 星期四</div><h1>公告标题文字</h1>{BODY}</body>"
    assert read_html(html.encode()).published == ""


def test_the_name_of_the_site_is_no_title_where_a_heading_stands() -> None:
    head = "<title>某某县人民政府门户网站</title><h1 class=logo>某某县人民政府</h1>"
    result = read_html(f"{head}<div class=NewsTitle>某某镇工作要点</div>{BODY}".encode())
    assert result.title == "某某镇工作要点"
