"""The crawl's archive inside a real crawl: groups, waiting pipelines, failures.

Each crawl is a process of its own. Its download handler answers from memory and hands every
exchange to the archive, so nothing here depends on the network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.fetch.contact import user_agent
from crawler.layout import Layout
from crawler.warc.reader import CaptureReader
from crawler.warc.scan import iter_records
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter, open_writer
from tests.warc_samples import PLAIN_NOTE, PORTAL, RUN, exchange

CRAWL = r'''
import asyncio, errno, json, os, sys
from pathlib import Path
import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse
from scrapy.utils.defer import maybe_deferred_to_future
from crawler.errors import ArchiveError
from crawler.fetch.archive import CrawlArchive
from crawler.items import Note
from tests.warc_samples import exchange

OPTIONS = json.loads(sys.argv[2])
REPORT = {"syncs": 0, "places": {}, "errors": [], "reason": None}

class Handler:
    lazy = False
    def __init__(self, crawler):
        self.crawler = crawler
    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)
    async def download_request(self, request):
        archive = self.crawler.get_extension(CrawlArchive)
        path = request.url.split(".example")[1]
        note = Note("demo_shili", "demo_shili")
        request.meta["stored"] = archive.store_exchange(exchange(path), note)
        return HtmlResponse(request.url, body=b"<html>", request=request)
    async def close(self):
        pass

class Pipeline:
    @classmethod
    def from_crawler(cls, crawler):
        self = cls()
        self.crawler = crawler
        return self
    async def process_item(self, item):
        archive = self.crawler.get_extension(CrawlArchive)
        for record_id in item["records"]:
            try:
                place = await archive.durable(record_id)
                REPORT["places"][record_id] = [place.warc, place.offset]
            except ArchiveError as error:
                REPORT["errors"].append(str(error))
        return item

class Spider(scrapy.Spider):
    name = OPTIONS.get("name", "demo_shili")
    handle_httpstatus_all = True
    async def start(self):
        for number in range(OPTIONS.get("pages", 3)):
            yield scrapy.Request(f"http://www.shili.example/{number}")
    def parse(self, response):
        record_id = response.meta["stored"].record_id
        for _ in range(OPTIONS.get("items", 1)):
            yield {"records": [record_id, *OPTIONS.get("others", [])]}
    def closed(self, reason):
        REPORT["reason"] = reason

class Counter:
    """Counts fsyncs of WARC files, or fails them or the writes."""
    @classmethod
    def install(cls):
        real_sync, real_write = os.fsync, os.write
        def fsync(fd):
            REPORT["syncs"] += 1
            if OPTIONS.get("fail") == "fsync" and REPORT["syncs"] > 1:
                raise OSError(errno.EIO, "Input/output error")
            real_sync(fd)
        writes = 0
        def write(fd, data):
            nonlocal writes
            if isinstance(data, memoryview):  # the archive's, not the reactor's
                writes += 1
                if OPTIONS.get("fail") == "write" and writes > 2:
                    raise OSError(errno.ENOSPC, "No space left on device")
            return real_write(fd, data)
        os.fsync, os.write = fsync, write

Counter.install()
process = CrawlerProcess({
    "ARCHIVE_DIR": sys.argv[1],
    "DOWNLOAD_HANDLERS": {"http": Handler},
    "EXTENSIONS": {CrawlArchive: 0},
    "ITEM_PIPELINES": {Pipeline: 1},
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "COOKIES_ENABLED": False,
    "LOG_LEVEL": "WARNING", "ROBOTSTXT_OBEY": False, "RETRY_ENABLED": False,
    **OPTIONS.get("settings", {}),
})
process.crawl(Spider)
process.start()
print(json.dumps(REPORT))
'''


def crawl(archive: Path, **options: Any) -> tuple[dict[str, Any], str]:
    """What the crawl reported, and its log."""
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, archive, json.dumps(options)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def captures(archive: Path) -> dict[str, tuple[str, int]]:
    reader = CaptureReader(archive / "warc" / PORTAL)
    found = {}
    for capture in reader.captures():
        place = reader.location(capture.record_id)
        found[capture.record_id] = (place.warc, place.offset)
    return found


def test_every_capture_gets_its_true_place_and_the_file_its_name(tmp_path: Path) -> None:
    report, log = crawl(tmp_path, pages=5)
    assert report["reason"] == "finished"
    assert {k: tuple(v) for k, v in report["places"].items()} == captures(tmp_path)
    assert len(report["places"]) == 5
    (path,) = (tmp_path / "warc" / PORTAL).iterdir()
    assert path.name.endswith("-00000.warc.gz")
    assert verify(path) == []
    assert log == ""


def test_no_deadlock_where_one_item_at_a_time_waits(tmp_path: Path) -> None:
    settings = {"CONCURRENT_ITEMS": 1, "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1, "CONCURRENT_REQUESTS": 1}
    report, _ = crawl(tmp_path, pages=6, items=3, settings=settings)
    assert len(report["places"]) == 6
    assert report["reason"] == "finished"


def test_records_are_synced_in_groups(tmp_path: Path) -> None:
    report, _ = crawl(tmp_path, pages=200, settings={"CONCURRENT_REQUESTS": 32})
    assert len(report["places"]) == 200
    assert report["syncs"] < 60  # an fsync for each would be 200


def test_nobody_waits_forever_for_a_record_of_another_run(tmp_path: Path) -> None:
    report, _ = crawl(tmp_path, pages=1, others=["urn:uuid:of-another-run"])
    assert len(report["places"]) == 1
    assert "urn:uuid:of-another-run" in report["errors"][0]


@pytest.mark.parametrize(
    ("fail", "reason"),
    [("write", "No space left on device"), ("fsync", "Input/output error")],
)
def test_a_crawl_that_cannot_be_recorded_stops_with_its_reason(
    tmp_path: Path, fail: str, reason: str
) -> None:
    report, log = crawl(tmp_path, pages=500, fail=fail, settings={"CONCURRENT_REQUESTS": 2})
    assert report["reason"] == "archive_failed"
    assert reason in log
    assert len(captures(tmp_path)) < 100


def test_an_archive_that_cannot_be_written_stops_the_crawl_at_once(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("not a directory")
    report, log = crawl(tmp_path)
    assert report["reason"] == "archive_failed"
    assert report["places"] == {}
    assert "set ARCHIVE_DIR" in log
    assert "Traceback" not in log.split("set ARCHIVE_DIR")[0]


def test_a_spider_whose_name_is_no_portal_key_is_refused(tmp_path: Path) -> None:
    report, log = crawl(tmp_path, name="../evil")
    assert report["reason"] == "archive_failed"
    assert "expected <province>_<county>" in log
    assert list(tmp_path.iterdir()) == []


def test_a_killed_runs_file_is_recovered_before_a_run_begins(tmp_path: Path) -> None:
    directory = Layout(tmp_path).warc_dir(PORTAL)
    writer = WarcWriter(tmp_path / "elsewhere", PORTAL, RUN)
    writer.write_exchange(exchange("/before"), PLAIN_NOTE)
    writer.close()
    (closed,) = (tmp_path / "elsewhere").iterdir()
    directory.mkdir(parents=True)
    (directory / f"{closed.name}.open").write_bytes(closed.read_bytes()[:-3])
    _, log = crawl(tmp_path, pages=1)
    assert "torn bytes cut" in log
    assert list(directory.glob("*.open")) == []


def test_two_runs_in_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    opened = [open_writer(tmp_path, PORTAL, {}) for _ in range(3)]
    for _, writer in opened:
        writer.close()
    runs = [run for run, _ in opened]
    assert runs == sorted(set(runs))
    assert len(list(tmp_path.iterdir())) == 3


def test_warcinfo_names_the_software_with_its_versions(tmp_path: Path) -> None:
    crawl(tmp_path, pages=1, settings={"CONTACT": "https://a.example/contact"})
    (path,) = (tmp_path / "warc" / PORTAL).iterdir()
    block = next(iter_records(path)).block.decode()
    assert "Scrapy/2." in block
    assert "rules/" in block
    assert f"http-header-user-agent: {user_agent('https://a.example/contact')}" in block
