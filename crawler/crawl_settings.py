"""The settings of a crawl, checked before it starts: by name, instead of a trace on the way."""

from __future__ import annotations

from typing import Final

from scrapy.settings import BaseSettings

from crawler.conversion.tools import crawl_converts
from crawler.fetch.polite_settings import check_politeness
from crawler.isolation.limits import check_attachments
from crawler.state.schedule import clock_of
from crawler.stated import number, whole_number

#: What is read where it is needed; the settings with a reader of their own are checked by it.
_NUMBERS: Final = (
    "DOWNLOAD_DELAY",
    "ROBOTS_MAX_AGE",
    "RENDER_TIMEOUT",
    "ALERT_REPEAT_DAYS",
    "CLOSESPIDER_TIMEOUT",
)
#: By the least that makes sense: of 0 workers nothing would ever come.
_WHOLE_NUMBERS: Final = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "RETRY_TIMES": 0,
    "REDIRECT_MAX_TIMES": 0,
    "RENDER_MAX_PAGES": 0,
    "CONDITIONAL_SAMPLE": 1,
    "CLOSESPIDER_PAGECOUNT": 0,
    "CLOSESPIDER_ITEMCOUNT": 0,
    "CLOSESPIDER_ERRORCOUNT": 0,
}


def check_crawl(settings: BaseSettings) -> None:
    """ConfigurationError for the first setting that makes no sense."""
    check_politeness(settings)
    check_attachments(settings)
    crawl_converts(settings)
    clock_of(settings["NOW"])
    for name in _NUMBERS:
        number(settings, name)
    for name, least in _WHOLE_NUMBERS.items():
        whole_number(settings, name, least)
