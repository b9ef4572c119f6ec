"""`scrapy crawldue` as an operator meets it: real crawls of the sample portals over loopback."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.due.plan import CHINA
from crawler.layout import Layout
from crawler.runs.files import last_run
from tests.one_process import scrapy_each
from tests.portals.demo import FAST, ROOT, Crawl, scrapy
from tests.portals.serve import Servers, running
from tests.test_bad_input import refused
from tests.test_due_crawls import PATIENCE, eventually

PORTALS = ("ningxia_hongsibu", "sichuan_chaotian")
#: For what is the same after three pages.
FEW = {"CLOSESPIDER_PAGECOUNT": 3}
ONLY = [part for portal in PORTALS for part in ("--portal", portal)]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with running() as found:
        yield found


def crawldue(servers: Servers, archive: Path, *arguments: str, **settings: object) -> Crawl:
    given = {"ARCHIVE_DIR": archive, "CONNECT_TO": json.dumps(servers.connect_to), **FAST}
    return scrapy("crawldue", *arguments, **given | settings)


def command(
    servers: Servers, archive: Path, *arguments: str, delay: float, **more: object
) -> list[str]:
    settings = {
        "ARCHIVE_DIR": archive,
        "CONNECT_TO": json.dumps(servers.connect_to),
        "POLITENESS_DELAY": delay,
        **more,
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawldue", *given, *arguments]


# -- what is due is crawled ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crawled(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Crawl]:
    archive = tmp_path_factory.mktemp("due")
    logs = archive / "logs"
    done = crawldue(servers, archive, *ONLY, "--jobs", "2", "--log-dir", str(logs), "-L", "INFO")
    return archive, done


def test_what_is_due_is_crawled_and_summed_up(crawled: tuple[Path, Crawl]) -> None:
    archive, done = crawled
    assert done.returncode == 0, done.stderr
    heading, *rows, total = done.stdout.splitlines()
    assert heading.split() == [
        "portal", "verdict", "new", "altered", "requests", "minutes", "reason,", "next", "step"
    ]  # fmt: skip
    assert re.fullmatch(r"2 crawled: ((ok|late) \d(, )?)+", total)
    assert [row.split()[0] for row in rows] == list(PORTALS)
    for portal, row in zip(PORTALS, rows, strict=True):
        run = last_run(Layout(archive), portal)
        assert run is not None
        found = [str(run["documents"]["new"]), str(run["documents"]["altered"])]
        assert row.split()[1:5] == [run["verdict"], *found, str(run["requests"])]
        assert run["reason"] in row


def test_off_a_terminal_progress_is_plain_lines(crawled: tuple[Path, Crawl]) -> None:
    _, done = crawled
    lines = done.stderr.splitlines()
    assert "\x1b" not in done.stderr
    for portal in PORTALS:
        assert f"{portal}: started, never crawled" in lines
        assert [line for line in lines if re.match(f"{portal}: (ok|late), ", line)]


def test_with_log_dir_each_crawl_has_its_log_and_the_terminal_stays_clean(
    crawled: tuple[Path, Crawl],
) -> None:
    archive, done = crawled
    for portal in PORTALS:
        assert "Spider opened" in (archive / f"logs/{portal}.log").read_text(encoding="utf-8")
    assert "Spider opened" not in done.stderr


def test_what_was_just_crawled_is_not_due(servers: Servers, crawled: tuple[Path, Crawl]) -> None:
    archive, _ = crawled
    asked = len(servers.requests())
    done = crawldue(servers, archive, *ONLY)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 of 2 portals are due"
    assert len(re.findall(r" \d{4}-\d\d-\d\d \d\d:\d\dZ  (?:ok|late) 0 h ago; ", done.stdout)) == 2
    assert len(servers.requests()) == asked


def test_a_dry_run_tells_the_plan_and_asks_nobody(
    servers: Servers, crawled: tuple[Path, Crawl]
) -> None:
    archive, _ = crawled
    asked = len(servers.requests())
    done = crawldue(servers, archive, "--dry-run", "--province", "宁夏")
    assert done.returncode == 0, done.stderr
    portals = [line.split()[0] for line in done.stdout.splitlines()[1:-1]]
    assert portals == ["ningxia_lingwu", "ningxia_shapotou", "ningxia_hongsibu"]
    assert done.stdout.splitlines()[-1] == "2 of 3 portals are due"
    assert len(servers.requests()) == asked


def test_a_rule_given_with_s_reaches_the_plan(
    servers: Servers, crawled: tuple[Path, Crawl]
) -> None:
    archive, _ = crawled
    rules = {"DUE_SEASON_DAYS": 30, "DUE_REGULAR_DAYS": 30, "DUE_LATE_DAYS": 30}
    done = crawldue(servers, archive, *ONLY, "--dry-run", **rules)
    assert done.stdout.count("every 30 days") == 2


def test_the_plan_says_when_the_window_opens(servers: Servers, crawled: tuple[Path, Crawl]) -> None:
    archive, _ = crawled
    opens = datetime.now(CHINA) + timedelta(hours=2)
    window = f"{opens:%H:%M}-{opens + timedelta(hours=1):%H:%M}"
    done = crawldue(servers, archive, "--dry-run", "--province", "宁夏", POLITENESS_WINDOW=window)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 of 3 portals are due"
    told = rf"{opens.astimezone(UTC):%Y-%m-%d %H:%M}Z +never crawled, within {opens:%H:%M}:00-"
    assert len(re.findall(told, done.stdout)) == 2


# -- options reach the crawls ----------------------------------------------------------------------


def test_settings_arguments_and_log_level_reach_the_crawls(
    servers: Servers, tmp_path: Path
) -> None:
    one = ("--portal", PORTALS[0])
    done = crawldue(servers, tmp_path, *one, "-L", "INFO", **FEW)
    assert done.returncode == 0, done.stderr
    assert f"{PORTALS[0]}: budget" in done.stderr
    assert re.search(rf"^{PORTALS[0]}: .*Spider opened", done.stderr, re.MULTILINE)
    refused(crawldue(servers, tmp_path / "b", *one, "-a", "colour=red"), "colour")


# -- trouble ---------------------------------------------------------------------------------------


def test_a_portal_that_fails_spoils_the_exit_code_but_not_the_others(
    servers: Servers, tmp_path: Path
) -> None:
    closed = {"www.gyct.gov.cn": "127.0.0.1:9"}
    connect_to = json.dumps(servers.connect_to | closed)
    done = crawldue(servers, tmp_path, *ONLY, CONNECT_TO=connect_to, RETRY_TIMES=0, **FEW)
    assert done.returncode == 3
    _, first, second, total = done.stdout.splitlines()
    assert first.split()[:2] == ["sichuan_chaotian", "failed"]
    assert second.split()[:2] == ["ningxia_hongsibu", "budget"]
    assert total == "2 crawled: failed 1, budget 1"
    plan = crawldue(servers, tmp_path, *ONLY, "--dry-run")
    assert "failed 0 h ago; asked again daily after 1 in a row" in plan.stdout


def test_a_portal_being_crawled_elsewhere_is_left_alone_and_named(
    servers: Servers, tmp_path: Path
) -> None:
    portal, layout = PORTALS[0], Layout(tmp_path)
    layout.run_dir(portal).mkdir(parents=True)
    (layout.run_dir(portal) / "20260401T000000Z.json").write_text('{"verdict": null}')
    layout.lock(portal).parent.mkdir()
    holder = {"pid": 4711, "host": "elsewhere", "started": "2026-04-01T00:00:00+00:00"}
    layout.lock(portal).write_text(json.dumps(holder))
    one = ("--portal", portal, "--dry-run")
    with layout.lock(portal).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = crawldue(servers, tmp_path, *one)
        # One that has no run file yet is met only by the crawl itself.
        layout.run_dir(portal).rename(tmp_path / "aside")
        met = crawldue(servers, tmp_path, "--portal", portal)
        (tmp_path / "aside").rename(layout.run_dir(portal))
    assert met.returncode == 0
    assert re.search(rf"^{portal} +skipped .*process 4711 on elsewhere", met.stdout, re.MULTILINE)
    assert "process 4711 on elsewhere" in held.stdout
    assert "0 of 1 portals are due" in held.stdout
    # The same file, left behind by a process that was killed.
    killed = crawldue(servers, tmp_path, *one)
    assert "run 20260401T000000Z did not end: goes on" in killed.stdout
    assert "1 of 1 portals are due" in killed.stdout


def test_a_damaged_run_file_is_named_and_stops_nobody(servers: Servers, tmp_path: Path) -> None:
    folder = Layout(tmp_path).run_dir(PORTALS[0])
    folder.mkdir(parents=True)
    (folder / "20260401T000000Z.json").write_text("{")
    done = crawldue(servers, tmp_path, *ONLY, "--dry-run")
    assert done.returncode == 0
    assert "20260401T000000Z.json: expected a run file" in done.stderr
    assert "2 of 2 portals are due" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_crawls_and_the_summary_is_still_printed(
    servers: Servers, tmp_path: Path, number: signal.Signals
) -> None:
    # With these delays the crawls would take minutes.
    process = subprocess.Popen(
        command(servers, tmp_path, *ONLY, "--jobs", "1", delay=5),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(2 * PATIENCE, process.kill)
    watchdog.start()
    first, _ = PORTALS
    assert eventually(lambda: last_run(Layout(tmp_path), first) is not None)
    process.send_signal(number)
    out, err = process.communicate()
    watchdog.cancel()
    assert process.returncode == 1, err
    assert "Traceback" not in err
    assert out.splitlines()[-1] == (
        "1 crawled: interrupted 1; stopped, 1 not started: due next time"
    )
    plan = crawldue(servers, tmp_path, *ONLY, "--dry-run").stdout.splitlines()
    assert re.fullmatch(rf"{first} +now +run \w+ was interrupted: goes on *", plan[1])
    assert plan[-1] == "2 of 2 portals are due"


MISTAKES: list[tuple[list[str], list[str]]] = [
    (["ningxia_lingwu"], ["expected no arguments", "--portal"]),
    (["--province", "ningxa"], ["ningxa", "guangdong, ningxia, sichuan"]),
    (["--jobs", "0"], ["--jobs", "found 0"]),
    (["--nonsense"], ["unknown option", "--nonsense"]),
    (["--logfile", "x.log"], ["--log-dir"]),
    (["-a", "nonsense"], ["-a NAME=VALUE"]),
    (["-s", "DUE_REGULAR_DAYS=weekly"], ["DUE_REGULAR_DAYS", "'weekly'"]),
    (["-s", "POLITENESS_WINDOW=night"], ["POLITENESS_WINDOW", "'night'"]),
    (["--log-dir", "LICENSE", "-s", "CONTACT=you@example.org"], ["--log-dir", "LICENSE"]),
    ([], ["CONTACT", "-s CONTACT="]),
]


def test_a_users_mistake_is_named_before_anything_is_crawled(tmp_path: Path) -> None:
    archive = f"ARCHIVE_DIR={tmp_path / 'archive'}"
    lines = [["crawldue", *arguments, "-s", archive] for arguments, _ in MISTAKES]
    for done, (_, words) in zip(scrapy_each(lines), MISTAKES, strict=True):
        refused(done, *words)
    assert not (tmp_path / "archive").exists()


# -- on a terminal ---------------------------------------------------------------------------------


def test_on_a_terminal_a_table_shows_the_running_crawls(servers: Servers, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(servers, tmp_path, "--portal", PORTALS[0], delay=0, **FEW),
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100", "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # how a terminal ends when nobody holds its other side
        pass
    os.close(ours)
    assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "0 of 1 portals crawled, 1 running" in text
    assert re.search(r"portal +minutes +requests +new +why now", text)
    assert f"{PORTALS[0]}: budget, " in text
