"""Real crawls of a sample portal: the run file as it goes, drift, acknowledgement, resuming."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.layout import Layout
from crawler.runs.acks import read_ack
from crawler.runs.files import healthy_runs, last_run, run_portals, walk_of
from tests.one_process import scrapy_each
from tests.portals.demo import DAY, FAST, ROOT, Crawl, scrapy
from tests.portals.serve import Servers, running

PORTAL = "ningxia_hongsibu"
BASE = "http://www.hongsibu.gov.cn/xxgk/zfxxgknb"
MAINTAINED = "<html><title>系统维护</title><p>网站正在升级维护，敬请谅解。</p></html>".encode()
SETTINGS = {
    **FAST,
    "NOW": DAY,
    "ALERT_ACTIONS": "crawler.runs.actions.FileAlert",
}


@pytest.fixture
def servers() -> Iterator[Servers]:
    with running() as started:
        yield started


def crawl(archive: Path, servers: Servers, *arguments: str) -> Crawl:
    target = json.dumps(servers.connect_to)
    settings = {"ARCHIVE_DIR": archive, "CONNECT_TO": target, **SETTINGS}
    return scrapy("crawl", PORTAL, *arguments, "-L", "WARNING", **settings)


def latest(archive: Path) -> dict[str, Any]:
    run = last_run(Layout(archive), PORTAL)
    assert run is not None
    return run


def status(archive: Path, *arguments: str) -> Crawl:
    return scrapy("status", *arguments, ARCHIVE_DIR=archive)


def half_of_the_rows(body: bytes) -> bytes:
    rows = body.split(b"<li>")
    return b"<li>".join(rows[: len(rows) // 2]) + b"</ul></div></body></html>"


def test_a_change_of_the_portal_is_drift_until_it_is_acknowledged(
    tmp_path: Path, servers: Servers
) -> None:
    assert crawl(tmp_path, servers).returncode == 0
    first = latest(tmp_path)
    assert (first["verdict"], first["findings"]) == ("ok", [])
    assert first["observed"]["lists"][f"{BASE}/"]["columns"] == 3
    assert first["observed"]["lists"][f"{BASE}/bm/"]["following"] is True
    assert first["observed"]["paths"]["container:.TRS_Editor"] > 40
    assert first["started"] <= first["heartbeat"] <= first["finished"]

    servers.content.edit(f"{BASE}/bm/", half_of_the_rows)
    servers.content.remove(f"{BASE}/xzjd/tysz/")
    servers.content.edit(f"{BASE}/xzjd/dhx/", lambda body: MAINTAINED)
    done = crawl(tmp_path, servers)
    second = latest(tmp_path)
    assert (done.returncode, second["verdict"]) == (3, "drift"), second["reason"]
    assert f"{BASE}/xzjd/dhx/ (maintenance)" in second["reason"]
    kinds = {finding["kind"] for finding in second["findings"]}
    assert kinds == {"lists_lost", "list_shrunk", "pager_ended"}
    assert f"{BASE}/xzjd/tysz/ (not_found)" in second["reason"]

    told = status(tmp_path)
    assert f"{PORTAL}" in told.stdout.splitlines()[1]
    assert "scrapy status --ack" in told.stdout
    note = "columns reordered"
    assert status(tmp_path, "--ack", PORTAL, "--note", note).returncode == 0
    (silenced,) = json.loads(status(tmp_path, "--json").stdout)
    assert note in silenced["acknowledged"]

    assert crawl(tmp_path, servers).returncode == 0  # compared with what was accepted
    assert latest(tmp_path)["verdict"] == "nothing_new"
    assert run_portals(Layout(tmp_path)) == [PORTAL]
    alerts = (tmp_path / "runs" / "alerts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(alert)["verdict"] for alert in alerts] == ["drift", "nothing_new"]


def wait_for(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not holds():
        assert process.poll() is None, "the crawl ended before it was looked at"
        time.sleep(0.05)


def running_file(archive: Path) -> dict[str, Any]:
    if not run_portals(Layout(archive)):
        return {"requests": 0}
    return latest(archive)


def test_the_run_file_is_written_as_the_run_goes_and_a_resumed_run_names_the_first(
    tmp_path: Path, servers: Servers
) -> None:
    settings = {**SETTINGS, "ARCHIVE_DIR": tmp_path, "POLITENESS_DELAY": 0.2}
    settings["CONNECT_TO"] = json.dumps(servers.connect_to)
    command = [sys.executable, "-m", "scrapy", "crawl", PORTAL, "-L", "ERROR"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(lambda: running_file(tmp_path)["requests"] > 5, process)
        going = latest(tmp_path)
        assert going["verdict"] is None
        assert going["heartbeat"] > going["started"]
        assert status(tmp_path, "--json").stdout.count('"unfinished"') == 1
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()
        process.wait()
    cut = latest(tmp_path)
    assert (process.returncode, cut["verdict"]) == (1, "interrupted")

    assert crawl(tmp_path, servers).returncode == 0
    whole = latest(tmp_path)
    assert (whole["verdict"], whole["continues"]) == ("ok", cut["run"])
    assert whole["observed"]["requests"] == cut["requests"] + whole["requests"]
    assert len(whole["observed"]["lists"]) > len(cut["observed"]["lists"])
    assert len(healthy_runs(Layout(tmp_path), PORTAL, 10)) == 1


def archive_of(folder: Path, **runs: dict[str, Any]) -> Layout:
    layout = Layout(folder)
    for run, content in runs.items():
        path = layout.run(PORTAL, run.replace("r", ""))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"portal": PORTAL, "run": path.stem, **content}))
    return layout


def test_history_is_made_of_healthy_runs_and_begins_with_an_accepted_one(tmp_path: Path) -> None:
    def with_requests(verdict: str | None, requests: int) -> dict[str, Any]:
        return {"verdict": verdict, "observed": {"requests": requests}}

    layout = archive_of(
        tmp_path,
        r20260101T000000Z=with_requests("ok", 1),
        r20260102T000000Z=with_requests("drift", 2),
        r20260103T000000Z=with_requests("late", 3),
        r20260104T000000Z=with_requests(None, 4),
        r20260105T000000Z=with_requests("nothing_new", 5),
    )
    assert [walk.requests for walk in healthy_runs(layout, PORTAL, 10)] == [1, 3, 5]
    assert [walk.requests for walk in healthy_runs(layout, PORTAL, 2)] == [3, 5]
    accepted = healthy_runs(layout, PORTAL, 10, since="20260102T000000Z")
    assert [walk.requests for walk in accepted] == [2, 3, 5]


def test_the_runs_of_a_walk_are_those_that_continue_each_other(tmp_path: Path) -> None:
    first, second, third, fourth = (f"2026010{day}T000000Z" for day in (1, 2, 3, 4))
    layout = archive_of(
        tmp_path,
        r20260101T000000Z={"verdict": "ok"},
        r20260102T000000Z={"verdict": None},
        r20260103T000000Z={"verdict": "budget", "continues": second},
        r20260104T000000Z={"verdict": "ok", "continues": third},
    )
    assert walk_of(layout, PORTAL, first) == (first,)
    assert {walk_of(layout, PORTAL, run) for run in (second, third, fourth)} == {
        (second, third, fourth)
    }
    assert walk_of(layout, PORTAL, "20270101T000000Z") == ("20270101T000000Z",)


def test_damaged_and_old_run_files_cost_themselves_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    layout = archive_of(
        tmp_path,
        r20260101T000000Z={"verdict": "ok"},  # of a version that observed nothing
        r20260102T000000Z={"verdict": "ok", "observed": {"lists": {"u": {"colour": 1}}}},
        r20260103T000000Z={"verdict": "ok", "observed": {"requests": 7}},
    )
    layout.run(PORTAL, "20260104T000000Z").write_text("{")
    layout.run_dir(PORTAL).joinpath("alerts.json").write_text("{}")
    assert [walk.requests for walk in healthy_runs(layout, PORTAL, 10)] == [0, 0, 7]
    assert "20260104T000000Z.json: expected a run file" in caplog.text
    assert "20260102T000000Z: expected its figures" in caplog.text


MISTAKES = {
    ("--ack", "no_such"): "no run and no document of no_such",
    ("--ack", PORTAL, "other"): "--ack takes one portal",
    ("--until", "2031-01-01"): "belong to --ack",
    ("--ack", PORTAL, "--until", "soon"): "expected a day as YYYY-MM-DD, found 'soon'",
    ("--ack", PORTAL, "--until", "2020-01-01"): "expected a day to come",
    ("--ack", PORTAL): "ok needs no acknowledgement",
}


def test_mistakes_with_acknowledgements(tmp_path: Path) -> None:
    archive_of(tmp_path, r20260101T000000Z={"verdict": "ok"})
    from crawler.store import Store

    Store(Layout(tmp_path)).close()
    lines = [["status", *words, "-s", f"ARCHIVE_DIR={tmp_path}"] for words in MISTAKES]
    for done, told in zip(scrapy_each(lines), MISTAKES.values(), strict=True):
        assert done.returncode == 2, done.args
        assert told in done.stdout + done.stderr
    assert read_ack(Layout(tmp_path), PORTAL) is None
