"""What the lines around a body say: publication date, source, breadcrumb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from crawler.dates import parse_date
from crawler.extraction.fields.breadcrumb import find_breadcrumb
from crawler.extraction.fields.header import Header
from crawler.extraction.fields.infobox import INDEX_NUMBER
from crawler.extraction.fields.labels import ISSUED_NAMES, NAME_RANK, is_value
from crawler.extraction.fields.tokens import Token
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import han, squeeze
from crawler.places.bodynames import names_body

_SOURCE_ENDS = re.compile(r"[|｜【〖\[]|\s{2,}|(?:19|20)\d\d\s*[-/.年]")
# 2017-02-22 09:15 石桥镇党政办 点击：… as 博达 prints it without labels (d03).
_DAY = r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:\s\d{1,2}:\d\d(?::\d\d)?)?"
_NAME = r"[\u3400-\u9fff（）()]{2,20}"
_ROWS = frozenset(("li", "tr", "dd", "dt", "p"))
_ROW_LEVELS = 3
_LINKED_TITLE = 8  # Han; 打印 and 返回首页 are less
_PARTED = r"\s+(?:[|｜/·]\s+)?"
_BESIDE_DATE = re.compile(
    rf"[\[【(（［]?\s*{_DAY}\s*[\]】)）］]?{_PARTED}(?P<name>{_NAME})(?=\s|$)"
)
_BEFORE_DATE = re.compile(rf"(?P<name>{_NAME}){_PARTED}{_DAY}")
_THIS_SITE = frozenset(("本网", "本站", "本网站", "本局", "本镇"))  # f24
_LONGEST_SOURCE = 60
_LONGEST_DATE_LINE = 80
# An unlabelled date counts when it stands this near to the body.
_NEAR = 15
# Prose, and the clock in the banner of the page.
_NO_DATE_LINE = re.compile(r"。|星期|农历|今天|今日|现在是")
_META_DATES = ("PubDate", "publishdate", "article:published_time")
_META_SOURCES = ("ContentSource", "source")
#: 网站标识码: ten digits, the first six the county's adcode.
SITE_CODE = "SiteIDCode"


Found = tuple[str, dict[str, Any]]  # a value and its evidence


@dataclass(slots=True)
class Fields:
    published: str = ""
    source: str = ""
    breadcrumb: tuple[str, ...] = ()
    sources: dict[str, Any] = field(default_factory=dict)


def read_fields(page: Page, header: Header) -> Fields:
    """Publication date, source and breadcrumb: visible before meta."""
    fields = Fields(breadcrumb=find_breadcrumb(page, (header.around, header.inside)))
    fields.published, evidence = _published(page, header)
    if fields.published:
        fields.sources["published"] = evidence
    fields.source, evidence = _source(page, header)
    if fields.source:
        fields.sources["source"] = evidence
    if code := page.meta(SITE_CODE):
        fields.sources["site_code"] = {"where": f"meta {SITE_CODE}", "raw": code}
    return fields


def _published(page: Page, header: Header) -> Found:
    named = [one for one in header.pairs if one.field == "published"]
    dated = [(parse_date(one.value, compact=True), one) for one in named]
    labelled = [(day, pair) for day, pair in dated if day]
    if labelled:
        day, pair = min(labelled, key=lambda one: NAME_RANK.get(one[1].name, len(NAME_RANK)))
        return day, {"where": "label", "label": pair.name, "raw": pair.value}
    for text, day in _date_lines(header):
        return day, {"where": "header line", "raw": text}
    for pair in header.pairs:
        if pair.name in ISSUED_NAMES and (issued := parse_date(pair.value)):
            return issued, {"where": "label", "label": pair.name, "raw": pair.value}
    for raw in _times(page):
        if stated := parse_date(raw):
            return stated, {"where": "time", "raw": raw}
    return _from_meta(page, _META_DATES, lambda raw: parse_date(raw) or "")


def _times(page: Page) -> Iterator[str]:
    """What a <time> says where its text leaves the year out (f14), but none of a list's row."""
    for element in page.tagged("time"):
        if not any(True for _ in element.iterancestors("li", "a", "aside", "footer")):
            yield (element.get("datetime") or "")[:10]  # without the time of day


def _date_lines(header: Header) -> Iterator[tuple[str, str]]:
    """Header lines with a date that no label names, the likeliest first, with the date."""
    written, sourced = (
        {one.element for one in header.pairs if one.field == name and one.value}
        for name in ("成文日期", "source")
    )
    before = header.before
    near = range(len(before) - 1, max(len(before) - _NEAR, 0) - 1, -1)
    beside = (one for one in reversed(before) if one.element in sourced)  # however far (l19)
    lines = ((one, 0) for one in chain(header.taken_in, beside))
    for token, position in chain(lines, ((before[one], one) for one in near)):
        text = squeeze(token.text)
        if not any(map(str.isnumeric, text)):  # as most: no date, in whatever numerals
            continue
        if len(text) > _LONGEST_DATE_LINE or _NO_DATE_LINE.search(text):
            continue
        if token.element in written:  # the block's own date, right above the text (b04)
            continue
        # The date beside an index number is that of the block (f24).
        if not (day := parse_date(text)) or INDEX_NUMBER.match(text) or _is_of_another(token):
            continue
        if not is_value(before, position):
            yield text, day


def _is_of_another(token: Token) -> bool:
    """Whether a line is a row of a list: a date beside the link to another page."""
    row = next((one for one in _around(token.element) if one.tag in _ROWS), None)
    links = () if row is None else row.iter("a")
    texts = (squeeze("".join(link.itertext())) for link in links)
    return any(han(text) >= _LINKED_TITLE and text in token.text for text in texts)


def _around(element: Element) -> Iterator[Element]:
    yield element
    yield from islice(element.iterancestors(), _ROW_LEVELS)


def _source(page: Page, header: Header) -> Found:
    for pair in header.pairs:
        if pair.field == "source" and (name := _source_name(pair.value)):
            return name, {"where": "label", "label": pair.name, "raw": pair.value}
    for text, _ in _date_lines(header):
        beside = _BESIDE_DATE.match(text) or _BEFORE_DATE.match(text)
        if beside and (names_body(beside["name"]) or beside["name"] in _THIS_SITE):
            return beside["name"], {"where": "header line", "raw": text}
    return _from_meta(page, _META_SOURCES, _source_name)


def _from_meta(page: Page, names: Sequence[str], read: Callable[[str], str]) -> Found:
    for name in names:
        raw = page.meta(name)
        value = read(raw) if raw else ""
        if value:
            return value, {"where": f"meta {name}", "raw": raw}
    return "", {}


def _source_name(raw: str) -> str:
    end = _SOURCE_ENDS.search(raw)
    name = squeeze(raw[: end.start()] if end else raw).strip("；;，,:：】]/／·• ")
    return name if len(name) <= _LONGEST_SOURCE else ""
