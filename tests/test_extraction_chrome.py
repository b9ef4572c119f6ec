"""Furniture of pages is told from text by whole lines."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from crawler.extraction.boilerplate import is_chrome, without_chrome
from crawler.items import Paragraph
from tests.test_extraction_body import PROSE, page, read_html


@pytest.mark.parametrize(
    "line",
    [
        "字号:",
        "用微信扫描二维码",
        "分享至好友和朋友圈",
        "×",
        "扫一扫在手机上查看当前页面",
        "扫一扫在手机打开当前页",
        "字体: [ 大 中 小 ]",
        "【打印】【关闭】",
        "打印本页 | 关闭窗口",
        "新媒体",
        "智能机器人",
        "上一篇：没有了",
        "下一篇：某镇2019年年报",
        "您当前的位置:首页 > 年报 > 镇",
        "网站标识码：6400000000",
        "浏览次数：12",
        "下载PDF版",
        "Copyright © 2020",
        "分享到：",
        "【字体：大 中 小】 打印 收藏",
        "【加入收藏】【告诉好友】【打印此文】【关闭窗口】",
        "上一篇文章：关于公布区政府领导分工的通知",
        "下一篇文章：没有了",
    ],
)
def test_lines_of_furniture_are_chrome(line: str) -> None:
    assert is_chrome(line)


@pytest.mark.parametrize(
    "line",
    [
        "关闭非法网站3家。",
        "打印政府信息公开申请表供群众使用。",
        "(此件公开发布)",
        "(此页无正文)",
        "附件下载次数为12次",
        "利用新媒体、智能机器人开展政策解读",
        "版权所有者应当",
        "一、主动公开",
        "联系我们的方式如下",
        "附件：1.统计表",
        "扫一扫在手机上查看当前页面的群众有30人",
        "2018年",
        "(詳情見正文)",
        "一是做好信息公开",
        "下一步打算",
        "政府信息公开制度",
        "位置：318国道旁",
        "附件：",
        "返回政府信息",
    ],
)
def test_text_that_mentions_furniture_is_text(line: str) -> None:
    assert not is_chrome(line)


def test_an_attachment_heading_is_chrome_only_where_nothing_follows() -> None:
    lines = (
        Paragraph("正文。"),
        Paragraph("附件："),
        Paragraph("1.统计表"),
        Paragraph("附件下载:"),
    )
    assert without_chrome(lines) == lines[:3]


@pytest.mark.parametrize(
    "line",
    [
        "“禹州坪发布”微信公众号",
        "掌上禹州坪客户端",
        "新媒体矩阵",
        "相关链接：某区人民政府办公室关于印发2021年政务公开工作要点的通知",
        "网友评论：（只显示最新10条。）",
        "责任编辑：张三 审核：李四",
        "主办：某区人民政府办公室 技术支持：智云科技公司网站标识码 4408830026 ICP备48641503号",
    ],
)
def test_what_stands_below_a_text_is_chrome_only_there(line: str) -> None:
    text = Paragraph("开通“健康蒙峪”微信公众号，发布信息12条。")
    assert without_chrome((text, Paragraph(line))) == (text,)
    assert without_chrome((Paragraph(line), text)) == (Paragraph(line), text)


def test_rows_of_links_go_at_the_end_only_and_a_single_link_stays() -> None:
    text, rows = Paragraph("正文。"), [Paragraph(f"关于第{n}号公示2021-04-0{n}") for n in (1, 2, 3)]
    known = {one.text for one in rows}
    assert without_chrome((text, *rows), known) == (text,)
    assert without_chrome((*rows, text), known) == (*rows, text)
    assert without_chrome((text, rows[0]), known) == (text, rows[0])


def test_rows_of_links_a_container_took_in_are_no_text_but_an_annex_is() -> None:
    prose = "".join(f"<p>{line}</p>" for line in PROSE)
    pages = "".join(
        f"<li><a href=/x/{n}.htm>关于第{n}号结果的公示</a> 2021-04-0{n}</li>" for n in (1, 2, 3)
    )
    files = "".join(f"<p><a href=/x/{n}.pdf>附件{n}：统计表</a></p>" for n in (1, 2, 3))
    body = "\n\n".join(PROSE)
    assert read_html(page(f"<div class=TRS_Editor>{prose}<ul>{pages}</ul></div>")).body == body
    kept = read_html(page(f"<div class=TRS_Editor>{prose}{files}</div>")).body
    assert kept.startswith(body) and kept.endswith("附件3：统计表")


def test_links_that_the_text_announces_are_its_last_paragraphs() -> None:
    """l15: an article that leads to the reports of the townships."""
    rows = [Paragraph(f"{n}.某某镇第{n}年年报") for n in (1, 2, 3)]
    known = {one.text for one in rows}
    announced = (Paragraph("各镇年报已公布，点击名称查看："), *rows)
    assert without_chrome(announced, known) == announced


@pytest.mark.parametrize(
    "line",
    [
        '<p><img src=/icons/word.png><a href="/f/a.doc">附件1：任务表.doc</a></p>',
        '<p>附件：<a href="/f/a.xlsx">任务表.xlsx</a>（12.5KB）</p>',
        '<p>相关附件下载：<a href="/f/a.doc">1.甲表.doc</a> <a href="/f/b.doc">2.乙表.doc</a></p>',
    ],
)
def test_a_list_of_files_below_a_text_is_not_of_it(line: str) -> None:
    """k03, k08, k18, l04, l16: the site lists files by their endings; a text names its annex."""
    prose = "".join(f"<p>{one}</p>" for one in PROSE)
    read = read_html(page(f"<div class=TRS_Editor>{prose}{line}</div>"))
    assert read.body == "\n\n".join(PROSE)
    assert read.parts
    above = read_html(page(f"<div class=TRS_Editor>{line}{prose}</div>"))
    assert above.body.endswith("\n\n".join(PROSE)) and "表" in above.body.splitlines()[0]


@pytest.mark.parametrize("line", ["扫码关注“鹤岗岭发布”", "长按识别二维码关注我们"])
def test_the_caption_of_a_code_is_chrome(line: str) -> None:
    assert is_chrome(line)


@pytest.mark.parametrize("line", ["关注民生实事", "扫码进入系统，填写申请表。"])
def test_a_line_that_speaks_of_codes_or_concerns_is_text(line: str) -> None:
    assert not is_chrome(line)


def test_phrases_are_written_in_small_letters_as_lines_are_matched() -> None:
    data = tomllib.loads(files("crawler").joinpath("data/boilerplate.toml").read_text("utf-8"))
    matched = [*data["phrases"], *data["lines"], *data["tail"], data["related"], data["owner"]]
    assert [phrase for phrase in matched if re.search(r"(?<!\\)[A-Z]", phrase)] == []


def test_what_no_phrase_has_is_looked_for_first() -> None:
    data = tomllib.loads(files("crawler").joinpath("data/boilerplate.toml").read_text("utf-8"))
    open_ended = [phrase for phrase in data["phrases"] if re.search(r"[.]|\[\^|\\[wWsSD]", phrase)]

    assert len(open_ended) == 1
    assert data["open_end"] in open_ended[0]
    assert is_chrome("打印 您访问的链接即将离开示例县人民政府门户网站")
