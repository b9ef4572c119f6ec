"""What a change is, and the tools to write one: an answer goes in, another comes out.

A change takes what a server would answer and gives what it answers from now on; it knows what was
asked for (`Asked`) and nothing of how runs are judged.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import html as parser
from lxml.html import HtmlElement

from crawler.items import FetchOutcome
from tests.portals.model import Answer

#: A day as lists and articles print it, with the time where there is one.
DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")
#: What many portals answer, with 200, in place of a missing page.
SOFT_404 = """<html><head><title>提示信息</title></head><body><div class="error">
<h1>404</h1><p>抱歉，您访问的页面不存在或已被删除！</p><a href="/">返回首页</a></div>
</body></html>"""
_CONTAINER = (
    "//div[contains(@class,'TRS_Editor') or @class='article-content' or"
    " contains(@class,'show-content')]"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: an ``article``, a ``list`` or a ``file``.

    ``first`` is set for further pages of a list and gives the answer of its first page, ``home``
    that of the portal's home page, ``other`` that of another article, ``oldest_first`` that of the
    same page of lists which begin with the oldest row.
    """

    url: str
    role: str
    first: Callable[[], Answer] | None = None
    home: Callable[[], Answer] | None = None
    other: Callable[[], Answer] | None = None
    oldest_first: Callable[[], Answer] | None = None
    article_path: re.Pattern[str] = re.compile("$^")
    #: URL of the list with most reports: what happens to a column happens to this one.
    victim: str = ""


Change = Callable[[Answer, Asked], Answer]

#: The status of no answer at all.
UNANSWERED = 0


def unanswered(outcome: FetchOutcome) -> Answer:
    """Nothing came: the fetch ended in ``outcome``."""
    return Answer(b"", status=UNANSWERED, location=str(outcome))


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


def body_of(tree: HtmlElement) -> list[HtmlElement]:
    return [found[-1]] if (found := tree.xpath(_CONTAINER)) else []


def emptied(body: HtmlElement) -> None:
    for child in list(body):
        body.remove(child)
    body.text = ""


def notice(title: str, *lines: str, script: str = "") -> Answer:
    """A page that stands where another one was, as portals print them: with 200."""
    text = "".join(f"<p>{line}</p>" for line in lines)
    head = f"<html><head><title>{title}</title>{script}</head>"
    return Answer(f'{head}<body><div class="box">{text}</div></body></html>'.encode())


def is_third(url: str) -> bool:
    return zlib.crc32(url.encode()) % 3 == 0
