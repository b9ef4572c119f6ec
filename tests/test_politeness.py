"""Politeness, proved from the servers' own logs of what arrived when."""

from __future__ import annotations

import math
import signal
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.errors import ConfigurationError
from crawler.fetch.contact import require_contact, user_agent
from crawler.fetch.pacing import Pacer, retry_after
from tests.fetch_lab import Answer, Hit, Server, crawl, site, started

NOW = datetime(2026, 1, 15, 2, 15, tzinfo=UTC)


def gaps(hits: list[Hit]) -> list[float]:
    """Seconds between the end of an answer and the arrival of the next request."""
    return [later.began - earlier.ended for earlier, later in pairwise(hits)]


# -- arithmetic -------------------------------------------------------------------------------


def test_the_longest_wish_decides_the_delay() -> None:
    pacer = Pacer(own_delay=2, factor=3, backoff=30)
    assert pacer.delay("a") == 2
    pacer.set_crawl_delay("a", 5)
    assert pacer.delay("a") == 5
    pacer.start("a", ["a"], now=0)
    pacer.finish("a", ["a"], now=10, latency=10)
    assert pacer.delay("a") == 30
    assert pacer.delay("b") == 2


def test_latency_is_smoothed() -> None:
    pacer = Pacer(own_delay=0, factor=1, backoff=30)
    for now, latency in ((0, 1.0), (100, 9.0)):
        pacer.start("a", ["a"], now)
        pacer.finish("a", ["a"], now, latency)
    assert pacer.delay("a") == 3.0


def test_a_lane_takes_one_request_at_a_time_and_rests_after_it() -> None:
    pacer = Pacer(own_delay=2, factor=0, backoff=30)
    assert pacer.pause(["a"], now=100) == 0
    pacer.start("a", ["a"], now=100)
    assert pacer.pause(["a"], now=150) == math.inf
    pacer.finish("a", ["a"], now=150, latency=50)
    assert pacer.pause(["a"], now=151) == 1
    assert pacer.pause(["a"], now=152) == 0


def test_hosts_of_one_address_share_its_lane() -> None:
    pacer = Pacer(own_delay=2, factor=0, backoff=30)
    pacer.start("a", ["a", "10.0.0.1"], now=0)
    assert pacer.pause(["b", "10.0.0.1"], now=50) == math.inf
    assert pacer.pause(["b", "10.0.0.2"], now=50) == 0


def test_429_without_a_wish_doubles_the_pause_until_an_answer_comes() -> None:
    pacer = Pacer(own_delay=0, factor=0, backoff=30)
    assert [pacer.throttled("a", ["a"], 0, 0) for _ in range(3)] == [30, 60, 120]
    assert pacer.pause(["a"], now=20) == 100
    pacer.welcomed("a")
    assert pacer.throttled("a", ["a"], 0, 0) == 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("999999999", 999999999),
        ("9" * 10, math.inf),
        ("9" * 5000, math.inf),
        ("Thu, 15 Jan 2026 02:16:30 GMT", 90),
        ("Thu, 15 Jan 2026 02:14:00 GMT", 0),
        ("Thursday, 15-Jan-26 02:15:10 GMT", 10),
        ("Thu Jan 15 02:15:10 2026", 10),
        (None, 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1.5", 0),
        ("٣", 0),
        ("1e9", 0),
        ("Thu, 99 Jan 2026 99:99:99 GMT", 0),
    ],
)
def test_retry_after_reads_seconds_and_dates_and_survives_garbage(
    value: str | None, seconds: float
) -> None:
    assert retry_after(value, None, NOW) == seconds


def test_retry_after_dates_are_measured_by_the_servers_own_clock() -> None:
    wrong_by_a_year = "Wed, 15 Jan 2025 02:15:00 GMT"
    assert retry_after("Wed, 15 Jan 2025 02:15:30 GMT", wrong_by_a_year, NOW) == 30


# -- crawls -----------------------------------------------------------------------------------


def test_one_request_at_a_time_at_the_stated_distance(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [server.url(f"/{n}") for n in range(5)]
        done = crawl(tmp_path, urls, POLITENESS_DELAY=0.3)
    assert done.count("outcome/ok") == 5
    assert len(server.hits) == 6  # robots.txt is a request like any other
    assert min(gaps(server.hits)) >= 0.28


def test_hosts_on_one_address_are_paced_together(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [server.url(f"/{n}", host) for n in range(3) for host in ("127.0.0.1", "localhost")]
        done = crawl(
            tmp_path,
            urls,
            hosts=["127.0.0.1", "localhost"],
            POLITENESS_DELAY=0.3,
        )
    assert done.count("outcome/ok") == 6
    # Both first requests start before either address is known; from then on there is one lane.
    assert min(gaps(server.hits[2:])) >= 0.28


def test_hosts_on_different_addresses_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with Server(site({})) as one, Server(site({}), "127.0.0.2") as two:
        urls = [server.url(f"/{n}") for n in range(3) for server in (one, two)]
        done = crawl(tmp_path, urls, hosts=["127.0.0.1", "127.0.0.2"], POLITENESS_DELAY=0.4)
    assert done.count("outcome/ok") == 6
    assert one.hits[0].began < two.hits[-1].began
    assert two.hits[0].began < one.hits[-1].began


def test_slow_answers_make_slow_requests(tmp_path: Path) -> None:
    with Server(lambda path: Answer(delay=0.2)) as server:
        crawl(tmp_path, [server.url("/a"), server.url("/b")], POLITENESS_LATENCY_FACTOR=2)
    assert min(gaps(server.hits)) >= 0.38


def test_crawl_delay_of_robots_txt_is_kept(tmp_path: Path) -> None:
    robots = Answer("User-agent: *\nCrawl-delay: 0.5\n", headers={"Content-Type": "text/plain"})
    with Server(site({}, robots)) as server:
        crawl(tmp_path, [server.url("/a"), server.url("/b")])
    assert len(server.hits) == 3
    assert gaps(server.hits)[1] >= 0.48


def test_retry_after_is_waited_for(tmp_path: Path) -> None:
    wish = {"Retry-After": "1"}
    answers = iter([Answer(status=429, headers=wish), Answer(status=503, headers=wish)])
    with Server(lambda path: next(answers, Answer()) if path == "/a" else Answer()) as server:
        done = crawl(tmp_path, [server.url("/a")], RETRY_TIMES=2)
    assert done.ends[server.url("/a")][0] == "ok"
    assert server.pages == ["/a"] * 3
    assert min(gaps(server.hits)[-2:]) >= 0.98


@pytest.mark.parametrize("wish", ["86400", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wish_beyond_our_patience_ends_the_host_and_nothing_else(
    tmp_path: Path, wish: str
) -> None:
    refusing = Answer(status=429, headers={"Retry-After": wish})
    with Server(site({"/0": refusing})) as server, Server(site({}), "127.0.0.2") as other:
        urls = [server.url(f"/{n}") for n in range(4)]
        done = crawl(tmp_path, [*urls, other.url("/x")], hosts=["127.0.0.1", "127.0.0.2"])
    assert server.pages == ["/0"]
    assert {done.ends[url][0] for url in urls} == {"rate_limited"}
    assert done.ends[other.url("/x")][0] == "ok"
    assert done.stats["host_ended/127.0.0.1"].startswith("rate_limited: 429")


def test_a_crawl_delay_beyond_our_patience_ends_the_host(tmp_path: Path) -> None:
    robots = Answer("User-agent: *\nCrawl-delay: 3600\n")
    with Server(site({}, robots)) as server:
        done = crawl(tmp_path, [server.url("/a")])
    assert server.pages == []
    assert done.ends[server.url("/a")][0] == "rate_limited"


def test_sigterm_ends_a_crawl_that_waits_for_minutes(tmp_path: Path) -> None:
    robots = Answer("User-agent: *\nCrawl-delay: 250\n")
    with Server(site({}, robots)) as server:
        urls = [server.url(f"/{n}") for n in range(30)]
        with started(tmp_path, urls) as (process, finish):
            server.wait_for("/robots.txt")
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)
            done = finish()
    assert done.stats["finish_reason"] == "shutdown"
    assert server.pages == []
    # What was put off is no failure of the portal.
    assert not [key for key in done.stats if key.startswith("outcome")]
    assert {end[0] for end in done.ends.values()} <= {"Interrupted"}


# -- who is asking ----------------------------------------------------------------------------


def test_every_request_names_project_version_and_contact(tmp_path: Path) -> None:
    with Server(site({})) as server:
        crawl(tmp_path, [server.url("/a")], CONTACT="archive@example.org")
    agents = {hit.agent for hit in server.hits}
    assert agents == {user_agent("archive@example.org")}
    assert agents.pop().startswith("Xianzhi/0.1.0 (")


@pytest.mark.parametrize("contact", ["you@example.org", "https://example.org/archive"])
def test_a_contact_is_an_address_one_can_write_to(contact: str) -> None:
    settings = Settings({"CONTACT": contact})
    assert require_contact(settings, ["www.suixi.gov.cn"]) == contact
    assert contact in user_agent(contact)


@pytest.mark.parametrize("contact", [None, "", "me", "http://localhost", "a b@c.d"])
def test_no_live_crawl_without_a_contact(contact: str | None) -> None:
    with pytest.raises(ConfigurationError, match="CONTACT"):
        require_contact(Settings({"CONTACT": contact}), ["www.suixi.gov.cn"])


def test_crawls_that_stay_on_this_machine_need_no_contact() -> None:
    settings = Settings(
        {"CONNECT_TO": {"www.a.gov.cn": "127.0.0.2:81", "http://b.gov.cn": "127.0.0.3:82"}}
    )
    assert require_contact(settings, ["www.a.gov.cn"]) == ""
    # https://b.gov.cn would be asked for when http fails.
    with pytest.raises(ConfigurationError, match=r"b\.gov\.cn"):
        require_contact(settings, ["www.a.gov.cn", "b.gov.cn"])
