"""The one place where a title is judged: target, look-alike by name, or neither.

The rules are data (``data/titles.toml``); here is only how a title is brought into the form
they read, and where the report year comes from: the title, then the stated reporting period,
then the opening paragraph. URLs and publication dates never decide it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from crawler import dates, hanzi
from crawler.items import Judgement, Kind
from crawler.places import bodynames

# Bounds the time any input can take; no real title comes near, and an opening is a paragraph.
_LONGEST_TITLE, _LONGEST_HEAD = 300, 1500

_WORD = re.compile(r"<([A-Z]+)>")
_FILE_ENDING = re.compile(r"(?i)\.(?:pdf|docx?|wps|xlsx?|ofd|html?)$")
# `标题_栏目_示例县人民政府门户网站`: what follows the first separator is the site talking. The
# dash of 2018-2019 separates nothing.
_SPAN_OF_YEARS = re.compile(r"\d\d{3}年?度?[-~至]+\d{4}")
_SEPARATOR = re.compile(r"(?<!\d)[-_|—–]|[-_|—–](?!\d)")
_SITE_NAME = re.compile(r"(?:人民政府|政府|网|网站|门户|平台)$")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    about: re.Pattern[str]
    kind: Kind | None
    look_alike: str | None
    open: str

    def is_final(self, is_cut: bool) -> bool:
        """Whether neither the page's opening nor a link's column can overrule it."""
        return self.open != "always" and not (is_cut and self.open == "cut")


class _Rules:
    """``data/titles.toml``, compiled."""

    def __init__(self) -> None:
        data = tomllib.loads((files("crawler") / "data" / "titles.toml").read_text("utf-8"))
        self._words: dict[str, str] = data["words"]
        self.confidence: dict[str, float] = data["confidence"]
        self.title = [self._rule(entry) for entry in data["rules"]]
        self.head = [self._rule(entry) for entry in data["head"]]
        self.may_have_head = self._compile(data["opening"]["telling"])
        self.weak = self._compile(data["weak"]["pattern"])
        self.cut = self._compile(data["truncated"]["ending"])
        self.cut_cue = self._compile(data["truncated"]["cue"])
        self.cut_unmarked = self._compile(data["truncated"]["unmarked"])
        self.our_column = self._compile(data["column"]["ours"])
        self.column_row = self._compile(data["column"]["row"])
        self.bare_year = self._compile(data["year"]["bare"])
        self.opening_year = [self._compile(pattern) for pattern in data["year"]["opening"]]

    def _compile(self, pattern: str) -> re.Pattern[str]:
        while _WORD.search(pattern):  # words are made of words
            pattern = _WORD.sub(lambda match: self._words[match[1]], pattern)
        return re.compile(pattern)

    def _rule(self, entry: dict[str, Any]) -> _Rule:
        kind = Kind(entry["kind"]) if "kind" in entry else None
        pattern, about = self._compile(entry["pattern"]), self._compile(entry.get("about", ""))
        return _Rule(pattern, about, kind, entry.get("look_alike"), entry.get("open", ""))


_RULES = _Rules()


def _plain(text: str) -> str:
    """The form the rules read: Simplified, half-width, no white space, no full dates."""
    text = dates.without_dates(hanzi.strip_pinyin_parentheses(text))
    return "".join(text.split())


class _Opening:
    """The opening of a page; most titles decide alone, and it is the longer text by far."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def plain(self) -> str:
        return _plain(self.raw)


def _plain_title(title: str) -> str:
    title = _FILE_ENDING.sub("", _plain(title[:_LONGEST_TITLE]))
    separator = _SEPARATOR.search(title)
    if separator and _SITE_NAME.search(title, separator.end()):
        return title[: separator.start()] or title
    return title


def _first(rules: list[_Rule], text: str) -> tuple[_Rule, re.Match[str]] | None:
    for rule in rules:
        if (match := rule.pattern.search(text)) and rule.about.search(text):
            return rule, match
    return None


def _title_year(raw: str, plain: str, decided_at: int) -> int | None:
    """The year a title names: the last one before the words that decided, else the first.

    ``2023年…总结和2024年思路`` is of 2023. A span of years (2018－2019) names no single one.
    """
    if year := dates.period_year(raw):
        return year
    if _SPAN_OF_YEARS.search(plain):
        return None
    if anywhere := dates.report_years(plain):
        before = dates.report_years(plain[:decided_at])
        return before[-1] if before else anywhere[0]
    bare = _RULES.bare_year.search(plain)
    return int(bare[1]) if bare else None


def _head_year(head: _Opening) -> tuple[int | None, str]:
    """The year of the stated period, else the one the opening paragraph speaks of; and which."""
    if year := dates.period_year(head.raw):
        return year, "period"
    found = (pattern.search(head.plain) for pattern in _RULES.opening_year)
    year = next((int(match[1]) for match in found if match), None)
    return year, "opening" if year else ""


def _is_open(plain: str) -> bool:
    """Whether a title that no rule knows leaves the decision to the page: generic, blank, cut, or
    only a name. A county's own name is mostly the site's and says nothing of the page.
    """
    if not plain or _RULES.weak.fullmatch(plain) or _RULES.cut.search(plain):
        return True
    return bodynames.names_body(plain) and not bodynames.names_government(plain)


def _by_head(head: _Opening) -> tuple[_Rule, re.Match[str]] | None:
    """The rule of an opening, which is brought into its form only where one may match."""
    return _first(_RULES.head, head.plain) if _RULES.may_have_head.search(head.raw) else None


def _by_title(plain: str) -> tuple[_Rule, re.Match[str]] | None:
    return None if _RULES.weak.fullmatch(plain) else _first(_RULES.title, plain)


def _decide(plain: str, head: _Opening) -> tuple[_Rule, re.Match[str], str] | None:
    """The rule that decides, what it matched, and what was asked: title, cut title or head."""
    is_cut = bool(_RULES.cut.search(plain))
    by_title = _by_title(plain)
    if by_title is None:  # the opening is asked first: to tell a name takes longer
        by_head = _by_head(head)
        return (*by_head, "head") if by_head and _is_open(plain) else None
    if not by_title[0].is_final(is_cut) and (by_head := _by_head(head)):
        return *by_head, "head"
    return *by_title, "cut" if is_cut else "title"


def judge(title: str, head: str = "") -> Judgement:
    """What a title, with the opening of its page, says the page is.

    ``head`` decides the kind only for titles that say nothing (``年度报告``, ``办文通知``, a bare
    ``教育局``), were cut or are of another field by default (``教育局2020年年度报告``); it supplies
    the year of any target whose title names none.
    """
    title, opening = title[:_LONGEST_TITLE], _Opening(head[:_LONGEST_HEAD])
    plain = _plain_title(title)
    decided = _decide(plain, opening)
    before = decided[1].end() if decided and decided[2] != "head" else 0
    year = _title_year(title, plain, before)
    year_from = "title" if year else ""
    if decided and decided[0].kind and year is None:
        year, year_from = _head_year(opening)
    year_confidence = _RULES.confidence[year_from] if year_from else 0.0
    if decided is None:
        return Judgement(report_year=year, year_from=year_from, year_confidence=year_confidence)
    rule, match, asked = decided
    return Judgement(
        rule.kind,
        rule.look_alike,
        year,
        match[0],
        confidence=_RULES.confidence[asked],
        year_from=year_from,
        year_confidence=year_confidence,
    )


def possible(text: str, column: Sequence[str] = ()) -> bool:
    """Whether a link is worth fetching: it may lead to a target.

    True for a target's title, for a name that says nothing (``年报``, ``2018年``), and for a title
    cut before it said anything else. News and look-alikes are refused by name. ``column`` is the
    path of the list, outermost first: below 政府信息公开年报 a bare agency, a year with an agency,
    any cut title and ``教育局2020年年报`` are rows as well.
    """
    plain = _plain_title(text)
    if not plain:
        return False
    is_cut = bool(_RULES.cut.search(plain))
    by_title = _by_title(plain)
    if by_title and by_title[0].is_final(is_cut):
        return by_title[0].kind is not None
    if (by_title is None and _may_go_on(plain, is_cut)) or (by_title and by_title[0].open == "cut"):
        return True
    return _of_our_column(column) and (by_title is not None or is_cut or _is_row(plain))


def _may_go_on(plain: str, is_cut: bool) -> bool:
    """Whether a title is generic, or cut where it could still become a target's."""
    if _RULES.weak.fullmatch(plain) or _RULES.cut_unmarked.search(plain):
        return True
    return is_cut and bool(_RULES.cut_cue.search(plain))


def _is_row(plain: str) -> bool:
    """Whether a title that says nothing by itself is one, in a column of ours."""
    return bool(_RULES.column_row.search(plain)) or bodynames.names_body(plain)


def _of_our_column(column: Sequence[str]) -> bool:
    """Whether the nearest name of the path that says anything is a column of targets."""
    for name in reversed(column):
        plain = _plain_title(name)
        refused = _by_title(plain)
        if refused and refused[0].look_alike and refused[0].is_final(is_cut=False):
            return False
        if _RULES.our_column.search(plain):
            return True
    return False
