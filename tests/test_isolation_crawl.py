"""Crawls over loopback whose files break or hold up their reader, and what is read from them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.catalogue import Catalogue, StoredDocument
from crawler.layout import Layout
from tests.fetch_lab import Answer, Server
from tests.pdf_samples import Sheet, bare_pdf
from tests.portals.demo import FAST, ROOT, scrapy
from tests.portals.faults_kit import html
from tests.small_portal import HOST, PORTAL, SmallPortal, serving

TEXT = "全镇主动公开政府信息三十条，受理依申请公开两件，均已答复，没有行政复议和行政诉讼。" * 4
QUICK = {**FAST, "POLITENESS_BACKOFF": 0.01, "RETRY_TIMES": 0, "NOW": "2030-01-15"}
#: What drawing its pages takes is beyond this; what honest files take is not.
MEMORY = 48 << 20
PROMISED = 10
#: Room for a machine with more to do than it has cores.
MARGIN = 10
FOLDER = "/xxgk/zfxxgknb/202001"
PRINTED, FILED = f"{FOLDER}/t20200115_0.html", f"{FOLDER}/t20200115_1.html"
LINKED = f"{FOLDER}/report.pdf"


def article(year: int, file: str, text: str = "") -> Answer:
    title = f"太阳山镇{year}年政府信息公开工作年度报告"
    link = f'<p>附件：<a href="{FOLDER}/{file}">{title}.pdf</a></p>'
    body = f'<h1>{title}</h1><div class="TRS_Editor">{f"<p>{text}</p>" * 2}{link}</div>'
    return Answer(html(body, title))


def pdf(content: bytes) -> Answer:
    return Answer(content, headers={"Content-Type": "application/pdf"})


@pytest.fixture(scope="module")
def portal() -> SmallPortal:
    """A report with a bomb beside its text, one that is a file, and a bomb the list leads to."""
    sheet = Sheet()
    sheet.paragraph(TEXT)
    bomb = pdf(bare_pdf(b"\n" * (96 << 20)))
    return SmallPortal(
        [PRINTED, FILED, LINKED],
        {
            PRINTED: article(2016, "bomb.pdf", TEXT),
            FILED: article(2017, "honest.pdf"),
            LINKED: bomb,
            f"{FOLDER}/bomb.pdf": bomb,
            f"{FOLDER}/honest.pdf": pdf(sheet.pdf()),
        },
    )


@pytest.fixture(scope="module")
def server(portal: SmallPortal) -> Iterator[Server]:
    with serving(portal) as server:
        yield server


def settings_of(server: Server, archive: Path) -> dict[str, object]:
    connect_to = json.dumps({HOST: f"127.0.0.1:{server.port}"})
    return {**QUICK, "ARCHIVE_DIR": archive, "CONNECT_TO": connect_to, "ATTACHMENT_MEMORY": MEMORY}


def run_of(archive: Path) -> dict[str, Any]:
    file = max(Layout(archive).run_dir(PORTAL).glob("2*.json"))
    run: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return run


def documents(archive: Path) -> dict[str, StoredDocument]:
    catalogue = Catalogue(Layout(archive))
    whole = catalogue.whole(catalogue.documents([PORTAL]))
    return {document.latest.url.removeprefix(f"http://{HOST}"): document for document in whole}


def marked(mark: Path, command: bytes = b"") -> list[int]:
    """Processes of this command that were started with this folder for temporary files."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if (
                folder.name.isdigit()
                and command in (folder / "cmdline").read_bytes()
                and f"TMPDIR={mark}\0".encode() in (folder / "environ").read_bytes()
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def stopped(server: Server, archive: Path, mark: Path, signals: int) -> int:
    """The exit code of a crawl that was told to stop while it read a file that takes for ever."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.isolation_crawl", "crawl", PORTAL, "-L", "WARNING"),
            *options(settings_of(server, archive)),
        ],
        cwd=ROOT,
    )
    try:
        # Not any second process: Scrapy logs its platform, for which Python starts `uname -p`
        # before the crawl minds signals.
        wait_until(lambda: bool(marked(mark, b"crawler.isolation.worker")))
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        return process.wait(timeout=PROMISED + MARGIN)
    finally:
        process.kill()
        process.wait()


def options(settings: Mapping[str, object]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_files_that_hold_up_or_break_their_reader_cost_a_crawl_nothing_else(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    archive = tmp_path / "archive"
    settings = settings_of(server, archive)
    assert stopped(server, archive, tmp_path, signals=1) == 1
    assert marked(tmp_path) == []
    assert run_of(archive)["verdict"] == "interrupted"

    done = scrapy("crawl", PORTAL, "-L", "WARNING", **settings)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stderr.count("ends its reader: signal 6, perhaps memory 48 MiB") == 2
    run = run_of(archive)
    assert (done.returncode, run["verdict"]) == (0, "ok")
    assert run["observed"]["pages"] == {"killed": 1}
    assert run["frontier"]["left"] == 0
    live = documents(archive)
    assert set(live) == {PRINTED, FILED}
    (attached,) = live[PRINTED].latest.attachments
    assert attached.outcome == "killed"
    assert f"part_killed:http://{HOST}{FOLDER}/bomb.pdf" in live[PRINTED].latest.warnings
    assert live[FILED].latest.text_source == "pdf"

    again = scrapy("reextract", PORTAL, **settings)
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stderr.count("perhaps memory 48 MiB") == 2
    assert documents(archive) == live
    assert marked(tmp_path) == []


def test_a_second_signal_waits_for_no_file_either(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert stopped(server, tmp_path / "archive", tmp_path, signals=2) != 0
    wait_until(lambda: not marked(tmp_path))
