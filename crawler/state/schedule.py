"""When a page known is asked again. Pure: the clock is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crawler.errors import ConfigurationError
from crawler.items import FetchOutcome

Clock = Callable[[], datetime]

DEFAULT_RECHECK = timedelta(days=30)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
_PERIOD = re.compile(r"(\d{1,4})([hd])")

#: A page counts as gone after two such answers a week apart (design: gone).
_ABSENT = frozenset({FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.SOFT_404})
_ABSENT_AGAIN = timedelta(days=7)
#: These say something about the page, and say it next time too.
_SETTLED = frozenset(
    {
        FetchOutcome.OK,
        FetchOutcome.NOT_MODIFIED,
        FetchOutcome.REDIRECTED,
        FetchOutcome.ROBOTS,
        FetchOutcome.TOO_LARGE,
        FetchOutcome.REDIRECT_LOOP,
        FetchOutcome.OUT_OF_SCOPE,
    }
)
#: Reports are corrected in the weeks after they were published.
_YOUNG = timedelta(days=90)
#: … and are asked so many times as often, as are the pages that lead to new lists.
_OFTENER = 4
_LONGEST_DOUBLING = 10
#: First pages of lists are asked in every run. One that goes on after a break is the same visit;
#: one that goes on the next day, as daily starts do (not quite 24 hours later), is another.
_VISIT = timedelta(hours=18)
#: Known Documents asked again in every run, due or not, the longest unasked first, so that a
#: change of the portal shows in the first run after it. A small portal shows it in so many pages;
#: of a large one a fiftieth is asked, less than the thirtieth that a daily run rechecks on average.
_SAMPLE, _SAMPLE_SHARE = 4, 50
#: … and so many more once something was lost: one page was edited, or every third is another.
SECOND_LOOK = 12


@dataclass(frozen=True, slots=True)
class Schedule:
    """How old an answer may grow (``recheck``), seen from ``now``."""

    recheck: timedelta
    now: datetime

    def overdue(self, since: datetime | None, interval: timedelta | None = None) -> bool:
        """Is ``since`` that long ago? Never is, and so is the future: that clock was wrong."""
        if since is None or since > self.now:
            return True
        return self.now - since >= (self.recheck if interval is None else interval)

    def is_another_visit(self, since: datetime) -> bool:
        """Is ``since`` so long ago that a walk cut off then should look at its lists again?"""
        return self.now - since >= _VISIT

    def interval(
        self, outcome: FetchOutcome, failures: int, list_date: str = "", *, often: bool = False
    ) -> timedelta:
        """How long the last answer is good for."""
        if outcome in _SETTLED:
            often = often or self._young(list_date)
            return self.recheck / _OFTENER if often else self.recheck
        if outcome in _ABSENT:
            return min(self.recheck, _ABSENT_AGAIN)
        # A fault of the moment: in the next run, then after 1, 2, 4 … days.
        if failures < 2:
            return timedelta(0)
        return min(self.recheck, timedelta(days=2 ** min(failures - 2, _LONGEST_DOUBLING)))

    def _young(self, list_date: str) -> bool:
        try:
            published = date.fromisoformat(list_date)
        except ValueError:  # most often none is given
            return False
        return timedelta(0) <= self.now.date() - published < _YOUNG


def sample_size(known: int) -> int:
    """How many of so many known Documents every run asks again."""
    return max(_SAMPLE, known // _SAMPLE_SHARE)


def is_passing(outcome: FetchOutcome) -> bool:
    """A fault of the moment: the next answer may be another one."""
    return outcome not in _SETTLED and outcome not in _ABSENT


def period(text: str) -> timedelta:
    """``30d`` or ``12h``."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            f"recheck: expected a number of days or hours such as 30d or 12h, found {text!r}"
        )
    return int(match[1]) * _UNITS[match[2]]


def switch(text: str) -> bool:
    """``1`` or ``0``; nothing is ``0``."""
    if text not in ("", "0", "1"):
        raise ConfigurationError(f"fresh: expected 1 or 0, found {text!r}")
    return text == "1"


def clock_of(now: str | None) -> Clock:
    """The clock, or one that stands at the ISO moment ``now``."""
    if now is None:
        return lambda: datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError as error:
        raise ConfigurationError(
            f"NOW: expected an ISO date and time such as 2026-01-15T02:15:00Z, found {now!r}"
        ) from error
    fixed = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return lambda: fixed
