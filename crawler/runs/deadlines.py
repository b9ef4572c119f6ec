"""Which annual reports the law says must be there by now. Pure.

条例 (2019) 第四十九条: departments publish by 31 January, governments of counties and above by
31 March, each for the year before. Until the report of 2018 (published in 2019) the old 条例
gave everybody 31 March. Townships and subdistricts are not named: they are never overdue.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

from crawler.words import Level

#: Month and day after the report year, by issuer level.
_DUE: Mapping[str, tuple[int, int]] = {
    Level.DEPARTMENT: (1, 31),
    Level.COUNTY: (3, 31),
}
_OLD_DUE = (3, 31)
_NEW_RULE_FROM = 2019
#: An issuer silent for longer was merged, renamed or moved: its next report is not awaited.
AWAITED_AFTER_YEARS = 2


def due_date(level: str, report_year: int) -> date | None:
    """The last day on which the report may appear; None where the law names no day."""
    if level not in _DUE:
        return None
    month, day = _DUE[level] if report_year >= _NEW_RULE_FROM else _OLD_DUE
    return date(report_year + 1, month, day)


def overdue(reports: Mapping[str, Set[int]], today: date) -> list[tuple[str, int]]:
    """(issuer id, report year) of each latest report that is due and was not found.

    ``reports`` are the years found of each issuer; an id is ``<adcode>/<level>/<short name>``.
    """
    found = []
    for issuer, years in sorted(reports.items()):
        year = _latest_due(issuer.split("/")[1], today) if issuer.count("/") >= 2 else None
        if year is not None and year - AWAITED_AFTER_YEARS <= max(years, default=0) < year:
            found.append((issuer, year))
    return found


def _latest_due(level: str, today: date) -> int | None:
    for year in (today.year - 1, today.year - 2):
        due = due_date(level, year)
        if due is not None and due < today:
            return year
    return None
