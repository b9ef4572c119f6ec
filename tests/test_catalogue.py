"""The store: any order, any batching, several processes, killed at any point – one catalogue."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

import crawler.atomic
from crawler.catalogue import Catalogue
from crawler.errors import ArchiveError, ConfigurationError
from crawler.items import CaptureRef, Context, Document, ListPage, Paragraph, Rel, Role
from crawler.layout import Layout
from crawler.store import Settled, Store, schema
from crawler.urls import doc_id
from tests.sightings import (
    EPOCH,
    HOST,
    body,
    dump,
    list_page,
    mirror,
    sighting,
    text_names,
)

ROOT = Path(__file__).parent.parent
PORTAL = "guangdong_suixi"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def stored(layout: Layout, *batches: Sequence[Document | ListPage]) -> dict[str, Any]:
    """The dump of a catalogue that recorded the batches and was finalised."""
    store = Store(layout)
    for batch in batches:
        store.record(batch)
    store.finalise(PORTAL)
    store.close()
    return dump(layout)


def zoo() -> list[Document | ListPage]:
    """One of everything: versions, mirrors, copies, incomplete keys, lists that compete."""
    chance = Context(list_url=f"{HOST}/news", link_text="新闻", list_date="2021-09-09", hops=6)
    return [
        list_page(1, "/", [("/nb", Rel.COLUMN), ("/news", Rel.COLUMN)]),
        list_page(2, "/nb", [("/a", Rel.ROW), ("/nb?2", Rel.PAGE)], chance),
        list_page(3, "/nb?2", [("/c", Rel.ROW), ("/d", Rel.ROW), ("/e", Rel.ROW)], chance),
        list_page(4, "/news", [("/c", Rel.ROW), ("/f", Rel.ROW)], chance),
        list_page(5, "/nb", [("/a", Rel.ROW), ("/nb?2", Rel.PAGE)], chance),
        sighting(1, "/a"),
        sighting(2, "/b", year=None, blocks=body(), context=chance),
        sighting(3, "/a", blocks=body(word="改了")),
        mirror(4, "/a"),
        sighting(5, "/c", town="建新镇", blocks=body(), published="", context=chance),
        sighting(6, "/d", year=2019, blocks=body(year=2019), minutes=0),
        sighting(7, "/a"),
        sighting(8, "/e", blocks=(Paragraph("详见附件"),), published="", context=chance),
        sighting(9, "/g", blocks=body(word="强化监督检查工作"), minutes=0),
    ]


def cut(items: Sequence[Any], chance: random.Random) -> list[list[Any]]:
    batches: list[list[Any]] = [[]]
    for item in items:
        if chance.random() < 0.5:
            batches.append([])
        batches[-1].append(item)
    return batches


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the zoo comes to."""
    return stored(Layout(tmp_path_factory.mktemp("zoo")), zoo())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(zoo()), chance=st.randoms(use_true_random=False))
def test_any_order_and_batching_gives_the_same_catalogue_and_texts(
    tmp_path_factory: pytest.TempPathFactory,
    expected: dict[str, Any],
    order: list[Document | ListPage],
    chance: random.Random,
) -> None:
    again = chance.sample(order, 4)
    batches = [*cut(order, chance), *cut(again, chance)]
    assert stored(Layout(tmp_path_factory.mktemp("some")), *batches) == expected


def test_finalising_in_between_changes_nothing_in_the_end(
    layout: Layout, expected: dict[str, Any]
) -> None:
    store = Store(layout)
    for item in reversed(zoo()):
        store.record([item])
        store.finalise(PORTAL)
    store.close()
    assert dump(layout) == expected


def test_smallest_context_dates_and_places_what_the_page_leaves_open(layout: Layout) -> None:
    stored(layout, zoo())
    document = Catalogue(layout).document(doc_id(HOST + "/c"))
    assert document.row["published"] == "2021-02-03"
    # Two hops by the year column, two hops by the news: the smaller list URL decides.
    assert document.latest.context.list_url == f"{HOST}/nb?2"


def test_text_files_of_versions(layout: Layout) -> None:
    stored(layout, [sighting(1), sighting(2, blocks=body(word="改了")), sighting(3)])
    name = doc_id(HOST + "/zt/post_1.html")
    assert text_names(layout.root) == [
        f"{name}.txt",
        f"{name}@2026-01-15T02:16:00Z.txt",
        f"{name}@2026-01-15T02:17:00Z.txt",
    ]
    assert (
        "改了"
        in layout.text(PORTAL, name).with_name(f"{name}@2026-01-15T02:17:00Z.txt").read_text()
    )
    assert "改了" not in layout.text(PORTAL, name).read_text()


def test_versions_of_one_second_keep_files_of_their_own(layout: Layout) -> None:
    words = ("甲", "乙", "丙")
    pages = [
        sighting(n, f"/{n}", blocks=body(word=f"强化监督{word}"), minutes=0)
        for n, word in enumerate(words, start=1)
    ]
    stored(layout, pages)
    assert len(text_names(layout.root)) == 3


def test_an_earlier_capture_renames_the_document_and_the_old_id_still_resolves(
    layout: Layout,
) -> None:
    store = Store(layout)
    assert len(store.record([sighting(5, "/b")]).new) == 1
    settled = store.record([sighting(1, "/a")])
    assert settled == Settled(
        documents=frozenset({doc_id(HOST + "/a")}),
        stale=frozenset({f"text/{PORTAL}/{doc_id(HOST + '/b')}.txt"}),
    )
    catalogue = Catalogue(layout)
    assert catalogue.document(doc_id(HOST + "/b")).row["doc_id"] == doc_id(HOST + "/a")
    assert text_names(layout.root) == [doc_id(HOST + "/a") + ".txt"]


@pytest.mark.parametrize("first", [0, 1])
def test_mirror_and_original_in_either_order(layout: Layout, first: int) -> None:
    pair = [mirror(1), sighting(2)]
    stored(layout, [pair[first]], [pair[1 - first]])
    catalogue = Catalogue(layout)
    (row,) = catalogue.documents()
    assert (row["authority"], row["url"]) == ("original", HOST + "/zt/post_1.html")
    roles = {url["role"]: url["mirror_of"] for url in catalogue.document(row["doc_id"]).urls}
    assert roles == {"original": None, "mirror": HOST + "/zt/post_1.html"}


def test_a_report_known_only_from_a_mirror_is_kept_as_such(layout: Layout) -> None:
    stored(layout, [mirror(1)])
    (row,) = Catalogue(layout).documents()
    assert row["authority"] == "mirror"


def test_another_reading_of_a_record_replaces_the_first(layout: Layout, tmp_path: Path) -> None:
    better = sighting(1, "/a", town="建新镇")
    store = Store(layout)
    store.record([sighting(1, "/a"), sighting(2, "/b")])
    store.record([better])
    store.close()
    expected = stored(Layout(tmp_path / "other"), [better, sighting(2, "/b")])
    assert stored(layout) == expected
    assert len(expected["documents"]) == 2


def test_what_a_re_extraction_no_longer_finds_leaves_no_trace(
    layout: Layout, tmp_path: Path
) -> None:
    kept = [list_page(1, "/", [("/b", Rel.ROW)]), sighting(2, "/b")]
    gone = [list_page(2, "/", [("/a", Rel.ROW)]), sighting(1, "/a"), sighting(3, "/a", year=2019)]
    store = Store(layout)
    store.record([*gone, *kept])
    store.finalise(PORTAL)
    assert store.keep_only(PORTAL, {item.record_id for item in kept}) == len(gone)
    store.close()
    expected = stored(Layout(tmp_path / "other"), kept)
    assert {**dump(layout), "captures": None} == {**expected, "captures": None}


def test_places_of_captures_are_filled_in_and_not_forgotten(layout: Layout) -> None:
    document = sighting(1, "/a")
    here = CaptureRef(document.record_id, document.url, EPOCH, Role.PAGE, "a.warc.gz", 5)
    store = Store(layout)
    for ref in (replace(here, warc=None, offset=None), here, replace(here, warc=None, offset=None)):
        store.record([replace(document, captures=(ref,))])
    store.close()
    (row,) = dump(layout)["captures"]
    assert row[-2:] == ("a.warc.gz", 5)


def _dies(*_args: object, **_kwargs: object) -> Any:
    raise OSError("disk is gone")


@pytest.mark.parametrize(
    "break_at",
    [
        lambda patch: patch.setattr(Path, "replace", _dies),
        lambda patch: patch.setattr(crawler.atomic, "sync_directory", _dies),
        lambda patch: patch.setattr("sqlalchemy.engine.Transaction.commit", _dies),
        lambda patch: patch.setattr("crawler.store.service.remove_unnamed", _dies),
    ],
    ids=["rename", "after rename", "commit", "after commit"],
)
def test_killed_between_steps_the_same_call_again_leads_to_the_same_store(
    layout: Layout, tmp_path: Path, break_at: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = [sighting(5, "/b"), sighting(6, "/d", year=2019, blocks=body(year=2019))]
    batch = [sighting(1, "/a"), sighting(7, "/d", year=2019, blocks=body(year=2019, word="改"))]
    store = Store(layout)
    store.record(before)
    with pytest.MonkeyPatch.context() as patch:
        break_at(patch)
        with pytest.raises(OSError, match="disk is gone"):
            store.record(batch)
    for row in Catalogue(layout).documents():
        for version in Catalogue(layout).document(row["doc_id"]).versions:
            assert (layout.root / version["file"]).exists()
    store.close()
    assert stored(layout, batch) == stored(Layout(tmp_path / "other"), [*before, *batch])


def test_lost_and_foreign_text_files_are_put_right_by_finalise(layout: Layout) -> None:
    expected = stored(layout, zoo())
    directory = layout.text_dir(PORTAL)
    next(directory.glob("*.txt")).unlink()
    (directory / ".0123456789abcdef.txt.1.tmp").write_text("half")
    (directory / "0123456789abcdef.txt").write_text("left by a crash")
    (directory / "notes.md").write_text("a reader's own")
    assert stored(layout).pop("texts")[-1][1] == b"a reader's own"
    (directory / "notes.md").unlink()
    assert stored(layout) == expected


_RECORDER = """
import sys
from pathlib import Path
from crawler.layout import Layout
from crawler.store import Store
from tests.sightings import sighting
store = Store(Layout(Path(sys.argv[1])))
start = int(sys.argv[2])
for number in range(start, start + 40, 2):
    store.record([sighting(number, f"/{number % 7}", year=2000 + number % 5)])
"""


def test_two_processes_record_at_once(layout: Layout, tmp_path: Path) -> None:
    arguments = [sys.executable, "-c", _RECORDER, str(layout.root)]
    both = [
        subprocess.Popen([*arguments, start], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for start in ("0", "1")
    ]
    for process in both:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
    everything = [sighting(n, f"/{n % 7}", year=2000 + n % 5) for n in range(40)]
    assert stored(layout) == stored(Layout(tmp_path / "other"), everything)


def test_a_new_catalogue_is_waited_for_while_another_process_makes_it(layout: Layout) -> None:
    """SQLite refuses at once, whatever its timeout, whoever wants WAL beside another writer."""
    maker = sqlite3.connect(layout.catalogue, isolation_level=None)
    maker.execute("BEGIN IMMEDIATE")  # the lock of one that is about to switch the file to WAL
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(Store, layout)
        try:
            with pytest.raises(TimeoutError):
                opening.result(timeout=0.5)
        finally:
            maker.execute("COMMIT")
        opening.result().close()
    maker.close()
    assert Catalogue(layout).documents() == []


def test_a_missing_or_foreign_catalogue_is_named(layout: Layout) -> None:
    with pytest.raises(ConfigurationError, match="scrapy crawl"):
        Catalogue(layout)
    layout.catalogue.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveError, match=r"catalogue\.sqlite"):
        Catalogue(layout)
    with pytest.raises(ArchiveError, match=r"catalogue\.sqlite"):
        Store(layout)


def test_a_catalogue_that_is_being_made_is_no_broken_one(layout: Layout) -> None:
    maker = sqlite3.connect(layout.catalogue)
    maker.execute("PRAGMA journal_mode = WAL")  # the file is there, its tables are not
    with pytest.raises(ConfigurationError, match="making it just now: try again"):
        Catalogue(layout)
    Store(layout).close()
    assert Catalogue(layout).documents() == []
    maker.close()


def test_a_catalogue_of_another_schema_is_refused_as_it_is(layout: Layout) -> None:
    Store(layout).close()
    engine = create_engine(schema.sqlite_url(layout.catalogue))
    with engine.begin() as connection:
        connection.execute(text("UPDATE meta SET schema_version = 2"))
        connection.execute(text("DROP TABLE checks"))
    for make in (Store, Catalogue):
        with pytest.raises(ArchiveError, match="schema 2; move it away and run `scrapy reextract`"):
            make(layout)
    assert not inspect(engine).has_table("checks")
    engine.dispose()
