"""Changes developed on, of lists and of all pages at once.

Those of articles and files, and what is to be said of both, are in `drift_developed_articles`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import (
    DATE,
    SOFT_404,
    Asked,
    Change,
    emptied,
    is_html,
    link_of,
    on,
    rows_of,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_PAGER = re.compile(r"createPageHTML\([^)]*\);?|<a[^>]*>(?:下一页|尾页)</a>")
_NEWS = ("县领导调研重点项目建设", "全县春季植树活动举行", "县医院开展义诊", "今日天气预报")
_CUT_AT = 8
_WHOLE_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_ROWS_LEFT = 3


def _rows_by_script(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        link.set("data-url", link.get("href"))
        link.set("href", "javascript:void(0)")


def _drop_pager(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "list" or not is_html(answer):
        return answer
    return with_text(answer, _PAGER.sub("", text_of(answer)))


def _drop_list_dates(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "list" or not is_html(answer):
        return answer
    return with_text(answer, DATE.sub("", text_of(answer)))


def _replace_list_titles(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        emptied(link)
        link.text = "查看详情"
        link.attrib.pop("title", None)


def _empty_list(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        row.drop_tree()


def _half_of_rows(tree: HtmlElement, asked: Asked) -> None:
    rows = rows_of(tree, asked)
    for row in rows[len(rows) // 2 :]:
        row.drop_tree()


def _page_one_for_ever(answer: Answer, asked: Asked) -> Answer:
    return asked.first() if asked.first else answer


def _column_404(answer: Answer, asked: Asked) -> Answer:
    inside = asked.role != "article" and asked.victim and asked.victim in asked.url
    return Answer(SOFT_404.encode(), status=404) if inside else answer


def _column_home(answer: Answer, asked: Asked) -> Answer:
    inside = asked.role != "article" and asked.victim and asked.victim in asked.url
    return Answer(b"", status=302, location="/") if inside else answer


def _other_article_urls(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        link.set("href", f"/detail?id={zlib.crc32(link.get('href').encode())}")


def _double_encoded(answer: Answer, asked: Asked) -> Answer:
    """UTF-8 taken for Latin-1 and encoded again, as a proxy or a database migration does."""
    if not is_html(answer):
        return answer
    return Answer(text_of(answer).encode().decode("latin-1").encode(), "text/html; charset=utf-8")


def _home_for_all(answer: Answer, asked: Asked) -> Answer:
    return asked.home() if asked.home and is_html(answer) else answer


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


def _app_shell(answer: Answer, asked: Asked) -> Answer:
    if not is_html(answer):
        return answer
    head = re.search(r"<title>.*?</title>", text_of(answer))
    title = head[0] if head else ""
    shell = f'<html><head>{title}</head><body><div id="app"></div><script src="/app.js"></script>'
    return Answer(f"{shell}</body></html>".encode())


def _relative_dates(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "list" or not is_html(answer):
        return answer
    return with_text(answer, _WHOLE_DAY.sub("3天前", text_of(answer)))


def _rows_in_a_missing_frame(tree: HtmlElement, asked: Asked) -> None:
    rows = rows_of(tree, asked)
    if rows:
        frame = parser.fragment_fromstring('<iframe src="/widgets/rows.html"></iframe>')
        rows[0].addprevious(frame)
    for row in rows:
        row.drop_tree()


def _further_pages_home(answer: Answer, asked: Asked) -> Answer:
    return Answer(b"", status=302, location="/") if asked.first else answer


def _few_rows(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked)[_ROWS_LEFT:]:
        row.drop_tree()


def _titles_as_numbers(tree: HtmlElement, asked: Asked) -> None:
    """Rows carry the articles' numbers, as after a broken import."""
    for row in rows_of(tree, asked):
        link = link_of(row)
        number = zlib.crc32((link.get("href") or "").encode())
        emptied(link)
        link.attrib.pop("title", None)
        link.text = f"文章{number}"


CHANGES: Mapping[str, Change] = {
    "rows by script": on("list", _rows_by_script),
    "pager removed": _drop_pager,
    "list dates vanish": _drop_list_dates,
    "list titles replaced": on("list", _replace_list_titles),
    "lists empty with 200": on("list", _empty_list),
    "half of the rows gone": on("list", _half_of_rows),
    "page 1 for every page": _page_one_for_ever,
    "column answers 404": _column_404,
    "column leads to the home page": _column_home,
    "article URLs changed": on("list", _other_article_urls),
    "wrong encoding": _double_encoded,
    "home page for every page": _home_for_all,
    "further pages answer 404": _further_pages_404,
    "rows lead to another host": on("list", _other_host),
    "news instead of reports": on("list", _news_instead),
    "list titles cut": on("list", _titles_cut),
    "all links by script": on("list", _columns_by_script),
    "every page an app's shell": _app_shell,
    "list dates relative": _relative_dates,
    "rows in a missing frame": on("list", _rows_in_a_missing_frame),
    "further pages lead home": _further_pages_home,
    "three rows left": on("list", _few_rows),
    "list titles as numbers": on("list", _titles_as_numbers),
}
