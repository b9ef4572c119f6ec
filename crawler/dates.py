"""Dates and years as Chinese government pages print them.

All functions read a text of any length and return ISO dates or integers; a date that does not
exist (2018年2月30日) is no date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from crawler import hanzi

_EARLIEST_YEAR, _LATEST_YEAR = 1949, 2099

# 〇 is written as a zero, as a circle and as the letter O; the last two are common on portals.
_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")}
_DIGITS |= dict.fromkeys("○零Oo◯", "0")
_HAN_YEAR = "[〇○◯零Oo0一二三四五六七八九]"
_HAN_NUMBER = "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"

_YEAR_IN_HAN = re.compile(rf"[一二]{_HAN_YEAR}{{3}}(?=\s*(?:年|[-－—–~～至]))")
_MONTH_OR_DAY_IN_HAN = re.compile(rf"([年月])\s*({_HAN_NUMBER})(?=\s*[月日])")

# `re` passes over what a pattern cannot begin with at once, but not where it begins with a look
# behind: that comes after the first digit here.
_DATE = re.compile(
    r"(\d(?<![\d.]\d)\d{3})\s*"
    r"(?:年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]"
    r"|([-/.])\s*(\d{1,2})\s*\4\s*(\d{1,2})(?!\d|\.\d))"
)
_OTHER_YEAR_SIGN = "\uf98e"  # 年 as some fonts have it
_COMPACT_DATE = re.compile(r"((?:19|20)(?<!\d\d\d)\d\d)(\d\d)(\d\d)(?!\d)")

_YEAR = re.compile(r"(\d(?<!\d\d)\d{3})(?=年|度)")
_YEAR_RANGE = re.compile(r"(\d(?<!\d\d)\d{3})年?度?[-－—–~～至]+(\d{4})(?=年|度)")
# A number like 国办发〔2017〕24号 dates the paper, not what it is about.
_DOCUMENT_NUMBER = re.compile(r"[〔\[［【（(﹝]\s*\d{4}\s*[〕\]］】）)﹞]\s*第?\s*\d+\s*号")

_PERIOD = re.compile(
    r"(\d\d{3})年(\d{1,2})月(?:(\d{1,2})日)?(?:\(?[起始]\)?)?(?:至|到|[-－—–~～]+)(?:(\d{4})年)?"
    r"(\d{1,2})月(?:(\d{1,2})日|底|末)?"
)
_PERIOD_LABEL = re.compile(r"统计|数据|期限|时限|报告期")
_UNTIL_YEAR_END = re.compile(r"截[至止]到?(\d{4})年(?:12月31日|12?月?底|年?底|年末)")
_LABEL_REACH = 60  # characters between 统计期限 and its dates
_SHORTEST_PERIOD, _LONGEST_PERIOD = 28, 400  # days; longer spans are terms of office or plans


def _arabic(number: str) -> str:
    """十二 → 12, 三十 → 30, 七 → 7."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return _DIGITS[ones]
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))


def _normal(text: str) -> str:
    """Half-width digits and Arabic numerals, so that one set of patterns reads every form."""
    if text.isascii():
        return text
    text = hanzi.fold(unicodedata.normalize("NFKC", text))
    text = _YEAR_IN_HAN.sub(lambda m: "".join(_DIGITS.get(c, c) for c in m[0]), text)
    if "年" not in text and "月" not in text:
        return text
    for _ in range(2):  # a day is only recognised behind the 月 that is already there
        text, changed = _MONTH_OR_DAY_IN_HAN.subn(lambda m: m[1] + _arabic(m[2]), text)
        if not changed:
            break
    return text


def _calendar_date(year: str, month: str, day: str) -> date | None:
    if not _EARLIEST_YEAR <= int(year) <= _LATEST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def find_dates(text: str, *, compact: bool = False) -> list[str]:
    """Every date in a text, in order, as ISO. ``compact`` also reads ``20180704``."""
    if text.isalpha() and "年" not in text and _OTHER_YEAR_SIGN not in text:  # a name, a menu
        return []
    normal = _normal(text)
    found: list[tuple[int, date | None]] = [
        (m.start(), _calendar_date(m[1], m[2] or m[5], m[3] or m[6]))
        for m in _DATE.finditer(normal)
    ]
    if compact:
        found += [(m.start(), _calendar_date(*m.groups())) for m in _COMPACT_DATE.finditer(normal)]
        found.sort(key=lambda one: one[0])
    return [day.isoformat() for _, day in found if day]


def parse_date(text: str, *, compact: bool = False) -> str | None:
    """The first date in a text as ISO, or None."""
    return next(iter(find_dates(text, compact=compact)), None)


def without_dates(text: str) -> str:
    """The text with half-width numerals and without full dates and document numbers.

    What is left of its years is what the text is about: ``2014年1月20日公布2013年度…`` → 2013.
    """
    return _DATE.sub(" ", _DOCUMENT_NUMBER.sub(" ", _normal(text)))


def report_years(text: str) -> list[int]:
    """The years a text names as years (2018年, 2018年度, 二〇一八年, 2018－2019年), in order."""
    text = "".join(without_dates(text).split())
    found = [
        (m.start(group), int(m[group])) for m in _YEAR_RANGE.finditer(text) for group in (1, 2)
    ]
    found += [(m.start(), int(m[1])) for m in _YEAR.finditer(text)]
    years = [year for _, year in sorted(found) if _EARLIEST_YEAR <= year <= _LATEST_YEAR]
    return list(dict.fromkeys(years))


def _year_of_period(match: re.Match[str]) -> int | None:
    """The year most days of a period lie in; None for what is no reporting period."""
    year, month, day, *until = match.groups()
    start = _calendar_date(year, month, day or "1")
    # 12月底 and a bare 12月 end with the month; the 28th is near enough to count days by.
    end = _calendar_date(until[0] or year, until[1], until[2] or "28")
    if not start or not end or not _SHORTEST_PERIOD <= (end - start).days <= _LONGEST_PERIOD:
        return None
    if start.year == end.year:
        return start.year
    in_first = (date(start.year, 12, 31) - start).days + 1
    in_last = (end - date(end.year, 1, 1)).days + 1
    return start.year if in_first > in_last else end.year


def period_year(text: str) -> int | None:
    """The year of the reporting period a text states (统计期限自2020年1月1日起至…止).

    A labelled period wins over any other span of dates. Sub-years (2008年5月1日至12月31日) and
    fiscal years count as the year most of their days lie in.
    """
    text = "".join(_normal(text).split())
    if "月" not in text and "截" not in text:
        return None
    labelled = (text[m.end() : m.end() + _LABEL_REACH] for m in _PERIOD_LABEL.finditer(text))
    for passage in (*labelled, text):
        for match in _PERIOD.finditer(passage):
            if year := _year_of_period(match):
                return year
        if passage is not text and (until := _UNTIL_YEAR_END.search(passage)):
            return int(until[1])
    return None
