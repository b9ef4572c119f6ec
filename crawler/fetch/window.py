"""The hours in which a portal may be asked: POLITENESS_WINDOW, by the portals' own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from crawler.errors import ConfigurationError

# Asia/Shanghai; one offset the whole year since 1991, so no time-zone database is needed.
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Window:
    """From ``opens`` to before ``closes``, over midnight where ``closes`` is the smaller."""

    opens: time
    closes: time

    def until_open(self, now: datetime) -> float:
        """Seconds until the window opens; 0 while it is open."""
        local = now.astimezone(_CHINA)
        if self._covers(local.time()):
            return 0.0
        opening = datetime.combine(local.date(), self.opens, _CHINA)
        if opening < local:
            opening += timedelta(days=1)
        return (opening - local).total_seconds()

    def _covers(self, moment: time) -> bool:
        if self.opens < self.closes:
            return self.opens <= moment < self.closes
        return moment >= self.opens or moment < self.closes

    def __str__(self) -> str:
        return f"{self.opens.isoformat()}-{self.closes.isoformat()} China time"


def read_window(text: str | None) -> Window | None:
    """The window a setting states (``22:00-06:00``); None for an empty one: always open."""
    stated = (text or "").strip()
    if not stated:
        return None
    opens, _, closes = (part.strip() for part in stated.partition("-"))
    try:
        window = Window(time.fromisoformat(opens), time.fromisoformat(closes))
    except ValueError:
        window = None
    if (
        window is None
        or window.opens == window.closes
        or window.opens.tzinfo
        or window.closes.tzinfo
    ):
        raise ConfigurationError(
            f"POLITENESS_WINDOW: expected two times of day in China such as 22:00-06:00, "
            f"found {stated!r}; leave it empty to crawl at any hour"
        )
    return window
