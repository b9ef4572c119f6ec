"""What a browser asks for, answered by the crawl's own downloader.

So capture, robots.txt, scope and politeness have one path, whoever asks. A page's own document
is answered with the capture that is to be rendered; nothing is asked twice.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetch.parts import NO_ANSWER
from crawler.items import Capture, Context, Note, Role

if TYPE_CHECKING:
    from playwright.async_api import Page as BrowserPage
    from playwright.async_api import Request as BrowserRequest
    from playwright.async_api import Route

logger = logging.getLogger(__name__)

#: Images, style sheets, fonts and media add nothing to a text; sockets cannot be recorded.
_ASKED = frozenset({"document", "script", "xhr", "fetch"})
_METHODS = frozenset({"GET", "POST"})
#: A page that asks for more is no page of text.
MAX_REQUESTS = 60
#: What stays as it is of the headers of a request a script makes.
_KEPT_HEADERS = ("accept", "content-type", "x-requested-with")
#: Describe the body as it went over the wire; the browser gets the entity.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_KEPT_BYTES = 16 * 1024 * 1024


class Library:
    """Scripts of this run by URL: the pages of a portal share them."""

    def __init__(self) -> None:
        self._kept: dict[str, Response] = {}
        self._size = 0

    def find(self, url: str) -> Response | None:
        return self._kept.get(url)

    def keep(self, url: str, response: Response) -> None:
        if response.status == 200 and self._size + len(response.body) <= _KEPT_BYTES:
            self._kept[url] = response
            self._size += len(response.body)


class BrowserRequests:
    """The requests of one page. ``failed`` counts those that got no answer."""

    def __init__(self, crawler: Crawler, capture: Capture, library: Library) -> None:
        self._crawler = crawler
        self._capture = capture
        self._library = library
        self._document_served = False
        self._count = 0
        self.failed = 0

    async def attach(self, page: BrowserPage, _: Request) -> None:
        """Scrapy-playwright's ``playwright_page_init_callback``: routes set last come first."""
        await page.route("**/*", self._answer)

    async def _answer(self, route: Route, request: BrowserRequest) -> None:
        if not self._document_served and request.is_navigation_request():
            self._document_served = True
            capture = self._capture
            kind = capture.header("Content-Type") or "text/html"
            await route.fulfill(
                status=capture.status, headers={"Content-Type": kind}, body=capture.content
            )
            return
        response = await self._ask(request) if self._may_ask(request) else None
        if response is None:
            await route.abort()
            return
        await route.fulfill(
            status=response.status, headers=_plain_headers(response), body=response.body
        )

    def _may_ask(self, request: BrowserRequest) -> bool:
        """Scripts may fetch, and fill frames; they may not lead the page itself elsewhere."""
        leads_away = request.is_navigation_request() and request.frame.parent_frame is None
        self._count += 1
        return (
            request.resource_type in _ASKED
            and request.method in _METHODS
            and request.url.startswith(("http://", "https://"))
            and not leads_away
            and self._count <= MAX_REQUESTS
        )

    async def _ask(self, request: BrowserRequest) -> Response | None:
        is_script = request.resource_type == "script"
        if is_script and (kept := self._library.find(request.url)) is not None:
            return kept
        capture = self._capture
        note = Note(
            portal=capture.note.portal,
            spider=capture.note.spider,
            role=Role.SUBRESOURCE,
            context=Context(list_url=capture.url, hops=capture.note.context.hops + 1),
            parent=capture.record_id,
        )
        headers = {name: value for name, value in request.headers.items() if name in _KEPT_HEADERS}
        asked = Request(
            request.url,
            method=request.method,
            body=request.post_data_buffer or b"",
            headers={**headers, "Referer": capture.url},
            meta={"note": note},
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(asked)
        except NO_ANSWER as error:
            self.failed += 1
            logger.debug("%s: %s asked by a script: %s", capture.url, request.url, error)
            return None
        if is_script:
            self._library.keep(request.url, response)
        return response


def _plain_headers(response: Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, values in response.headers.items():
        key = name.decode("latin-1")
        if key.lower() not in _OF_THE_WIRE and values:
            found[key] = values[-1].decode("latin-1")
    return found
