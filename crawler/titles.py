"""The one place where a title is judged: target, look-alike by name, or neither.

The rules are data (``data/titles.toml``); here is only how a title is brought into the form
they read, and where the report year comes from: the title, then the stated reporting period,
then the opening paragraph. URLs and publication dates never decide it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from crawler import dates, hanzi
from crawler.items import Judgement, Kind

# Bounds the time any input can take; no real title comes near, and an opening is a paragraph.
_LONGEST_TITLE, _LONGEST_HEAD = 300, 1500

_WORD = re.compile(r"<([A-Z]+)>")
_SPACE = re.compile(r"\s+")
_FILE_ENDING = re.compile(r"(?i)\.(?:pdf|docx?|wps|xlsx?|ofd|html?)$")
# `标题_栏目_示例县人民政府门户网站`: what follows the first separator is the site talking. The
# dash of 2018-2019 separates nothing.
_SEPARATOR = re.compile(r"(?<!\d)[-_|—–]|[-_|—–](?!\d)")
_SITE_NAME = re.compile(r"(?:人民政府|政府|网|网站|门户|平台)$")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    about: re.Pattern[str]
    kind: Kind | None
    look_alike: str | None


class _Rules:
    """``data/titles.toml``, compiled."""

    def __init__(self) -> None:
        data = tomllib.loads((files("crawler") / "data" / "titles.toml").read_text("utf-8"))
        self._words: dict[str, str] = data["words"]
        self.title = [self._rule(entry) for entry in data["rules"]]
        self.head = [self._rule(entry) for entry in data["head"]]
        self.weak = self._compile(data["weak"]["pattern"])
        self.cut = self._compile(data["truncated"]["ending"])
        self.cut_cue = self._compile(data["truncated"]["cue"])
        self.bare_year = self._compile(data["year"]["bare"])
        self.opening_year = [self._compile(pattern) for pattern in data["year"]["opening"]]

    def _compile(self, pattern: str) -> re.Pattern[str]:
        while _WORD.search(pattern):  # words are made of words
            pattern = _WORD.sub(lambda match: self._words[match[1]], pattern)
        return re.compile(pattern)

    def _rule(self, entry: dict[str, str]) -> _Rule:
        kind = Kind(entry["kind"]) if "kind" in entry else None
        pattern, about = self._compile(entry["pattern"]), self._compile(entry.get("about", ""))
        return _Rule(pattern, about, kind, entry.get("look_alike"))


_RULES = _Rules()


def _plain(text: str) -> str:
    """The form the rules read: Simplified, half-width, no white space, no full dates."""
    text = dates.without_dates(hanzi.strip_pinyin_parentheses(text))
    return _SPACE.sub("", text)


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
    if re.search(r"\d{4}年?度?[-~至]+\d{4}", plain):
        return None
    before, anywhere = dates.report_years(plain[:decided_at]), dates.report_years(plain)
    if anywhere:
        return before[-1] if before else anywhere[0]
    bare = _RULES.bare_year.search(plain)
    return int(bare[1]) if bare else None


def _head_year(raw: str, plain: str) -> int | None:
    """The year of the stated period, else the one the opening paragraph speaks of."""
    if year := dates.period_year(raw):
        return year
    found = (pattern.search(plain) for pattern in _RULES.opening_year)
    return next((int(match[1]) for match in found if match), None)


def _is_open(plain: str) -> bool:
    """Whether a title leaves the decision to the page: generic, blank or cut."""
    return not plain or bool(_RULES.weak.fullmatch(plain) or _RULES.cut.search(plain))


def judge(title: str, head: str = "") -> Judgement:
    """What a title, with the opening of its page, says the page is.

    ``head`` decides the kind only for titles that say nothing (``年度报告``, ``办文通知``) or
    were cut; it supplies the year of any target whose title names none.
    """
    title, head = title[:_LONGEST_TITLE], head[:_LONGEST_HEAD]
    plain, plain_head = _plain_title(title), _plain(head)
    weak = _RULES.weak.fullmatch(plain)
    decided = None if weak else _first(_RULES.title, plain)
    year = _title_year(title, plain, decided[1].end() if decided else 0)
    if decided is None and _is_open(plain):
        decided = _first(_RULES.head, plain_head)
    if decided is None:
        return Judgement(report_year=year)
    rule, match = decided
    if rule.kind and year is None:
        year = _head_year(head, plain_head)
    return Judgement(rule.kind, rule.look_alike, year, match[0])


def possible(link_text: str) -> bool:
    """Whether a link is worth fetching: a target, a generic name, or a title cut too early.

    News and named look-alikes are not, and nothing is known of a link without text.
    """
    plain = _plain_title(link_text)
    if not plain:
        return False
    judgement = judge(link_text)
    if judgement.kind or judgement.look_alike:
        return judgement.kind is not None
    if _RULES.weak.fullmatch(plain):
        return True
    return bool(_RULES.cut.search(plain) and _RULES.cut_cue.search(plain))
