"""Counts how every fetch ended and keeps error pages in disguise from the parsers.

Stats: ``outcome/<word>`` once for each answer, failure and refusal, retries and redirect hops
included (``robots/outcome/<word>`` for robots.txt), and up to five ``outcome_examples/<word>``
for the run report. ``request.meta["fetch_outcome"]`` holds the word for whoever comes later.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.fetch.blocked import header_pairs
from crawler.fetch.notes import role_of
from crawler.fetch.outcomes import REDIRECTS, classify, classify_failure, reason_of
from crawler.fetch.refusals import Interrupted, NotAPage, RedirectLoop
from crawler.fetch.stopping import is_stopping
from crawler.items import FetchOutcome, Role

logger = logging.getLogger(__name__)

#: Signal: one answer, failure or refusal of a page has its word (``request``, ``outcome``).
fetch_counted = object()

_EXAMPLES = 5
_NO_WAY_ON = frozenset({FetchOutcome.BAD_RESPONSE, FetchOutcome.OUT_OF_SCOPE})
_DISGUISES = frozenset({FetchOutcome.SOFT_404, FetchOutcome.MAINTENANCE, FetchOutcome.BAD_RESPONSE})


class OutcomeMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.max_redirects = crawler.settings.getint("REDIRECT_MAX_TIMES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OutcomeMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        # Retries and redirects copy meta; the last attempt's word is not this one's.
        request.meta.pop("fetch_outcome", None)

    def process_response(self, request: Request, response: Response) -> Response:
        outcome = classify(response.status, header_pairs(response), response.body)
        if outcome is FetchOutcome.REDIRECTED and self._circles(request, response):
            # Without the cookie it wants to see, a wall sends us back to where we are.
            wall = b"Set-Cookie" in response.headers
            outcome = FetchOutcome.BLOCKED if wall else FetchOutcome.REDIRECT_LOOP
        self._count(request, outcome)
        if outcome is FetchOutcome.REDIRECT_LOOP:
            raise RedirectLoop(request.url, "redirect loop")
        if response.status in REDIRECTS and outcome in _NO_WAY_ON:
            # Before Scrapy's redirects, which raise at what they cannot read.
            raise NotAPage(request.url, outcome)
        disguised = response.status == 200 and outcome in _DISGUISES
        if disguised and not self._wanted(request, outcome):
            raise NotAPage(request.url, outcome)
        return response

    def _wanted(self, request: Request, outcome: FetchOutcome) -> bool:
        """robots.txt has a reader of its own; who handles 404s is given those in disguise too."""
        if role_of(request) is Role.ROBOTS:
            return True
        handled = getattr(self.crawler.spider, "handle_httpstatus_list", ())
        return outcome is FetchOutcome.SOFT_404 and HTTPStatus.NOT_FOUND in handled

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, Interrupted) or is_stopping(self.crawler):
            return  # downloads cancelled by a shutdown look like failures and are none
        # The handler saw more of a failure than its exception tells.
        refused = isinstance(exception, IgnoreRequest)
        seen = None if refused else request.meta.get("fetch_outcome")
        outcome = seen or classify_failure(exception)
        if outcome is None:
            self.crawler.stats.inc_value(f"outcome_unknown/{type(exception).__name__}")
            return
        self._count(request, outcome)
        if not refused:
            logger.info("%s: %s: %s", request.url, outcome, reason_of(exception))

    def _circles(self, request: Request, response: Response) -> bool:
        """Does this redirect lead back into its own chain, or past the limit?"""
        location = dict(header_pairs(response))["Location"]
        target = urldefrag(urljoin(request.url, location)).url
        chain = [*request.meta.get("redirect_urls", ()), request.url]
        seen = request.method == "GET" and target in {urldefrag(url).url for url in chain}
        return seen or len(chain) > self.max_redirects

    def _count(self, request: Request, outcome: FetchOutcome) -> None:
        request.meta["fetch_outcome"] = outcome
        stats = self.crawler.stats
        if role_of(request) is Role.ROBOTS:
            stats.inc_value(f"robots/outcome/{outcome}")
            return
        stats.inc_value(f"outcome/{outcome}")
        self.crawler.signals.send_catch_log(fetch_counted, request=request, outcome=outcome)
        examples = stats.get_value(f"outcome_examples/{outcome}") or []
        if len(examples) < _EXAMPLES:
            stats.set_value(f"outcome_examples/{outcome}", [*examples, request.url])
