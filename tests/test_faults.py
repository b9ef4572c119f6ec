"""Every fault of the field ends in its word, in time, on record, and takes nothing else with it.

The table is tests/portals/faults.py; docs/faults.md prints it.
"""

from __future__ import annotations

import ctypes
import re
import resource
import sqlite3
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from crawler.store import schema
from crawler.warc.reader import CaptureReader
from tests.portals.faults import FAULTS, GROUPS
from tests.portals.faults_kit import COLUMN, ROBOTS, SOUND, Evidence, Fault, Script
from tests.portals.faults_run import ROOT, Ran, run

WARCIO = Path(sys.executable).with_name("warcio")
DOCS = ROOT / "docs" / "faults.md"
_BY_NAME = {fault.name: fault for fault in FAULTS}
#: A host with nothing wrong but one missing page: the ground for what goes wrong on the machine.
ORDINARY = _BY_NAME["not_found"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """All faults at once, each at a host of its own, in one crawl."""
    return run(FAULTS, tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def evidence(ran: Ran) -> dict[str, set[Evidence]]:
    """What the WARC holds of each URL, as our own reader finds it."""
    reader = CaptureReader(ran.archive / "warc" / "faults")
    found: dict[str, set[Evidence]] = {}
    for fetch in reader.fetches():
        if fetch.failed is None:
            head = reader.raw(fetch.record_id).partition(b"\r\n\r\n")[0]
            kind = Evidence.CUT if b"\r\nWARC-Truncated:" in head else Evidence.EXCHANGE
        else:
            kind = Evidence.REFUSAL if fetch.failed.outcome == "robots" else Evidence.FAILURE
        found.setdefault(fetch.url, set()).add(kind)
    assert reader.damages == []
    return found


@pytest.fixture(scope="module")
def documents(ran: Ran) -> set[str]:
    return pages_read(ran.archive)


def pages_read(archive: Path) -> set[str]:
    """The URLs of the pages that became Documents."""
    engine = create_engine(f"sqlite:///{archive / 'catalogue.sqlite'}")
    with engine.connect() as connection:
        found = set(connection.execute(select(schema.sightings.c.url)).scalars())
    engine.dispose()
    return found


def sound_archive(result: Ran) -> None:
    """No stack trace was printed, and every WARC file is whole for three judges."""
    assert "Traceback" not in result.log
    assert result.warcs
    for path in result.warcs:
        assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0
        assert subprocess.run([WARCIO, "check", path], check=False).returncode == 0
    assert CaptureReader(result.archive / "warc" / "faults").damages == []


# -- faults of servers ----------------------------------------------------------------------------


def test_names_and_hosts_are_unique() -> None:
    assert len(FAULTS) >= 60
    assert {n for n, times in Counter(fault.host for fault in FAULTS).items() if times > 1} == set()


def test_the_crawl_ends_well_and_its_archive_is_sound(ran: Ran) -> None:
    assert (ran.returncode, ran.stats["finish_reason"]) == (0, "finished")
    assert not [name for name in ran.stats if name.startswith("outcome_unknown/")]
    sound_archive(ran)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(
    ran: Ran, evidence: dict[str, set[Evidence]], documents: set[str], fault: Fault
) -> None:
    assert fault.outcome in ran.words[fault.url(fault.at)]
    recorded = fault.url(fault.recorded or fault.at)
    assert fault.evidence in evidence.get(recorded, set())
    attempts = ran.fetches[recorded]
    began, ended = min(a.began for a in attempts), max(a.ended for a in attempts)
    assert ended - began.timestamp() <= fault.deadline
    assert (fault.url(fault.at) in documents) == fault.document
    if fault.sound:
        assert fault.url(SOUND) in documents
    for name, least in fault.stats.items():
        assert ran.stats.get(name, 0) >= least
    if fault.tls_fault:
        assert {a.facts["tls"]["unverified"] for a in attempts} == {fault.tls_fault}


def test_a_server_without_secure_renegotiation_is_put_up_with(ran: Ran) -> None:
    """Its hello is taken: it is the server, not we, who breaks the handshake off."""
    for attempt in ran.fetches[_BY_NAME["tls_legacy_renegotiation"].url(ROBOTS)]:
        assert "alert handshake failure" in attempt.facts["error"]


def test_bursts_and_pauses_end_with_the_page(ran: Ran) -> None:
    for name, first in [
        ("burst_of_5xx", "server_error"),
        ("retry_after_seconds", "rate_limited"),
        ("retry_after_date", "rate_limited"),
        ("retry_after_missing", "rate_limited"),
    ]:
        fault = _BY_NAME[name]
        assert sorted(ran.words[fault.url(fault.at)]) == sorted(["ok", first])


def test_redirects_lead_nowhere_they_must_not(ran: Ran) -> None:
    wrong = ("file:", "data:", "http://127.", "http://www.nxlw.gov.cn")
    assert [url for url in ran.fetches if url.startswith(wrong)] == []


def test_no_name_from_a_page_becomes_a_file_name(ran: Ran) -> None:
    ours = re.compile(
        r"catalogue\.sqlite(-\w+)?|state/[\w.-]+|runs/faults/\w+\.json|text/faults/[0-9a-f]{16}\.txt"
        r"|warc/faults/faults-\w+-\d{5}\.warc\.gz"
    )
    files = [path for path in ran.archive.rglob("*") if path.is_file()]
    names = [path.relative_to(ran.archive).as_posix() for path in files]
    assert [name for name in names if not ours.fullmatch(name)] == []


def test_endless_bodies_cost_little_memory(tmp_path: Path) -> None:
    """Up to the limit, 64 MB by default, it is kept once by us and once by Scrapy."""
    endless = [_BY_NAME[name] for name in ("page_too_large", "page_too_large_announced")]
    whole = {"DOWNLOAD_MAXSIZE": 64 * 1024 * 1024, "DOWNLOAD_TIMEOUT": 60}
    usual = run([ORDINARY], tmp_path / "usual", **whole)
    result = run(endless, tmp_path / "endless", **whole)
    assert result.words[endless[0].url(endless[0].at)] == ["too_large"]
    assert result.memory - usual.memory < 200 * 1024 * 1024


# -- faults of the machine ------------------------------------------------------------------------


def small_files(size: int) -> None:
    """A disk that is full after ``size`` bytes of a file, for the child only."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_disk_full_of_pages_stops_the_crawl_by_name(tmp_path: Path) -> None:
    noise = _BY_NAME["page_of_noise"]
    result = run([noise], tmp_path, before=lambda: small_files(1024 * 1024))
    assert (result.returncode, result.stats["finish_reason"]) == (3, "archive_failed")
    assert "File too large" in result.log
    sound_archive(result)


def test_a_disk_full_for_the_databases_fails_the_run_by_name(tmp_path: Path) -> None:
    many = [fault for fault in FAULTS if fault.name.startswith("retry_after_")]
    result = run(many, tmp_path, before=lambda: small_files(200 * 1024))
    assert result.returncode == 3
    assert re.search(r"ERROR: \S+\.sqlite: expected .* disk", result.log)
    sound_archive(result)


def permissions_count() -> None:
    """They do not for root; without CAP_DAC_OVERRIDE in its bounding set they do, after exec."""
    pr_capbset_drop, cap_dac_override = 24, 1
    ctypes.CDLL(None).prctl(pr_capbset_drop, cap_dac_override, 0, 0, 0)


@pytest.mark.parametrize("filled", [False, True], ids=["new", "in use"])
def test_a_store_that_may_not_be_written_is_a_users_error(tmp_path: Path, filled: bool) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    if filled:
        run([ORDINARY], tmp_path)
    before = sorted((path, path.stat().st_size) for path in archive.rglob("*"))
    for path in (archive, *archive.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    result = run([ORDINARY], tmp_path, before=permissions_count)
    for path in (archive, *archive.rglob("*")):  # for whoever tidies up
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert result.returncode == 2
    assert "Traceback" not in result.log
    assert str(archive) in result.log
    assert sorted((path, path.stat().st_size) for path in archive.rglob("*")) == before


def test_a_catalogue_locked_for_longer_than_we_wait_fails_the_run_by_name(tmp_path: Path) -> None:
    locks: list[sqlite3.Connection] = []

    def lock_before_the_list(path: str, _times: int) -> Script | None:
        if path == COLUMN and not locks:
            other = sqlite3.connect(tmp_path / "archive/catalogue.sqlite", check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            locks.append(other)
        return ORDINARY.answers(path, 0)

    fault = replace(ORDINARY, answers=lock_before_the_list)
    result = run([fault], tmp_path, FAULTS_BUSY_SECONDS=1)
    locks[0].close()
    assert result.returncode == 3
    assert "another process" in result.log
    sound_archive(result)
    again = run([ORDINARY], tmp_path)
    assert (again.returncode, again.stats["finish_reason"]) == (0, "finished")
    assert ORDINARY.url(SOUND) in pages_read(again.archive)


def test_a_clock_that_jumps_changes_dates_and_nothing_else(tmp_path: Path) -> None:
    result = run([ORDINARY], tmp_path, FAULTS_CLOCK="jumping")
    assert result.returncode == 0
    sound_archive(result)
    assert ORDINARY.url(SOUND) in pages_read(result.archive)
    years = {fetch.began.year for fetches in result.fetches.values() for fetch in fetches}
    assert len(years) > 1, "the clock did jump"


def test_a_clock_set_back_between_two_runs_loses_nothing(tmp_path: Path) -> None:
    first = run([ORDINARY], tmp_path)
    second = run([ORDINARY], tmp_path, FAULTS_CLOCK="back")
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(second.warcs) == 2
    sound_archive(second)
    assert ORDINARY.url(SOUND) in pages_read(second.archive)


# -- the document ---------------------------------------------------------------------------------


def table_of_faults() -> str:
    """docs/faults.md from its first heading of a group on."""
    parts = []
    for title, group in GROUPS.items():
        rows = [
            f"| `{fault.name}` | {fault.does} | `{fault.outcome}` | {fault.evidence} |"
            for fault in group
        ]
        head = ["| fault | the server … | outcome | in the WARC |", "|---|---|---|---|"]
        parts.append("\n".join([f"## {title}", "", *head, *rows, ""]))
    return "\n".join(parts)


def test_the_document_prints_the_table() -> None:
    intro, found, rest = DOCS.read_text(encoding="utf-8").partition(f"## {next(iter(GROUPS))}\n")
    wanted = table_of_faults()
    if found + rest != wanted:
        DOCS.write_text(intro + wanted, encoding="utf-8")
        pytest.fail(f"{DOCS.name} was out of date and has been written anew: read it, commit it")
