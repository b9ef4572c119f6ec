"""Changes developed on, of articles and files: what happens to them on real portals.

The checks of runs were made with these and with `drift_developed_lists`. Some of both were held
out once, until what they taught became rules: that pages must be compared with themselves, that
notices of maintenance count, that a title which reads otherwise is lost, that a further page which
leads home is none.
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
    body_of,
    emptied,
    is_html,
    on,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_CHALLENGE = (
    "<html><head><script>eval(function(p,a,c,k,e,d){return p}('0',1,1,'x'.split('|'),0,{}))"
    "</script></head><body></body></html>"
)
_MISSING = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
_FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>"
_MAINTAINED = """<html><head><title>系统维护</title></head><body><div class="tip">
<p>网站正在升级维护，暂停服务，给您带来不便敬请谅解。</p></div></body></html>"""
_ENGLISH = "This page has been translated automatically. The original text is not available. "
_DAY = re.compile(r"(?:19|20)\d\d-(\d\d-\d\d)(?: \d\d:\d\d(?::\d\d)?)?")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")
_INFO = "//div[@class='xxgk-info' or @class='article-info' or @class='detail-date']"


def _rename_everything(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter():
        for name in ("class", "id"):
            if isinstance(element.tag, str) and element.get(name):
                element.set(name, f"n{zlib.crc32(element.get(name).encode()):x}")


def _drop_dates(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, DATE.sub("", text_of(answer)))


def _drop_titles(tree: HtmlElement, asked: Asked) -> None:
    for element in list(tree.iter("h1", "h2", "title", "meta")):
        if element.tag != "meta" or element.get("name") == "ArticleTitle":
            element.drop_tree()


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


def _break_characters(answer: Answer, asked: Asked) -> Answer:
    if asked.role != "article" or not is_html(answer):
        return answer
    broken = re.sub("[的是不了在府工]", "\ufffd", text_of(answer))
    return Answer(broken.encode(), "text/html; charset=utf-8")


def _one_in_three(asked: Asked) -> bool:
    return asked.role == "article" and zlib.crc32(asked.url.encode()) % 3 == 0


def _soft_404(answer: Answer, asked: Asked) -> Answer:
    return Answer(SOFT_404.encode()) if _one_in_three(asked) else answer


def _missing(answer: Answer, asked: Asked) -> Answer:
    return Answer(SOFT_404.encode(), status=404) if _one_in_three(asked) else answer


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


def _tables_by_script(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        for table in body.iter("table"):
            emptied(table)
            table.set("data-src", "/api/table")


def _without_year(answer: Answer, asked: Asked) -> Answer:
    """Dates as ``03-05``."""
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, _DAY.sub(r"\1", text_of(answer)))


def _in_a_missing_frame(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        frame = '<iframe src="/viewer/page.html" width="100%" height="900"></iframe>'
        body.append(parser.fragment_fromstring(frame))


def _file_instead(tree: HtmlElement, asked: Asked) -> None:
    """The text moves into a file, and the file is not there yet."""
    for body in body_of(tree):
        emptied(body)
        link = '<p><a href="./P020250101_0001.pdf">附件：全文.pdf</a></p>'
        body.append(parser.fragment_fromstring(link))


def _half_gone(answer: Answer, asked: Asked) -> Answer:
    half = asked.role == "article" and zlib.crc32(asked.url.encode()) % 2 == 1
    return Answer(_MISSING, status=410) if half else answer


def _under_maintenance(answer: Answer, asked: Asked) -> Answer:
    return Answer(_MAINTAINED.encode()) if asked.role == "article" else answer


def _forbidden(answer: Answer, asked: Asked) -> Answer:
    return Answer(_FORBIDDEN, status=403) if asked.role == "article" else answer


def _in_english(tree: HtmlElement, asked: Asked) -> None:
    for body in body_of(tree):
        emptied(body)
        body.text = _ENGLISH * 20


def _no_head_lines(tree: HtmlElement, asked: Asked) -> None:
    """Source, date and information block are no longer printed."""
    for element in [*tree.xpath(_INFO), *tree.xpath("//meta[@name='PubDate']")]:
        element.drop_tree()


def _titles_without_year(tree: HtmlElement, asked: Asked) -> None:
    for element in tree.iter("h1", "h2", "title"):
        element.text = _YEAR.sub("", element.text or "")
    for element in tree.xpath("//meta[@name='ArticleTitle']"):
        element.set("content", _YEAR.sub("", element.get("content") or ""))


CHANGES: Mapping[str, Change] = {
    "container renamed": on("article", _rename_everything),
    "article dates vanish": _drop_dates,
    "titles vanish": on("article", _drop_titles),
    "all text in images": on("article", _picture_instead),
    "body by script": on("article", _script_instead),
    "broken characters": _break_characters,
    "soft 404s rise": _soft_404,
    "articles answer 404": _missing,
    "tables as pictures": on("article", _tables_as_pictures),
    "site's name for every title": on("article", _site_name_for_title),
    "question marks for Chinese": _question_marks,
    "a third of each page": _cut_in_half,
    "half of the articles lead home": _to_the_home_page,
    "challenge before every article": _challenged,
    "attachments answer 404": _no_files,
    "tables by script": on("article", _tables_by_script),
    "article dates without year": _without_year,
    "body in a missing frame": on("article", _in_a_missing_frame),
    "a missing file for the text": on("article", _file_instead),
    "half of the articles gone": _half_gone,
    "articles under maintenance": _under_maintenance,
    "articles forbidden": _forbidden,
    "body in English": on("article", _in_english),
    "no lines below the title": on("article", _no_head_lines),
    "titles without year": on("article", _titles_without_year),
}
