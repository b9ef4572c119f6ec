"""What the lines around a body say: publication date, source, breadcrumb."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from crawler.dates import parse_date
from crawler.extraction.header import Header
from crawler.extraction.labels import ISSUED_NAMES, NAME_RANK, Pair, Token
from crawler.extraction.page import Page
from crawler.extraction.whitespace import squeeze

_BREADCRUMB_NAMES = tomllib.loads(files("crawler").joinpath("data/labels.toml").read_text("utf-8"))[
    "breadcrumb"
]["-"]
_BREADCRUMB = re.compile(
    rf"(?:{'|'.join(sorted(_BREADCRUMB_NAMES, key=len, reverse=True))})"
    r"\s*(?:是|为)?\s*[:：]\s*(?P<path>.*)"
    r"|^(?P<home>(?:网站)?首页\s*[>＞»›→].*)"
)
_BREADCRUMB_SEPARATOR = re.compile(r"\s*(?:[>＞»›→/]+|\s-+\s)\s*")
_PLACE_WORDS = frozenset(
    ("首页", "网站首页", "主页", "正文", "详情", "内容", "文章内容", "信息详情", "")
)
_SOURCE_ENDS = re.compile(r"[|｜【〖\[]|\s{2,}|(?:19|20)\d\d\s*[-/.年]")
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
    fields = Fields(breadcrumb=_breadcrumb((*header.before, *header.top)))
    fields.published, evidence = _published(page, header)
    if fields.published:
        fields.sources["published"] = evidence
    fields.source, evidence = _source(page, header.pairs)
    if fields.source:
        fields.sources["source"] = evidence
    if code := page.meta(SITE_CODE):
        fields.sources["site_code"] = {"where": f"meta {SITE_CODE}", "raw": code}
    return fields


def _published(page: Page, header: Header) -> Found:
    dated = [(parse_date(one.value), one) for one in header.pairs if one.field == "published"]
    labelled = [(day, pair) for day, pair in dated if day]
    if labelled:
        day, pair = min(labelled, key=lambda one: NAME_RANK.get(one[1].name, len(NAME_RANK)))
        return day, {"where": "label", "label": pair.name, "raw": pair.value}
    for token in (*header.taken_in, *reversed(header.before[-_NEAR:])):
        text = squeeze(token.text)
        is_line = len(text) <= _LONGEST_DATE_LINE and not _NO_DATE_LINE.search(text)
        bare_date = parse_date(text) if is_line else None
        if bare_date:
            return bare_date, {"where": "header line", "raw": text}
    for pair in header.pairs:
        if pair.name in ISSUED_NAMES and (issued := parse_date(pair.value)):
            return issued, {"where": "label", "label": pair.name, "raw": pair.value}
    return _from_meta(page, _META_DATES, lambda raw: parse_date(raw) or "")


def _source(page: Page, found: Sequence[Pair]) -> Found:
    for pair in found:
        if pair.field == "source" and (name := _source_name(pair.value)):
            return name, {"where": "label", "label": pair.name, "raw": pair.value}
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
    name = squeeze(raw[: end.start()] if end else raw).strip("；;，,:： ")
    return name if len(name) <= _LONGEST_SOURCE else ""


def _breadcrumb(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The column names after 当前位置:, without the home page and words for "this page"."""
    for position, token in enumerate(tokens):
        found = _BREADCRUMB.search(squeeze(token.text))
        if not found:
            continue
        path = found["path"] or found["home"]
        if not path:
            # Each name may be a line of its own: the list items after the label.
            siblings = [one for one in tokens[position + 1 :] if _same_list(token, one)]
            path = ">".join(squeeze(one.text) for one in siblings)
        names = (squeeze(name) for name in _BREADCRUMB_SEPARATOR.split(path))
        return tuple(name for name in names if name not in _PLACE_WORDS)
    return ()


def _same_list(label: Token, other: Token) -> bool:
    around = label.element.getparent()
    return around is not None and around in other.element.iterancestors()
