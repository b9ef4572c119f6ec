"""When a page counts as gone: the rule, and the store that applies it in any order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.catalogue import Catalogue, StoredDocument
from crawler.export import record
from crawler.identity.gone import Check, ListRead, absent_checks, gone_since, run_of
from crawler.items import Capture, Context, FetchOutcome, Item, Note, Rel
from crawler.layout import Layout
from crawler.store import Store
from crawler.urls import doc_id
from spiders.guangdong_suixi import GuangdongSuixiSpider
from tests.sightings import EPOCH, HOST, absent, body, dump, list_page, mirror, sighting

PORTAL = "guangdong_suixi"
DAY = 24 * 60
LIST = "/nb"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def day(number: int) -> str:
    return f"2026-02-{number:02}T00:00:00.000000Z"


def check(number: int, *, answered: bool = True) -> Check:
    return Check(day(number), f"run{number}", answered)


# -- the rule --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("checks", "seen", "lists", "since"),
    [
        ([], [], [], None),
        ([check(2)], [day(1)], [], None),
        ([check(2), check(8)], [day(1)], [], None),  # six days apart
        ([check(2), check(9)], [day(1)], [], day(2)),
        ([check(2), check(5), check(9)], [day(1)], [], day(2)),
        ([check(2), replace(check(9), run="run2")], [day(1)], [], None),  # one long run
        ([check(2), check(9)], [day(1), day(10)], [], None),  # it came back
        ([check(2), check(9)], [day(1), day(5)], [], None),  # it was back in between
        ([check(2), check(6), check(13)], [day(1), day(5)], [], day(6)),
        ([check(2, answered=False), check(9)], [day(1)], [], None),  # the host was silent
        ([check(2), check(9, answered=False)], [day(1)], [], None),
        ([check(2, answered=False), check(9), check(16)], [day(1)], [], day(9)),
    ],
)
def test_two_runs_a_week_apart_while_the_host_answers(
    checks: list[Check], seen: list[str], lists: list[ListRead], since: str | None
) -> None:
    for order in itertools.permutations(checks):
        assert gone_since(order, seen, lists) == since


def read(list_url: str, number: int, links: bool) -> ListRead:
    return ListRead(list_url, day(number), links)


@pytest.mark.parametrize(
    ("lists", "gone"),
    [
        ([read("a", 1, True)], False),  # not read since
        ([read("a", 1, True), read("a", 2, False)], False),  # at the moment of the check, not after
        ([read("a", 1, True), read("a", 3, False)], True),
        ([read("a", 1, True), read("a", 3, True)], False),  # still linked
        ([read("a", 3, False), read("a", 9, True)], False),  # linked again
        ([read("a", 3, True), read("a", 9, False)], True),
        ([read("a", 3, False), read("b", 1, True)], False),  # another list was not read
        ([read("a", 3, False), read("b", 4, False)], True),
        ([read("a", 3, False), read("a", 3, True)], False),  # two readings of one moment
    ],
)
def test_every_list_that_linked_it_was_read_again_without_it(
    lists: list[ListRead], gone: bool
) -> None:
    for order in itertools.permutations(lists):
        found = gone_since([check(2), check(9)], [day(1)], order)
        assert found == (day(2) if gone else None)


def test_a_run_is_known_by_its_file_and_a_foreign_one_by_its_day() -> None:
    assert run_of("guangdong_suixi-20260115T021500Z-00001.warc.gz", day(3)) == "20260115T021500Z"
    assert run_of("crawl-of-somebody.warc.gz", day(3)) == "2026-02-03"
    assert run_of(None, day(3)) == "2026-02-03"


@pytest.mark.parametrize("outcome", FetchOutcome)
def test_only_answers_that_deny_the_page_are_checks(outcome: FetchOutcome) -> None:
    capture = Capture("urn:uuid:1", "https://WWW.suixi.gov.cn/a", EPOCH, 404, (), b"")
    checks = absent_checks(capture, outcome, PORTAL)
    assert bool(checks) == (outcome in {"not_found", "gone", "soft_404"})
    for found in checks:
        assert (found.canonical_url, found.outcome) == (HOST + "/a", outcome)


@pytest.mark.parametrize(
    ("asked", "denied"),
    [
        ("", {"/404.html"}),
        (HOST + "/a", {"/404.html", "/a"}),
        ("https://www.suixi.gov.cn/404.html#top", {"/404.html"}),
    ],
)
def test_an_error_page_at_the_end_of_redirects_denies_the_page_that_was_asked_for(
    asked: str, denied: set[str]
) -> None:
    note = Note(PORTAL, PORTAL, asked=asked)
    capture = Capture("urn:uuid:1", HOST + "/404.html", EPOCH, 200, (), b"", note=note)
    checks = absent_checks(capture, FetchOutcome.SOFT_404, PORTAL)
    assert {check.canonical_url.removeprefix(HOST) for check in checks} == denied
    assert {check.answer_url for check in checks} == {HOST + "/404.html"}


ROWS = '<a href="/zwgk/content/post_1.html">遂溪县2020年政府信息公开工作年度报告</a>'


@pytest.mark.parametrize(
    ("path", "asked", "body", "found"),
    [
        ("/new/", "/nb/", ROWS, [("/nb/", "redirected")]),
        ("/nb/", "/nb/", ROWS, []),
        ("/nb/", "", ROWS, []),
        ("/nb/", "", "<p>暂无内容</p>", [("/nb/", "ok")]),
        ("/new/", "/nb/", "<p>暂无内容</p>", [("/nb/", "redirected"), ("/new/", "ok")]),
        ("/zwgk/content/post_1.html", "/nb/", "<p>正文</p>", []),  # an article is no list
    ],
)
def test_an_address_of_a_list_that_is_answered_by_something_else_carries_no_rows(
    path: str, asked: str, body: str, found: list[tuple[str, str]]
) -> None:
    note = Note(PORTAL, PORTAL, asked=HOST + asked if asked else "")
    page = f"<html><body>{body}</body></html>".encode()
    capture = Capture("urn:uuid:1", HOST + path, EPOCH, 200, (), page, note=note)
    checks = GuangdongSuixiSpider().interpret(capture).absent
    assert [(c.url.removeprefix(HOST), str(c.outcome)) for c in checks] == found


# -- the store -------------------------------------------------------------------------------------


def stored(layout: Layout, items: Iterable[Item], size: int = 100) -> dict[str, Any]:
    store = Store(layout)
    remaining = iter(items)
    while batch := list(itertools.islice(remaining, size)):
        store.record(batch)
    store.finalise(PORTAL)
    store.close()
    return dump(layout)


def whole(layout: Layout, path: str = "/a") -> StoredDocument:
    return Catalogue(layout).document(doc_id(HOST + path))


def seen_and_lost() -> list[Item]:
    """Day 0: listed and seen. Days 1 and 9: no longer listed, not found; the host answers."""
    return [
        list_page(1, LIST, [("/a", Rel.ROW), ("/b", Rel.ROW)], minutes=0),
        sighting(1, "/a", minutes=1),
        absent(1, "/a", DAY),
        list_page(2, LIST, [("/b", Rel.ROW)], minutes=DAY + 1),
        absent(2, "/a", 9 * DAY, FetchOutcome.SOFT_404),
        list_page(3, LIST, [("/b", Rel.ROW)], minutes=9 * DAY + 1),
    ]


def test_a_document_that_is_gone_keeps_its_text_and_says_since_when(layout: Layout) -> None:
    rows = stored(layout, seen_and_lost())
    document = whole(layout)
    assert document.row["gone_since"] == "2026-01-16T02:15:00.000000Z"
    assert document.urls[0]["gone_since"] == document.row["gone_since"]
    assert [c["outcome"] for c in document.checks] == ["not_found", "soft_404"]
    assert all(c["warc"] and c["offset"] for c in document.checks)
    assert (layout.root / document.versions[-1]["file"]).exists()
    assert len(rows["texts"]) == 1
    exported = record(document)
    assert exported["gone_since"] == document.row["gone_since"]
    assert len(exported["checks"]) == 2


def test_the_list_a_page_was_found_on_is_a_capture_that_can_be_cited(layout: Layout) -> None:
    context = Context(list_url=HOST + LIST, link_text="链接/a", hops=1)
    items = seen_and_lost()
    items[1] = sighting(1, "/a", minutes=1, context=context)
    stored(layout, items)
    found = whole(layout).found_on
    assert found is not None
    assert (found["url"], found["date"]) == (HOST + LIST, "2026-01-15T02:15:00.000000Z")
    assert (found["warc"], found["offset"]) == (f"{PORTAL}-20260115T000000Z-00000.warc.gz", 1)


def without(items: Sequence[Item], *positions: int) -> list[Item]:
    return [item for place, item in enumerate(items) if place not in positions]


def relaunched(minutes: int = 9 * DAY + 2) -> list[Item]:
    """The list's address leads to another list."""
    return [
        absent(3, LIST, minutes, FetchOutcome.REDIRECTED),
        list_page(4, "/new", [("/b", Rel.ROW)], minutes=DAY + 1),
        list_page(5, "/new", [("/b", Rel.ROW)], minutes=9 * DAY + 2),
    ]


NOT_GONE = {
    "checked once": without(seen_and_lost(), 4),
    "the list was not read since": without(seen_and_lost(), 3, 5),
    "the host was silent in the second run": [
        *without(seen_and_lost(), 5),
        list_page(3, LIST, [("/b", Rel.ROW)], minutes=10 * DAY),
    ],
    "only another host answered": [
        *without(seen_and_lost(), 5),
        mirror(7, "/other", year=2018, blocks=body(year=2018), minutes=9 * DAY + 1),
        list_page(3, LIST, [("/b", Rel.ROW)], minutes=10 * DAY),
    ],
    "another list still links it": [
        *seen_and_lost(),
        list_page(4, "/news", [("/a", Rel.ROW)], minutes=9 * DAY + 2),
    ],
    "it moved to the list's second page": [
        *seen_and_lost(),
        list_page(4, LIST + "?2", [("/a", Rel.ROW)], minutes=9 * DAY + 2),
    ],
    "it came back": [*seen_and_lost(), sighting(2, "/a", minutes=20 * DAY)],
    "it leads elsewhere, or is empty": [
        *without(seen_and_lost(), 2, 4),
        absent(1, "/a", DAY, FetchOutcome.REDIRECTED),
        absent(2, "/a", 9 * DAY, FetchOutcome.OK),
    ],
    "its list was moved, and the new one links it": [
        *without(seen_and_lost(), 3, 5),
        *relaunched(),
        list_page(6, "/new", [("/a", Rel.ROW)], minutes=9 * DAY + 3),
    ],
    "its list was moved, and is back with it": [
        *without(seen_and_lost(), 3, 5),
        *relaunched(),
        list_page(6, LIST, [("/a", Rel.ROW)], minutes=10 * DAY),
    ],
    "its list was moved before it was missed": [
        *without(seen_and_lost(), 3, 5),
        *relaunched(minutes=DAY - 1),
    ],
    "a copy of it is there": [*seen_and_lost(), sighting(2, "/c", minutes=20 * DAY)],
}


@pytest.mark.parametrize("items", NOT_GONE.values(), ids=NOT_GONE)
def test_what_is_not_gone(layout: Layout, items: list[Item]) -> None:
    stored(layout, items)
    assert whole(layout).row["gone_since"] is None


GONE = {
    "its list is itself absent": [
        *without(seen_and_lost(), 3, 5),
        list_page(4, "/", [("/b", Rel.ROW)], minutes=DAY + 1),
        list_page(5, "/", [("/b", Rel.ROW)], minutes=9 * DAY + 1),
        absent(3, LIST, 9 * DAY + 2),
    ],
    "its list leads to another list": [*without(seen_and_lost(), 3, 5), *relaunched()],
    "its list leads to another host": [
        *without(seen_and_lost(), 3, 5),
        list_page(4, "/", [("/b", Rel.ROW)], minutes=DAY + 1),
        absent(3, LIST, 8 * DAY, FetchOutcome.REDIRECTED),  # nothing else of this host in the run
        list_page(5, "/", [("/b", Rel.ROW)], minutes=9 * DAY + 1),
    ],
    "its list has no links left": [
        *without(seen_and_lost(), 3, 5),
        list_page(4, "/", [("/b", Rel.ROW)], minutes=DAY + 1),
        list_page(5, "/", [("/b", Rel.ROW)], minutes=9 * DAY + 1),
        absent(3, LIST, 9 * DAY + 2, FetchOutcome.OK),
    ],
    "no list ever linked it": [
        *without(seen_and_lost(), 0, 3, 5),
        list_page(4, "/", [("/b", Rel.ROW)], minutes=DAY + 1),
        list_page(5, "/", [("/b", Rel.ROW)], minutes=9 * DAY + 1),
    ],
    "a mirror of it is there": [*seen_and_lost(), mirror(2, "/a", minutes=20 * DAY)],
    "lost a second time": [
        *without(seen_and_lost(), 4, 5),
        sighting(2, "/a", minutes=2 * DAY),
        *(absent(n, "/a", n * DAY) for n in (10, 20)),
        *(list_page(n, LIST, [("/b", Rel.ROW)], minutes=n * DAY + 1) for n in (10, 20)),
    ],
}


@pytest.mark.parametrize("items", GONE.values(), ids=GONE)
def test_what_is_gone(layout: Layout, items: list[Item]) -> None:
    stored(layout, items)
    assert whole(layout).row["gone_since"] is not None


def redirected(*later: Item) -> list[Item]:
    """The list names /go, which redirects to /a: no link leads to the page itself."""
    context = Context(list_url=HOST + LIST, link_text="链接/go", hops=1)
    return [
        list_page(1, LIST, [("/go", Rel.ROW), ("/b", Rel.ROW)], minutes=0),
        sighting(1, "/a", minutes=1, context=context),
        absent(1, "/a", DAY),
        absent(2, "/a", 9 * DAY),
        list_page(2, "/", [("/b", Rel.ROW)], minutes=DAY + 1),
        list_page(3, "/", [("/b", Rel.ROW)], minutes=9 * DAY + 1),
        *later,
    ]


def test_a_page_reached_by_a_redirect_is_on_its_list_as_long_as_the_link_is(
    layout: Layout, tmp_path: Path
) -> None:
    stored(layout, redirected())
    assert whole(layout).row["gone_since"] is None
    other = Layout(tmp_path / "other")
    stored(other, redirected(list_page(4, LIST, [("/b", Rel.ROW)], minutes=9 * DAY + 2)))
    assert whole(other).row["gone_since"] is not None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    case=st.sampled_from([*GONE, *NOT_GONE]),
    size=st.integers(1, 4),
    chance=st.randoms(use_true_random=False),
)
def test_any_order_and_batching_gives_the_same_checks_and_flags(
    tmp_path_factory: pytest.TempPathFactory, case: str, size: int, chance: random.Random
) -> None:
    items = list((GONE | NOT_GONE)[case])
    expected = stored(Layout(tmp_path_factory.mktemp("given")), items)
    chance.shuffle(items)
    some = Layout(tmp_path_factory.mktemp("some"))
    stored(some, items[: len(items) // 2], size)  # finalised in between, as two runs would
    assert stored(some, [*items[len(items) // 2 :], *items[:2]], size) == expected


def test_a_check_that_a_re_extraction_no_longer_makes_is_taken_back(layout: Layout) -> None:
    items = seen_and_lost()
    stored(layout, items)
    kept = {item.record_id for item in without(items, 4)}
    store = Store(layout)
    assert store.keep_only(PORTAL, kept) == 1
    store.close()
    assert whole(layout).row["gone_since"] is None
    assert dump(layout) == stored(Layout(layout.root / "other"), without(items, 4))
