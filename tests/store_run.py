"""A run of the real archive, pipelines and run report whose pages come from no network.

``python -m tests.store_run ARCHIVE_DIR [case]``: the spider stores exchanges as the download
handler would and yields what a portal's spider would. Cases: full, empty, interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

from crawler.fetch.archive import CrawlArchive
from crawler.items import CaptureRef, Document, Note, Rel, Role
from crawler.runs.report import RunReport
from crawler.warc.records import Exchange
from tests.sightings import EPOCH, HOST, body, list_page, sighting

PORTAL = "guangdong_suixi"
SETTINGS: dict[str, Any] = {
    "EXTENSIONS": {CrawlArchive: 100, RunReport: 200},
    "ITEM_PIPELINES": {
        "pipelines.validate.ValidatePipeline": 100,
        "pipelines.deduplicate.DeduplicatePipeline": 200,
        "pipelines.warc.WarcPipeline": 300,
        "pipelines.text.TextPipeline": 400,
        "pipelines.catalogue.CataloguePipeline": 500,
    },
    "USER_AGENT": "xianzhi-test",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "WARNING",
}


class StoreRunSpider(scrapy.Spider):
    name = PORTAL
    case = "full"

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request("data:,")  # items of `start` itself do not survive a SIGTERM

    async def parse(self, response: Any) -> AsyncIterator[Any]:
        if self.case == "interrupted":
            os.kill(os.getpid(), signal.SIGTERM)
        self.crawler.stats.set_value("outcome/ok", 6)
        if self.case == "empty":
            return
        page = list_page(1, "/nb", [("/zt/post_1.html", Rel.ROW), ("/zt/post_2.html", Rel.ROW)])
        stored = self.stored(page.url, b"<ul></ul>")
        yield replace(page, record_id=stored.record_id, date=stored.date, warc=None, offset=None)
        for document in self.documents():
            stored = self.stored(document.url, document.title.encode())
            ref = CaptureRef(stored.record_id, document.url, stored.date, Role.PAGE)
            yield replace(document, record_id=stored.record_id, date=stored.date, captures=(ref,))

    def documents(self) -> list[Document]:
        return [
            sighting(1, "/zt/post_1.html", published=""),
            sighting(2, "/zt/post_2.html", town="建新镇", year=2019, blocks=body("建新镇", 2019)),
            replace(sighting(3, "/zt/post_3.html"), title=""),  # dropped by validate
        ]

    def stored(self, url: str, payload: bytes) -> Any:
        archive = self.crawler.get_extension(CrawlArchive)
        assert archive is not None
        path = url.removeprefix(HOST).encode()
        exchange = Exchange(
            url=url,
            started=EPOCH + timedelta(seconds=len(path)),
            request_head=b"GET %b HTTP/1.1\r\nHost: www.suixi.gov.cn\r\n\r\n" % path,
            response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            payload=payload,
        )
        return archive.store_exchange(exchange, Note(PORTAL, self.name))


if __name__ == "__main__":
    process = CrawlerProcess({**SETTINGS, "ARCHIVE_DIR": sys.argv[1]})
    process.crawl(StoreRunSpider, case=(sys.argv[2:] or ["full"])[0])
    process.start()
