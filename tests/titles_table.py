"""The labelled titles of ``tests/data/titles.csv`` and how a judge is scored on them.

``origin`` is ``real`` (seen on a public page) or ``written`` (made up in the genre); ``set`` is
``dev`` or ``holdout``, the latter labelled before the rules were mended and not looked at since.
``issuer`` is the name as printed, for real rows sometimes from the page and not from the title.
An empty label means "none", ``?`` "not labelled".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crawler import hanzi
from crawler.items import Judgement, Kind, Place
from crawler.places.issuers import printed_issuer, resolve
from crawler.titles import judge

TABLE = Path(__file__).parent / "data" / "titles.csv"
UNLABELLED = "?"
#: A county no registry has: the written titles are its own, its townships' and its bureaux'.
_SAMPLE_NAMES = ("示例县", "示例区", "示例旗")
SAMPLE = Place("990101", ("示例省", "示例市", "示例县"))
# Real rows give an office the tier of its government; the issuer id keeps the two apart.
_OFFICES = ("办公室", "办公厅", "辦公室", "辦公廳", "委员会办公室")


@dataclass(frozen=True, slots=True)
class Row:
    origin: str
    set: str
    title: str
    head: str
    kind: Kind | None
    look_alike: str
    year: int | None
    issuer: str
    level: str
    note: str

    @property
    def group(self) -> str:
        return "real" if self.origin == "real" else f"written {self.set}"

    @property
    def printed_in_title(self) -> str | None:
        """The issuer's name where the title itself is labelled with it, None where it is not."""
        name = plain(self.issuer)
        if self.kind is None or self.issuer == UNLABELLED:
            return None
        if self.origin == "real" and (not name or name not in plain(self.title)):
            return None
        return name


class Score(NamedTuple):
    asked: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        return 1 - len(self.wrong) / self.asked if self.asked else 1.0


def plain(text: str) -> str:
    return "".join(hanzi.strip_pinyin_parentheses(text).split())


@cache
def rows() -> tuple[Row, ...]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return tuple(_row(cells) for cells in csv.DictReader(lines))


def _row(cells: dict[str, str]) -> Row:
    kind, year = cells.pop("kind"), cells.pop("year")
    return Row(
        **cells,
        kind=None if kind == "other" else Kind(kind),
        year=int(year) if year else None,
    )


def of_group(group: str) -> tuple[Row, ...]:
    return tuple(row for row in rows() if row.group == group)


def _judged(row: Row) -> Judgement:
    return judge(row.title, row.head)


def kinds(chosen: Iterable[Row], judged: Callable[[Row], Judgement] = _judged) -> Score:
    return _score((row, row.kind, judged(row).kind) for row in chosen)


def years(chosen: Iterable[Row], judged: Callable[[Row], Judgement] = _judged) -> Score:
    return _score((row, row.year, judged(row).report_year) for row in chosen)


def look_alikes(chosen: Iterable[Row], judged: Callable[[Row], Judgement] = _judged) -> Score:
    """Refused by name, and by the right one."""
    asked = (row for row in chosen if row.kind is None and row.look_alike != UNLABELLED)
    return _score((row, row.look_alike or None, judged(row).look_alike) for row in asked)


def issuers(chosen: Iterable[Row]) -> Score:
    """The printed name found in the title, and none where it prints none."""
    asked = ((row, row.printed_in_title) for row in chosen)
    return _score(
        (row, name or None, plain(printed_issuer(row.title) or "") or None)
        for row, name in asked
        if name is not None
    )


def levels(chosen: Iterable[Row]) -> Score:
    asked = [row for row in chosen if row.printed_in_title]
    found = (resolve([("title", row.issuer)], _home(row.issuer)) for row in asked)
    return _score(
        (row, _level(row), str(issuer.level) if issuer else None)
        for row, issuer in zip(asked, found, strict=True)
    )


def _home(printed: str) -> Place:
    """示例县, 示例区, 示例旗: the sample county under the name the row gives it."""
    name = next((name for name in _SAMPLE_NAMES if printed.startswith(name)), SAMPLE.county)
    return replace(SAMPLE, names=(*SAMPLE.names[:-1], name))


def _level(row: Row) -> str:
    tiers = ("county", "city", "province")
    is_office = row.level in tiers and plain(row.issuer).endswith(_OFFICES)
    return "department" if is_office else row.level


def _score(answers: Iterable[tuple[Row, object, object]]) -> Score:
    asked, wrong = 0, []
    for row, expected, found in answers:
        asked += 1
        if found != expected:
            wrong.append(f"{row.title!r}: expected {expected}, found {found}")
    return Score(asked, tuple(wrong))
