"""The download handler for http and https: Scrapy's, with every attempt put on record.

Each attempt becomes one `Exchange` or one `FailedFetch`, handed to the crawl's archive before
anything above sees the answer. ``request.meta`` then says what was stored:

    stored          the `Stored` of this attempt
    note            the `Note` as stored, with attempt and frontier id
    wire_head       the response's header block, for `capture_of`
    fetch_outcome   the outcome word of an attempt that failed

``meta[ASKED_SINCE]`` names the stored response whose validators the request carries: a 304 is
stored as its revisit.

Content-Encoding is undone here (and by the same function in the WARC reader), not by Scrapy's
middleware, which must be switched off.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any, Protocol

from scrapy import Request, responsetypes
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _ScrapyAgent,
    _TunnelingAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.httpobj import urlparse_cached
from twisted.web._newclient import RequestTransmissionFailed
from twisted.web.client import Agent

from crawler.cms.asks import is_post
from crawler.errors import BodyTooLargeError, ConfigurationError
from crawler.fetch.addresses import ConnectTo
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.asking import wire_request
from crawler.fetch.capture import truncated_by
from crawler.fetch.endpoint import CheckedEndpointFactory, check_literal, tunnel_to
from crawler.fetch.failures import outcome_of_failure, reset, truncated_by_failure
from crawler.fetch.live import CUT_OFF, LiveDownloads
from crawler.fetch.notes import attempt_note
from crawler.fetch.outcomes import FETCH_ERRORS
from crawler.fetch.refusals import Interrupted, Refusal
from crawler.fetch.stopping import is_stopping
from crawler.fetch.tap import SEND_BEFORE, Tap
from crawler.fetch.tls import RecordingContextFactory
from crawler.fetch.wire import TappedPool, WireFactory
from crawler.items import FetchOutcome, Note
from crawler.stated import table
from crawler.warc.entity import (
    ACCEPT_ENCODING,
    open_entity,
    parse_head,
    unknown_encodings,
)
from crawler.warc.records import Exchange, FailedFetch, Original, Stored

ASKED_SINCE = "asked_since"
_OF_AN_ATTEMPT = ("stored", "wire_head", "fetch_outcome")
_FAILURES: tuple[type[BaseException], ...] = (*FETCH_ERRORS, Refusal)


class Recorder(Protocol):
    """The part of the crawl's archive that the handler needs."""

    def store_exchange(self, exchange: Exchange, note: Note) -> Stored: ...

    def store_unchanged(self, exchange: Exchange, note: Note, of: Original) -> Stored: ...

    def store_failure(self, failed: FailedFetch, note: Note) -> Stored: ...


class WireHandler(HTTP11DownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._archive = self.find_archive(crawler)
        self._connect_to = ConnectTo(table(crawler.settings, "CONNECT_TO"))
        self._live = LiveDownloads(crawler)
        self._tls = RecordingContextFactory.from_crawler(crawler)
        self._pool._factory = WireFactory
        # Twisted would repeat a GET by itself, past the delay and past the archive.
        self._pool.retryAutomatically = False

    def find_archive(self, crawler: Crawler) -> Recorder:
        archive = crawler.get_extension(CrawlArchive)
        if archive is None:
            raise ConfigurationError(
                "EXTENSIONS: expected crawler.fetch.archive.CrawlArchive, found none; "
                "nothing may be fetched that is not recorded"
            )
        return archive

    async def download_request(self, request: Request) -> Response:
        for key in _OF_AN_ATTEMPT:
            request.meta.pop(key, None)
        request.headers.setdefault("Accept-Encoding", ACCEPT_ENCODING)
        tap = Tap(_proxy_of(request), request.meta.pop(SEND_BEFORE, math.inf))
        try:
            response = await self._fetch(wire_request(request), tap)
        except (*_FAILURES, *CUT_OFF) as error:
            if is_stopping(self._crawler):
                # Perhaps we have cut it off ourselves: nothing is known, and the next run asks.
                raise Interrupted(request.url) from error
            self._record_failure(request, tap, error)
            raise
        if "partial" in response.flags and is_stopping(self._crawler):
            # A body that ends with its connection looks whole when we have cut it off ourselves.
            raise Interrupted(request.url)
        self._record(request, tap, truncated_by(response.flags))
        return self._decoded(request, response)

    async def _fetch(self, request: Request, tap: Tap) -> Response:
        agent = _WireAgent(
            tap,
            self._connect_to,
            contextFactory=self._tls,
            bindAddress=self._bind_address,
            pool=TappedPool(self._pool, tap),
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        try:
            with wrap_twisted_exceptions():
                response = await self._live.finish(agent.download_request(request))
        except RequestTransmissionFailed as error:
            raise DownloadFailedError(str(error)) from error
        except UnicodeError as error:
            raise CannotResolveHostError(f"{request.url}: {error}") from error
        if "partial" in response.flags and tap.tls is None and reset(tap):
            # A body that ends with its connection is complete only if that ended in peace.
            # (Over TLS a missing close_notify, which is common, looks just like a reset.)
            raise ResponseDataLossError(f"{request.url}: connection reset inside the body")
        return response

    def _record(self, request: Request, tap: Tap, truncated: str | None) -> None:
        note = attempt_note(request, self._crawler)
        exchange = tap.exchange(_url(request), truncated)
        since: Original | None = request.meta.get(ASKED_SINCE)
        if since is not None and parse_head(exchange.response_head)[0] == HTTPStatus.NOT_MODIFIED:
            stored = self._archive.store_unchanged(exchange, note, since)
        else:
            stored = self._archive.store_exchange(exchange, note)
        request.meta.update(stored=stored, note=note, wire_head=exchange.response_head)

    def _record_failure(self, request: Request, tap: Tap, error: BaseException) -> None:
        outcome = outcome_of_failure(error, tap)
        if outcome is None:
            return
        if tap.head_complete and outcome is not FetchOutcome.BAD_RESPONSE:
            self._record(request, tap, truncated_by_failure(outcome))
        else:
            note = attempt_note(request, self._crawler)
            text = f"{type(error).__name__}: {error}"
            stored = self._archive.store_failure(tap.failure(_url(request), outcome, text), note)
            request.meta.update(stored=stored, note=note)
        request.meta["fetch_outcome"] = outcome

    def _decoded(self, request: Request, response: Response) -> Response:
        if is_post(request.url):  # its name is what everybody knows
            response = response.replace(url=request.url)
        if b"Content-Encoding" not in response.headers:
            return response
        _, _, headers = parse_head(request.meta["wire_head"])
        if unknown_encodings(headers):
            return response
        limit = request.meta.get("download_maxsize", self._default_maxsize)
        try:
            body, whole = open_entity(headers, response.body, limit)
        except BodyTooLargeError as error:
            request.meta["fetch_outcome"] = FetchOutcome.TOO_LARGE
            raise DownloadCancelledError(f"{request.url}: {error}") from error
        if not whole:
            request.meta["fetch_outcome"] = FetchOutcome.TRUNCATED
            raise ResponseDataLossError(f"{request.url}: the compressed body breaks off")
        plain = response.headers.copy()
        del plain[b"Content-Encoding"]
        kind = responsetypes.responsetypes.from_args(headers=plain, url=response.url, body=body)
        return response.replace(headers=plain, body=body, cls=kind)


class _WireAgent(_ScrapyAgent):
    """Scrapy's agent for one request, on our endpoints."""

    def __init__(self, tap: Tap, connect_to: ConnectTo, **settings: Any) -> None:
        super().__init__(**settings)
        self._tap = tap
        self._connect_to = connect_to

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor

        agent = super()._get_agent(request, timeout)
        if self._tap.via_proxy is None:
            agent._endpointFactory = CheckedEndpointFactory(
                reactor,
                self._contextFactory,
                self._connect_to,
                self._tap.connecting,
                timeout=timeout,
                bind_address=agent._endpointFactory._bindAddress,
            )
            return agent
        url = urlparse_cached(request)
        host = url.hostname or ""
        target = self._connect_to.target(url.scheme, host, url.port or 443)
        if target is None:
            check_literal(request.url, host)
        elif isinstance(agent, _TunnelingAgent):
            tunnel_to(agent, target)
        return agent


def _proxy_of(request: Request) -> str | None:
    """Host and port of the request's proxy; Scrapy's middleware took the credentials off."""
    proxy = request.meta.get("proxy")
    return proxy.rpartition("//")[2].rstrip("/") if proxy else None


def _url(request: Request) -> str:
    return request.url.partition("#")[0]
