"""Crawls that are stopped, or meet what they cannot go on from, and the crawl after them.

Real ``scrapy crawl`` processes against a server on loopback; the deadline of a stop is the one
promised to the users, twice over for a busy machine.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from crawler.items import FetchOutcome
from crawler.layout import Layout
from crawler.warc.index import build_index
from crawler.warc.reader import CaptureReader
from tests.benchmarks.torture import PORTAL, ROOT, told
from tests.benchmarks.torture_site import Site, Trouble, pages, path_of, serving
from tests.resume_spiders import POISON, PoisonedSpider

SIZE = 12
STOPS_WITHIN = 20
#: Report 9 stands in a frame.
FRAME = path_of(9).rpartition("/")[0] + "/f9.html"

_FAST = {"POLITENESS_DELAY": 0, "POLITENESS_LATENCY_FACTOR": 0, "POLITENESS_PER_HOST": 4}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(SIZE) as running:
        yield running


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Set at the end, so that no thread of a server outlives its test."""
    event = threading.Event()
    yield event
    event.set()


def command(
    site: Site,
    archive: Path,
    portal: str,
    *options: str,
    verb: str = "crawl",
    **settings: object,
) -> list[str]:
    given = {
        "SPIDER_MODULES": "tests.benchmarks.torture_site,tests.resume_spiders",
        "LOG_LEVEL": "WARNING",
        "ARCHIVE_DIR": archive,
        "CONNECT_TO": json.dumps(site.connect_to),
        **_FAST,
        **settings,
    }
    words = [sys.executable, "-m", "tests.benchmarks.torture_crawl", verb, portal, *options]
    for name, value in given.items():
        words += ["-s", f"{name}={value}"]
    return words


def crawl(
    site: Site,
    archive: Path,
    *options: str,
    portal: str = PORTAL,
    torture: str = "",
    verb: str = "crawl",
    **settings: object,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(site, archive, portal, *options, verb=verb, **settings),
        cwd=ROOT,
        env=os.environ | {"TORTURE": torture},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def stop_when(
    met: Callable[[], bool], site: Site, archive: Path, number: int, **settings: object
) -> subprocess.CompletedProcess[str]:
    """Start a crawl, send it a signal when ``met``, and give it its time to stop."""
    words = command(site, archive, PORTAL, **settings)
    process = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not met():
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.send_signal(number)
        output, errors = process.communicate(timeout=STOPS_WITHIN)
    finally:
        process.kill()
    return subprocess.CompletedProcess(words, process.returncode, output, errors)


def originals(archive: Path) -> Counter[str]:
    entries = build_index(Layout(archive).warc_dir(PORTAL)).entries.values()
    return Counter(entry.url for entry in entries if entry.kind == "response")


def failures(archive: Path) -> list[FetchOutcome]:
    found = CaptureReader(Layout(archive).warc_dir(PORTAL)).failures()
    return [fetch.failed.outcome for fetch in found if fetch.failed is not None]


def last_run(archive: Path, portal: str = PORTAL) -> dict[str, object]:
    runs = sorted(Layout(archive).run_dir(portal).glob("2*.json"))
    found: dict[str, object] = json.loads(runs[-1].read_text(encoding="utf-8"))
    return found


def assert_whole(archive: Path) -> None:
    """Every report is there, and nothing was archived twice."""
    assert len(told(archive)) == SIZE
    assert set(originals(archive).values()) == {1}
    assert failures(archive) == []


# -- SIGTERM and Ctrl-C ------------------------------------------------------------------------


def hanging(released: threading.Event) -> Trouble:
    return lambda handler: released.wait() and None


def dripping(released: threading.Event) -> Trouble:
    """A body that comes byte by byte, for ever."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not released.wait(0.05):
            handler.wfile.write(b"x")

    return drip


@pytest.mark.parametrize(
    ("trouble", "path"),
    [
        pytest.param(hanging, path_of(1), id="page hangs"),
        pytest.param(dripping, path_of(1), id="page drips"),
        pytest.param(hanging, FRAME, id="part hangs"),
        pytest.param(hanging, "/robots.txt", id="robots hang"),
    ],
)
def test_a_server_that_does_not_end_its_answer_keeps_no_crawl_from_stopping(
    site: Site,
    released: threading.Event,
    tmp_path: Path,
    trouble: Callable[[threading.Event], Trouble],
    path: str,
) -> None:
    site.troubles[path] = trouble(released)
    stopped = stop_when(lambda: path in site.asked, site, tmp_path, signal.SIGTERM)
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert re.search(r"\d+ requests stay queued", stopped.stdout)
    assert last_run(tmp_path)["verdict"] == "interrupted"
    assert failures(tmp_path) == []
    site.troubles.clear()
    assert crawl(site, tmp_path).returncode == 0
    assert_whole(tmp_path)


def test_a_crawl_that_waits_for_its_turn_stops_at_ctrl_c(site: Site, tmp_path: Path) -> None:
    stopped = stop_when(
        lambda: len(site.asked) > 0, site, tmp_path, signal.SIGINT, POLITENESS_DELAY=250
    )
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    assert failures(tmp_path) == []


def test_a_crawl_stops_while_its_pipelines_wait_for_a_slow_disk(site: Site, tmp_path: Path) -> None:
    os.environ["TORTURE"] = "slow disk:1"
    try:
        stopped = stop_when(lambda: path_of(5) in site.asked, site, tmp_path, signal.SIGTERM)
    finally:
        del os.environ["TORTURE"]
    assert stopped.returncode in (0, 1)
    assert "Traceback" not in stopped.stderr
    assert crawl(site, tmp_path).returncode == 0
    assert_whole(tmp_path)


# -- going on ------------------------------------------------------------------------------------


def test_a_killed_crawl_is_taken_up_by_the_next_and_says_so(site: Site, tmp_path: Path) -> None:
    assert crawl(site, tmp_path, torture="commit:15").returncode == -signal.SIGKILL
    first = str(last_run(tmp_path)["run"])
    asked = len(site.asked)
    going_on = crawl(site, tmp_path)
    assert going_on.returncode == 0
    said = re.search(
        rf"resuming run {first}: (\d+) queued, (\d+) in flight \((\d+) answered from the archive\)",
        going_on.stdout,
    )
    assert said is not None
    assert int(said[3]) > 0
    assert "/robots.txt" not in site.asked[asked:]
    assert last_run(tmp_path)["continues"] == first
    assert_whole(tmp_path)
    second = str(last_run(tmp_path)["run"])
    replayed = crawl(site, tmp_path, verb="replay")  # neither run has all pages of the walk
    assert f"run {first}, continued by {second} replayed" in replayed.stdout
    assert f"{SIZE} documents read, 0 differ" in replayed.stdout
    assert "resuming" not in crawl(site, tmp_path).stdout


def kinds(archive: Path, portal: str = PORTAL) -> set[str]:
    findings: Any = last_run(archive, portal)["findings"]
    return {finding["kind"] for finding in findings}


def test_first_pages_of_lists_are_asked_again_by_a_walk_that_was_cut_off_long_ago(
    tmp_path: Path,
) -> None:
    def old_list(handler: BaseHTTPRequestHandler) -> None:
        body = pages(15)["/nb/c0/"].encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with serving(16) as site:
        site.troubles["/nb/c0/"] = old_list  # report 15 is yet to come
        slow = {"POLITENESS_PER_HOST": 1}
        killed = crawl(site, tmp_path, torture="commit:11", NOW="2030-01-15", **slow)
        assert killed.returncode == -signal.SIGKILL
        again = crawl(site, tmp_path, torture="commit:1", NOW="2030-01-15T09:00", **slow)
        assert again.returncode == -signal.SIGKILL
        assert "resuming" in again.stdout
        assert site.asked.count("/nb/c0/") == 1
        site.troubles.clear()
        going_on = crawl(site, tmp_path, NOW="2030-04-15")
        assert going_on.returncode == 0
        assert "first pages of lists were asked 2030-01-15: they are asked again" in going_on.stdout
        assert site.asked.count("/nb/c0/") == 2
        assert len(told(tmp_path)) == 16
        assert "16 documents read, 0 differ" in crawl(site, tmp_path, verb="replay").stdout


def test_a_fresh_start_drops_the_queue_and_says_how_much(site: Site, tmp_path: Path) -> None:
    assert crawl(site, tmp_path, torture="commit:5").returncode == -signal.SIGKILL
    fresh = crawl(site, tmp_path, "-a", "fresh=1")
    assert re.search(r"fresh start: \d+ requests of an earlier run dropped", fresh.stdout)
    assert "resuming" not in fresh.stdout
    assert fresh.returncode == 0
    assert len(told(tmp_path)) == SIZE


def test_a_second_start_says_who_crawls_and_does_nothing(
    site: Site, released: threading.Event, tmp_path: Path
) -> None:
    site.troubles[path_of(1)] = hanging(released)
    first = subprocess.Popen(command(site, tmp_path, PORTAL), cwd=ROOT)
    try:
        while path_of(1) not in site.asked:
            time.sleep(0.02)
        second = crawl(site, tmp_path)
    finally:
        first.kill()
        first.wait()
    assert second.returncode == 0
    assert f"process {first.pid} on" in second.stdout
    assert f"run {last_run(tmp_path)['run']}" in second.stdout
    assert len(list(Layout(tmp_path).run_dir(PORTAL).glob("2*.json"))) == 1


def test_a_host_that_ends_its_run_leaves_the_rest_to_the_next(site: Site, tmp_path: Path) -> None:
    def enough(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(429)
        handler.send_header("Retry-After", "100000")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.troubles[path_of(1)] = enough
    ended = crawl(site, tmp_path, POLITENESS_PER_HOST=1)
    assert re.search(r"\d+ requests stay queued", ended.stdout)
    assert last_run(tmp_path)["finish_reason"] == "finished"
    assert len(told(tmp_path)) < SIZE
    site.troubles.clear()
    for file in Layout(tmp_path).politeness.parent.glob("politeness.*"):
        file.unlink()  # a day later
    assert crawl(site, tmp_path).returncode == 0
    assert len(told(tmp_path)) == SIZE


# -- what cannot go on ---------------------------------------------------------------------------


def test_a_page_whose_handling_fails_is_tried_by_three_runs(site: Site, tmp_path: Path) -> None:
    portal = PoisonedSpider.name
    for run in range(3):
        done = crawl(site, tmp_path, portal=portal)
        assert "LookupError" in done.stderr, run
        assert ("resuming" in done.stdout) == (run > 0)
        assert done.returncode == 3
    assert kinds(tmp_path, portal) == {"code_errors", "pages_given_up"}
    assert site.asked.count(path_of(POISON)) == 1  # the archive has it: later runs read that
    assert "resuming" not in crawl(site, tmp_path, portal=portal).stdout


def test_a_broken_state_file_is_named_and_not_replaced(site: Site, tmp_path: Path) -> None:
    path = Layout(tmp_path).state(PORTAL)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 1000)
    done = crawl(site, tmp_path)
    assert done.returncode == 3
    assert f"{PORTAL}: state file {path}" in done.stderr
    assert "Traceback" not in done.stderr
    assert site.asked == []
    assert path.read_bytes() == b"no database" * 1000


def test_a_state_file_that_fails_on_the_way_stops_the_crawl_by_name(
    site: Site, tmp_path: Path
) -> None:
    done = crawl(site, tmp_path, torture="state fails:1")
    assert done.returncode == 3
    assert "expected to write it, found: database or disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert last_run(tmp_path)["finish_reason"] == "state_failed"
    assert crawl(site, tmp_path).returncode == 0
    assert_whole(tmp_path)


@pytest.mark.parametrize(
    ("portal", "reason", "words"),
    [
        ("demo_state_full", "state_failed", "state file"),
        ("demo_archive_lost", "archive_failed", "Input/output error"),
        ("demo_catalogue_locked", "catalogue_failed", "another process"),
    ],
)
def test_no_verdict_vouches_for_what_fails_while_the_crawl_ends(
    site: Site, tmp_path: Path, portal: str, reason: str, words: str
) -> None:
    done = crawl(site, tmp_path, portal=portal)
    run = last_run(tmp_path, portal)
    assert (done.returncode, run["verdict"], run["finish_reason"]) == (3, "failed", reason)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert kinds(tmp_path, portal) == {f"stopped:{reason}"}


def test_a_run_whose_verdict_cannot_be_written_has_failed(site: Site, tmp_path: Path) -> None:
    portal = "demo_run_file_full"
    done = crawl(site, tmp_path, portal=portal)
    assert done.returncode == 3
    assert f"{portal}: expected to write the run file, found" in done.stderr
    assert "Traceback" not in done.stderr
    assert last_run(tmp_path, portal)["verdict"] is None  # as of one that did not end


def test_a_finished_walk_leaves_an_empty_queue(site: Site, tmp_path: Path) -> None:
    assert crawl(site, tmp_path).returncode == 0
    connection = sqlite3.connect(Layout(tmp_path).state(PORTAL))
    assert connection.execute("SELECT count(*) FROM frontier").fetchone() == (0,)
    assert connection.execute("SELECT generation FROM walk").fetchone() == ("",)
    connection.close()
