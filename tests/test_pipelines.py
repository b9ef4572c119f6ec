"""The pipelines one by one and in a row, without Scrapy's engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawler.identity.keys import identified
from crawler.items import Document, ListPage, Paragraph, Rel
from crawler.layout import Layout
from crawler.store import Settled, Store
from crawler.urls import canonical_url, doc_id
from crawler.warc.records import Location
from pipelines.catalogue import BATCH, CataloguePipeline
from pipelines.deduplicate import DeduplicatePipeline
from pipelines.text import TextPipeline
from pipelines.validate import ValidatePipeline
from pipelines.warc import WarcPipeline
from tests.sightings import HOST, body, dump, issuer, list_page, record, sighting

PORTAL = "guangdong_suixi"
NOBODY = replace(issuer(), id="", printed="某镇")


class Archive:
    """Makes a record durable when told to, as the group fsync does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.synced = asyncio.Event()

    async def durable(self, record_id: str) -> Location:
        self.asked.append(record_id)
        await self.synced.wait()
        return Location("guangdong_suixi-20260115T021500Z-00000.warc.gz", len(self.asked))


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(get_crawler(settings_dict={"STATS_DUMP": False}))


def process(pipeline: Any, item: Document | ListPage) -> Any:
    return asyncio.run(pipeline.process_item(item))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("url", {"url": "javascript:void(0)"}),
        ("kind", {"kind": "news"}),
        ("title", {"title": " "}),
        ("body", {"blocks": ()}),
        ("body", {"blocks": (), "warnings": ("date_conflict",)}),
        ("report_year", {"report_year": 202}),
        ("issuer", {"issuer": NOBODY}),
    ],
)
def test_what_is_no_document_is_dropped_with_a_reason(
    stats: MemoryStatsCollector, name: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(DropItem) as dropped:
        process(ValidatePipeline(stats), replace(sighting(1), **wrong))
    message = str(dropped.value)
    assert message.startswith(f"{PORTAL}: {name} of ")
    assert all(word in message for word in ("expected", "found", "scrapy extract", record(1)))
    assert stats.get_value(f"dropped/{name}") == 1


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"blocks": (), "warnings": ("part_missing:http://x.gov.cn/a.pdf",)},
        {"report_year": None},
        {"issuer": NOBODY, "warnings": ("issuer_unknown",)},
    ],
)
def test_documents_with_a_named_gap_pass(
    stats: MemoryStatsCollector, right: dict[str, Any]
) -> None:
    document = replace(sighting(1), **right)
    assert process(ValidatePipeline(stats), document) is document


def test_identity_is_added_and_only_the_same_capture_is_a_repeat(
    stats: MemoryStatsCollector,
) -> None:
    pipeline = DeduplicatePipeline(stats)
    secure = replace(sighting(1), url="https://WWW.suixi.gov.cn/zt/post_1.html#top")
    first = process(pipeline, secure)
    assert first.canonical_url == canonical_url(sighting(1).url)
    assert first.doc_id == doc_id(sighting(1).url)
    assert first.body_key.startswith("1:")
    again = process(pipeline, sighting(2))
    assert again.body_key == first.body_key
    with pytest.raises(DropItem, match="in this run already"):
        process(pipeline, secure)
    assert (
        process(pipeline, replace(secure, blocks=body(word="读得更好"))).body_key != first.body_key
    )
    assert stats.get_value("documents/repeated") == 1


def test_nothing_goes_on_before_its_captures_are_durable() -> None:
    async def scenario() -> None:
        archive = Archive()
        pipeline = WarcPipeline(archive)
        bare = [replace(ref, warc=None, offset=None) for ref in sighting(1).captures]
        document = replace(sighting(1), captures=(*bare, replace(bare[0], record_id=record(2))))
        page = replace(list_page(1, "/", []), warc=None, offset=None)
        waiting = [asyncio.ensure_future(pipeline.process_item(item)) for item in (document, page)]
        while len(archive.asked) < 3:
            await asyncio.sleep(0)
        assert set(archive.asked) == {page.record_id, record(1), record(2)}
        assert not any(future.done() for future in waiting)
        archive.synced.set()
        located, listed = await asyncio.gather(*waiting)
        assert all(ref.warc and ref.offset for ref in located.captures)
        assert (listed.record_id, bool(listed.warc), bool(listed.offset)) == (
            page.record_id,
            True,
            True,
        )

    asyncio.run(scenario())


def test_what_cannot_be_text_is_dropped_before_the_batch(stats: MemoryStatsCollector) -> None:
    broken = replace(sighting(1), blocks=(Paragraph("坏\ud800字"),))
    with pytest.raises(DropItem, match="fix its decoding"):
        process(TextPipeline(stats), broken)
    assert process(TextPipeline(stats), sighting(1)) == sighting(1)


def recorded(
    pipeline: CataloguePipeline, items: Sequence[Document | ListPage]
) -> list[Document | ListPage | BaseException]:
    async def scenario() -> list[Any]:
        results = await asyncio.gather(*map(pipeline.process_item, items), return_exceptions=True)
        await pipeline.close_spider()
        return results

    return asyncio.run(scenario())


class Watched(Store):
    """A store that tells how it was called."""

    batches: list[int]

    def record(self, items: Sequence[Document | ListPage]) -> Settled:
        self.batches = [*getattr(self, "batches", []), len(items)]
        return super().record(items)


def test_items_are_recorded_in_batches_and_counted(
    tmp_path: Path, stats: MemoryStatsCollector
) -> None:
    store = Watched(Layout(tmp_path))
    documents = [identified(sighting(n, f"/{n}", year=1990 + n)) for n in range(1, 80)]
    items = [list_page(1, "/", [("/1", Rel.ROW)]), *documents]
    assert recorded(CataloguePipeline(store, stats), items) == items
    assert store.batches == [BATCH, len(items) - BATCH]
    counts = {name: stats.get_value(f"documents/{name}") for name in ("recorded", "found", "new")}
    assert counts == {"recorded": 79, "found": 79, "new": 79}
    assert stats.get_value("lists/recorded") == 1
    row = next(row for row in dump(Layout(tmp_path))["sightings"] if row[0] == record(1))
    assert f'"list_url":"{HOST}/"' in row[-3]  # finalised: under its smallest context


def test_a_known_document_is_not_new_and_a_changed_one_is_altered(
    tmp_path: Path, stats: MemoryStatsCollector
) -> None:
    recorded(CataloguePipeline(Store(Layout(tmp_path)), stats), [sighting(1, "/a")])
    again = [sighting(2, "/a"), sighting(3, "/a", blocks=body(word="改了"))]
    fresh = MemoryStatsCollector(get_crawler(settings_dict={"STATS_DUMP": False}))
    recorded(CataloguePipeline(Store(Layout(tmp_path)), fresh), list(map(identified, again)))
    counts = {name: fresh.get_value(f"documents/{name}") for name in ("found", "new", "altered")}
    assert counts == {"found": 1, "new": 0, "altered": 1}


def test_one_bad_item_takes_no_other_with_it(tmp_path: Path, stats: MemoryStatsCollector) -> None:
    broken = replace(sighting(2, "/b"), blocks=(Paragraph("坏\ud800字"),))
    items = [sighting(1, "/a"), broken, sighting(3, "/c", year=2019)]
    results = recorded(CataloguePipeline(Store(Layout(tmp_path)), stats), items)
    assert isinstance(results[1], UnicodeEncodeError)
    assert results[0::2] == items[0::2]
    assert len(dump(Layout(tmp_path))["documents"]) == 2


def test_items_nobody_waits_for_any_more_are_recorded_all_the_same(
    tmp_path: Path, stats: MemoryStatsCollector
) -> None:
    async def scenario() -> None:
        pipeline = CataloguePipeline(Store(Layout(tmp_path)), stats)
        items = [sighting(1, "/a"), sighting(2, "/b", year=2019), sighting(3, "/c", year=2018)]
        waiting = [asyncio.ensure_future(pipeline.process_item(item)) for item in items]
        await asyncio.sleep(0)
        waiting[0].cancel()  # as Scrapy does with `start` when it is told to stop
        await asyncio.gather(*waiting[1:])
        await pipeline.close_spider()

    asyncio.run(scenario())
    assert len(dump(Layout(tmp_path))["documents"]) == 3
