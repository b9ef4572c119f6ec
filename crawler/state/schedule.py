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
