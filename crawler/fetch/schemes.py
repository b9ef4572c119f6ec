"""http where https fails, and the other way round: tried once a host, remembered for the run.

About one portal in a hundred answers on one scheme only, and which one changes over the years.
Stands outside Scrapy's retries, so that a passing fault is retried on the scheme that was asked
for and the other one is tried when those are used up.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetch.outcomes import classify_failure
from crawler.items import FetchOutcome

#: Failures of the connection itself. A name that does not resolve has no other scheme.
_UNREACHABLE = frozenset(
    {
        FetchOutcome.REFUSED,
        FetchOutcome.TLS,
        FetchOutcome.TIMEOUT,
        FetchOutcome.RESET,
        FetchOutcome.BAD_RESPONSE,
    }
)
_OTHER = {"http": "https", "https": "http"}
# What an attempt leaves in meta and the next scheme starts without.
_OF_THE_ATTEMPT = ("retry_times", "download_slot")


def other_scheme(url: str) -> str | None:
    """The same URL on the other scheme; None where a port says which one is meant."""
    parts = urlsplit(url)
    if parts.scheme not in _OTHER or parts.port is not None:
        return None
    return parts._replace(scheme=_OTHER[parts.scheme]).geturl()


class OtherSchemeMiddleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._answered: set[tuple[str, str]] = set()
        self._failed: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OtherSchemeMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Goes straight to the scheme this host is known to answer on."""
        site, other = _sites(request)
        url = other_scheme(request.url)
        if url is None or site not in self._failed or other not in self._answered:
            return None
        return None if url in request.meta.get("redirect_urls", ()) else _moved(request, url)

    def process_response(self, request: Request, response: Response) -> Response:
        site, other = _sites(request)
        if site not in self._answered:
            self._answered.add(site)
            if other in self._failed:
                self.crawler.stats.set_value(f"scheme/switched/{site[1]}", site[0])
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        site, other = _sites(request)
        if classify_failure(exception) not in _UNREACHABLE or site in self._answered:
            return None
        self._failed.add(site)
        url = other_scheme(request.url)
        redirected_here = url in request.meta.get("redirect_urls", ())
        if url is None or other in self._failed or redirected_here:
            return None
        return _moved(request, url)


def _sites(request: Request) -> tuple[tuple[str, str], tuple[str, str]]:
    """The (scheme, host) asked for, and the other one."""
    parts = urlsplit(request.url)
    host = parts.netloc.lower()
    return (parts.scheme, host), (_OTHER.get(parts.scheme, ""), host)


def _moved(request: Request, url: str) -> Request:
    meta = {key: value for key, value in request.meta.items() if key not in _OF_THE_ATTEMPT}
    return request.replace(url=url, meta=meta)
