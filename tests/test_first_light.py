"""The whole way of the data, on the sample portals: crawl, texts, replay, re-extraction."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from scrapy.utils.project import get_project_settings

from crawler.extraction.document.assemble import effective_published
from crawler.items import render_blocks
from crawler.layout import Layout
from crawler.offline import OfflineCrawler, StoredArchive, feed
from crawler.reextract import reread
from crawler.store.compare import sightings_of
from crawler.store.texts import render_text
from crawler.urls import canonical_url
from crawler.warc.reader import CaptureReader
from tests.harvest import Harvest, dump
from tests.portals import seed_pages, truth
from tests.portals.demo import crawl, scrapy
from tests.portals.model import PORTALS
from tests.portals.serve import running

portals = pytest.mark.parametrize("portal", list(PORTALS))


@portals
def test_a_crawl_ends_well_and_says_so(harvest: Harvest, portal: str) -> None:
    assert harvest.crawls[portal].returncode == 0
    assert harvest.crawls[portal].stderr == ""
    (run,) = (harvest.archive / "runs" / portal).glob("*.json")
    report = json.loads(run.read_text(encoding="utf-8"))
    assert (report["verdict"], report["findings"]) == ("ok", [])
    assert report["documents"]["new"] == len(truth.documents(portal))


@portals
def test_every_target_is_a_document_and_nothing_else_is(harvest: Harvest, portal: str) -> None:
    wanted = {
        frozenset(canonical_url(target.url) for target in targets)
        for targets in truth.documents(portal).values()
    }
    found = {
        frozenset(url["canonical_url"] for url in document.urls if url["role"] != "mirror")
        for document in harvest.documents(portal)
    }
    assert found == wanted


@portals
def test_each_document_says_what_its_page_says(harvest: Harvest, portal: str) -> None:
    expected = {canonical_url(target.url): target for target in truth.targets(portal)}
    for document in harvest.documents(portal):
        latest = document.latest
        target = expected[latest.canonical_url]
        found = (latest.kind, latest.report_year, latest.issuer.id, latest.title, latest.published)
        assert found == (
            target.kind,
            target.year,
            target.issuer_id,
            target.title,
            target.published,
        ), target.url
        assert (latest.source, latest.infobox) == (target.source, target.infobox), target.url
        assert latest.text_source == target.text_source, target.url
        assert render_blocks(latest.blocks) == target.body, target.url


def test_a_copied_report_stays_two_documents_that_name_each_other(harvest: Harvest) -> None:
    copies = [target for target in truth.targets() if target.same_body_as]
    assert copies
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    for target in copies:
        copy = by_url[canonical_url(target.url)]
        original = by_url[canonical_url(target.same_body_as)]
        assert copy.flags["same_body_as"] == [original.row["doc_id"]]
        assert original.flags["same_body_as"] == [copy.row["doc_id"]]


def test_mirrored_pages_belong_to_the_original(harvest: Harvest) -> None:
    mirrored = [
        (document, url)
        for document in harvest.documents("guangdong_suixi")
        for url in document.urls
        if url["role"] == "mirror"
    ]
    assert mirrored
    for document, url in mirrored:
        assert document.row["authority"] == "original"
        assert url["mirror_of"] == document.row["canonical_url"]


def test_look_alikes_and_news_cost_few_requests(harvest: Harvest) -> None:
    """Nearly nothing is fetched that is no list, no document and no part of one."""
    asked = Counter((entry["host"], entry["target"].split("?")[0]) for entry in harvest.asked)
    look_alikes = [
        look
        for look in truth.look_alikes()
        if asked[(PORTALS[look.entry.portal].host, look.url.split("gov.cn")[1])]
    ]
    assert len(look_alikes) <= len(truth.look_alikes()) // 4
    assert sum(asked.values()) < 2 * len(truth.targets())


# -- the seeds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["000", "001", "003", "004"])
def test_a_seeds_text_file_is_its_gold_to_the_character(harvest: Harvest, seed: str) -> None:
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    document = by_url[canonical_url(seed_pages.URLS[seed])]
    text = harvest.archive / document.versions[-1]["file"]
    assert text.read_bytes() == seed_pages.gold(seed).encode("utf-8")


def test_seed_002_is_read_from_the_mirror_and_stored_from_the_original(harvest: Harvest) -> None:
    layout, portal = harvest.layout, "guangdong_suixi"
    (run,) = layout.archived_runs(portal)
    sightings = {d.url: d for d in sightings_of(layout, portal, [run]).values()}
    mirror = sightings[seed_pages.URLS["002"]]
    assert render_text(mirror) == seed_pages.gold("002").encode("utf-8")
    assert (mirror.authority, "form_without_tables" in mirror.warnings) == ("mirror", True)

    by_url = {d.latest.canonical_url: d for d in harvest.documents(portal)}
    original = by_url[canonical_url(seed_pages.URLS["002_original"])]
    text = harvest.archive / original.versions[-1]["file"]
    assert text.read_bytes() == seed_pages.gold("002_original").encode("utf-8")


SEED_FACTS = {  # shared seed-gold README: kind, year, issuer id, index number, doc number, date
    "000": ("annual_report", 2018, "640303/township/太阳山镇", "", "", "2019-03-15"),
    "001": (
        "work_points",
        2018,
        "640502/township/东园镇",
        "640502017/2018-41187",
        "东政发〔2018〕112号",
        "2018-07-04",
    ),
    "002_original": ("annual_report", 2020, "440823/township/城月镇", "", "", ""),
    "003": (
        "self_review",
        2015,
        "510812/township/陈家乡",
        "008463720/2016-00001",
        "",
        "2016-01-07",
    ),
    "004": ("annual_report", 2018, "640181/township/临河镇", "", "", ""),
}


@pytest.mark.parametrize("seed", SEED_FACTS)
def test_a_seeds_facts_are_in_the_catalogue(harvest: Harvest, seed: str) -> None:
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    latest = by_url[canonical_url(seed_pages.URLS[seed])].latest
    info = dict(latest.infobox)
    assert SEED_FACTS[seed] == (
        latest.kind,
        latest.report_year,
        latest.issuer.id,
        info.get("索引号", ""),
        info.get("发文字号", ""),
        latest.published,
    )


def test_seed_003_keeps_the_evidence_of_what_was_decided(harvest: Harvest) -> None:
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    latest = by_url[canonical_url(seed_pages.URLS["003"])].latest
    assert {"date_conflict", "repeat_collapsed"} <= set(latest.warnings)
    assert latest.field_sources["doc_number"]["value"] == "广朝陈府〔2015〕42号"


def test_dates_a_page_leaves_open_come_from_the_list_and_not_into_the_text(
    harvest: Harvest,
) -> None:
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    latest = by_url[canonical_url(seed_pages.URLS["004"])].latest
    assert latest.published == ""
    assert effective_published(latest).startswith("2019-")
    assert "时间:" not in render_text(latest).decode("utf-8")


# -- the archive ---------------------------------------------------------------------------------


def test_every_warc_passes_the_outside_judges_and_our_own(harvest: Harvest) -> None:
    files = sorted((harvest.archive / "warc").rglob("*.warc.gz"))
    assert len(files) == len(PORTALS)
    bin_dir = Path(sys.executable).parent
    judges = ([bin_dir / "warcio", "check"], [bin_dir / "fastwarc", "check"], ["gzip", "-t"])
    for judge, file in product(judges, files):
        result = subprocess.run([*judge, file], capture_output=True, text=True, check=False)
        assert result.returncode == 0, f"{judge}: {result.stdout}{result.stderr}"
    verified = scrapy("verify", ARCHIVE_DIR=harvest.archive)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout == f"{len(files)} files checked, 0 with problems\n"


def test_show_raw_gives_the_bytes_of_the_page(harvest: Harvest) -> None:
    by_url = {d.latest.canonical_url: d for d in harvest.documents()}
    url, page = seed_pages.seed_page("003")
    doc_id = by_url[canonical_url(url)].row["doc_id"]
    shown = subprocess.run(
        [
            sys.executable,
            "-m",
            "scrapy",
            "show",
            doc_id,
            "--raw",
            "-s",
            f"ARCHIVE_DIR={harvest.archive}",
        ],
        capture_output=True,
        check=False,
    )
    assert shown.returncode == 0
    reader = CaptureReader(harvest.layout.warc_dir("sichuan_chaotian"))
    record_id = by_url[canonical_url(url)].row["record_id"]
    assert shown.stdout == reader.raw(record_id)
    assert reader.get(record_id).content == page


# -- live ≡ replay ≡ re-extraction -----------------------------------------------------------------


def copy_of_captures(harvest: Harvest, target: Path) -> Path:
    shutil.copytree(harvest.archive / "warc", target / "warc")
    return target


def test_reextraction_rebuilds_what_the_crawl_stored(harvest: Harvest, tmp_path: Path) -> None:
    rebuilt = copy_of_captures(harvest, tmp_path)
    result = scrapy("reextract", ARCHIVE_DIR=rebuilt)
    assert result.returncode == 0, result.stderr
    assert dump(rebuilt) == dump(harvest.archive)


@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_captures_does_not_matter(
    harvest: Harvest, tmp_path: Path, order: int
) -> None:
    settings = get_project_settings()
    settings.set("ARCHIVE_DIR", str(tmp_path))
    keys = sorted(PORTALS)
    random.Random(order).shuffle(keys)
    for portal in keys:
        reader = CaptureReader(harvest.layout.warc_dir(portal))
        captures = list(reader.captures())
        random.Random(order).shuffle(captures)
        crawler = OfflineCrawler(settings, StoredArchive(reader))
        items = reread(reader, spider_of(portal), captures, Counter())
        run(feed(crawler, items))
    assert dump(tmp_path) == dump(harvest.archive)


@portals
def test_a_replayed_run_reads_what_the_crawl_read(harvest: Harvest, portal: str) -> None:
    result = scrapy("replay", portal, "-L", "WARNING", ARCHIVE_DIR=harvest.archive)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ", 0 differ" in result.stdout


def test_a_second_crawl_confirms_what_is_known(harvest: Harvest, tmp_path: Path) -> None:
    portal, archive = "ningxia_hongsibu", tmp_path / "archive"
    shutil.copytree(harvest.archive, archive)
    before = {d.row["doc_id"]: len(d.versions) for d in harvest.documents(portal)}
    with running() as servers:
        assert crawl(portal, archive, servers.connect_to).returncode == 0
    again = Harvest(archive, {}, [])
    assert {d.row["doc_id"]: len(d.versions) for d in again.documents(portal)} == before
    report = json.loads(sorted((archive / "runs" / portal).glob("*.json"))[-1].read_text())
    assert (report["verdict"], report["findings"]) == ("nothing_new", [])
    assert scrapy("reextract", portal, ARCHIVE_DIR=archive).returncode == 0
    assert scrapy("replay", portal, "-L", "WARNING", ARCHIVE_DIR=archive).returncode == 0


def run(coroutine: object) -> None:
    import asyncio

    asyncio.run(coroutine)  # type: ignore[arg-type]


def spider_of(portal: str):  # type: ignore[no-untyped-def]
    from scrapy.spiderloader import get_spider_loader

    return get_spider_loader(get_project_settings()).load(portal)()


def test_layout_of_the_store_is_the_documented_one(harvest: Harvest) -> None:
    assert {path.name for path in harvest.archive.iterdir()} <= {
        "warc",
        "text",
        "runs",
        "state",
        "catalogue.sqlite",
        "catalogue.sqlite-wal",
        "catalogue.sqlite-shm",
    }
    assert not list(harvest.archive.rglob("*.open")) + list(harvest.archive.rglob("*.tmp"))
    assert Layout(harvest.archive).portals() == sorted(PORTALS)
