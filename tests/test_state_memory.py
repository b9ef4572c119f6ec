"""What is known of pages, and what follows from it: state file and schedule alone."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawler.errors import ConfigurationError
from crawler.items import Context, FetchOutcome
from crawler.state import lists, pages
from crawler.state.conditional import in_sample
from crawler.state.db import State
from crawler.state.memory import Memory
from crawler.state.pagerows import PageRole
from crawler.state.pages import Answer
from crawler.state.schedule import Schedule, clock_of, period, switch
from crawler.warc.records import Location, Original
from tests.state_kit import DAYS, NOW, SCHEDULE, connected

URL = "http://www.shili.example/art/1.html"


@pytest.fixture
def connection() -> sqlite3.Connection:
    return connected()


def ok(text: str = "one", **others: object) -> Answer:
    original = Original(f"urn:{text}", URL, NOW, f"sha256:{text}", Location("a.warc.gz", 7))
    answer = Answer(
        URL,
        FetchOutcome.OK,
        Context(link_text="年报"),
        PageRole.DOCUMENT,
        etag='"1"',
        last_modified="yesterday",
        entity_digest=text,
        original=original,
    )
    return replace(answer, **others)  # type: ignore[arg-type]


def failed(outcome: FetchOutcome = FetchOutcome.TIMEOUT) -> Answer:
    return Answer(URL, outcome, Context())


# -- the schedule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "hours"), [("30d", 720), ("12h", 12), ("0d", 0)])
def test_periods_are_days_or_hours(text: str, hours: int) -> None:
    assert period(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["30", "d", "-1d", "1.5d", "30 days", "99999d", ""])
def test_another_period_is_a_usage_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="30d"):
        period(text)


def test_a_switch_is_one_or_zero() -> None:
    assert [switch("1"), switch("0"), switch("")] == [True, False, False]
    with pytest.raises(ConfigurationError, match="fresh"):
        switch("yes")


def test_the_clock_can_be_set_and_a_wrong_setting_is_named() -> None:
    assert clock_of("2026-01-15")() == NOW
    assert clock_of("2026-01-15T08:00:00+08:00")() == NOW
    assert datetime.now(UTC) - clock_of(None)() < DAYS
    with pytest.raises(ConfigurationError, match="NOW"):
        clock_of("tomorrow")


@pytest.mark.parametrize(
    ("outcome", "failures", "list_date", "days"),
    [
        (FetchOutcome.OK, 0, "", 30),
        (FetchOutcome.NOT_MODIFIED, 0, "2020-01-01", 30),
        (FetchOutcome.OK, 0, "2026-01-02", 7.5),  # of this season
        (FetchOutcome.OK, 0, "2026-03-01", 30),  # printed ahead of its time
        (FetchOutcome.ROBOTS, 1, "", 30),
        (FetchOutcome.NOT_FOUND, 1, "", 7),
        (FetchOutcome.SOFT_404, 5, "2026-01-02", 7),
        (FetchOutcome.TIMEOUT, 1, "", 0),
        (FetchOutcome.TIMEOUT, 2, "", 1),
        (FetchOutcome.SERVER_ERROR, 5, "", 8),
        (FetchOutcome.DNS, 10_000, "", 30),
    ],
)
def test_how_long_an_answer_is_good_for(
    outcome: FetchOutcome, failures: int, list_date: str, days: float
) -> None:
    assert SCHEDULE.interval(outcome, failures, list_date) == days * DAYS


def test_a_clock_set_back_puts_nothing_off() -> None:
    assert not SCHEDULE.overdue(NOW)
    assert not SCHEDULE.overdue(NOW - 29 * DAYS)
    assert SCHEDULE.overdue(NOW - 30 * DAYS)
    assert SCHEDULE.overdue(None)
    assert SCHEDULE.overdue(NOW + timedelta(seconds=1))


# -- pages ----------------------------------------------------------------------------------------


def due(connection: sqlite3.Connection, *, later: timedelta, generation: str = "g9") -> list[str]:
    schedule = Schedule(30 * DAYS, NOW + later)
    return [page.url for page in pages.due(connection, schedule, generation)]


def test_an_answer_survives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state" / "demo_shili.sqlite"
    state = State(path, "demo_shili", (pages.SCHEMA, lists.SCHEMA))
    with state.writing() as connection:
        pages.answered(connection, ok(), NOW, "g1")
    state.close()
    again = State(path, "demo_shili", (pages.SCHEMA, lists.SCHEMA))
    page = pages.find(again.connection, URL)
    again.close()
    assert page is not None
    assert (page.role, page.etag, page.last_modified) == (PageRole.DOCUMENT, '"1"', "yesterday")
    assert (page.checked, page.changed, page.context.link_text) == (NOW, NOW, "年报")
    assert page.original == ok().original


def test_only_another_body_is_a_change(connection: sqlite3.Connection) -> None:
    for day, answer in enumerate((ok(), ok(), ok("two"))):
        pages.answered(connection, answer, NOW + day * DAYS, f"g{day}")
        page = pages.find(connection, URL)
        assert page is not None
        assert page.changed == (NOW if day < 2 else NOW + 2 * DAYS)


def test_a_304_or_a_failure_leaves_the_stored_body_known(connection: sqlite3.Connection) -> None:
    pages.answered(connection, ok(), NOW, "g1")
    for day, outcome in enumerate((FetchOutcome.NOT_MODIFIED, FetchOutcome.TIMEOUT), 1):
        pages.answered(connection, failed(outcome), NOW + day * DAYS, f"g{day}")
    page = pages.find(connection, URL)
    assert page is not None
    assert (page.original, page.etag, page.changed) == (ok().original, '"1"', NOW)
    assert (page.outcome, page.failures, page.role) == ("timeout", 1, PageRole.DOCUMENT)


def test_the_attempts_of_one_walk_are_one_failure_and_an_answer_clears_them(
    connection: sqlite3.Connection,
) -> None:
    counted = []
    for generation in ("g1", "g1", "g2", "g2", "g3"):
        answer = ok() if generation == "g3" else failed()
        pages.answered(connection, answer, NOW, generation)
        page = pages.find(connection, URL)
        assert page is not None
        counted.append(page.failures)
    assert counted == [1, 1, 2, 2, 0]


def test_a_page_is_known_in_any_spelling(connection: sqlite3.Connection) -> None:
    pages.meet(connection, URL, PageRole.OTHER, Context(), "g1")
    spellings = [
        URL.replace("http:", "https:"),
        f"{URL};jsessionid=8B1A9953C4611296A827ABF8C47804D7",
        "http://www.shili.example/art/2.html",
        "http://www.shili.example:99999/",  # leads to no page
    ]
    assert pages.unknown(connection, spellings) == {"http://www.shili.example/art/2.html"}


def test_a_stranger_is_known_from_its_first_answer_on() -> None:
    memory = Memory(SimpleNamespace(engine=None, spider=None, settings=Settings()))  # type: ignore[arg-type]
    lookups: list[str] = []
    memory._connection.set_trace_callback(lookups.append)
    assert memory.unknown([URL]) == {URL}
    lookups.clear()
    assert memory.asking(URL) is None
    assert not lookups  # it was looked up when its link was met
    memory.answered(memory._connection, ok())
    page = memory.asking(URL)
    assert page is not None and page.original == ok().original
    assert memory.unknown([URL]) == set()


def test_a_page_met_and_never_answered_is_due_until_it_is(connection: sqlite3.Connection) -> None:
    lone = Context(link_text="lone \ud800 surrogate")
    pages.meet(connection, URL, PageRole.OTHER, lone, "g1")
    assert due(connection, later=0 * DAYS, generation="g1") == []  # it waits in the frontier
    assert due(connection, later=0 * DAYS) == [URL]
    pages.answered(connection, ok(), NOW, "g2")
    assert due(connection, later=29 * DAYS) == []
    assert due(connection, later=30 * DAYS) == [URL]
    assert due(connection, later=-1 * DAYS) == [URL]


def test_a_walk_that_goes_on_another_day_asks_its_lists_again(
    connection: sqlite3.Connection,
) -> None:
    document = f"{URL}?2"
    pages.answered(connection, ok(role=PageRole.LIST), NOW, "g1")
    pages.answered(connection, ok(url=document), NOW + DAYS, "g1")
    assert pages.lists_asked(connection, "g1") == NOW
    assert pages.lists_asked(connection, "g2") is None
    assert due(connection, later=DAYS / 2, generation="g1") == []
    assert due(connection, later=DAYS, generation="g1") == [URL]
    assert due(connection, later=31 * DAYS, generation="g1") == [URL, document]


@pytest.mark.parametrize(
    ("role", "first_due"),
    [
        (PageRole.LIST, 0),
        (PageRole.HUB, 8),
        (PageRole.DOCUMENT, 30),
        (PageRole.OTHER, 30),
        (PageRole.FURTHER, None),
        (PageRole.PART, None),
    ],
)
def test_each_role_has_its_schedule(
    connection: sqlite3.Connection, role: PageRole, first_due: int | None
) -> None:
    pages.answered(connection, ok(role=role), NOW, "g1")
    days = [day for day in range(40) if due(connection, later=day * DAYS)]
    assert days == ([] if first_due is None else list(range(first_due, 40)))


def test_a_list_that_is_gone_is_asked_weekly(connection: sqlite3.Connection) -> None:
    pages.answered(connection, ok(role=PageRole.LIST), NOW, "g1")
    pages.answered(connection, failed(FetchOutcome.NOT_FOUND), NOW, "g2")
    assert due(connection, later=6 * DAYS) == []
    assert due(connection, later=7 * DAYS) == [URL]


def test_a_link_promises_a_role_until_the_page_is_read(connection: sqlite3.Connection) -> None:
    pages.meet(connection, URL, PageRole.LIST, Context(), "g1")
    pages.answered(connection, ok(role=None), NOW, "g1")  # a column still empty
    page = pages.find(connection, URL)
    assert page is not None
    assert page.role is PageRole.LIST
    pages.answered(connection, ok(), NOW, "g2")
    page = pages.find(connection, URL)
    assert page is not None
    assert page.role is PageRole.DOCUMENT


def test_all_that_is_due_is_found_however_much_it_is(connection: sqlite3.Connection) -> None:
    urls = sorted(f"{URL}?{number}" for number in range(1201))
    for url in urls:
        pages.meet(connection, url, PageRole.OTHER, Context(), "g1")
    found = []
    for page in pages.due(connection, SCHEDULE, "g2"):
        # What is asked meanwhile changes the table under the cursor.
        pages.answered(connection, ok(url=page.url), NOW, "g2")
        found.append(page.url)
    assert found == urls


def test_what_a_liar_called_unchanged_is_due_again(connection: sqlite3.Connection) -> None:
    elsewhere = "http://other.example/1.html"
    for url, outcome in (
        (URL, FetchOutcome.NOT_MODIFIED),
        (f"{URL}?2", FetchOutcome.OK),
        (elsewhere, FetchOutcome.NOT_MODIFIED),
    ):
        pages.answered(connection, ok(url=url), NOW, "g1")
        pages.answered(connection, ok(url=url, outcome=outcome), NOW, "g1")
    pages.note_liar(connection, "www.shili.example")
    assert due(connection, later=1 * DAYS) == [URL]
    assert pages.is_liar(connection, "www.shili.example")
    assert not pages.is_liar(connection, "other.example")


def test_the_sample_is_fixed_in_a_walk_and_another_in_the_next() -> None:
    urls = [f"{URL}?{number}" for number in range(2000)]
    first, second = ({url for url in urls if in_sample(url, walk, 20)} for walk in ("g1", "g2"))
    assert first == {url for url in urls if in_sample(url, "g1", 20)}
    assert 60 < len(first) < 150
    assert len(first & second) < 30
