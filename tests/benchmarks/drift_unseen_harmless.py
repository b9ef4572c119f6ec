"""What portals change and nobody loses by, frozen with `drift_unseen` on 2026-11-22."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as parser
from lxml.html import HtmlElement

from tests.benchmarks.drift_answers import (
    Asked,
    Change,
    is_html,
    link_of,
    mutated,
    on,
    rows_of,
    text_of,
    with_text,
)
from tests.portals.model import Answer

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_TAG = re.compile(r"(?<=<)/?[a-z][a-z0-9]*(?=[\s>/])")
_ATTRIBUTE = re.compile(r"(?<=\s)(?:href|class|name|content|style|title)(?==\")")
_ADDRESS = re.compile(r"href=\"([^\"]+)\"")
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
_INDEX_NUMBER = re.compile(r"(索\s*引\s*号\s*[:：]\s*(?:</\w+>)?(?:<td>)?\s*)[\w-]+/")
_SITE_SUFFIX = re.compile(r"(?<=[-_])[^-_]*人民政府")
_NAMED = "//*[@class='logo'] | //*[@id='header']/h2"
_LONGEST_TITLE = 22
_PINNED = 2  # which row of the first page
_HOT = 5

_GREY = "<style>html{filter:grayscale(100%);-webkit-filter:grayscale(100%)}</style>"
_TOOLBAR = (
    '<div id="wza-bar"><a href="javascript:void(0)">读屏</a> <a href="javascript:void(0)">大字</a>'
    ' <a href="javascript:void(0)">配色</a> <a href="javascript:void(0)">退出服务</a>'
    '<script src="/wza/canyou.js"></script></div>'
)
_SUMMARY = "<p class='zy'>为进一步推进政务公开，现将有关情况予以公布，欢迎社会各界监督。</p>"


# -- all pages ------------------------------------------------------------------------------------


def _grey(answer: Answer, asked: Asked) -> Answer:
    """A day of national mourning: pages are shown without colour."""

    def decolour(tree: HtmlElement) -> None:
        for head in tree.iter("head"):
            head.append(parser.fragment_fromstring(_GREY))

    return mutated(answer, decolour) if is_html(answer) else answer


def _with_toolbar(answer: Answer, asked: Asked) -> Answer:
    """A toolbar for the blind and the old stands above every page."""

    def add(tree: HtmlElement) -> None:
        for body in tree.iter("body"):
            body.insert(0, parser.fragment_fromstring(_TOOLBAR))

    return mutated(answer, add) if is_html(answer) else answer


def _in_capitals(answer: Answer, asked: Asked) -> Answer:
    """Another template engine writes tags and attributes in capitals."""
    if not is_html(answer):
        return answer
    text = _TAG.sub(lambda found: found[0].upper(), text_of(answer))
    return with_text(answer, _ATTRIBUTE.sub(lambda found: found[0].upper(), text))


def _days_in_characters(answer: Answer, asked: Asked) -> Answer:
    """2026年01月15日 for 2026-01-15."""
    if not is_html(answer):
        return answer
    return with_text(answer, _DAY.sub(r"\1年\2月\3日", text_of(answer)))


def _portal_renamed(answer: Answer, asked: Asked) -> Answer:
    """The portal, not the county, gets another name, in its head and behind titles."""

    def rename(tree: HtmlElement) -> None:
        for element in tree.xpath("//meta[@name='SiteName']"):
            element.set("content", "数字政务网")
        for element in tree.xpath("//*[@class='header']/img"):
            element.set("alt", "数字政务网")
        for element in tree.xpath(_NAMED):
            element.text = "数字政务网"
        for element in tree.iter("title"):
            element.text = _SITE_SUFFIX.sub("数字政务网", element.text or "")

    return mutated(answer, rename) if is_html(answer) else answer


# -- articles -------------------------------------------------------------------------------------


def _title_on_two_lines(tree: HtmlElement, asked: Asked) -> None:
    """The issuer stands on a line of its own above the rest of the title."""
    for title in tree.iter("h1"):
        issuer, found, rest = (title.text or "").partition("人民政府")
        if found and rest and not len(title):
            title.text = issuer + found
            etree.SubElement(title, "br").tail = rest


def _index_renumbered(answer: Answer, asked: Asked) -> Answer:
    """索引号 begin with the social credit code from now on."""
    if asked.role != "article" or not is_html(answer):
        return answer
    return with_text(answer, _INDEX_NUMBER.sub(r"\g<1>11640500MB1234567X/", text_of(answer)))


# -- lists ----------------------------------------------------------------------------------------


def _spaces_around_addresses(answer: Answer, asked: Asked) -> Answer:
    """A template leaves spaces and a line's end around addresses, as browsers ignore."""
    if asked.role != "list" or not is_html(answer):
        return answer

    def spaced(found: re.Match[str]) -> str:
        return f'href=" {found[1]} \n"' if asked.article_path.search(found[1]) else found[0]

    # not as a tree: that would be written with the spaces as %20
    return with_text(answer, _ADDRESS.sub(spaced, text_of(answer)))


def _absolute(tree: HtmlElement, asked: Asked) -> None:
    """Rows are linked by their whole address."""
    for row in rows_of(tree, asked):
        link_of(row).set("href", urljoin(asked.url, link_of(row).get("href")))


def _without_scheme(tree: HtmlElement, asked: Asked) -> None:
    """Rows are linked by host and path, for http and https alike."""
    for row in rows_of(tree, asked):
        address = urljoin(asked.url, link_of(row).get("href"))
        link_of(row).set("href", address.partition(":")[2])


def _pinned(tree: HtmlElement, asked: Asked) -> None:
    """An older row is pinned to the top of its list."""
    rows = [] if asked.first else rows_of(tree, asked)
    for row in rows[_PINNED : _PINNED + 1]:
        link_of(row).addprevious(parser.fragment_fromstring('<span class="top">[置顶]</span>'))
        rows[0].addprevious(row)


def _cut_with_full_title(tree: HtmlElement, asked: Asked) -> None:
    """Long titles are cut to the width of the list and stand whole in the link's title."""
    for row in rows_of(tree, asked):
        link, title = link_of(row), link_of(row).text_content().strip()
        if len(title) > _LONGEST_TITLE and not link.get("title") and not title.endswith("…"):
            link.set("title", title)
            link.text = title[:_LONGEST_TITLE] + "…"


def _with_summaries(tree: HtmlElement, asked: Asked) -> None:
    """A line of summary stands below every row."""
    for row in rows_of(tree, asked):
        if row.tag == "li":
            row.append(parser.fragment_fromstring(_SUMMARY))


def _with_hot_articles(tree: HtmlElement, asked: Asked) -> None:
    """A box of much read news stands beside every list."""
    rows = rows_of(tree, asked)
    if not rows or asked.home is None:
        return
    box = parser.fragment_fromstring('<div class="hot"><h3>热点推荐</h3><ul></ul></div>')
    for row in rows_of(parser.document_fromstring(text_of(asked.home())), asked)[:_HOT]:
        item = etree.SubElement(etree.SubElement(box[1], "li"), "a")
        item.set("href", urljoin("/", link_of(row).get("href")))
        item.text = link_of(row).text_content()
    next(tree.iter("body")).append(box)


def _test_row(tree: HtmlElement, asked: Asked) -> None:
    """Somebody tried the editor and left a row behind."""
    rows = [] if asked.first else rows_of(tree, asked)
    for row in rows[:1]:
        test = deepcopy(row)
        link = link_of(test)
        link.text = "测试测试123"
        link.attrib.pop("title", None)
        link.set("href", _LAST_NUMBER.sub(r"9\g<0>", link.get("href")))
        row.addprevious(test)


def _with_column_links(tree: HtmlElement, asked: Asked) -> None:
    """Every row begins with a link to its column."""
    for row in rows_of(tree, asked):
        if row.tag == "li":
            column = parser.fragment_fromstring('<a class="lm">[公开]</a>')
            column.set("href", urlsplit(asked.url).path)
            link_of(row).addprevious(column)


def _highlighted(tree: HtmlElement, asked: Asked) -> None:
    """Lists come from a search, which highlights its words in titles."""
    for row in rows_of(tree, asked):
        link = link_of(row)
        before, word, after = (link.text or "").partition("公开")
        if word:
            link.text = before
            mark = etree.Element("em", {"class": "hl"})
            mark.text, mark.tail = word, after
            link.insert(0, mark)


CHANGES: Mapping[str, Change] = {
    "grey in mourning": _grey,
    "a toolbar for the blind": _with_toolbar,
    "tags in capitals": _in_capitals,
    "days in characters": _days_in_characters,
    "the portal renamed": _portal_renamed,
    "titles on two lines": on("article", _title_on_two_lines),
    "index numbers renumbered": _index_renumbered,
    "spaces around addresses": _spaces_around_addresses,
    "absolute addresses": on("list", _absolute),
    "addresses without scheme": on("list", _without_scheme),
    "an older row pinned": on("list", _pinned),
    "titles cut, whole in the link's title": on("list", _cut_with_full_title),
    "summaries below rows": on("list", _with_summaries),
    "a box of hot articles": on("list", _with_hot_articles),
    "a test row left behind": on("list", _test_row),
    "links to the column in rows": on("list", _with_column_links),
    "words highlighted in titles": on("list", _highlighted),
}
