"""A real crawl with the wire handler, in a process of its own: a reactor starts only once.

The archive is a list. `crawl` makes the requests one after the other and returns what was
recorded and what the spider got to see.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.fetch.capture import capture_of
from crawler.fetch.handler import WireHandler
from crawler.items import Capture, FetchOutcome, Note
from crawler.warc.records import Exchange, FailedFetch, Stored

ROOT = Path(__file__).resolve().parent.parent

SETTINGS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": {
        "http": "tests.wire_crawl.ListHandler",
        "https": "tests.wire_crawl.ListHandler",
    },
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    },
    "CONCURRENT_REQUESTS": 1,
    "COOKIES_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_TIMEOUT": 20,
    "LOG_LEVEL": "WARNING",
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
    "USER_AGENT": "xianzhi-test",
}


@dataclass(frozen=True)
class Seen:
    """What became of one request above the handler."""

    status: int = 0
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    flags: tuple[str, ...] = ()
    kind: str = ""  # class of the response
    capture: Capture | None = None
    error: str = ""  # class of the exception
    message: str = ""
    outcome: FetchOutcome | None = None
    stored: Stored | None = None


@dataclass
class Crawl:
    """``records`` in the order of storing, ``seen`` by the number of the request."""

    records: list[tuple[Exchange | FailedFetch, Note]] = field(default_factory=list)
    seen: dict[int, Seen] = field(default_factory=dict)

    def of(self, path: str) -> Exchange | FailedFetch:
        (record,) = [r for r, _ in self.records if urlsplit(r.url).path == path]
        return record

    def exchange(self, path: str) -> Exchange:
        record = self.of(path)
        assert isinstance(record, Exchange), record
        return record

    def failed(self, path: str) -> FailedFetch:
        record = self.of(path)
        assert isinstance(record, FailedFetch), record
        return record


def crawl(
    requests: Sequence[str | dict[str, Any]],
    *,
    dns: dict[str, list[str]] | None = None,
    env: dict[str, str] | None = None,
    **settings: Any,
) -> Crawl:
    """Make ``requests`` (URLs, or keyword arguments of a Request). ``dns`` answers for hosts."""
    job = pickle.dumps((list(requests), settings, dns or {}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.wire_crawl"],
        input=job,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | (env or {}),
        timeout=120,
        check=True,
    )
    return cast(Crawl, pickle.loads(done.stdout))


# -- in the child -------------------------------------------------------------------------------

LOG = Crawl()


class ListHandler(WireHandler):
    def find_archive(self, crawler: Crawler) -> ListHandler:
        return self

    def store_exchange(self, exchange: Exchange, note: Note) -> Stored:
        return self._store(exchange, note)

    def store_failure(self, failed: FailedFetch, note: Note) -> Stored:
        return self._store(failed, note)

    def _store(self, record: Exchange | FailedFetch, note: Note) -> Stored:
        LOG.records.append((record, note))
        return Stored(f"urn:uuid:{len(LOG.records)}", record.started)


class WireSpider(scrapy.Spider):
    name = "wire"
    jobs: Sequence[dict[str, Any]] = ()

    async def start(self) -> AsyncIterator[Request]:
        for number, job in enumerate(self.jobs):
            meta = {"number": number, "handle_httpstatus_all": True, **job.pop("meta", {})}
            yield Request(
                **job,
                meta=meta,
                callback=self.answered,
                errback=self.failed,
                dont_filter=True,
                priority=-number,
            )

    def answered(self, response: Response) -> None:
        LOG.seen[response.meta["number"]] = Seen(
            status=response.status,
            body=response.body,
            headers=tuple((n, v) for n, vs in response.headers.items() for v in vs),
            flags=tuple(response.flags),
            kind=type(response).__name__,
            capture=capture_of(response),
            outcome=response.meta.get("fetch_outcome"),
            stored=response.meta["stored"],
        )

    def failed(self, failure: Failure) -> None:
        meta = failure.request.meta  # type: ignore[attr-defined]
        LOG.seen[meta["number"]] = Seen(
            error=type(failure.value).__name__,
            message=str(failure.value),
            outcome=meta.get("fetch_outcome"),
            stored=meta.get("stored"),
        )


def answer_for(dns: dict[str, list[str]]) -> None:
    """Answer name look-ups from a table, so that no test asks a real resolver."""

    def getaddrinfo(host: str, port: int, *_: Any) -> list[Any]:
        if host not in dns:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, 1, 6, "", (address, port))
            for address in dns[host]
        ]

    socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]


def main() -> None:
    requests, settings, dns = pickle.load(sys.stdin.buffer)
    if dns:
        answer_for(dns)
    jobs = [{"url": job} if isinstance(job, str) else job for job in requests]
    process = CrawlerProcess(SETTINGS | settings)
    process.crawl(WireSpider, jobs=jobs)
    process.start()
    pickle.dump(LOG, sys.stdout.buffer)


if __name__ == "__main__":
    # Under its importable name, so that what is pickled and what the handlers log to is one.
    from tests import wire_crawl

    wire_crawl.main()
