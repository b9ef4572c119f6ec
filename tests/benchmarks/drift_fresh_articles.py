"""What happens to articles and files in `drift_fresh`, and is frozen with it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import cache

from lxml import html as parser
from lxml.html import HtmlElement
from reportlab.pdfgen.canvas import Canvas

from tests.benchmarks.drift_answers import Asked, Change, body_of, emptied, is_third, notice, on
from tests.portals.model import Answer

_ISSUER = re.compile(r"^.{2,30}?(?=(?:19|20)\d\d年)")
_PRIVATE_DIGITS = {ord("0") + digit: 0xE650 + digit for digit in range(10)}
_CLICK_FIRST = notice("温馨提示", "您即将离开首页进入内容页面，请点击按钮继续访问。", "继续访问")
_TOO_OFTEN = notice("提示", "您的访问过于频繁，请稍后再试。", "如有疑问请联系网站管理员。")
_CAPTCHA = notice("下载验证", "请输入验证码后下载附件", '<img src="/captcha.jpg">')
_TO_THE_APP = notice("", script='<script>window.location.href="/h5/#/detail";</script>')


def _always(role: str, given: Callable[[], Answer]) -> Change:
    """Whatever of this role was there answers so from now on."""

    def change(answer: Answer, asked: Asked) -> Answer:
        return given() if asked.role == role and answer.status == 200 else answer

    return change


def _private_digits(tree: HtmlElement, asked: Asked) -> None:
    """Numbers are printed in a font of their own, so that nobody can copy them."""
    for body in body_of(tree):
        for element in body.iter():
            element.text = (element.text or "").translate(_PRIVATE_DIGITS)
            element.tail = (element.tail or "").translate(_PRIVATE_DIGITS)


def _written_by_script(tree: HtmlElement, asked: Asked) -> None:
    """The template holds the body in a string, and a script writes it."""
    for body in body_of(tree):
        markup = "".join(parser.tostring(child, encoding="unicode") for child in body)
        emptied(body)
        script = parser.fragment_fromstring("<script></script>")
        script.text = f"var content = {json.dumps(markup).replace('/', chr(92) + '/')}; show();"
        body.append(script)


def _shifted(answer: Answer, asked: Asked) -> Answer:
    """The articles were numbered anew: each address shows another one."""
    return asked.other() if asked.role == "article" and asked.other else answer


def _third_empty(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree) if is_third(asked.url) else []:
        emptied(body)


def _tables_flattened(tree: HtmlElement, asked: Asked) -> None:
    """An editor that knows no tables: every cell becomes a paragraph."""
    for body in body_of(tree):
        for table in list(body.iter("table")):
            cells = [" ".join(cell.text_content().split()) for cell in table.iter("td", "th")]
            table.tag = "div"
            table.attrib.clear()
            emptied(table)
            for cell in cells:
                paragraph = parser.fragment_fromstring("<p></p>")
                paragraph.text = cell
                table.append(paragraph)


def _titles_without_issuer(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter("h1", "h2", "title"):
        element.text = _ISSUER.sub("", element.text or "")
    for element in tree.xpath("//meta[@name='ArticleTitle']"):
        element.set("content", _ISSUER.sub("", element.get("content") or ""))


@cache
def _scan() -> Answer:
    """A PDF without a text layer."""
    stream = io.BytesIO()
    page = Canvas(stream, invariant=1)
    page.rect(60, 60, 480, 720, fill=1)
    page.showPage()
    page.save()
    return Answer(stream.getvalue(), "application/pdf")


CHANGES: Mapping[str, Change] = {
    "numbers in a private font": on("article", _private_digits),
    "body in a script's string": on("article", _written_by_script),
    "articles numbered anew": _shifted,
    "a third of the bodies empty": on("article", _third_empty),
    "tables flattened": on("article", _tables_flattened),
    "titles without issuer": on("article", _titles_without_issuer),
    "a page to click through": _always("article", lambda: _CLICK_FIRST),
    "too many visits": _always("article", lambda: _TOO_OFTEN),
    "articles of no length": _always("article", lambda: Answer(b"")),
    "articles lead to an app": _always("article", lambda: _TO_THE_APP),
    "scans for articles": _always("article", _scan),
    "a captcha for every file": _always("file", lambda: _CAPTCHA),
    "scans for files": _always("file", _scan),
    "files of no length": _always("file", lambda: Answer(b"", "application/pdf")),
}
