"""The pauses between two crawls of a portal, from the settings (their reasons stand there)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crawler.errors import ConfigurationError
from crawler.fetch.polite_settings import pace_of, window_of
from crawler.fetch.window import Window


@dataclass(frozen=True, slots=True)
class Rules:
    season_months: frozenset[int]
    season_days: float
    regular_days: float
    late_days: float
    budget_days: float
    backoff_days: tuple[float, ...]
    slack: timedelta
    window: Window | None
    patience: timedelta  # a crawl waits that long for the window to open


def rules_of(settings: Mapping[str, Any]) -> Rules:
    """Raises where a setting, perhaps given as text with ``-s``, makes no pause."""
    return Rules(
        season_months=frozenset(_list(settings, "DUE_SEASON_MONTHS", _month)),
        season_days=_one(settings, "DUE_SEASON_DAYS", _days),
        regular_days=_one(settings, "DUE_REGULAR_DAYS", _days),
        late_days=_one(settings, "DUE_LATE_DAYS", _days),
        budget_days=_one(settings, "DUE_BUDGET_DAYS", _days),
        backoff_days=tuple(_list(settings, "DUE_BACKOFF_DAYS", _days)),
        slack=timedelta(hours=_one(settings, "DUE_SLACK_HOURS", _hours)),
        window=window_of(settings),
        patience=timedelta(seconds=pace_of(settings).patience),
    )


def _between(low: float, high: float, value: object) -> float:
    number = float(str(value))
    if not low <= number <= high:
        raise ValueError(value)
    return number


def _days(value: object) -> float:
    """From five minutes to a year: less would be a loop, more is never."""
    return _between(1 / 288, 366, value)


def _hours(value: object) -> float:
    return _between(0, 24, value)


def _month(value: object) -> int:
    return int(_between(1, 12, int(str(value))))


def _one(settings: Mapping[str, Any], name: str, read: Callable[[object], float]) -> float:
    try:
        return read(settings[name])
    except ValueError as error:
        raise _refused(name, _EXPECTED[read], settings[name]) from error


def _list(settings: Mapping[str, Any], name: str, read: Callable[[object], Any]) -> list[Any]:
    value = settings[name]
    parts = value.split(",") if isinstance(value, str) else value
    expected = f"one or more {_EXPECTED[read]}, commas between"
    try:
        found = [read(part) for part in parts]
    except ValueError as error:
        raise _refused(name, expected, value) from error
    if not found:
        raise _refused(name, expected, value)
    return found


def _refused(name: str, expected: str, found: object) -> ConfigurationError:
    return ConfigurationError(f"{name}: expected {expected}, found {found!r}")


_EXPECTED: Mapping[Callable[[object], float], str] = {
    _days: "days from 0.0035 (five minutes) to 366",
    _hours: "hours from 0 to 24",
    _month: "months from 1 to 12",
}
