"""Titles, bodies printed twice, and the text file."""

from __future__ import annotations

import pytest

from crawler.extraction.body.repeats import collapse
from crawler.extraction.extract import read
from crawler.extraction.fields.heading import without_site
from crawler.extraction.fields.title_lines import completed, is_cut, without_title_lines
from crawler.items import Context, Paragraph, Table
from crawler.textfile import render
from tests.test_extraction_body import PROSE, capture, read_html


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("某镇2020年年度报告_政府信息公开_某县人民政府网", "某镇2020年年度报告"),
        ("某镇2020年年度报告 - 某县人民政府门户网站", "某镇2020年年度报告"),
        ("某镇2020年年度报告-某县人民政府", "某镇2020年年度报告"),
        ("2019-2020年工作要点", "2019-2020年工作要点"),
        ("某镇2020年年度报告 | 中国某县", "某镇2020年年度报告"),
        ("某镇2020年年度报告--某县公众信息网", "某镇2020年年度报告"),
        ("某镇2020年年度报告-中国某县", "某镇2020年年度报告"),
        ("某县人民政府门户网站-某镇2020年年度报告", "某镇2020年年度报告"),
        ("某县人民政府_政府信息公开", "政府信息公开"),
        ("某镇2019—2020年政府信息公开年报", "某镇2019—2020年政府信息公开年报"),
        ("某某河县_某镇2020年年度报告", "某镇2020年年度报告"),
        ("某镇2020年年度报告-政府信息公开", "某镇2020年年度报告"),
        ("某县人民政府 某镇2020年年度报告", "某镇2020年年度报告"),
        ("某县水利局2019年年度报告-某县水利局", "某县水利局2019年年度报告"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, wanted: str) -> None:
    assert without_site(title) == wanted


@pytest.mark.parametrize("head", ["信息查看", "文章详情-某县人民政府", "某县政府信息公开", ""])
@pytest.mark.parametrize("dated", ["2021年01月20日 10:01 某镇人民政府", "[2021-01-20]"])
def test_an_unmarked_title_above_a_date_without_label(head: str, dated: str) -> None:
    lines = f"<div>某镇2020年政府信息公开工作年度报告</div><div>{dated}</div>"
    body = "".join(f"<p>{line}</p>" for line in PROSE)
    page = f"<meta charset=utf-8><title>{head}</title><body>{lines}<div class=TRS_Editor>{body}"
    result = read_html(page.encode())
    assert result.title == "某镇2020年政府信息公开工作年度报告"
    assert result.published == "2021-01-20"


TITLE = "某镇人民政府2020年政府信息公开工作年度报告"
BODY = f"<div class=TRS_Editor>{''.join(f'<p>{line}</p>' for line in PROSE)}</div>"
DATED = "<p>发布时间：2021-01-20 来源：某镇</p>"


@pytest.mark.parametrize(
    "html",
    [
        f"<title>某县政府门户网站</title><table><tr><td><font size=5>{TITLE}</font></td></tr>"
        f"<tr><td>发布时间：2021-01-20 来源：某镇</td></tr></table>{BODY}",
        f"<title>某县政府门户网站</title><p>某县人民政府</p><p>{TITLE}</p>{DATED}{BODY}",
        f"<title>信息公开年报</title><p>当前位置：首页 &gt; 信息公开年报</p><h1>{TITLE}</h1>{BODY}",
        f"<title>年报_某县人民政府</title><table><tr><td>索引号</td><td>11/2021-1</td><td>信息名称</td>"
        f"<td>{TITLE}</td></tr></table><p>当前位置：首页 &gt; 年报</p>{BODY}",
        f"<meta name=ArticleTitle content='{TITLE}'><h1>{TITLE[:18]}...</h1>{BODY}",
        f"<title>{TITLE}_年报_某县人民政府</title><h1>{TITLE[:18]}…</h1>{BODY}",
        f"<title>某区教育局</title><p><b>{TITLE[:6]}<br>{TITLE[6:]}</b></p><div><p>文 号</p>"
        f"<p>某字〔2021〕1号</p><p>发布日期</p><p>2021-01-20</p><p>来源</p><p>某镇</p></div>{BODY}",
        f"<title>某县教育局</title><meta property=og:title content='{TITLE}'>{BODY}",
        f"<title>{TITLE[:12]}_某县</title><h2>{TITLE[:16]}</h2><div class=TRS_Editor>"
        f"<p>{TITLE[:16]}</p><p>{TITLE[16:]}</p><p>{PROSE[0]}</p></div>",
    ],
    ids=[
        "cells",
        "no tags",
        "column in <title>",
        "block",
        "cut, meta",
        "cut, <title>",
        "above a block without colons",
        "as it is shared",
        "cut anywhere",
    ],
)
def test_a_title_that_no_tag_marks_or_the_page_cuts(html: str) -> None:
    assert read_html(html.encode()).title == TITLE


def test_a_title_on_two_lines_above_the_date() -> None:
    html = f"<p>某县人民政府办公室</p><p>关于印发2020年政务公开工作要点的通知</p>{DATED}{BODY}"
    title = read_html(html.encode()).title
    assert title == "某县人民政府办公室关于印发2020年政务公开工作要点的通知"


def test_a_list_is_called_by_its_column() -> None:
    html = (
        "<title>乡镇年报_政府信息公开年报_某县人民政府</title><h3>政府信息公开年报</h3>"
        f"<p>当前位置：首页 &gt; 政府信息公开年报 &gt; 乡镇年报</p>{BODY}"
    )
    assert read_html(html.encode()).title == "乡镇年报"


def test_the_heading_of_a_menu_is_no_title_though_the_column_begins_with_it() -> None:
    html = (
        f"<title>某县人民政府 政府信息公开年报 {TITLE}</title>"
        "<h2 class=title>政府信息公开</h2><ul><li><a href=/a>指南</a></li></ul>"
        f"<table><tr><td class=title>{TITLE}</td></tr></table>{DATED}{BODY}"
    )
    assert read_html(html.encode()).title == TITLE


def test_no_row_of_a_list_is_its_title() -> None:
    rows = "".join(
        f"<li><span>{year + 1}-01-29</span><a href=/{year}.htm>"
        f"某县{year}年政府信息公开工作年度报告</a></li>"
        for year in range(2010, 2020)
    )
    html = (
        "<title>政府信息公开年报-某县人民政府</title>"
        "<p>当前位置：首页 &gt; 政府信息公开 &gt; 政府信息公开年报</p>"
        f"<h2>政府信息公开年报</h2><ul>{rows}</ul><p>共23条 1/3 上页 下页 尾页</p>"
    )
    assert read_html(html.encode()).title == "政府信息公开年报"


def test_a_version_in_brackets_is_of_the_title_and_a_date_is_not() -> None:
    for printed, title in (
        ("指南（2024年版）", "指南（2024年版）"),
        ("指南（2024-01-02）", "指南"),
    ):
        html = f"<h1>某县林业局政府信息公开{printed}</h1>{BODY}"
        assert read_html(html.encode()).title == f"某县林业局政府信息公开{title}"


def test_the_list_completes_a_title_that_its_page_cuts() -> None:
    html = f"<h1>{TITLE[:18]}...</h1>{BODY}".encode()
    assert read(capture(html), Context(link_text=TITLE)).title == TITLE
    other = Context(link_text="另一镇2020年年报")
    assert read(capture(html), other).title == f"{TITLE[:18]}..."


def lines(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(map(Paragraph, texts))


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            "关于2015年工作的",
            ("关于2015年工作的", "自查报告", "正文。"),
            "关于2015年工作的自查报告",
        ),
        (
            "关于2015年工作的",
            ("关于2015年工作的", "关于2015年工作的", "自查报告"),
            "关于2015年工作的自查报告",
        ),
        ("关于印发《某镇要点", ("关于印发《某镇", "要点》的通知"), "关于印发《某镇要点》的通知"),
        (
            "某镇2020年政府信息公开…",
            ("某镇2020年政府信息公开年度报告",),
            "某镇2020年政府信息公开年度报告",
        ),
        ("关于2015年工作的", ("关于2015年工作的情况，我们认为。",), "关于2015年工作的"),
        ("某镇2014年重点工", ("某镇2014年重点工作", "安排的通知"), "某镇2014年重点工作安排的通知"),
        ("某镇2014年重点工", ("某镇2014年重点工程已开工", "正文。"), "某镇2014年重点工"),
        ("某镇年度报告", ("某镇年度报告", "补充"), "某镇年度报告"),
    ],
)
def test_a_cut_title_is_completed_from_the_body(
    title: str, body: tuple[str, ...], wanted: str
) -> None:
    assert completed(title, lines(*body)) == wanted
    assert is_cut(title) == (title not in ("某镇年度报告", "某镇2014年重点工"))


def test_title_lines_go_only_when_together_they_are_the_title() -> None:
    title = "某镇2018年工作要点的通知"
    body = lines(
        "某政发〔2018〕1号",
        "某镇2018年",
        "工作要点的通知",
        "各村：",
        "某镇2018年工作要点",
        "正文。",
    )
    kept = without_title_lines(title, body)
    assert [one.text for one in kept if isinstance(one, Paragraph)] == [
        "某政发〔2018〕1号",
        "各村：",
        "某镇2018年工作要点",
        "正文。",
    ]


RUN = [
    f"第{n}段：全镇主动公开政府信息，群众可以通过网站、公开栏和微信公众号查询，效果良好。"
    for n in range(1, 8)
]


def texts(blocks: tuple[Paragraph | Table, ...]) -> list[str]:
    return [one.text for one in blocks if isinstance(one, Paragraph)]


def test_a_body_printed_twice_is_kept_once_with_what_only_one_copy_has() -> None:
    twice = lines("某府〔2015〕42号", *RUN, "特此报告。", "自查报告", *RUN, "某乡人民政府")
    kept, repeated = collapse(twice, "关于工作的自查报告")
    assert repeated
    assert texts(kept) == ["某府〔2015〕42号", *RUN, "特此报告。", "某乡人民政府"]


@pytest.mark.parametrize(
    "between",
    [["2016年工作开展情况的报告"], ["某县西北乡人民政府"], ["主动公开信息93条"]],
    ids=["year", "issuer", "number"],
)
def test_two_texts_that_differ_between_are_not_one(between: list[str]) -> None:
    twice = lines(*RUN, *between, *RUN)
    assert collapse(twice, "某乡2015年报告") == (twice, False)


def test_short_repeats_and_tables_are_left_alone() -> None:
    short = lines(*RUN[:2], *RUN[:2])
    assert collapse(short, "") == (short, False)
    form = Table((("甲", "0"), ("乙", "0")))
    tables = (*lines(*RUN), form, *lines(*RUN), form)
    assert collapse(tables, "") == (tables, False)


def test_a_small_common_part_of_two_long_texts_is_no_second_copy() -> None:
    first = [
        f"甲村{n}的做法与别村不同，值得在全镇范围内推广，并写入明年的计划之中去。"
        for n in range(40)
    ]
    both = lines(*first, *RUN, *[one.replace("甲", "乙") for one in first], *RUN)
    assert collapse(both, "")[1] is False


def test_a_text_file_prints_only_what_is_given() -> None:
    assert render("题", (), "", "", lines("文。")) == "题\n\n文。\n"
    table = Table((("甲", "乙"), ("丙", "")))
    assert render("题", (("索引号", "1/2"),), "2018-07-04", "某镇", (*lines("文。"), table)) == (
        "题\n索引号:1/2\n时间:2018-07-04 来源:某镇\n\n文。\n\n甲\t乙\n丙\t\n"
    )
    assert render("题", (), "", "某镇", ()) == "题\n来源:某镇\n"
