"""The POLITENESS settings: what makes no sense is refused by name, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler import settings as production
from crawler.errors import ConfigurationError
from crawler.fetch.polite_settings import check_politeness, pace_file_of, pace_of

PROJECT = {name: value for name, value in vars(production).items() if name.isupper()}


def test_the_projects_own_settings_are_in_order() -> None:
    settings = Settings(PROJECT)
    check_politeness(settings)
    assert pace_of(settings).own_delay == production.POLITENESS_DELAY
    assert pace_file_of(settings) == Path("archive/state/politeness.sqlite")


def test_archives_may_share_a_politeness_file() -> None:
    assert pace_file_of(Settings(PROJECT | {"POLITENESS_FILE": "/var/x"})) == Path("/var/x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLITENESS_DELAY", "fast"),
        ("POLITENESS_DELAY", "-1"),
        ("POLITENESS_LATENCY_FACTOR", "nan"),
        ("POLITENESS_BACKOFF", None),
        ("POLITENESS_MAX_DELAY", "inf"),
        ("POLITENESS_PER_HOST", "0"),
        ("POLITENESS_WINDOW", "at night"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, value: str | None) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: expected"):
        check_politeness(Settings(PROJECT | {name: value}))
