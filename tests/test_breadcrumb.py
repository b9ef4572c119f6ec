"""The path of a page in the cuts that portals print it in."""

from __future__ import annotations

import pytest

from tests.test_extraction_body import PROSE, page, read_html

BODY = "<div class=TRS_Editor>" + "".join(f"<p>{line}</p>" for line in PROSE) + "</div>"
PATH = ("信息公开", "年度报告")
LAYOUTS = {
    "a line": "<p>当前位置：首页 &gt; 信息公开 &gt; 年度报告 &gt; 正文</p>",
    "guillemets": (
        "<p>您现在的位置：<a href='/'>首页</a> » <a>信息公开</a> » <a>年度报告</a> » 浏览信息</p>"
    ),
    "arrows": "<p>位置：首页 → 信息公开 → 年度报告</p>",
    "slashes": "<p>您现在的位置： <a>首页</a> / <a>信息公开</a> / <a>年度报告</a></p>",
    "no label": "<p>首页 &gt;&gt; 信息公开 &gt;&gt; 年度报告 &gt;&gt; 详情</p>",
    "cells in cells": (
        "<table><tr><td>您当前的位置：<a href=/>首页</a></td>"
        "<td><table><tr><td> &gt; <a>信息公开</a></td>"
        "<td> &gt; <a>年度报告</a></td></tr></table></td></tr></table><p>索引号：1</p>"
    ),
    "a list": (
        "<ol style='list-style:none'><span>您现在所在的位置：</span><li>首页</li><li>信息公开</li>"
        "<li>年度报告</li></ol><h2>某镇2020年政府信息公开工作年度报告</h2>"
    ),
    "a numbered list": (
        "<ol><span>您现在所在的位置：</span><li>首页</li><li>信息公开</li><li>年度报告</li></ol>"
        "<h2>某镇2020年政府信息公开工作年度报告</h2>"
    ),
    "a label beside a list": (
        "<div><b>当前位置：</b><ul><li>首页</li><li>信息公开</li><li>年度报告</li></ul></div>"
        "<h2>某镇2020年政府信息公开工作年度报告</h2>"
    ),
    "told by its class only": (
        "<ul class=breadcrumb><li>首页</li><li>信息公开</li><li>年度报告</li></ul>"
        "<h2>某镇2020年政府信息公开工作年度报告</h2>"
    ),
    "pictures between": "<p>当前位置： <a>首页</a><i></i><a>信息公开</a><i></i><a>年度报告</a></p>",
    "no colon": "<p>当前位置 <a>首页</a> &gt; <a>信息公开</a> &gt; <a>年度报告</a></p>",
    "the site under its own name": "<p>当前位置：河源县公众信息网 &gt; 信息公开 &gt; 年度报告</p>",
    "the site as its root": (
        "<p>当前位置：<a href='/'>平湖口区</a> &gt;&gt; <a href='/c1/'>信息公开</a>"
        " &gt;&gt; <a>年度报告</a></p>"
    ),
    "backslashes": r"<p>现在位置:<a>首页</a>\<a>信息公开</a>\<a>年度报告</a></p>",
    "colons twice": "<p>所在位置 :: 首页 :: 信息公开 :: 年度报告</p>",
    "brackets": "<p>【首页】【<a>信息公开</a>】【<a>年度报告</a>】</p>",
    "title marks": "<p><b>首页</b> 》 <a>信息公开</a> 》 <a>年度报告</a> 》 详细信息</p>",
    "hyphens without blanks": "<p>当前位置：首页-信息公开-年度报告</p>",
    "other arrows": "<p>首页 ❯ 信息公开 ❯ 年度报告</p>",
    "another home page": (
        "<div class=crumb-x><a>门户首页</a><i>｜</i><a>信息公开</a><i>｜</i><a>年度报告</a></div>"
    ),
    "an open end above a block": (
        "<p>您的位置：首页 → 信息公开 → 年度报告 →</p><table><tr><td>索引号</td>"
        "<td>11/2022-1</td></tr></table>"
    ),
    "a label without a colon": (
        "<ul><li>当前位置</li><li>首页</li><li>信息公开</li><li>年度报告</li></ul>"
        "<h2>某镇2020年政府信息公开工作年度报告</h2>"
    ),
    "a numbered list with signs": (
        "<ol class=crumbs><li>首页</li><li>/</li><li>信息公开</li><li>/</li><li>年度报告</li></ol>"
    ),
    "items and signs": (
        "<ul><li>首页</li><li>/</li><li>信息公开</li><li>/</li><li>年度报告</li></ul>"
    ),
    "told by its type only": (
        "<ul itemtype='https://schema.org/BreadcrumbList'><li>首页</li><li>信息公开</li>"
        "<li>年度报告</li></ul>"
    ),
    "told by its place only": (
        "<ul><li>首页</li><li>互动交流</li></ul>"
        "<div><a>首页</a><a>信息公开</a><a>年度报告</a></div><h1>某镇公开年报</h1>"
    ),
    "arrows of two signs": "<p>您的位置：首页-&gt;信息公开-&gt;年度报告-&gt;浏览正文</p>",
    "an arrow for a colon": "<p>当前位置-&gt;<a>首页</a>-&gt;信息公开-&gt;<a>年度报告</a></p>",
    "an arrow before the home page": "<p>→ 首页 → 信息公开 → 年度报告</p>",
    "angle brackets": "<p>当前位置：首页<em>〉</em><a>信息公开</a><em>〉</em>年度报告</p>",
    "glyphs of an icon font": "<p><a>首页</a>\ue602<a>信息公开</a>\ue602<a>年度报告</a></p>",
    "a list that nothing names": (
        "<div class=bc><ol><li><a>首页</a></li><li><a>信息公开</a></li><li>年度报告</li></ol></div>"
        "<h1>某镇公开年报</h1>"
    ),
    "cells with pictures": (
        "<table><tr><td>您当前的位置：<a>首页</a></td><td><table><tr><td><img><a>信息公开</a></td>"
        "<td><img><a>年度报告</a></td></tr></table></td></tr></table>"
    ),
    "a label of other words": "<p>您目前所在的位置：首页 > 信息公开 > 年度报告 > 内容阅读</p>",
    "a path without anything": "<p>您的位置：首页</p><p>首页 &gt; 信息公开 &gt; 年度报告</p>",
    "no home page": "<div><a>信息公开</a> &gt; <a>年度报告</a></div><h1>某镇公开年报</h1>",
    "brackets and arrows": "<p>【<a>首页</a>】>【<a>信息公开</a>】>【<a>年度报告</a>】</p>",
    "the page at the end": (
        "<p>首页 &gt; 信息公开 &gt; 年度报告 &gt; 某某镇2022年政府信息公开工作...</p>"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_columns_of_the_path(layout: str) -> None:
    assert read_html(page(LAYOUTS[layout] + BODY)).breadcrumb == PATH


def test_mirrors_print_the_path_in_their_script() -> None:
    html = "<p>當(dāng)前位置：<a>首頁</a> &gt; <a>信息公開</a> &gt; <a>年度報(bào)告</a></p>"
    assert read_html(page(html + BODY)).breadcrumb == ("信息公開", "年度報(bào)告")


@pytest.mark.parametrize(
    "html",
    [
        "<p>首页 | 新闻中心 | 政务公开</p>",
        "<p>办公位置在首页公布</p>",
        "<ul><li>首页</li><li>新闻中心</li></ul>",
        "<p><a>返回首页</a> <a>七沟乡</a></p>",
        "<ul><li>首页</li><li>新闻动态</li><li>政务公开</li><li>政策解读</li></ul>",
        "<p>通知公告 &gt;</p>",
    ],
)
def test_navigation_is_no_path(html: str) -> None:
    assert read_html(page(html + BODY)).breadcrumb == ()


def test_a_column_may_bear_the_name_of_a_menu_entry() -> None:
    html = "<div>首页 | 政务公开 | 政策解读</div><h1>某镇公开年报</h1>"
    assert read_html(page(html + BODY)).breadcrumb == ("政务公开", "政策解读")


def test_an_information_block_may_stand_below_the_path() -> None:
    rows = "".join(f"<div>{name}</div><div>{name}的内容</div>" for name in ("体裁", "主题", "语种"))
    html = f"<div><a>首页</a><a>信息公开</a><a>年度报告</a></div>{rows}<h1>某镇公开年报</h1>"
    assert read_html(page(html + BODY)).breadcrumb == PATH
