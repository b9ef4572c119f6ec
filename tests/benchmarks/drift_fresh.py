"""Changes held out a second time: frozen 2026-11-22, before their first run.

Written by somebody who had read what portals do, and neither the rules nor the thresholds by which
runs are judged. At first sight 617 of 949 were noticed (65.0 %; six of them only because the change
broke links by mistake, since mended), and 36 of 300 harmless changes accused: a move to https, and
the same mistake. What they taught became rules in two rounds (88.1 % after the first), so that
later figures say less.

Every kind is to be noticed. What is to be left in peace is `drift_harmless`; the kinds of articles
and files are in `drift_fresh_articles`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from lxml import html as parser
from lxml.html import HtmlElement

from crawler.items import FetchOutcome
from tests.benchmarks import drift_fresh_articles
from tests.benchmarks.drift_answers import (
    Asked,
    Change,
    emptied,
    is_html,
    is_third,
    link_of,
    mutated,
    notice,
    on,
    rows_of,
    text_of,
    unanswered,
    with_text,
)
from tests.benchmarks.drift_portal import Shape
from tests.portals.model import Answer

#: A young portal in full use, an old one that publishes now and then, and one whose articles are
#: often dated earlier than they appear.
SHAPES = (
    Shape(visible=0.38, new_at_most=10, rechecked=0.2, whole_walks=0.15),
    Shape(visible=0.75, new_at_most=2, rechecked=0.05, whole_walks=0.1),
    Shape(visible=0.5, new_at_most=6, rechecked=0.12, whole_walks=0.05, late_every=7),
)
FIRST_SEED = 3_370_000

_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")
_LIST_FILE = re.compile(r"(?:index|list)(?:_\d+)?\.html$")
_PAGER_NAMES = (
    (re.compile(r'(createPageHTML\((?!1,)\d+, \d+, ")(?:index|list)'), r"\1default"),
    (re.compile(r"index_(\d+\.html)"), r"page_\1"),
    (re.compile(r"\?page=(\d+)"), r"?p=\1"),
)


_MAINTAINED = notice("栏目维护", "本栏目正在维护升级，由此带来的不便，敬请谅解！")
_ABROAD = notice("访问受限", "根据相关规定，本网站暂不对您所在的地区提供服务。")
_LOGIN = notice("统一身份认证平台", "账号登录", "扫码登录", "忘记密码", "个人用户 法人用户")
_DEFAULT_PAGE = notice(
    "Welcome to nginx!",
    "If you see this page, the nginx web server is successfully installed and working.",
)
_BAD_GATEWAY = Answer(b"<html><h1>502 Bad Gateway</h1></html>", status=502)
_FAILED = Answer(b"<html><h1>500 Internal Server Error</h1></html>", status=500)


def _in_the_column(given: Callable[[Answer, Asked], Answer]) -> Change:
    """The lists of one column, the fullest, are changed."""

    def change(answer: Answer, asked: Asked) -> Answer:
        inside = asked.role == "list" and asked.victim and asked.victim in asked.url
        return given(answer, asked) if inside else answer

    return change


# -- lists ----------------------------------------------------------------------------------------


def _fetched_by_post(tree: HtmlElement, asked: Asked) -> None:
    rows = rows_of(tree, asked)
    if rows:
        form = '<form method="post" action="/list.do"><input name="page" value="1">正在加载</form>'
        rows[0].addprevious(parser.fragment_fromstring(form))
    for row in rows:
        row.drop_tree()


def _as_data(answer: Answer, asked: Asked) -> Answer:
    """Lists answer with data for a script that nobody here knows."""
    if asked.role != "list" or not is_html(answer):
        return answer
    rows = rows_of(parser.document_fromstring(text_of(answer)), asked)
    data = [{"t": row.text_content(), "u": link_of(row).get("href")} for row in rows]
    text = json.dumps({"code": 0, "data": {"rows": data}}, ensure_ascii=False)
    return Answer(text.encode(), "application/json; charset=utf-8") if rows else answer


def _year_of(row: HtmlElement) -> str:
    found = _DAY.search(row.text_content())
    return found[0][:4] if found else ""


def _newest_year_only(tree: HtmlElement, asked: Asked) -> None:
    """Earlier years move to pages of their own, which are not there yet."""
    rows = rows_of(tree, asked)
    years = sorted({_year_of(row) for row in rows}, reverse=True)
    for row in rows:
        if _year_of(row) != years[0]:
            row.drop_tree()
    for year in years[1:] if rows else []:
        link = parser.fragment_fromstring(f'<a href="nd{year}/">{year}年</a>')
        rows[0].getparent().append(link)


def _third_of_lists_empty(tree: HtmlElement, asked: Asked) -> None:
    """Rot: every third list is no longer filled."""
    if is_third(_LIST_FILE.sub("", urlsplit(asked.url).path)):
        _emptied_list(tree, asked)


def _emptied_list(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        row.drop_tree()


def _pager_misnamed(answer: Answer, asked: Asked) -> Answer:
    """The pager names further pages as the former system did, and they are not there."""
    if asked.role != "list" or not is_html(answer):
        return answer
    text = text_of(answer)
    for pattern, renamed in _PAGER_NAMES:
        text = pattern.sub(renamed, text)
    return with_text(answer, text)


def _home_beyond(answer: Answer, asked: Asked) -> Answer:
    """A further page answers with the home page and its news."""
    return asked.home() if asked.first and asked.home and is_html(answer) else answer


def _one_day_for_rows(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "list" or not is_html(answer):
        return answer
    return with_text(answer, _DAY.sub("2026-01-11", text_of(answer)))


def _row_titles_without_year(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        text = _YEAR.sub("", link.text_content())
        emptied(link)
        link.attrib.pop("title", None)
        link.text = text


def _titles_beside(tree: HtmlElement, asked: Asked) -> None:
    """The title is plain text, and a button beside it leads to the article."""
    for row in rows_of(tree, asked):
        link = link_of(row)
        title = parser.fragment_fromstring("<span></span>")
        title.text = link.text_content()
        emptied(link)
        link.attrib.pop("title", None)
        link.text = "查看"
        link.addprevious(title)


def _boxes_to_click(tree: HtmlElement, asked: Asked) -> None:
    """The template of the mobile edition: boxes that a script opens."""
    for row in rows_of(tree, asked):
        link = link_of(row)
        link.tag = "div"
        link.set("onclick", f"openPage('{link.attrib.pop('href')}')")


def _oldest_first(answer: Answer, asked: Asked) -> Answer:
    """What is new now stands on the last page."""
    listed = asked.role == "list" and asked.oldest_first and is_html(answer)
    return asked.oldest_first() if listed and asked.oldest_first else answer


def _merged(answer: Answer, asked: Asked) -> Answer:
    """Every list leads to the fullest one, which has none of their rows."""
    if asked.role != "list" or not asked.victim or asked.victim in asked.url:
        return answer
    return Answer(b"", status=302, location=asked.victim)


# -- everything -----------------------------------------------------------------------------------


def _to_a_sub_domain(answer: Answer, asked: Asked) -> Answer:
    host = (urlsplit(asked.url).hostname or "").removeprefix("www.")
    return Answer(b"", status=301, location=f"http://xxgk.{host}/index.html")


def _sign_on(answer: Answer, asked: Asked) -> Answer:
    if "/sso/login" in asked.url:
        return _LOGIN
    return Answer(b"", status=302, location=f"/sso/login?service={urlsplit(asked.url).path}")


def _page_for_all(page: Answer) -> Change:
    return lambda answer, asked: page if answer.status == 200 else answer


def _third_fails(answer: Answer, asked: Asked) -> Answer:
    return _FAILED if is_third(asked.url) else answer


CHANGES: Mapping[str, Change] = {
    **drift_fresh_articles.CHANGES,
    "rows fetched by POST": on("list", _fetched_by_post),
    "lists as data": _as_data,
    "newest year only": on("list", _newest_year_only),
    "a third of the lists empty": on("list", _third_of_lists_empty),
    "pager names missing pages": _pager_misnamed,
    "further pages show the home page": _home_beyond,
    "one date for all rows": _one_day_for_rows,
    "list titles without year": on("list", _row_titles_without_year),
    "titles beside the links": on("list", _titles_beside),
    "rows as boxes to click": on("list", _boxes_to_click),
    "oldest rows first": _oldest_first,
    "columns merged": _merged,
    "one column under maintenance": _in_the_column(lambda answer, asked: _MAINTAINED),
    "one column fails": _in_the_column(lambda answer, asked: _BAD_GATEWAY),
    "one column empty": _in_the_column(
        lambda answer, asked: (
            mutated(answer, lambda tree: _emptied_list(tree, asked)) if is_html(answer) else answer
        )
    ),
    "one column closed by robots": _in_the_column(
        lambda answer, asked: unanswered(FetchOutcome.ROBOTS)
    ),
    "one column times out": _in_the_column(lambda answer, asked: unanswered(FetchOutcome.TIMEOUT)),
    "all moved to a sub-domain": _to_a_sub_domain,
    "sign-on before every page": _sign_on,
    "nothing for visitors from abroad": _page_for_all(_ABROAD),
    "the server's default page": _page_for_all(_DEFAULT_PAGE),
    "a third of all pages fails": _third_fails,
}
