"""Short texts, texts that wait for a script, lines that point to a file: in shells of any make.

Each combination is a page a portal may serve; the text must come out whole and alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from itertools import product

import pytest

from crawler.extraction.extract import read
from crawler.items import Capture, PageOutcome, PageResult, Paragraph

TITLE = "青山镇2023年政府信息公开工作年度报告"
MENU = "".join(f'<li><a href="/c{number}/">栏目名称{number}</a></li>' for number in range(60))
RELATED = "".join(
    f'<li><a href="/art/{number}.html">{name}2023年政府信息公开工作年度报告</a>2024-01-1{number}'
    for number, name in enumerate(("东山镇", "西山镇", "南山镇", "北山镇", "中山镇"))
)
AROUND = {
    "alone": "",
    "with pictures": (
        "<div class=ad><img src=/upload/2023/gqzx.jpg></div>"
        "<div class=bshare><img src=/pic/wx1.png><img src=/pic/wb1.png></div>"
    ),
    "with related pages": f"<div class=xg><h3>相关文章</h3><ul>{RELATED}</ul></div>",
}
DATE_LINE = "<div class=info>发布时间：2024-01-20　来源：青山镇　字号：[大 中 小]</div>"
BLOCK = (
    "<table class=xx><tr><td>索引号：</td><td>1123/2024-00012</td><td>发布机构：</td>"
    "<td>青山镇</td></tr><tr><td>成文日期：</td><td>2024-01-18</td></tr></table>"
)


def read_page(info: str, text: str, below: str) -> PageResult:
    content = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{TITLE}-某县人民政府</title></head>"
        f'<body><ul>{MENU}</ul><div class=pos>当前位置：<a href="/">首页</a> &gt; '
        f'<a href="/nb/">年报</a></div><div class=main><h1>{TITLE}</h1>{info}{text}</div>{below}'
        "<div class=ft>主办：某县人民政府办公室 备案号：京ICP备12345678号 "
        '<a href="/map">网站地图</a></div><div><img src="/images/wwwv6.png"></div></body></html>'
    )
    url = "http://www.mou.gov.cn/art/2024/1/20/a.html"
    return read(Capture("r", url, datetime(2024, 2, 1, tzinfo=UTC), 200, (), content.encode()))


def lines_of(page: PageResult) -> list[str]:
    return [block.text if isinstance(block, Paragraph) else "table" for block in page.blocks]


BODIES = {
    "three lines": (
        "2023年，青山镇共公开信息52条，未收到依申请公开，无行政复议和行政诉讼。",
        "青山镇人民政府",
        "2024年1月18日",
    ),
    "five lines": (
        "2023年，青山镇坚持以公开为常态、不公开为例外，扎实推进政务公开工作。",
        "一、总体情况",
        "全年主动公开政府信息132条，其中政策文件12条，工作动态86条，未收到依申请公开申请。",
        "二、存在的主要问题及改进情况",
        "公开内容不够丰富，更新不够及时。下一步将加强培训，提高质量。",
    ),
}
PLACES = {
    "none": "{hidden}",
    "empty": '<div class="{name}"></div>{hidden}',
    "loading": '<div class="{name}"><p>正在加载，请稍候……</p></div>{hidden}',
    "a spinner": '<div class="{name}"><img src="/images/loading.gif"></div>{hidden}',
}
NAMES = ("TRS_Editor", "article-content", "content", "v_news_content", "js-body")
HIDDEN: dict[str, Callable[[str], str]] = {
    "hidden": lambda body: f'<div id=src style="display:none">{body}</div>',
    "hidden attribute": lambda body: f"<div id=src hidden>{body}</div>",
    "hidden class": lambda body: f"<style>.no{{display:none}}</style><div class=no>{body}</div>",
    "textarea": lambda body: f"<textarea>{escape(body)}</textarea>",
    "editor's script": lambda body: f"<script type='text/plain'>{body}</script>",
    "JSON": lambda body: f"<script>var d={json.dumps({'title': TITLE, 'nr': body})};</script>",
}


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("place", PLACES)
def test_a_text_that_waits_for_its_script_is_read(place: str, hidden: str) -> None:
    wrong = []
    for name, (size, body), (around, below) in product(NAMES, BODIES.items(), AROUND.items()):
        text = HIDDEN[hidden]("".join(f"<p>{line}</p>" for line in body))
        page = read_page(DATE_LINE, PLACES[place].format(name=name, hidden=text), below)
        if lines_of(page) != [*body] or page.outcome is not PageOutcome.DOCUMENT:
            wrong.append((name, size, around, page.outcome, page.path))
    assert not wrong


FILE = '<a href="/attach/202401/20240118_1.pdf">青山镇2023年政府信息公开工作年度报告.pdf</a>'
POINTERS = (
    "青山镇2023年政府信息公开工作年度报告详见附件。",
    "现将青山镇2023年政府信息公开工作年度报告予以公布，请点击附件下载查看。",
    "《青山镇2023年政府信息公开工作年度报告》（见附件）",
    "报告全文请下载附件查看。",
    "详见附件",
    "（请点击下方链接查看全文）",
    "现将我镇2023年政府信息公开工作年度报告予以公开。",
)
HOLDERS = {
    "known": "<div class=TRS_Editor><p>　　{line}</p><p>{file}</p></div>",
    "known, file below": "<div id=zoom><p>{line}</p></div><div class=fj>附件：{file}</div>",
    "unknown": "<div class=wz-body><p>　　{line}</p><p>{file}</p></div>",
    "unknown, file below": (
        "<div class=c9><p>{line}</p></div>"
        "<div class=fj><h4>附件下载</h4><ul><li><img src=/images/pdf.gif>{file}</li></ul></div>"
    ),
    "cell": "<table width=90%><tr><td>{line}<br><br>{file}</td></tr></table>",
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_line_that_points_to_a_file_is_the_text(holder: str) -> None:
    wrong = []
    for line, info, (around, below) in product(POINTERS, (DATE_LINE, BLOCK), AROUND.items()):
        page = read_page(info, HOLDERS[holder].format(line=line, file=FILE), below)
        files = [part.url for part in page.parts]
        if (lines_of(page), page.outcome, files) != (
            [line],
            PageOutcome.ATTACHMENT_ONLY,
            ["http://www.mou.gov.cn/attach/202401/20240118_1.pdf"],
        ):
            wrong.append((line, info[:6], around, page.outcome, page.path, lines_of(page)))
    assert not wrong


def test_an_empty_container_that_nothing_fills_is_a_missing_part() -> None:
    page = read_page(DATE_LINE, "<div class=TRS_Editor><p>正在加载，请稍候……</p></div>", "")
    assert (page.outcome, page.blocks) == (PageOutcome.PART_MISSING, ())
