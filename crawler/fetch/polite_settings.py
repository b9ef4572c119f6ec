"""The POLITENESS settings, read and checked (crawler/settings.py says what each is for)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.fetch.pacing import Pace
from crawler.fetch.window import Window, read_window
from crawler.layout import Layout
from crawler.stated import number, whole_number

#: Seconds by which a busy crawl may end a request later than DOWNLOAD_TIMEOUT says.
_LATE = 5.0


def pace_of(settings: Mapping[str, Any]) -> Pace:
    return Pace(
        own_delay=number(settings, "POLITENESS_DELAY"),
        factor=number(settings, "POLITENESS_LATENCY_FACTOR"),
        backoff=number(settings, "POLITENESS_BACKOFF"),
        patience=number(settings, "POLITENESS_MAX_DELAY"),
        limit=whole_number(settings, "POLITENESS_PER_HOST"),
        longest=number(settings, "DOWNLOAD_TIMEOUT") + _LATE,
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
