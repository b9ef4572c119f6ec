"""What portals change and nobody loses anything by: no run may be accused of it.

Frozen with `drift_fresh`, before its first run; its docstring says what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import (
    Asked,
    Change,
    is_html,
    link_of,
    on,
    rows_of,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_CHARSET = re.compile(r"charset=(\"?)utf-8", re.IGNORECASE)
_FOOT = "//*[@class='footer' or @id='footer' or self::footer]"
_MENU = "(//*[@class='nav']//ul | //ul[@class='menu'])[1]"
_BANNER = '<div class="banner"><a href="/zt/zxxd/"><img src="/images/banner2026.jpg"></a></div>'
_ADVERTISEMENT = (
    '<div class="float-ad"><a href="http://www.gov.cn/zhuanti/">我要找茬</a>'
    '<script src="/js/float.js"></script><span>关闭</span></div>'
)
_SESSION = ";jsessionid=5D41402ABC4B2A76B9719D911017C592"


def _on_pages(mutate: Callable[[HtmlElement, Asked], None]) -> Change:
    """On lists and articles alike."""
    on_lists, on_articles = on("list", mutate), on("article", mutate)
    return lambda answer, asked: on_articles(on_lists(answer, asked), asked)


def _with_banner(tree: HtmlElement, asked: Asked) -> None:
    for body in tree.iter("body"):
        body.insert(0, parser.fragment_fromstring(_BANNER))


def _with_menu_item(tree: HtmlElement, asked: Asked) -> None:
    for menu in tree.xpath(_MENU):
        menu.append(parser.fragment_fromstring('<li><a href="/sjfb/">数据发布</a></li>'))


def _with_other_footer(tree: HtmlElement, asked: Asked) -> None:
    for footer in tree.xpath(_FOOT):
        for child in list(footer):
            footer.remove(child)
        footer.text = "主办：县人民政府 承办：县数据局 联系电话：0000-6012345 网站地图 关于我们"


def _with_advertisement(tree: HtmlElement, asked: Asked) -> None:
    for body in tree.iter("body"):
        body.append(parser.fragment_fromstring(_ADVERTISEMENT))


def _newest_last(tree: HtmlElement, asked: Asked) -> None:
    """The rows of a page in another order, and none less."""
    rows = [row for row in rows_of(tree, asked) if row.tag == "li"]
    for row in reversed(rows):
        rows[-1].getparent().append(row)


def _marked_as_new(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked)[:3]:
        link_of(row).addnext(parser.fragment_fromstring('<img src="/images/new.gif">'))


def _with_session(tree: HtmlElement, asked: Asked) -> None:
    for row in rows_of(tree, asked):
        link = link_of(row)
        if ";" not in link.get("href"):
            link.set("href", link.get("href") + _SESSION)


def _with_slashes(answer: Answer, asked: Asked) -> Answer:
    """2026/01/15 for 2026-01-15."""
    if not is_html(answer):
        return answer
    return with_text(answer, _DAY.sub(r"\1/\2/\3", text_of(answer)))


def _in_gbk(answer: Answer, asked: Asked) -> Answer:
    text = text_of(answer) if is_html(answer) else ""
    renamed = _CHARSET.sub(r"charset=\1gbk", text)
    if renamed == text:
        return answer
    return replace(answer, body=renamed.encode("gb18030"), content_type="text/html; charset=gbk")


def _https(answer: Answer, asked: Asked) -> Answer:
    if asked.url.startswith("https:"):
        return answer
    return Answer(b"", status=301, location="https:" + asked.url.removeprefix("http:"))


CHANGES: Mapping[str, Change] = {
    "a banner": _on_pages(_with_banner),
    "one more menu item": _on_pages(_with_menu_item),
    "another footer": _on_pages(_with_other_footer),
    "an advertisement": _on_pages(_with_advertisement),
    "rows of a page in another order": on("list", _newest_last),
    "rows marked as new": on("list", _marked_as_new),
    "session ids in links": on("list", _with_session),
    "dates with slashes": _with_slashes,
    "pages in GBK": _in_gbk,
    "https for http": _https,
}
