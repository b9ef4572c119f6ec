"""Furniture of pages is told from text by whole lines."""

from __future__ import annotations

import pytest

from crawler.extraction.boilerplate import is_chrome, without_chrome
from crawler.items import Paragraph


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
        "分享到：",
        "【字体：大 中 小】 打印 收藏",
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
