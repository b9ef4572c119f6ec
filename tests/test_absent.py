"""Absent pages on the whole way: crawl, WARC, catalogue, re-extraction, replay, commands."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings
from sqlalchemy import create_engine, select

from crawler.catalogue import Catalogue
from crawler.items import Context, Note
from crawler.layout import Layout
from crawler.offline import OfflineCrawler, StoredArchive, feed
from crawler.reextract import reread
from crawler.store import schema
from crawler.urls import canonical_url, doc_id
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Exchange
from crawler.warc.writer import WarcWriter
from tests.fetch_lab import Answer
from tests.harvest import dump
from tests.portals.demo import scrapy
from tests.small_portal import (
    CHALLENGE,
    HOST,
    LIST,
    PORTAL,
    SOFT_404,
    SmallPortal,
    crawl,
    report_paths,
    serving,
)

KEPT, LOST = report_paths(2)
START = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


def checks(archive: Path) -> Sequence[Any]:
    engine = create_engine(schema.sqlite_url(Layout(archive).catalogue))
    with engine.connect() as connection:
        found = connection.execute(select(schema.checks)).all()
    engine.dispose()
    return found


def moved(target: str) -> Answer:
    return Answer(status=302, headers={"Location": target})


ROWS = "/xxgk/zfxxgknb/202001/t20200101_"
ANSWERS = {
    ROWS + "1.html": Answer(status=404),
    ROWS + "2.html": Answer(status=410),
    ROWS + "3.html": Answer(SOFT_404),
    ROWS + "4.html": Answer(status=500),
    ROWS + "5.html": Answer(hang_up=True),
    ROWS + "6.html": CHALLENGE,
    ROWS + "7.html": moved("/hop.html"),
    "/hop.html": moved(f"http://{HOST}/404.html#top"),
    "/404.html": Answer(SOFT_404),
}


@pytest.fixture(scope="module")
def denied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crawl of a list with one page that is there and others that are not, each in its way."""
    archive = tmp_path_factory.mktemp("denied")
    rows = [KEPT, *(path for path in ANSWERS if path.startswith(ROWS))]
    with serving(SmallPortal(rows, ANSWERS)) as server:
        crawl(archive, server)
    return archive


def test_a_crawl_stores_each_answer_that_denies_a_page_and_nothing_else(denied: Path) -> None:
    found = {(row.canonical_url.rpartition("/")[2], row.outcome) for row in checks(denied)}
    assert found == {
        ("t20200101_1.html", "not_found"),
        ("t20200101_2.html", "gone"),
        ("t20200101_3.html", "soft_404"),
        ("t20200101_7.html", "soft_404"),  # by way of redirects …
        ("404.html", "soft_404"),  # … to the portal's error page
        ("", "not_found"),  # the spider's other columns, which the small portal has not
    }
    assert len(Catalogue(Layout(denied)).documents()) == 1


def test_replay_and_re_extraction_make_the_same_checks(denied: Path, tmp_path: Path) -> None:
    replayed = scrapy(
        "replay", PORTAL, "--output", tmp_path / "r", "-L", "WARNING", ARCHIVE_DIR=denied
    )
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert dump(tmp_path / "r")["checks"] == dump(denied)["checks"]
    for archive in (denied, tmp_path / "r"):
        assert len(checks(archive)) == 7
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "warc").symlink_to(denied / "warc")
    done = scrapy("reextract", ARCHIVE_DIR=tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert dump(tmp_path / "again") == dump(denied)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("archive", ["denied", "lost"])
def test_the_order_of_captures_does_not_matter(
    request: pytest.FixtureRequest, tmp_path: Path, archive: str, order: int
) -> None:
    stored: Path = request.getfixturevalue(archive)
    settings = get_project_settings()
    settings.set("ARCHIVE_DIR", str(tmp_path))
    reader = CaptureReader(Layout(stored).warc_dir(PORTAL))
    captures = list(reader.captures())
    random.Random(order).shuffle(captures)
    spider = get_spider_loader(settings).load(PORTAL)()
    crawler = OfflineCrawler(settings, StoredArchive(reader))
    asyncio.run(feed(crawler, reread(reader, spider, captures, Counter())))
    assert dump(tmp_path) == dump(stored)


def write_run(archive: Path, start: datetime, rows: Sequence[str], lost: Answer | None) -> None:
    """One run's WARC file: the list, then the page that is listed or lost."""
    portal = SmallPortal(list(rows), {LOST: lost} if lost else {})
    writer = WarcWriter(Layout(archive).warc_dir(PORTAL), PORTAL, f"{start:%Y%m%dT%H%M%SZ}")
    entry = Note(PORTAL, PORTAL, context=Context(link_text="政府信息公开年报"))
    text = f"太阳山镇{2001 + 1}年政府信息公开工作年度报告"
    listed = Context(f"http://{HOST}{LIST}", text, "2003-01-20", ("政府信息公开年报",), 1, 1)
    pages = ((LIST, entry), (LOST, Note(PORTAL, PORTAL, context=listed)))
    for number, (path, note) in enumerate(pages):
        found = portal(path)
        body = found.body.encode() if isinstance(found.body, str) else found.body
        head = f"HTTP/1.1 {found.status} X\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
        started = start + timedelta(seconds=number)
        url = f"http://{HOST}{path}"
        writer.write_exchange(Exchange(url, started, request.encode(), head.encode(), body), note)
    writer.close()


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs, ten days apart; the page is there in the first only."""
    archive = tmp_path_factory.mktemp("lost")
    write_run(archive, START, [KEPT, LOST], None)
    write_run(archive, START + timedelta(days=10), [KEPT], Answer(status=404))
    write_run(archive, START + timedelta(days=20), [KEPT], Answer(SOFT_404))
    done = scrapy("reextract", ARCHIVE_DIR=archive)
    assert done.returncode == 0, done.stderr
    return archive


def test_a_document_lost_for_good_is_gone_by_the_warc_files_alone(lost: Path) -> None:
    document = Catalogue(Layout(lost)).document(doc_id(f"http://{HOST}{LOST}"))
    assert document.row["gone_since"] == "2026-01-25T02:00:01.000000Z"
    assert [check["outcome"] for check in document.checks] == ["not_found", "soft_404"]
    text = lost / document.versions[-1]["file"]
    assert "信息公开" in text.read_text(encoding="utf-8")


def test_show_and_export_say_what_is_gone_and_cite_the_evidence(lost: Path) -> None:
    name = doc_id(f"http://{HOST}{LOST}")
    shown = scrapy("show", name, ARCHIVE_DIR=lost)
    assert shown.returncode == 0, shown.stderr
    for told in (
        "gone_since   2026-01-25T02:00:01",
        f"list_url     http://{HOST}{LIST}",
        "link_text    太阳山镇2002年政府信息公开工作年度报告",
        "column       政府信息公开年报",
        "found on the list page:",
        "found absent:",
        "soft_404",
        f"{PORTAL}-20260115T020000Z-00000.warc.gz",
        f"{PORTAL}-20260204T020000Z-00000.warc.gz",
    ):
        assert told in shown.stdout, shown.stdout
    (line,) = scrapy("export", "--format", "jsonl", ARCHIVE_DIR=lost).stdout.splitlines()
    exported = json.loads(line)
    assert exported["gone_since"] == "2026-01-25T02:00:01.000000Z"
    assert exported["found_on"]["url"] == f"http://{HOST}{LIST}"
    assert {check["canonical_url"] for check in exported["checks"]} == {
        canonical_url(f"http://{HOST}{LOST}")
    }
