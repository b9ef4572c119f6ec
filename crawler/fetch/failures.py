"""What a fetch that failed is called, once the bytes that did arrive are taken into account."""

# Twisted is annotated in parts only: most of what is called here is untyped.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import ResponseDataLossError
from twisted.internet.error import ConnectionClosed, ConnectionDone

from crawler.fetch.outcomes import classify_failure
from crawler.fetch.tap import Tap
from crawler.items import FetchOutcome

#: Why an exchange whose body was cut has a WARC-Truncated field; all others were cut off.
_TRUNCATED_BY = {FetchOutcome.TIMEOUT: "time", FetchOutcome.TOO_LARGE: "length"}


def truncated_by_failure(outcome: FetchOutcome) -> str:
    return _TRUNCATED_BY.get(outcome, "disconnect")


def outcome_of_failure(error: BaseException, tap: Tap) -> FetchOutcome | None:
    """The outcome word; None when ``error`` is none that a fetch ends with."""
    if isinstance(error, ResponseDataLossError):
        return FetchOutcome.RESET if reset(tap) else FetchOutcome.TRUNCATED
    outcome = classify_failure(error)
    if outcome is not FetchOutcome.RESET or isinstance(error, TunnelError):
        return outcome
    return _outcome_of_cut_head(error, tap.raw())


def reset(tap: Tap) -> bool:
    """Did the connection break rather than end?"""
    lost = tap.lost
    return lost is not None and lost.check(ConnectionClosed) and not lost.check(ConnectionDone)


def _outcome_of_cut_head(error: BaseException, raw: bytes) -> FetchOutcome:
    """An answer was not understood, or ended before its headers did."""
    if not raw:
        return FetchOutcome.RESET
    reasons = [reason.value for reason in getattr(error.__cause__, "reasons", ())]
    unreadable = any(not isinstance(reason, ConnectionClosed) for reason in reasons)
    if unreadable or not raw.startswith(b"HTTP/"):
        return FetchOutcome.BAD_RESPONSE
    ended = any(isinstance(reason, ConnectionDone) for reason in reasons)
    return FetchOutcome.TRUNCATED if ended else FetchOutcome.RESET
