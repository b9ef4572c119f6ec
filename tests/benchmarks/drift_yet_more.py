"""Yet more things that happen to portals: the second holdout, seen by now.

It taught that notices of maintenance count, that a title which reads otherwise is lost, and that a
further page that leads home is none.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_changes import (
    Asked,
    Change,
    body_of,
    emptied,
    is_html,
    link_of,
    on,
    rows_of,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_MISSING = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
_FORBIDDEN = b"<html><head><title>403 Forbidden</title></head><body>403 Forbidden</body></html>"
_MAINTAINED = """<html><head><title>系统维护</title></head><body><div class="tip">
<p>网站正在升级维护，暂停服务，给您带来不便敬请谅解。</p></div></body></html>"""
_ENGLISH = "This page has been translated automatically. The original text is not available. "
_DAY = re.compile(r"(?:19|20)\d\d-(\d\d-\d\d)(?: \d\d:\d\d(?::\d\d)?)?")
_WHOLE_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")
_INFO = "//div[@class='xxgk-info' or @class='article-info' or @class='detail-date']"
_ROWS_LEFT = 3


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
    "list dates relative": _relative_dates,
    "rows in a missing frame": on("list", _rows_in_a_missing_frame),
    "further pages lead home": _further_pages_home,
    "three rows left": on("list", _few_rows),
    "list titles as numbers": on("list", _titles_as_numbers),
}
