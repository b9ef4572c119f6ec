"""Politeness, proved from the servers' own logs of what arrived when."""

from __future__ import annotations

import math
import signal
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.errors import ConfigurationError
from crawler.fetch.contact import require_contact, user_agent
from crawler.fetch.pacing import retry_after
from crawler.fetch.window import read_window
from crawler.settings import DOWNLOADER_MIDDLEWARES
from tests.fetch_lab import Answer, Crawl, Hit, Server, crawl, site, started

NOW = datetime(2026, 1, 15, 2, 15, tzinfo=UTC)


def gaps(hits: list[Hit]) -> list[float]:
    """Seconds between the end of an answer and the arrival of the next request."""
    return [later.began - earlier.ended for earlier, later in pairwise(hits)]


# -- Retry-After ------------------------------------------------------------------------------


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
    assert min(gaps(server.hits)) >= 0.28


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


def test_a_politeness_file_that_cannot_be_used_ends_the_crawl_by_name(tmp_path: Path) -> None:
    file = tmp_path / "politeness.sqlite"
    file.write_bytes(b"no database" * 100)
    with Server(site({})) as server:
        done = crawl(tmp_path, [server.url("/a")], POLITENESS_FILE=str(file))
    assert done.stats["finish_reason"] == "politeness_failed"
    assert server.hits == []


# -- crawls side by side ----------------------------------------------------------------------


def side_by_side(tmp_path: Path, urls: list[list[str]], **settings: Any) -> list[Crawl]:
    """Crawls at the same time, each with its own archive, of one politeness file."""
    shared = {"POLITENESS_FILE": str(tmp_path / "politeness.sqlite"), **settings}
    with ExitStack() as stack:
        finishes = []
        for number, own in enumerate(urls):
            directory = tmp_path / str(number)
            directory.mkdir()
            finishes.append(stack.enter_context(started(directory, own, **shared))[1])
        return [finish() for finish in finishes]


def test_crawls_side_by_side_keep_the_distance_together(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [[server.url(f"/{crawl}/{n}") for n in range(4)] for crawl in range(3)]
        done = side_by_side(tmp_path, urls, POLITENESS_DELAY=0.2)
    assert [each.count("outcome/ok") for each in done] == [4, 4, 4]
    assert len(server.hits) == 15
    assert min(gaps(sorted(server.hits))) >= 0.18


def test_hosts_of_one_address_are_spared_across_crawls(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [
            [server.url(f"/{n}", host) for n in range(4)] for host in ("127.0.0.1", "localhost")
        ]
        done = side_by_side(tmp_path, urls, hosts=["127.0.0.1", "localhost"], POLITENESS_DELAY=0.2)
    assert [each.count("outcome/ok") for each in done] == [4, 4]
    assert min(gaps(sorted(server.hits))) >= 0.18


def test_a_killed_crawl_leaves_its_pause_to_the_next(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [server.url(f"/{n}") for n in range(5)]
        for number in range(3):
            with started(tmp_path, urls, POLITENESS_DELAY=0.6) as (process, _):
                server.wait_for_hits(2 * number + 2)
                process.kill()
                process.wait()
        crawl(tmp_path, urls, POLITENESS_DELAY=0.6)
    assert min(gaps(server.hits)) >= 0.58


def test_a_frozen_crawl_holds_up_the_others_no_longer_than_a_request_may_last(
    tmp_path: Path,
) -> None:
    met = Event()

    def answers(path: str) -> Answer:
        if path == "/frozen/0":
            met.set()
        return site({})(path)

    shared = {
        "POLITENESS_FILE": str(tmp_path / "politeness.sqlite"),
        "POLITENESS_DELAY": 0.5,
        "DOWNLOAD_TIMEOUT": 1,
    }
    for name in ("frozen", "other"):
        (tmp_path / name).mkdir()
    with Server(answers) as server, ExitStack() as stack:
        urls = {n: [server.url(f"/{n}/{i}") for i in range(3)] for n in ("frozen", "other")}
        process, thaw = stack.enter_context(started(tmp_path / "frozen", urls["frozen"], **shared))
        assert met.wait(20)
        process.send_signal(signal.SIGSTOP)
        _, finish = stack.enter_context(started(tmp_path / "other", urls["other"], **shared))
        server.wait_for("/other/0")
        process.send_signal(signal.SIGCONT)
        done = [finish(), thaw()]
    assert [each.count("outcome/ok") for each in done] == [3, 3]
    assert min(gaps(sorted(server.hits))) >= 0.45


def test_a_request_whose_turn_is_over_is_not_sent(tmp_path: Path) -> None:
    """As after a freeze between turn and wire."""
    with Server(site({})) as server:
        urls = [server.url("/a")]
        late = {"tests.fetch_lab.LateOnce": 950}
        done = crawl(tmp_path, urls, DOWNLOADER_MIDDLEWARES=DOWNLOADER_MIDDLEWARES | late)
    assert [hit.url for hit in server.hits] == ["/robots.txt", "/a"]
    assert done.count("outcome/timeout") + done.count("robots/outcome/timeout") == 1
    assert done.ends[urls[0]][0] == "ok"


# -- POLITENESS_WINDOW ------------------------------------------------------------------------


def at(text: str) -> datetime:
    """A time of an ordinary day in China."""
    return datetime.fromisoformat(f"2026-01-15T{text}+08:00")


@pytest.mark.parametrize(
    ("window", "now", "seconds"),
    [
        ("22:00-06:00", "22:00", 0),
        ("22:00-06:00", "03:00", 0),
        ("22:00-06:00", "06:00", 16 * 3600),
        ("22:00-06:00", "21:59:30", 30),
        ("00:30-06:00", "23:30", 3600),
        ("09:00-17:00", "12:00", 0),
        ("09:00-17:00", "08:00", 3600),
        ("09:00-17:00", "17:00", 16 * 3600),
        (" 09:00 - 17:00 ", "18:00", 15 * 3600),
        ("09:00:00-09:00:01", "09:00:00", 0),
    ],
)
def test_a_window_tells_how_long_it_stays_shut(window: str, now: str, seconds: float) -> None:
    found = read_window(window)
    assert found is not None
    assert found.until_open(at(now)) == seconds
    assert found.until_open(at(now).astimezone(UTC)) == seconds


def test_without_a_window_any_hour_will_do() -> None:
    assert read_window(None) is None
    assert read_window(" ") is None


@pytest.mark.parametrize(
    "text",
    ["22:00", "22:00/06:00", "night", "25:00-06:00", "06:00-06:00", "22:00Z-06:00Z", "1-2-3"],
)
def test_a_window_that_makes_no_sense_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"POLITENESS_WINDOW: expected .* 22:00-06:00"):
        read_window(text)


def window(opens: float, closes: float) -> str:
    """A window by seconds from now."""
    now = datetime.now(timezone(timedelta(hours=8))).replace(microsecond=0)
    times = (now + timedelta(seconds=seconds) for seconds in (opens, closes))
    return "-".join(f"{moment:%H:%M:%S}" for moment in times)


def test_outside_the_window_nobody_is_asked_for_anything(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [server.url("/a"), server.url("/b")]
        done = crawl(tmp_path, urls, POLITENESS_WINDOW=window(7200, 10800))
    assert server.hits == []
    assert done.stats["finish_reason"] == "outside_window"
    assert "opens in 2.0 h" in done.stats["politeness/window"]
    assert {end[0] for end in done.ends.values()} <= {"Interrupted"}
    assert not [key for key in done.stats if key.startswith("outcome")]


def test_a_window_about_to_open_is_waited_for(tmp_path: Path) -> None:
    opens = time.monotonic() + 3
    with Server(site({})) as server:
        done = crawl(tmp_path, [server.url("/a")], POLITENESS_WINDOW=window(4, 3600))
    assert done.stats["finish_reason"] == "finished"
    assert server.pages == ["/a"]
    assert server.hits[0].began >= opens


def test_the_end_of_the_window_ends_the_crawl_with_the_rest_put_off(tmp_path: Path) -> None:
    with Server(site({})) as server:
        urls = [server.url(f"/{n}") for n in range(40)]
        done = crawl(tmp_path, urls, POLITENESS_WINDOW=window(-60, 4), POLITENESS_DELAY=0.3)
    assert done.stats["finish_reason"] == "outside_window"
    assert len(server.pages) < 40
    assert done.count("outcome/ok") == len(server.pages)


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
