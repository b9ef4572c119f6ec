"""The POLITENESS settings, read and checked (crawler/settings.py says what each is for)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.errors import ConfigurationError
from crawler.fetch.pacing import Pace
from crawler.fetch.window import Window, read_window
from crawler.layout import Layout

#: Seconds by which a busy crawl may end a request later than DOWNLOAD_TIMEOUT says.
_LATE = 5.0


def pace_of(settings: Mapping[str, Any]) -> Pace:
    return Pace(
        own_delay=_number(settings, "POLITENESS_DELAY"),
        factor=_number(settings, "POLITENESS_LATENCY_FACTOR"),
        backoff=_number(settings, "POLITENESS_BACKOFF"),
        patience=_number(settings, "POLITENESS_MAX_DELAY"),
        limit=int(_number(settings, "POLITENESS_PER_HOST", least=1)),
        longest=_number(settings, "DOWNLOAD_TIMEOUT") + _LATE,
    )


def window_of(settings: Mapping[str, Any]) -> Window | None:
    return read_window(settings["POLITENESS_WINDOW"])


def pace_file_of(settings: Mapping[str, Any]) -> Path:
    stated = settings["POLITENESS_FILE"]
    return Path(stated) if stated else Layout(settings["ARCHIVE_DIR"]).politeness


def check_politeness(settings: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for a setting that makes no sense, before anything is started."""
    pace_of(settings)
    window_of(settings)


def _number(settings: Mapping[str, Any], name: str, least: float = 0) -> float:
    stated = settings[name]
    try:
        number = float(stated)
    except (TypeError, ValueError):
        number = math.nan
    if not least <= number < math.inf:
        raise ConfigurationError(
            f"{name}: expected a number, {least:g} or more, found {stated!r}; "
            f"set it with -s {name}=…"
        )
    return number
