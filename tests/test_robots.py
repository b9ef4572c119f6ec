"""robots.txt: what it comes to, and that crawls keep to it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from crawler.fetch.robots import PARSED_BYTES, read_robots
from crawler.layout import Layout
from crawler.runs.files import last_run
from tests.fetch_lab import Answer, Server, crawl, site
from tests.portals.demo import FAST, scrapy
from tests.small_portal import HOST, PORTAL

CLOSED = "User-agent: *\nDisallow: /\n"
PARTLY = "User-agent: *\nDisallow: /secret/\nAllow: /secret/open/\n"


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        (PARTLY, "/secret/a.html", False),
        (PARTLY, "/secret/open/a.html", True),
        (PARTLY, "/xxgk/", True),
        ("User-agent: Xianzhi\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/a", False),
        ("User-agent: Baiduspider\nDisallow: /\n", "/a", True),
        ("\ufeff" + CLOSED, "/a", False),
        ("User-agent: *\rDisallow: /*.doc$\r", "/a.doc", False),
        ("User-agent: *\nDisallow: /政务/\n", "/%E6%94%BF%E5%8A%A1/a", False),
        ("<html><body>404 页面不存在</body></html>", "/a", True),
        ("", "/a", True),
    ],
)
def test_rules_are_read_as_written(body: str, path: str, allowed: bool) -> None:
    reason = read_robots(200, body.encode()).reason_against("http://www.suixi.gov.cn" + path)
    assert (reason is None) is allowed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_4xx_allows(status: int) -> None:
    assert read_robots(status, CLOSED.encode()).reason_against("http://a.gov.cn/") is None


@pytest.mark.parametrize("status", [500, 502, 503, 521])
def test_5xx_disallows(status: int) -> None:
    assert str(status) in (read_robots(status, b"").reason_against("http://a.gov.cn/") or "")


def test_only_the_first_500_kib_count_and_no_rule_is_cut_in_two() -> None:
    filler = "# 填充\n" * (PARSED_BYTES // len("# 填充\n".encode()))
    early = ("User-agent: *\nDisallow: /early\n" + filler + filler).encode()
    assert read_robots(200, early).reason_against("http://a.gov.cn/early") is not None
    late = ("User-agent: *\n" + filler + "Disallow: /late\n").encode()
    assert len(late) > PARSED_BYTES
    assert read_robots(200, late).reason_against("http://a.gov.cn/late") is None
    head = b"User-agent: *\n"
    cut = head + b"#" * (PARSED_BYTES - len(head) - 13) + b"\nDisallow: /abc/secret\n"
    assert cut[:PARSED_BYTES].endswith(b"Disallow: /a")
    assert read_robots(200, cut).reason_against("http://a.gov.cn/about") is None


@pytest.mark.parametrize(
    ("stated", "delay"),
    [("7", 7), ("0.5", 0.5), ("-3", 0), ("soon", 0), ("nan", 0), ("1e9", 1e9)],
)
def test_crawl_delay_is_a_number_of_seconds_or_nothing(stated: str, delay: float) -> None:
    rules = read_robots(200, f"User-agent: *\nCrawl-delay: {stated}\nDisallow: /x\n".encode())
    assert rules.crawl_delay == delay
    assert rules.reason_against("http://a.gov.cn/x") is not None


# -- crawls -----------------------------------------------------------------------------------


def test_refused_pages_are_never_asked_for_and_kept_as_evidence(tmp_path: Path) -> None:
    with Server(site({}, Answer(PARTLY))) as server:
        shut, fine = server.url("/secret/a"), server.url("/b")
        done = crawl(tmp_path, [shut, fine])
    assert server.pages == ["/b"]
    assert done.ends[shut][0] == "robots"
    assert done.ends[fine][0] == "ok"
    assert done.refusals == [[shut, "robots.txt disallows", "demo_lab"]]
    assert (done.count("outcome/robots"), done.count("robots/refused")) == (1, 1)


def test_many_requests_share_one_fetch_of_robots_txt(tmp_path: Path) -> None:
    robots = Answer(PARTLY, delay=0.3)
    with Server(site({}, robots)) as server:
        done = crawl(tmp_path, [server.url(f"/{n}") for n in range(12)])
    assert [hit.url for hit in server.hits].count("/robots.txt") == 1
    assert done.count("outcome/ok") == 12
    assert done.count("robots/outcome/ok") == 1


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        pytest.param(Answer(status=503), "robots.txt answered 503", id="503"),
        pytest.param(Answer(hang_up=True), "robots.txt met a connection that broke", id="cut off"),
        pytest.param(Answer(CLOSED, delay=1.5), "robots.txt timed out", id="timeout"),
    ],
)
def test_a_robots_txt_that_fails_refuses_all_and_says_how_it_failed(
    tmp_path: Path, robots: Answer, reason: str
) -> None:
    with Server(site({}, robots)) as server:
        done = crawl(tmp_path, [server.url("/a"), server.url("/b")], DOWNLOAD_TIMEOUT=0.5)
    assert server.pages == []
    assert {end[0] for end in done.ends.values()} == {"robots"}
    assert len(done.refusals) == 2
    assert done.stats[f"host_ended/http://127.0.0.1:{server.port}"] == reason


def test_nobody_there_refuses_all(tmp_path: Path) -> None:
    with Server(site({})) as server:
        gone = server.url("/a")
    done = crawl(tmp_path, [gone])
    assert done.ends[gone][0] == "refused"
    assert done.refusals[0][1].startswith("robots.txt was refused a connection")


def test_a_robots_txt_that_is_forbidden_allows_all(tmp_path: Path) -> None:
    with Server(site({}, Answer(status=403))) as server:
        done = crawl(tmp_path, [server.url("/a")])
    assert done.ends[server.url("/a")][0] == "ok"


def test_redirects_of_robots_txt_are_followed(tmp_path: Path) -> None:
    moved = Answer(status=301, headers={"Location": "/static/rules.txt"})
    with Server(site({"/static/rules.txt": Answer(PARTLY)}, moved)) as server:
        done = crawl(tmp_path, [server.url("/secret/a")])
    assert done.ends[server.url("/secret/a")][0] == "robots"


def test_redirects_of_robots_txt_that_lead_nowhere_allow(tmp_path: Path) -> None:
    loop = Answer(status=302, headers={"Location": "/robots.txt"})
    away = Answer(status=302, headers={"Location": "http://elsewhere.example/robots.txt"})
    with Server(site({}, loop)) as one, Server(site({}, away)) as two:
        done = crawl(tmp_path, [one.url("/a"), two.url("/a")])
    assert {end[0] for end in done.ends.values()} == {"ok"}
    assert len(done.ends) == 2


def test_a_challenge_instead_of_robots_txt_is_a_block_and_not_a_rule(tmp_path: Path) -> None:
    challenge = Answer(
        "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>",
        status=521,
    )
    with Server(site({}, challenge)) as server:
        done = crawl(tmp_path, [server.url("/a"), server.url("/b")])
    assert server.pages == []
    assert {end[0] for end in done.ends.values()} == {"blocked"}
    assert done.stats["host_ended/127.0.0.1"] == "blocked:jiasule"
    assert done.refusals == []


def test_a_long_crawl_reads_robots_txt_again(tmp_path: Path) -> None:
    rules = iter([Answer(PARTLY), Answer(PARTLY)])
    closed = Answer(CLOSED)
    with Server(lambda path: next(rules, closed) if path == "/robots.txt" else Answer()) as server:
        urls = [server.url(f"/{n}") for n in range(8)]
        # One request at a time, so that the last ones meet rules of some age.
        done = crawl(
            tmp_path, urls, POLITENESS_DELAY=0.3, ROBOTS_MAX_AGE=0.5, CONCURRENT_REQUESTS=1
        )
    assert [hit.url for hit in server.hits].count("/robots.txt") >= 3
    ends = [done.ends[url][0] for url in urls]
    assert ends[0] == "ok" and ends[-1] == "robots"
    # Every reading is on record.
    assert done.count("robots/outcome/ok") >= 3


def test_rules_that_cannot_be_read_again_go_on_holding(tmp_path: Path) -> None:
    rules = iter([Answer(PARTLY)])
    failing = Answer(status=503)
    with Server(lambda path: next(rules, failing) if path == "/robots.txt" else Answer()) as server:
        urls = [server.url(path) for path in ("/a", "/b", "/c", "/secret/d")]
        done = crawl(
            tmp_path, urls, POLITENESS_DELAY=0.3, ROBOTS_MAX_AGE=0.4, CONCURRENT_REQUESTS=1
        )
    assert [done.ends[url][0] for url in urls] == ["ok", "ok", "ok", "robots"]
    assert done.count("robots/old_rules_kept") >= 1
    assert done.refusals == [[urls[-1], "robots.txt disallows", "demo_lab"]]


def test_the_run_file_says_what_robots_txt_failed_of(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        target = {HOST: f"127.0.0.1:{black_hole.getsockname()[1]}"}
        settings = {**FAST, "ARCHIVE_DIR": tmp_path, "DOWNLOAD_TIMEOUT": 0.3}
        done = scrapy("crawl", PORTAL, CONNECT_TO=json.dumps(target), **settings)
    run = last_run(Layout(tmp_path), PORTAL)
    assert run is not None and done.returncode == 3
    assert run["verdict"] == "failed"
    assert f"http://{HOST}: robots.txt timed out" in run["reason"]
    assert run["outcomes"] == {"robots": 3}
