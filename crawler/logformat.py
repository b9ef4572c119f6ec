"""Log lines for people: items are whole Documents and stay out of the log, and a stack trace is
for bugs only, not for what the world or the machine did by name."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.errors import XianzhiError
from crawler.fetch.outcomes import classify_failure

logger = logging.getLogger(__name__)


class PlainLogFormatter(LogFormatter):
    """Scrapy adds the stack trace to errors whatever is said here, so that those with a name go
    to the debug log, and their own line is written instead."""

    def __init__(self) -> None:
        self._told = ""
        # It warns of every page without a text; the page's outcome says so already.
        logging.getLogger("trafilatura").setLevel(logging.ERROR)

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        said = super().download_error(failure, request, spider, errmsg)
        error = failure.value
        if (
            error is not None and classify_failure(error) is not None
        ):  # `crawler.fetch.tally` has its line
            return {**said, "level": logging.DEBUG}
        return self._named(said, error)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        return self._named(super().spider_error(failure, request, response, spider), failure.value)

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        said = super().item_error(item, exception, response, spider)
        return self._named({**said, "msg": "not recorded: %(item).200r"}, exception)

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return {**super().dropped(item, exception, response, spider), "msg": "%(exception)s"}

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return {**super().scraped(item, response, spider), "msg": "recorded from %(src)s"}

    def _named(self, said: LogFormatterResult, error: BaseException | None) -> LogFormatterResult:
        if not isinstance(error, XianzhiError):
            return said
        if str(error) != self._told:  # a full disk fails every item in the same words
            self._told = str(error)
            logger.error("%s", error)
        return {**said, "level": logging.DEBUG}
