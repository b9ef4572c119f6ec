"""Changes held out: frozen 2026-11-22, before their first run.

At first sight 88.7 % of them were noticed; 190 of 198 (96.0 %) after one rule they taught. The
portals differ from those of development too: `SHAPES` makes them younger or older, busier or
dormant. Whoever makes a rule from a kind missed here changes no figure above, and freezes new kinds
to learn what the rule is worth (`drift_fresh`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import (
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
from tests.benchmarks.drift_portal import Shape
from tests.portals.model import Answer

#: A dormant portal that is hardly rechecked, one in full use, and one of which only the sample
#: that every run takes is read again.
SHAPES = (
    Shape(visible=0.55, new_at_most=0, rechecked=0.08, whole_walks=0.1),
    Shape(visible=0.7, new_at_most=7, rechecked=0.3, whole_walks=0.25),
    Shape(visible=0.42, new_at_most=5, rechecked=0.0, whole_walks=0.05),
)
#: Added to the number of a history, so that none is met in development.
FIRST_SEED = 910_000

_LOGIN = """<html><head><title>用户登录</title></head><body><form action="/login" method="post">
<label>用户名</label><input name="user"><label>密码</label><input type="password" name="pass">
<button>登录</button></form></body></html>"""
_ELSEWHERE = "http://www.xinmenhu.gov.cn/index.html"
_SAMPLE_TEXT = "本栏目内容正在核对，请以正式印发的文件为准。" * 12
_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_CUT_AT = 6


def _login(answer: Answer, asked: Asked) -> Answer:
    return Answer(_LOGIN.encode()) if asked.role == "article" else answer


def _other_portal(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "article":
        return answer
    return Answer(b"", status=301, location=_ELSEWHERE)


def _to_the_column(answer: Answer, asked: Asked) -> Answer:
    return Answer(b"", status=302, location="../") if asked.role == "article" else answer


def _same_text(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        body.text = _SAMPLE_TEXT


def _title_cut(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter("h1", "h2", "title"):
        element.text = (element.text or "").strip()[:_CUT_AT] + "..."
    for element in tree.xpath("//meta[@name='ArticleTitle']"):
        element.set("content", (element.get("content") or "")[:_CUT_AT] + "...")


def _print_view(tree: HtmlElement, asked: Asked) -> None:
    """The text and nothing else."""
    texts = [body.text_content() for body in body_of(tree)]
    for page in list(tree.iter("body"))[: len(texts)]:
        emptied(page)
        page.append(parser.fragment_fromstring("<pre></pre>"))
        page[0].text = texts[0]


def _escaped_twice(tree: HtmlElement, asked: Asked) -> None:
    """Markup shown as text."""
    for body in body_of(tree):
        markup = "".join(parser.tostring(child, encoding="unicode") for child in body)
        emptied(body)
        body.text = markup


def _today(answer: Answer, asked: Asked) -> Answer:
    """Every article prints the day of the import."""
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, _DAY.sub("2026-01-10", text_of(answer)))


def _headlines_only(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        for child in list(body)[1:]:
            child.drop_tree()


def _mobile_links(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        link.set("href", "/m/#/detail/" + (link.get("href") or "").rpartition("/")[2])


def _lists_forbidden(answer: Answer, asked: Asked) -> Answer:
    page = b"<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>"
    return Answer(page, status=403) if asked.role == "list" else answer


def _search_instead(answer: Answer, asked: Asked) -> Answer:
    """Lists are replaced by a search form."""
    if asked.role != "list" or not is_html(answer):
        return answer

    def rebuilt(tree: HtmlElement) -> None:
        for body in tree.iter("body"):
            emptied(body)
            form = '<form action="/search"><input name="q"><button>检索</button></form>'
            body.append(parser.fragment_fromstring(form))

    return mutated(answer, rebuilt)


def _newest_only(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked)[1:]:
        row.drop_tree()


def _further_pages_fail(answer: Answer, asked: Asked) -> Answer:
    return Answer(b"<h1>500 Internal Server Error</h1>", status=500) if asked.first else answer


CHANGES: Mapping[str, Change] = {
    "a login page for every article": _login,
    "articles lead to another portal": _other_portal,
    "articles lead to their column": _to_the_column,
    "one text for all articles": on("article", _same_text),
    "titles cut on the page": on("article", _title_cut),
    "articles as print views": on("article", _print_view),
    "markup shown as text": on("article", _escaped_twice),
    "one date for all articles": _today,
    "first paragraph only": on("article", _headlines_only),
    "rows lead to a mobile site": on("list", _mobile_links),
    "lists forbidden": _lists_forbidden,
    "search forms for lists": _search_instead,
    "newest row only": on("list", _newest_only),
    "further pages fail": _further_pages_fail,
}
