"""The queue on the disk, and requests as its rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.utils.request import RequestFingerprinter

from crawler.errors import StateError
from crawler.items import Context, Note
from crawler.state import frontier
from crawler.state.db import State
from crawler.state.departures import HELD
from crawler.state.entries import Entry, attempt_of, entry_of, request_of
from crawler.state.fingerprints import Fingerprinter
from crawler.state.frontier import MAX_TROUBLES, Ending, Frontier, Standing
from tests.state_kit import anybody, entry


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state" / "demo.sqlite", "demo", [frontier.SCHEMA])


def drain(queue: Frontier) -> list[str]:
    found = []
    while (row := queue.next(anybody)) is not None:
        found.append(row.request)
    return found


# -- the frontier --------------------------------------------------------------------------------


def test_requests_go_out_by_priority_then_age_whatever_their_host(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("a"), entry("b", 10, "b.gov.cn"), entry("c", 10), entry("d", 0, "b.gov.cn")])
    assert drain(queue) == ["b", "c", "a", "d"]
    assert not queue


def test_a_host_that_may_not_be_asked_keeps_nobody_else_waiting(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("slow", 10, "slow.gov.cn"), entry("other")])
    row = queue.next(lambda host: host != "slow.gov.cn")
    assert row is not None
    assert row.request == "other"
    assert queue.next(lambda host: host != "slow.gov.cn") is None
    assert queue  # the slow host's request is still to go


def test_what_arrives_goes_before_what_was_read_ahead_of_it(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry(f"row {number:03}") for number in range(100)])
    first = queue.next(anybody)
    assert first is not None
    queue.end([Ending(first.id, children=[entry("list", 10), entry("last")])])
    later = [f"row {number:03}" for number in range(1, 100)]
    assert drain(queue) == ["list", *later, "last"]


def test_what_went_out_is_on_record_with_the_next_end_or_when_asked_for(state: State) -> None:
    def out() -> int:
        query = "SELECT count(*) FROM frontier WHERE standing = ?"
        return int(state.connection.execute(query, (Standing.IN_FLIGHT,)).fetchone()[0])

    queue = Frontier(state)
    queue.add([entry("a"), entry("b"), entry("c")])
    a, b = queue.next(anybody), queue.next(anybody)
    assert a is not None
    assert b is not None
    assert out() == 0
    queue.end([Ending(a.id)])
    assert out() == 1
    assert queue.next(anybody) is not None
    queue.mark()
    assert out() == 2
    queue.end([Ending(b.id, successor=Entry(b"b", "a.gov.cn", 0, "b again"))])
    assert drain(queue) == ["b again"]


def test_no_row_goes_out_twice_before_it_is_on_record(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry(f"{number:03}") for number in range(100)])
    assert drain(queue) == [f"{number:03}" for number in range(100)]
    queue.add([entry("later")])
    assert drain(queue) == ["later"]


def test_a_request_of_the_queue_keeps_the_fingerprint_it_came_with() -> None:
    kept, other = Request("http://a.gov.cn/?b=2&a=1"), Request("http://a.gov.cn/")
    fingerprinter = Fingerprinter()
    fingerprinter.know(kept, b"as it was")
    assert fingerprinter.fingerprint(kept) == b"as it was"
    assert fingerprinter.fingerprint(other) == RequestFingerprinter().fingerprint(other)
    again = kept.replace(url="http://a.gov.cn/moved")
    assert fingerprinter.fingerprint(again) == RequestFingerprinter().fingerprint(again)


# Near to what is left as it is, and on either side of it.
_URLS = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.from_regex(r"(www\.)?[a-zA-Z0-9_-]{1,6}(\.gov)?\.?(:80|:8080)?", fullmatch=True),
    st.from_regex(r"(/(\.{1,3}|[\w.~;%+!@=:é -]{0,4})){0,4}/?", fullmatch=True),
    st.from_regex(r"(\?([\w.~%+ ]{0,3}=?[\w.~%+]{0,3}&?){0,3})?(#\w{0,2})?", fullmatch=True),
)


@given(_URLS, st.sampled_from(["GET", "POST"]))
@example("http://www.shili.gov.cn/zwgk/202001/t20200115_1.html", "GET")
@example("https://www.shili.gov.cn/a/./b/../c", "GET")
@example("http://www.shili.gov.cn/list?page=2", "GET")
@example("http://www.shili.gov.cn/list?page=2&a=1", "GET")
def test_fingerprints_are_those_of_scrapy(url: str, method: str) -> None:
    request = Request(url, method=method)
    assert Fingerprinter().fingerprint(request) == RequestFingerprinter().fingerprint(request)


def test_a_url_is_queued_once_in_a_walk_also_after_it_is_done(state: State) -> None:
    queue = Frontier(state)
    assert queue.add([entry("a"), entry("a")]) == 1
    row = queue.next(anybody)
    assert row is not None
    assert queue.end([Ending(row.id, children=[entry("a"), entry("b")])]) == 1
    assert queue.add([entry("a")]) == 0
    assert drain(Frontier(state)) == ["b"]


def test_requests_without_fingerprint_are_never_held_to_be_known(state: State) -> None:
    queue = Frontier(state)
    assert queue.add([Entry(None, "a.gov.cn", 0, "x"), Entry(None, "a.gov.cn", 0, "x")]) == 2


def test_a_child_goes_out_only_after_its_parent_is_committed(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("parent")])
    row = queue.next(anybody)
    assert row is not None
    assert queue.next(anybody) is None
    queue.end([Ending(row.id, children=[entry("child")])])
    assert drain(queue) == ["child"]


def test_a_retry_takes_its_row_again_and_a_redirect_a_new_one(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("a")])
    row = queue.next(anybody)
    assert row is not None
    queue.end([Ending(row.id, successor=Entry(b"a", "a.gov.cn", -1, "a again"))])
    again = queue.next(anybody)
    assert again is not None
    assert (again.id, again.request, again.priority) == (row.id, "a again", -1)
    queue.end([Ending(row.id, successor=entry("elsewhere"))])
    assert drain(queue) == ["elsewhere"]
    assert queue.counts().done == 1


def test_a_redirect_to_a_known_url_ends_the_request(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("a"), entry("known")])
    first = queue.next(anybody)
    assert first is not None
    queue.end([Ending(first.id, successor=entry("known"))])
    assert drain(queue) == ["known"]


def test_what_was_out_or_put_off_waits_again_at_the_next_start(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("flying"), entry("put off"), entry("waiting")])
    assert queue.next(anybody) is not None
    off = queue.next(anybody)
    assert off is not None
    queue.end([Ending(off.id, Standing.PUT_OFF)])
    later = Frontier(state)
    counts = later.counts()
    assert (counts.queued, counts.in_flight, counts.left) == (2, 1, 3)
    later.requeue()
    assert drain(later) == ["flying", "put off", "waiting"]


def test_what_fails_in_every_run_is_given_up_by_and_by(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("poison")])
    for _ in range(MAX_TROUBLES):
        row = queue.next(anybody)
        assert row is not None
        queue.end([Ending(row.id, trouble=True, children=[entry("child")])])
        queue.requeue()
    assert drain(queue) == ["child"]
    assert queue.counts().given_up == 1


def test_what_else_became_known_is_written_with_the_end_or_not_at_all(state: State) -> None:
    queue = Frontier(state)
    queue.add([entry("a"), entry("b"), entry("c")])
    state.connection.execute("CREATE TABLE seen (url TEXT UNIQUE)")
    rows = [queue.next(anybody) for _ in range(3)]
    a, b, c = (row.id for row in rows if row is not None)

    def saw(url: str):  # type: ignore[no-untyped-def]
        return lambda connection: connection.execute("INSERT INTO seen VALUES (?)", (url,))

    with pytest.raises(StateError, match="UNIQUE"):
        queue.end([Ending(a, writes=[saw("a")]), Ending(b, writes=[saw("a")])])
    assert queue.counts().in_flight == 3
    queue.end(
        [
            Ending(a, writes=[saw("a")]),
            Ending(b, Standing.PUT_OFF, writes=[saw("b")]),
            Ending(c, trouble=True, writes=[saw("c")]),
        ]
    )
    assert state.connection.execute("SELECT url FROM seen").fetchall() == [("a",)]


def test_a_walk_keeps_its_name_over_its_runs_and_ends_with_its_queue(state: State) -> None:
    assert state.generation == ""
    state.join("20260101T000000Z")
    state.join("20260102T000000Z")
    assert state.generation == "20260101T000000Z"
    assert state.runs == ("20260101T000000Z", "20260102T000000Z")
    queue = Frontier(state)
    queue.add([entry("a")])
    queue.clear()
    assert (state.generation, state.runs, queue.counts().left, bool(queue)) == ("", (), 0, False)


# -- requests as rows ----------------------------------------------------------------------------


class OneSpider(Spider):
    name = "one"

    def read(self, response: object) -> None: ...


def test_a_request_comes_back_as_it_was_kept() -> None:
    spider = OneSpider()
    note = Note(
        "demo", "demo", context=Context("http://a/", "年报", column=("公开", "年报"), hops=2)
    )
    meta = {"note": note, "list_root": "http://a/", "retry_times": 1, "depth": 9, "redirect_ttl": 3}
    request = Request(
        "http://a.gov.cn/x?b=2&a=1",
        callback=spider.read,
        headers={"Referer": "http://a.gov.cn/", "X-Other": "1"},
        meta=meta,
        priority=7,
    )
    kept = entry_of(request, b"1")
    again = request_of(kept.request, kept.priority, spider)
    assert (again.url, again.priority, again.callback) == (request.url, 7, spider.read)
    assert again.meta == {key: meta[key] for key in meta if key != "depth"}
    assert again.headers == {b"Referer": [b"http://a.gov.cn/"]}
    assert attempt_of(kept.request) == 2
    assert kept.host == "a.gov.cn"


def test_a_request_at_hand_goes_out_as_it_would_from_its_row(state: State) -> None:
    spider = OneSpider()
    note = Note("demo", "demo", context=Context("http://a/", "年报", column=("公开",), hops=2))
    meta = {"note": note, "list_root": None, "redirect_urls": ["http://a.gov.cn/"], "depth": 9}
    request = Request(
        "http://a.gov.cn/x?b=2&a=1",
        callback=spider.read,
        headers={"Referer": "http://a.gov.cn/", "User-Agent": "x", "If-None-Match": "1"},
        cookies={"a": "1"},
        meta=meta | {"frontier_parent": 3, "state_writes": []},
        priority=7,
        flags=["cached"],
    )
    queue = Frontier(state)
    queue.add([entry_of(request, b"1")])
    row = queue.next(anybody)
    assert row is not None and row.made is request
    again = request_of(row.request, row.priority, spider)
    out = request_of(row.request, row.priority, spider, row.made)
    assert out is request
    assert out.to_dict(spider=spider) == again.to_dict(spider=spider)


def test_few_requests_are_at_hand_and_what_may_go_out_twice_is_not(state: State) -> None:
    queue = Frontier(state)
    requests = [Request(f"http://a.gov.cn/{number}") for number in range(HELD + 9)]
    queue.add([entry_of(requests[0], None)])
    queue.add([entry_of(one, str(number).encode()) for number, one in enumerate(requests)])
    held = [row.made for _ in range(len(requests) + 1) if (row := queue.next(anybody))]
    assert held == [None, *requests[:HELD], *[None] * 9]
    assert queue.add([entry_of(requests[0], b"new")]) == 1
    row = queue.next(anybody)
    assert row is not None and row.made is requests[0]  # there is room again


@pytest.mark.parametrize("lossy", [{"body": "x"}, {"cb_kwargs": {"x": 1}}])
def test_a_request_that_could_not_come_back_is_refused_by_name(lossy: dict[str, object]) -> None:
    with pytest.raises(StateError, match=r"http://a\.gov\.cn/"):
        entry_of(Request("http://a.gov.cn/", **lossy), b"1")  # type: ignore[arg-type]
