"""The extension that renders pages: scrapy-playwright's browser on the crawl's own downloader.

Chromium starts with the first page that needs it. The DOM is stored as a WARC `resource` beside
the exchanges the browser made, and read in place of its response, now and in every re-extraction.

Stats: ``render/pages``, ``render/why/<marker>``, ``render/failed/<reason>`` and
``render/not_possible`` (pages that needed a browser where there is none, or no more of it).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future

from crawler.extraction.page import MAX_BYTES
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.refusals import Interrupted
from crawler.fetch.stopping import is_stopping
from crawler.items import Capture
from crawler.render.browser import launch_options, missing
from crawler.render.requests import BrowserRequests, Library
from crawler.warc.records import Reference

if TYPE_CHECKING:
    from playwright.async_api import Page as BrowserPage
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

logger = logging.getLogger(__name__)

_CONTENT_TYPE = "text/html; charset=utf-8"
#: Milliseconds without a request that count as the end of a page's loading.
_QUIET_WITHIN = 15_000
#: One page of the browser at a time: its requests wait for politeness anyway.
_PAGES = 1


class Renderer:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._left = crawler.settings.getint("RENDER_MAX_PAGES")
        self._seconds = crawler.settings.getfloat("RENDER_TIMEOUT")
        self._lacking = missing(crawler.settings)
        self._library = Library()
        self._handler: ScrapyPlaywrightDownloadHandler | None = None
        self._one_at_a_time = asyncio.Semaphore(_PAGES)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        renderer = cls(crawler)
        crawler.signals.connect(renderer.spider_closed, signal=signals.spider_closed)
        return renderer

    async def spider_closed(self) -> None:
        if self._handler is not None:
            await self._in_asyncio(self._handler.close())

    async def render(self, capture: Capture, why: str) -> Capture | None:
        """The page as its scripts leave it, stored; None where that was not possible."""
        if self._lacking is not None or self._left <= 0:
            self._say_once(capture.url, why)
            self._count("not_possible")
            return None
        self._left -= 1
        try:
            content: bytes = await self._in_asyncio(self._dom(capture))
        except Interrupted:
            raise
        except _RenderError as error:
            self._count(f"failed/{error.args[0]}")
            logger.warning(
                "%s: expected the page that its scripts make (%s), found %s; it is read as sent",
                capture.url,
                why,
                error.args[1],
            )
            return None
        self._count("pages")
        self._count(f"why/{why}")
        return self._store(capture, content)

    def _store(self, capture: Capture, content: bytes) -> Capture:
        archive = self._crawler.get_extension(CrawlArchive)
        assert archive is not None
        of = Reference(capture.record_id, capture.url, capture.date)
        stored = archive.store_resource(of, _CONTENT_TYPE, content, capture.note)
        return replace(
            capture,
            record_id=stored.record_id,
            date=stored.date,
            status=200,
            headers=(("Content-Type", _CONTENT_TYPE),),
            content=content,
            truncated=None,
        )

    async def _dom(self, capture: Capture) -> bytes:
        from playwright.async_api import Error as BrowserError

        requests = BrowserRequests(self._crawler, capture, self._library)
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._seconds):
                    response = await (await self._browser()).download_request(
                        self._request(capture, requests)
                    )
            except (BrowserError, TimeoutError) as error:
                self._refuse_if_stopping(capture)
                reason = "timeout" if "imeout" in f"{type(error).__name__}{error}" else "browser"
                raise _RenderError(reason, f"{type(error).__name__}: {str(error)[:200]}") from error
        # What was cut off by our own stop is missing from the page: the next run renders it.
        self._refuse_if_stopping(capture)
        if response.url.partition("#")[0] != capture.url.partition("#")[0]:
            raise _RenderError("led_away", f"the page went to {response.url}")
        if len(response.body) > MAX_BYTES:
            found = f"a DOM of {len(response.body)} bytes, limit {MAX_BYTES}"
            raise _RenderError("too_large", found)
        content: bytes = response.text.encode("utf-8", "replace")
        return content

    def _request(self, capture: Capture, requests: BrowserRequests) -> Request:
        from scrapy_playwright.page import PageMethod

        milliseconds = 1000 * self._seconds
        return Request(
            capture.url,
            meta={
                "playwright": True,
                "playwright_page_init_callback": requests.attach,
                "playwright_page_goto_kwargs": {"wait_until": "load", "timeout": milliseconds},
                "playwright_page_methods": [PageMethod(_until_quiet)],
                "playwright_context_kwargs": {
                    "service_workers": "block",
                    "accept_downloads": False,
                },
            },
        )

    async def _browser(self) -> ScrapyPlaywrightDownloadHandler:
        if self._handler is None:
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

            # It logs each browser's steps, and a stack trace for every page that fails.
            logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
            handler = ScrapyPlaywrightDownloadHandler(self._crawler)
            handler.config.launch_options = launch_options(self._crawler.settings)
            # It launches with the engine; we are later than that, and most crawls need none.
            await handler._launch()
            self._handler = handler
        return self._handler

    def _refuse_if_stopping(self, capture: Capture) -> None:
        if is_stopping(self._crawler):
            raise Interrupted(capture.url)

    def _say_once(self, url: str, why: str) -> None:
        if self._crawler.stats.get_value("render/not_possible"):
            return
        limit = "RENDER_MAX_PAGES pages of this run have been rendered; raise it"
        logger.warning(
            "%s: needs a browser (%s): %s; such pages are read as they were sent",
            url,
            why,
            self._lacking or limit,
        )

    def _count(self, name: str) -> None:
        self._crawler.stats.inc_value(f"render/{name}")

    @staticmethod
    async def _in_asyncio(coro: Any) -> Any:
        """Playwright needs a task of the event loop; Scrapy's callbacks are not always one."""
        return await maybe_deferred_to_future(deferred_from_coro(coro))


class _RenderError(Exception):
    """(reason in a word, what was found)"""


async def _until_quiet(page: BrowserPage) -> None:
    from playwright.async_api import TimeoutError as QuietTimeoutError

    try:
        await page.wait_for_load_state("networkidle", timeout=_QUIET_WITHIN)
    except QuietTimeoutError:
        logger.debug("%s: scripts go on asking; its DOM is taken as it is", page.url)
