"""How a fetch ended, in the words of `FetchOutcome`; pure, and decided in one place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web._newclient import ParseError

from crawler.fetch.blocked import find_block
from crawler.fetch.pages import Answer, Glance, load_rules
from crawler.fetch.refusals import Refusal
from crawler.items import Capture, FetchOutcome
from crawler.warc.entity import Headers, unknown_encodings

_BY_STATUS = {
    304: FetchOutcome.NOT_MODIFIED,
    404: FetchOutcome.NOT_FOUND,
    408: FetchOutcome.TIMEOUT,
    410: FetchOutcome.GONE,
    413: FetchOutcome.TOO_LARGE,
    429: FetchOutcome.RATE_LIMITED,
}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Answers without a body that are complete nevertheless.
_BODILESS = frozenset({204, 205})

#: First match wins, so subclasses stand before their bases.
_BY_EXCEPTION: tuple[tuple[type[Exception], FetchOutcome], ...] = (
    (CannotResolveHostError, FetchOutcome.DNS),
    (DownloadConnectionRefusedError, FetchOutcome.REFUSED),
    (DownloadTimeoutError, FetchOutcome.TIMEOUT),
    (DownloadCancelledError, FetchOutcome.TOO_LARGE),
    (UnsupportedURLSchemeError, FetchOutcome.OUT_OF_SCOPE),
    (SSL.Error, FetchOutcome.TLS),
    (ParseError, FetchOutcome.BAD_RESPONSE),
    (ConnectError, FetchOutcome.REFUSED),
    (ConnectionClosed, FetchOutcome.RESET),
    (TunnelError, FetchOutcome.REFUSED),
    (DownloadFailedError, FetchOutcome.RESET),
)
#: Whatever else a download raises is a fault of ours.
FETCH_ERRORS: tuple[type[Exception], ...] = (
    ResponseDataLossError,
    *(kind for kind, _ in _BY_EXCEPTION),
)


def classify(
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    truncated: str | None = None,
) -> FetchOutcome:
    """The outcome of an HTTP answer whose ``body`` is already decoded."""
    pairs, answer = tuple(headers), Answer(body)
    if status in REDIRECTS and (locations := _values(pairs, "location")):
        return _redirect(locations[-1])
    if find_block(status, pairs, answer):
        return FetchOutcome.BLOCKED
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return _disguise(answer, "maintenance") or FetchOutcome.SERVER_ERROR
    if not 200 <= status < 300:
        return FetchOutcome.BAD_RESPONSE
    if truncated:
        return FetchOutcome.TRUNCATED
    if (not body and status not in _BODILESS) or unknown_encodings(pairs):
        return FetchOutcome.BAD_RESPONSE
    return _disguise(answer, "soft_404", "maintenance") or FetchOutcome.OK


def _redirect(location: str) -> FetchOutcome:
    """What a redirect comes to, as far as its Location tells by itself."""
    try:
        parts = urlsplit(location.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:  # "http://[broken", "http://host:99999"
        return FetchOutcome.BAD_RESPONSE
    if parts.scheme not in ("", "http", "https"):
        return FetchOutcome.OUT_OF_SCOPE
    if parts.scheme and not host:
        return FetchOutcome.BAD_RESPONSE
    return FetchOutcome.REDIRECTED


def _values(headers: Headers, wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def outcome_of(capture: Capture) -> FetchOutcome:
    """The outcome of a stored answer; only ``ok`` is worth reading."""
    return classify(capture.status, capture.headers, capture.content, capture.truncated)


def classify_failure(error: BaseException) -> FetchOutcome | None:
    """The outcome of a fetch without an answer; None when ``error`` is none of a fetch."""
    if isinstance(error, Refusal):
        return error.outcome
    if isinstance(error, ResponseDataLossError):  # below it Twisted reports the closed connection
        return FetchOutcome.TRUNCATED
    for cause in (*_causes(error), error):
        for kind, outcome in _BY_EXCEPTION:
            if isinstance(cause, kind):
                return outcome
    return None


def reason_of(error: BaseException) -> str:
    """Why a fetch failed, in a line: the lowest cause there is, which knows best."""
    cause = next(iter(_causes(error)), error)
    return " ".join(f"{type(cause).__name__}: {cause}".split())[:300]


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What Twisted says lies below a `DownloadFailedError`; it tells TLS from a reset."""
    for reason in getattr(error.__cause__, "reasons", ()):
        yield reason.value


@dataclass(frozen=True, slots=True)
class Disguise:
    """An error page by its words (soft404.json), provided that it says little else."""

    phrases: re.Pattern[str]
    unless: re.Pattern[str]
    max_han: int
    max_links: float

    def fits(self, page: Glance) -> bool:
        if page.han > self.max_han or page.links > self.max_links:
            return False
        return bool(self.phrases.search(page.text)) and not self.unless.search(page.text)


@cache
def _disguises() -> dict[str, Disguise]:
    rules = load_rules("soft404.json")
    return {
        name: Disguise(
            re.compile("|".join(row["phrases"]), re.I),
            re.compile(rules["unless"]),
            row["max_han"],
            row.get("max_links", math.inf),
        )
        for name, row in rules["pages"].items()
    }


def _disguise(answer: Answer, *names: str) -> FetchOutcome | None:
    if not answer.bare:
        return None
    return next(
        (FetchOutcome(name) for name in names if _disguises()[name].fits(answer.seen)), None
    )
