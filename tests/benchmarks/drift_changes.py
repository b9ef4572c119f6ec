"""Twenty things that happen to portals, done to the sample portals' real pages.

A change takes what a server would answer and gives what it answers from now on. The kinds were
fixed before any threshold of ``crawler/data/verdicts.toml`` was tuned.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import html as parser
from lxml.html import HtmlElement

from tests.portals.model import Answer

_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")
_CONTAINER = (
    "//div[contains(@class,'TRS_Editor') or @class='article-content' or"
    " contains(@class,'show-content')]"
)
_PAGER = re.compile(r"createPageHTML\([^)]*\);?|<a[^>]*>(?:下一页|尾页)</a>")
_SOFT_404 = """<html><head><title>提示信息</title></head><body><div class="error">
<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除！</p><a href="/">返回首页</a></div>
</body></html>"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: an ``article``, a ``list`` or a ``file``.

    ``first`` is set for further pages of a list and gives the answer of its first page, ``home``
    that of the portal's home page.
    """

    url: str
    role: str
    first: Callable[[], Answer] | None = None
    home: Callable[[], Answer] | None = None
    article_path: re.Pattern[str] = re.compile("$^")
    #: URL of the list with most reports: what happens to a column happens to this one.
    victim: str = ""


Change = Callable[[Answer, Asked], Answer]


def _charset(answer: Answer) -> str:
    charset = answer.content_type.rpartition("charset=")[2] or "utf-8"
    return "gb18030" if charset == "gb2312" else charset


def text_of(answer: Answer) -> str:
    return answer.body.decode(_charset(answer))


def with_text(answer: Answer, text: str) -> Answer:
    return replace(answer, body=text.encode(_charset(answer), "replace"))


def is_html(answer: Answer) -> bool:
    return answer.status == 200 and answer.content_type.startswith("text/html")


def mutated(answer: Answer, mutate: Callable[[HtmlElement], None]) -> Answer:
    """The answer itself where ``mutate`` finds nothing to change."""
    tree = parser.document_fromstring(text_of(answer))
    before = parser.tostring(tree, encoding="unicode")
    mutate(tree)
    after = parser.tostring(tree, encoding="unicode")
    return answer if after == before else with_text(answer, after)


def on(role: str, mutate: Callable[[HtmlElement, Asked], None]) -> Change:
    def change(answer: Answer, asked: Asked) -> Answer:
        if asked.role != role or not is_html(answer):
            return answer
        return mutated(answer, lambda tree: mutate(tree, asked))

    return change


def rows_of(tree: HtmlElement, asked: Asked) -> list[HtmlElement]:
    links = [link for link in tree.iter("a") if asked.article_path.search(link.get("href") or "")]
    return [link.getparent() if link.getparent().tag == "li" else link for link in links]


def link_of(row: HtmlElement) -> HtmlElement:
    return row if row.tag == "a" else row.find(".//a")


# -- articles -------------------------------------------------------------------------------------


def _rename_everything(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter():
        for name in ("class", "id"):
            if isinstance(element.tag, str) and element.get(name):
                element.set(name, f"n{zlib.crc32(element.get(name).encode()):x}")


def _drop_dates(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, _DATE.sub("", text_of(answer)))


def _drop_titles(tree: HtmlElement, asked: Asked) -> None:
    for element in list(tree.iter("h1", "h2", "title", "meta")):
        if element.tag != "meta" or element.get("name") == "ArticleTitle":
            element.drop_tree()


def body_of(tree: HtmlElement) -> list[HtmlElement]:
    return [found[-1]] if (found := tree.xpath(_CONTAINER)) else []


def _picture_instead(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        body.append(
            parser.fragment_fromstring('<p><img src="./W020240101_01.jpg" width="900"></p>')
        )


def _script_instead(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        body.append(parser.fragment_fromstring('<div id="app" data-src="/api/article"></div>'))


def emptied(body: HtmlElement) -> None:
    for child in list(body):
        body.remove(child)
    body.text = ""


def _break_characters(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "article" or not is_html(answer):
        return answer
    broken = re.sub("[的是不了在府工]", "\ufffd", text_of(answer))
    return Answer(broken.encode(), "text/html; charset=utf-8")


def _one_in_three(asked: Asked) -> bool:
    return asked.role == "article" and zlib.crc32(asked.url.encode()) % 3 == 0


def _soft_404(answer: Answer, asked: Asked) -> Answer:
    return Answer(_SOFT_404.encode()) if _one_in_three(asked) else answer


def _missing(answer: Answer, asked: Asked) -> Answer:
    return Answer(_SOFT_404.encode(), status=404) if _one_in_three(asked) else answer


# -- lists ----------------------------------------------------------------------------------------


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
    return with_text(answer, _DATE.sub("", text_of(answer)))


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
    return Answer(_SOFT_404.encode(), status=404) if inside else answer


def _column_home(answer: Answer, asked: Asked) -> Answer:
    inside = asked.role != "article" and asked.victim and asked.victim in asked.url
    return Answer(b"", status=302, location="/") if inside else answer


def _other_article_urls(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        link.set("href", f"/detail?id={zlib.crc32(link.get('href').encode())}")


# -- everything -----------------------------------------------------------------------------------


def _double_encoded(answer: Answer, asked: Asked) -> Answer:
    """UTF-8 taken for Latin-1 and encoded again, as a proxy or a database migration does."""
    if not is_html(answer):
        return answer
    return Answer(text_of(answer).encode().decode("latin-1").encode(), "text/html; charset=utf-8")


def _home_for_all(answer: Answer, asked: Asked) -> Answer:
    return asked.home() if asked.home and is_html(answer) else answer


CHANGES: Mapping[str, Change] = {
    "container renamed": on("article", _rename_everything),
    "article dates vanish": _drop_dates,
    "titles vanish": on("article", _drop_titles),
    "all text in images": on("article", _picture_instead),
    "body by script": on("article", _script_instead),
    "broken characters": _break_characters,
    "soft 404s rise": _soft_404,
    "articles answer 404": _missing,
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
}
