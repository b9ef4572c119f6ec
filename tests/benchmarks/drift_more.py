"""More things that happen to portals: a holdout once, seen by now.

What they taught (pages must be compared with themselves) went into the checks, so that they are
development like `drift_changes`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from lxml.html import HtmlElement

from tests.benchmarks.drift_changes import (
    Asked,
    Change,
    body_of,
    emptied,
    is_html,
    link_of,
    mutated,
    on,
    rows_of,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_CHALLENGE = (
    "<html><head><script>eval(function(p,a,c,k,e,d){return p}('0',1,1,'x'.split('|'),0,{}))"
    "</script></head><body></body></html>"
)
_NEWS = ("县领导调研重点项目建设", "全县春季植树活动举行", "县医院开展义诊", "今日天气预报")
_SUMMARY = 60  # characters
_CUT_AT = 8


def _login_instead(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        body.text = "您尚未登录，请登录后查看全文。"


def _summary_only(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        text = " ".join(body.text_content().split())
        emptied(body)
        body.text = text[:_SUMMARY] + "……[查看全文]"


def _tables_as_pictures(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        for table in list(body.iter("table")):
            if next(table.iterancestors("table"), None) is None:
                table.tag = "img"
                emptied(table)
                table.attrib.clear()
                table.set("src", "./W020250101_02.png")


def _site_name_for_title(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter("h1", "h2", "title"):
        emptied(element)
        element.text = "人民政府门户网站"
    for element in tree.xpath("//meta[@name='ArticleTitle']"):
        element.set("content", "人民政府门户网站")


def _question_marks(answer: Answer, asked: Asked) -> Answer:
    """A database column that holds no Chinese."""
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, text_of(answer).encode("latin-1", "replace").decode("latin-1"))


def _cut_in_half(answer: Answer, asked: Asked) -> Answer:
    """A cache that keeps only so much of a page, and says nothing."""
    if asked.role != "article" or not is_html(answer):
        return answer
    text = text_of(answer)
    return with_text(answer, text[: len(text) // 3])


def _to_the_home_page(answer: Answer, asked: Asked) -> Answer:
    half = asked.role == "article" and zlib.crc32(asked.url.encode()) % 2 == 0
    return Answer(b"", status=302, location="/") if half else answer


def _challenged(answer: Answer, asked: Asked) -> Answer:
    return Answer(_CHALLENGE.encode(), status=412) if asked.role == "article" else answer


def _no_files(answer: Answer, asked: Asked) -> Answer:
    return Answer(b"<h1>404</h1>", status=404) if asked.role == "file" else answer


def _further_pages_404(answer: Answer, asked: Asked) -> Answer:
    return Answer(b"<h1>404 Not Found</h1>", status=404) if asked.first else answer


def _other_host(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        path = link.get("href").rpartition("/")[2]
        link.set("href", f"http://old.platform.gov.cn/archive/{path}")


def _news_instead(tree: HtmlElement, asked: Asked) -> None:
    for number, row in enumerate(rows_of(tree, asked)):
        link = link_of(row)
        emptied(link)
        link.attrib.pop("title", None)
        link.text = _NEWS[number % len(_NEWS)]


def _titles_cut(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        text = link.text_content().strip()
        emptied(link)
        link.attrib.pop("title", None)
        link.text = text[:_CUT_AT] + "…"


def _columns_by_script(tree: HtmlElement, asked: Asked) -> None:
    """All links but those to articles: the tree, the pager, the menu."""
    kept = {link_of(row) for row in rows_of(tree, asked)}
    for link in tree.iter("a"):
        if link not in kept and link.get("href"):
            link.set("data-href", link.get("href"))
            link.set("href", "javascript:;")
    for frame in list(tree.iter("iframe")):
        frame.drop_tree()


def _relaunched(answer: Answer, asked: Asked) -> Answer:
    """Every list is answered by the new portal's own page of links to come."""
    if asked.role != "list" or not is_html(answer):
        return answer

    def rebuilt(tree: HtmlElement) -> None:
        for body in tree.iter("body"):
            emptied(body)
            body.text = "新版网站试运行，栏目内容正在迁移，敬请期待。"

    return mutated(answer, rebuilt)


def _app_shell(answer: Answer, asked: Asked) -> Answer:
    if not is_html(answer):
        return answer
    head = re.search(r"<title>.*?</title>", text_of(answer))
    title = head[0] if head else ""
    shell = f'<html><head>{title}</head><body><div id="app"></div><script src="/app.js"></script>'
    return Answer(f"{shell}</body></html>".encode())


CHANGES: Mapping[str, Change] = {
    "body behind a login": on("article", _login_instead),
    "body cut to a summary": on("article", _summary_only),
    "tables as pictures": on("article", _tables_as_pictures),
    "site's name for every title": on("article", _site_name_for_title),
    "question marks for Chinese": _question_marks,
    "a third of each page": _cut_in_half,
    "half of the articles lead home": _to_the_home_page,
    "challenge before every article": _challenged,
    "attachments answer 404": _no_files,
    "further pages answer 404": _further_pages_404,
    "rows lead to another host": on("list", _other_host),
    "news instead of reports": on("list", _news_instead),
    "list titles cut": on("list", _titles_cut),
    "all links by script": on("list", _columns_by_script),
    "lists under construction": _relaunched,
    "every page an app's shell": _app_shell,
}
