"""robots.txt, obeyed: one fetch per scheme and host, through the crawl's own way of fetching.

Scrapy's middleware is switched off, because it allows everything when the fetch fails, keeps no
record of what it refused and ignores Crawl-delay. Here (RFC 9309): 2xx is parsed, 4xx and
redirects that lead nowhere allow, 5xx and no answer at all disallow for the run. A long crawl
reads it again each day; where that fails, the rules last read go on holding (RFC 9309, 2.4).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawler.cms.asks import mentions_post, true_url
from crawler.fetch.clock import DAY, machine_now
from crawler.fetch.contact import PRODUCT
from crawler.fetch.notes import note_of, role_of
from crawler.fetch.outcomes import FETCH_ERRORS, classify_failure
from crawler.fetch.politeness import politeness_of
from crawler.fetch.refusals import Blocked, HostEnded, Interrupted, RobotsRefused
from crawler.items import FetchOutcome, Note, Role
from crawler.scope import host_of
from crawler.warc.records import Stored

logger = logging.getLogger(__name__)

PARSED_BYTES = 500 * 1024
_RECEIVED = "robots_bytes"
# A host that cannot serve this one file within these bounds serves no pages either.
_PATIENCE = 30
_RETRIES = 1
#: No answer because there is no host to answer: to say `robots` of its pages would hide that.
_NOBODY_THERE = frozenset({FetchOutcome.DNS, FetchOutcome.REFUSED, FetchOutcome.TLS})
#: What became of a robots.txt that was not answered, for people.
_TOLD = {
    FetchOutcome.DNS: "has no address",
    FetchOutcome.REFUSED: "was refused a connection",
    FetchOutcome.TLS: "met a broken TLS handshake",
    FetchOutcome.TIMEOUT: "timed out",
    FetchOutcome.RESET: "met a connection that broke",
    FetchOutcome.TRUNCATED: "broke off",
    FetchOutcome.BAD_RESPONSE: "got an answer that is not HTTP",
}


@runtime_checkable
class RefusalArchive(Protocol):
    """The part of the crawl's archive that keeps what robots.txt refused."""

    def store_refusal(self, url: str, reason: str, note: Note) -> Stored: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt comes to: rules to ask, or why everything is refused."""

    parsed: Protego | None = None
    refusal: str | None = None
    outcome: FetchOutcome = FetchOutcome.ROBOTS

    def reason_against(self, url: str) -> str | None:
        if self.parsed is not None and not self.parsed.can_fetch(url, PRODUCT):
            return "robots.txt disallows"
        return f"{self.refusal}: all refused for this run" if self.refusal else None

    @property
    def crawl_delay(self) -> float:
        delay = self.parsed.crawl_delay(PRODUCT) if self.parsed else None
        return delay if delay is not None and delay > 0 else 0.0  # "nan" is above nothing


def read_robots(status: int, body: bytes) -> Rules:
    """The rules an answer to /robots.txt comes to (RFC 9309, 2.3.1)."""
    if status >= 500:
        return Rules(refusal=f"robots.txt answered {status}")
    if not 200 <= status < 300:
        return Rules()
    head = body[:PARSED_BYTES]
    if len(body) > PARSED_BYTES:  # a rule cut in two would be another rule
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]
    return Rules(Protego.parse(head.decode("utf-8-sig", errors="replace")))


class RobotsMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._max_age = crawler.settings.getfloat("ROBOTS_MAX_AGE", DAY)
        self._rules: dict[str, Rules] = {}
        self._read_at: dict[str, float] = {}
        self._asking: dict[str, list[Deferred[None]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        robots = cls(crawler)
        crawler.signals.connect(robots.bytes_received, signal=signals.bytes_received)
        return robots

    def bytes_received(self, data: bytes, request: Request) -> None:
        """A robots.txt may be without end; what is read of it is not."""
        if role_of(request) is Role.ROBOTS:
            request.meta[_RECEIVED] = request.meta.get(_RECEIVED, 0) + len(data)
            if request.meta[_RECEIVED] > PARSED_BYTES:
                raise StopDownload(fail=False)

    async def process_request(self, request: Request) -> None:
        if role_of(request) is Role.ROBOTS:
            return
        rules = await self._rules_for(request)
        reason = rules.reason_against(true_url(request.url))
        if reason is not None:
            self._record(request, reason)
            raise RobotsRefused(request.url, reason, rules.outcome)

    async def _rules_for(self, request: Request) -> Rules:
        """One fetch a site; whoever comes meanwhile waits for it.

        Waiters go round again, so that a fetch that was interrupted leaves nothing decided.
        """
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc.lower()}"
        while not self._is_fresh(site) and site in self._asking:
            answered: Deferred[None] = Deferred()
            self._asking[site].append(answered)
            await maybe_deferred_to_future(answered)
        if not self._is_fresh(site):
            self._asking[site] = []
            try:
                self._keep(site, await self._ask(site, request))
            finally:
                for waiting in self._asking.pop(site):
                    waiting.callback(None)
        return self._rules[site]

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the URL's site names, as far as it was read."""
        parts = urlsplit(url)
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc.lower()}")
        named = rules.parsed.sitemaps if rules and rules.parsed else ()
        return tuple(url for url in named if not mentions_post(url))

    def _is_fresh(self, site: str) -> bool:
        return site in self._rules and machine_now() - self._read_at[site] < self._max_age

    def _keep(self, site: str, rules: Rules) -> None:
        if rules.refusal is not None and site in self._rules:
            self.crawler.stats.inc_value("robots/old_rules_kept")
            logger.warning("%s/robots.txt read again: %s; its old rules hold", site, rules.refusal)
        else:
            self._rules[site] = rules
            if rules.refusal is not None:
                # The pages all say `robots`; which fault of the site it was, this alone says.
                self.crawler.stats.set_value(f"host_ended/{site}", rules.refusal)
        self._read_at[site] = machine_now()

    async def _ask(self, site: str, request: Request) -> Rules:
        engine = self.crawler.engine
        assert engine is not None  # it is what called us
        politeness = politeness_of(self.crawler)
        host = host_of(site)
        try:
            response = await engine.download_async(self._robots_request(site, request))
        except Interrupted:
            raise Interrupted(request.url) from None
        except HostEnded as ended:
            raise HostEnded(request.url, ended.outcome, ended.reason) from None
        except Blocked as blocked:
            if blocked.status < 500:
                return Rules()
            # "robots" would hide what it is: the host shows us a challenge instead of anything.
            politeness.end_host(host, FetchOutcome.BLOCKED, blocked.reason)
            raise HostEnded(request.url, FetchOutcome.BLOCKED, blocked.reason) from None
        except IgnoreRequest:
            return Rules()  # redirects without end or out of the portal: "unavailable"
        except FETCH_ERRORS as error:
            word = classify_failure(error)
            outcome = word if word in _NOBODY_THERE else FetchOutcome.ROBOTS
            told = _TOLD.get(word, f"ended as {word}") if word else type(error).__name__
            return Rules(refusal=f"robots.txt {told}", outcome=outcome)
        rules = read_robots(response.status, response.body)
        politeness.set_crawl_delay(host, rules.crawl_delay)
        return rules

    def _robots_request(self, site: str, request: Request) -> Request:
        note = note_of(request, self.crawler.spider)
        timeout = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        return Request(
            f"{site}/robots.txt",
            callback=NO_CALLBACK,
            meta={
                "note": Note(portal=note.portal, spider=note.spider, role=Role.ROBOTS),
                "download_timeout": min(_PATIENCE, timeout),
                "max_retry_times": _RETRIES,
            },
        )

    def _record(self, request: Request, reason: str) -> None:
        """Keeps the refusal as evidence, and for a whole site says so once."""
        self.crawler.stats.inc_value("robots/refused")
        note = note_of(request, self.crawler.spider)
        for extension in self.crawler.extensions.middlewares:
            if isinstance(extension, RefusalArchive):
                extension.store_refusal(request.url, reason, note)
        logger.info("%s: %s: %s", note.portal, request.url, reason)
