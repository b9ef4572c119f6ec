"""`scrapy forget`: what was taken down is in no text, table, export or further crawl."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.catalogue import Catalogue, UnknownDocumentError
from crawler.errors import ArchiveError
from crawler.items import CaptureRef, Item, Rel, Role
from crawler.layout import Layout
from crawler.store import Store
from crawler.tombstones import add_tombstones, copy_tombstones, load_tombstones
from crawler.urls import canonical_url, doc_id
from tests.harvest import dump as whole_dump
from tests.portals.demo import scrapy
from tests.sightings import EPOCH, HOST, absent, dump, issuer, list_page, record, sighting
from tests.small_portal import HOST as SITE
from tests.small_portal import LIST, PORTAL, SmallPortal, crawl, report_paths, serving

SUIXI = "guangdong_suixi"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def stored(layout: Layout, items: list[Item]) -> dict[str, object]:
    store = Store(layout)
    store.record(items)
    store.finalise(SUIXI)
    store.close()
    return dump(layout)


def some() -> list[Item]:
    attachment = CaptureRef(record(900), HOST + "/c.pdf", EPOCH, Role.ATTACHMENT, "a.warc.gz", 7)
    # As `assemble` leaves it: completing it again under another list changes nothing.
    sources = {"issuer": {"where": "title", "raw": "城月镇人民政府", "confidence": 0.95}}
    speaks = replace(issuer(), confidence=0.95, township_code="440823107")
    complete = {"field_sources": sources, "issuer": speaks}
    page = sighting(3, "/c", year=2018, **complete)
    return [
        list_page(1, "/nb", [("/a", Rel.ROW), ("/b", Rel.ROW), ("/c", Rel.ROW)]),
        list_page(2, "/more", [("/a", Rel.ROW)]),
        sighting(1, "/a", **complete),
        sighting(2, "/b", year=2019, **complete),
        replace(page, captures=(*page.captures, attachment)),
        absent(1, "/a", 10),
        absent(2, "/b", 10),
    ]


def forget(layout: Layout, *paths: str) -> None:
    add_tombstones(layout.tombstones, [canonical_url(HOST + p) for p in paths], "", EPOCH)
    store = Store(layout)
    store.forget()
    store.close()


@pytest.mark.parametrize("paths", [("/a",), ("/a", "/b"), ("/c.pdf",), ("/nb",)])
def test_forgetting_later_or_before_leaves_the_same_archive(
    layout: Layout, tmp_path: Path, paths: tuple[str, ...]
) -> None:
    stored(layout, some())
    forget(layout, *paths)
    before = Layout(tmp_path / "before")
    forget(before, *paths)
    assert stored(before, some()) == dump(layout)


def test_nothing_of_a_forgotten_page_is_left(layout: Layout) -> None:
    stored(layout, some())
    forget(layout, "/a")
    rows = dump(layout)
    assert doc_id(HOST + "/a") not in repr(rows)
    assert f"{HOST}/a'" not in repr(rows)
    assert "链接/a" not in repr(rows)  # its title on the lists
    assert len(rows["documents"]) == len(rows["texts"]) == 2
    again = stored(layout, some())
    assert again == rows


def test_a_document_whose_attachment_is_forgotten_goes_with_it(layout: Layout) -> None:
    stored(layout, some())
    forget(layout, "/c.pdf")
    assert {row["canonical_url"] for row in Catalogue(layout).documents()} == {
        HOST + "/a",
        HOST + "/b",
    }


def test_a_catalogue_older_than_the_tombstones_hides_what_they_name(
    layout: Layout, tmp_path: Path
) -> None:
    stored(layout, some())
    other = tmp_path / "tombstones of another machine"
    add_tombstones(other, [canonical_url(HOST + "/a")], "请求", EPOCH)
    copy_tombstones(other, layout.tombstones)
    catalogue = Catalogue(layout)
    assert HOST + "/a" not in {row["canonical_url"] for row in catalogue.documents()}
    with pytest.raises(UnknownDocumentError, match="taken down on 2026-01-15: 请求"):
        catalogue.document(doc_id(HOST + "/a"))


def test_tombstones_are_appended_once_and_survive_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "tombstones.jsonl"
    first, second = canonical_url(HOST + "/a"), canonical_url(HOST + "/b")
    assert len(add_tombstones(path, [first, first], "甲", EPOCH)) == 1
    path.write_text(path.read_text("utf-8").rstrip("\n"), "utf-8")
    assert [stone.url for stone in add_tombstones(path, [first, second], "乙", EPOCH)] == [second]
    assert {url: stone.reason for url, stone in load_tombstones(path).items()} == {
        first: "甲",
        second: "乙",
    }


@pytest.mark.parametrize("line", ["http://www.suixi.gov.cn/a", '{"url": "a"}', "[]", '{"date": 1}'])
def test_a_tombstone_that_cannot_be_read_stops_everything(layout: Layout, line: str) -> None:
    layout.tombstones.write_text(line, "utf-8")
    with pytest.raises(ArchiveError, match=r"tombstones\.jsonl: line 1: expected"):
        Store(layout).record(some())


# -- as an operator does it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("crawled")
    with serving(SmallPortal(report_paths(2))) as server:
        done = crawl(archive, server)
    assert done.returncode == 0, done.stderr
    return archive


def test_forget_show_export_crawl_reextract_and_replay(crawled: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    shutil.copytree(crawled, archive)
    kept, lost = report_paths(2)
    url, name = f"https://{SITE}{lost}#top", doc_id(f"http://{SITE}{lost}")
    text = Layout(archive).text(PORTAL, name)
    assert text.exists()

    done = scrapy("forget", url, "--reason", "应要求", ARCHIVE_DIR=archive)
    assert done.returncode == 0, done.stderr
    assert f"http://{SITE}{lost} was taken down on" in done.stdout
    assert "1 readings removed" in done.stdout
    assert "WARC records stay" in done.stdout
    assert not text.exists()
    (line,) = (archive / "tombstones.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["reason"] == "应要求"

    shown = scrapy("show", name, ARCHIVE_DIR=archive)
    assert shown.returncode == 2
    assert "应要求" in shown.stderr
    exported = scrapy("export", "--format", "jsonl", ARCHIVE_DIR=archive).stdout
    assert (lost in exported, kept in exported) == (False, True)

    with serving(SmallPortal([kept, lost])) as server:
        assert "Traceback" not in crawl(archive, server).stderr
        assert LIST in server.pages
        assert lost not in server.pages
    after_crawl = whole_dump(archive)
    assert lost not in repr(after_crawl)

    done = scrapy("reextract", ARCHIVE_DIR=archive)
    assert done.returncode == 0, done.stderr
    assert whole_dump(archive) == after_crawl
    (first, *_) = Layout(archive).archived_runs(PORTAL)
    replayed = scrapy("replay", PORTAL, "--run", first, "-L", "WARNING", ARCHIVE_DIR=archive)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def test_other_urls_of_the_same_document_are_named(tmp_path: Path) -> None:
    stored(Layout(tmp_path), [sighting(1, "/a"), sighting(2, "/copy")])
    done = scrapy("forget", HOST + "/a", ARCHIVE_DIR=tmp_path)
    assert done.returncode == 0
    assert f"still there: {HOST}/copy has the same Document" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "expected one or more URLs"),
        (("0123456789abcdef",), "expected an absolute http(s) URL"),
        (("--reson", HOST), "unknown option(s): --reson"),
    ],
)
def test_mistakes_end_with_a_message_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = scrapy("forget", *arguments, ARCHIVE_DIR=tmp_path)
    assert (done.returncode, told in done.stdout + done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = scrapy("forget", HOST, ARCHIVE_DIR=tmp_path / "nowhere")
    assert done.returncode == 2
    assert "expected an archive, found none" in done.stderr
    assert not (tmp_path / "nowhere").exists()
