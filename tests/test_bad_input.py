"""What users and the world get wrong: a clear message or a named outcome, never a stack trace."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Context
from crawler.saved import read_saved
from tests.harvest import Harvest
from tests.pdf_samples import Sheet
from tests.portals import truth
from tests.portals.demo import FAST, ROOT, Crawl, crawl, scrapy
from tests.portals.serve import running


def refused(result: Crawl, *words: str) -> None:
    """A usage error: exit code 2, a message with these words, no stack trace."""
    said = result.stdout + result.stderr
    assert result.returncode == 2, said
    assert "Traceback" not in said
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crawl"], ["expected one portal"]),
        (["crawl", "atlantis_kitezh"], ["unknown portal", "atlantis_kitezh", "scrapy list"]),
        (["crawl", "ningxia_lingwu", "--nonsense"], ["unknown option", "--nonsense"]),
        (["crawl", "ningxia_lingwu", "ningxia_shapotou"], ["expected one portal"]),
        (["crawl", "ningxia_lingwu", "-a", "colour=red"], ["unknown spider argument", "colour"]),
        (["crawl", "ningxia_lingwu"], ["CONTACT", "www.nxlw.gov.cn", "-s CONTACT="]),
        (["crawl", "ningxia_lingwu", "-s", "CONTACT=me"], ["CONTACT", "'me'"]),
        (["crawl", "ningxia_lingwu", "-s", "nonsense"], ["-s NAME=VALUE"]),
        (["replay", "ningxia_lingwu"], ["ningxia_lingwu", "scrapy crawl"]),
        (["replay", "../etc"], ["../etc"]),
        (["reextract"], ["no WARC files", "scrapy crawl"]),
        (["reextract", "ningxia_lingwu"], ["no WARC files"]),
        (["verify"], ["no WARC files", "scrapy crawl"]),
        (["status"], ["expected a catalogue", "scrapy crawl"]),
        (["show", "0123456789abcdef"], ["expected a catalogue"]),
        (["export", "--format", "jsonl"], ["expected a catalogue"]),
        (["export", "--format", "xml"], ["xml"]),
        (["extract"], ["expected one FILE_OR_DIR"]),
        (["extract", "no/such/file.html"], ["no such file or folder", "no/such/file.html"]),
        (["extract", "LICENSE", "--context", "{"], ["--context", "list_date"]),
        (["extract", "LICENSE", "--context", '{"colour": 1}'], ["--context", "colour"]),
        (["extract", "crawler", "--url", "http://a.gov.cn/"], ["--url", "single file"]),
        (["extract", "LICENSE", "--output", "tests"], ["expected a file to write"]),
        (["frobnicate"], ["Unknown command", "frobnicate"]),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_a_users_mistake_is_named(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    refused(scrapy(*arguments, ARCHIVE_DIR=tmp_path / "archive"), *words)
    assert not (tmp_path / "archive" / "warc").exists()


def test_an_archive_that_cannot_be_written_stops_the_crawl_by_name(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where a directory should be")
    with running() as servers:
        result = crawl("ningxia_lingwu", tmp_path / "archive", servers.connect_to)
        assert servers.requests() == []
    assert result.returncode in (2, 3)
    assert "Traceback" not in result.stderr
    assert "ARCHIVE_DIR" in result.stderr


def test_a_broken_catalogue_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").write_bytes(b"this is no database, but somebody's notes\n" * 99)
    with running() as servers:
        result = crawl("ningxia_lingwu", tmp_path, servers.connect_to)
    assert result.returncode in (2, 3)
    assert "Traceback" not in result.stderr
    assert "expected a catalogue" in result.stderr
    assert (tmp_path / "catalogue.sqlite").read_bytes().startswith(b"this is no database")


def test_a_crawl_waits_for_the_catalogue_that_another_one_makes(tmp_path: Path) -> None:
    """As where two portals are crawled at once into a new archive, at its worst moment."""
    catalogue = tmp_path / "catalogue.sqlite"
    maker = sqlite3.connect(catalogue, isolation_level=None)
    maker.execute("BEGIN IMMEDIATE")
    with running() as servers:
        process = background_crawl(tmp_path, servers.connect_to, delay=0)
        try:
            wait_for(lambda: process.poll() is not None or has_open(process.pid, catalogue))
            time.sleep(0.5)  # it has been refused by now
        finally:
            maker.execute("COMMIT")
            maker.close()
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    (run,) = map(_run, tmp_path.rglob("runs/*/*.json"))
    assert run["documents"]["found"] == len(truth.documents("ningxia_lingwu"))


def has_open(pid: int, path: Path) -> bool:
    with suppress(FileNotFoundError):  # what is closed meanwhile is none of them
        return any(file.readlink() == path for file in Path(f"/proc/{pid}/fd").iterdir())
    return False


# -- scrapy extract on files nobody would call a page ---------------------------------------------

REPORT = "<html><body><h1>示例县2019年政府信息公开工作年度报告</h1><p>{}</p></body></html>"
PROSE = "本报告按照《条例》的规定编制，所列数据的统计期限自2019年1月1日起至2019年12月31日止。"


def encrypted_pdf() -> bytes:
    sheet = Sheet(password="secret")
    sheet.paragraph(PROSE)
    return sheet.pdf()


BAD_FILES: dict[str, tuple[bytes, set[str]]] = {
    "empty.html": (b"", {"error"}),
    "blank.html": (b" \n\t ", {"error", "unsupported"}),
    "binary.html": (bytes(range(256)) * 64, {"unsupported", "not_relevant"}),
    "image.html": (b"\x89PNG\r\n\x1a\n" + bytes(64), {"needs_tool"}),
    "archive.pdf": (b"PK\x05\x06" + bytes(18), {"error"}),  # an empty ZIP
    "broken.pdf": (b"%PDF-1.4\n1 0 obj\n<<", {"error", "truncated"}),
    "encrypted.pdf": (encrypted_pdf(), {"encrypted"}),
    "huge.html": (
        REPORT.format(PROSE * 4).encode() + b"<p>x</p>" * (20 * 1024 * 1024 // 8),
        {"killed"},
    ),
    "deep.html": (b"<div>" * 200_000, {"killed", "not_relevant", "error"}),
    "nul.html": (REPORT.format(PROSE * 4).replace("年", "年\0").encode(), {"document"}),
    # says utf-8, is GBK
    "misdeclared.html": (
        ('<meta charset="utf-8">' + REPORT.format(PROSE * 4)).encode("gb18030"), {"document"},
    ),
    "report.html": (REPORT.format(PROSE * 4).encode(), {"document"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """`scrapy extract` over a folder of all of them at once."""
    folder = tmp_path_factory.mktemp("saved")
    for name, (content, _) in BAD_FILES.items():
        (folder / name).write_bytes(content)
    (folder / "loop").symlink_to(folder / "loop")
    result = scrapy("extract", str(folder))
    assert (result.returncode, result.stderr) == (0, "")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {Path(line["file"]).name: line for line in lines}


@pytest.mark.parametrize("name", BAD_FILES)
def test_every_saved_file_has_a_named_outcome(
    extracted: dict[str, dict[str, Any]], name: str
) -> None:
    line = extracted[name]
    assert line["outcome"] in BAD_FILES[name][1]
    if line["outcome"] not in ("document", "not_relevant"):
        assert line["warnings"], "an outcome that is no text says why"


def test_every_line_has_the_same_fields(extracted: dict[str, dict[str, Any]]) -> None:
    missing = read_saved(Path("no/such/file.html"), "", Context())
    assert missing["outcome"] == "error"
    assert missing["warnings"]
    assert tuple(missing) == tuple(extracted["report.html"])
    assert len({tuple(line) for line in extracted.values()}) == 1
    assert extracted.keys() == BAD_FILES.keys()


@pytest.mark.parametrize("name", ["report.html", "misdeclared.html", "nul.html"])
def test_a_readable_report_is_read_whatever_it_declares(
    extracted: dict[str, dict[str, Any]], name: str
) -> None:
    line = extracted[name]
    assert (line["kind"], line["report_year"]) == ("annual_report", 2019)
    assert line["title"] == "示例县2019年政府信息公开工作年度报告"
    assert PROSE in line["body"]


def test_extract_writes_its_output_whole_or_not_at_all(tmp_path: Path) -> None:
    page, output = tmp_path / "page.html", tmp_path / "out.jsonl"
    page.write_text(REPORT.format(PROSE * 4), encoding="utf-8")
    context = json.dumps({"list_date": "2020-01-28", "link_text": "2019年年报"})
    url = "http://www.nxlw.gov.cn/zwgk/zfxxgknb/202001/t20200128_1.html"
    result = scrapy(
        "extract", str(page), "--url", url, "--context", context, "--output", str(output)
    )
    assert (result.returncode, result.stdout) == (0, "")
    (line,) = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert (line["publish_date"], line["field_sources"]["published"]["where"]) == (
        "2020-01-28", "context",
    )  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] in (
        ["page.html", "out.jsonl"], ["out.jsonl", "page.html"],
    )  # fmt: skip


# -- runs that are cut off -----------------------------------------------------------------------


def background_crawl(
    archive: Path, connect_to: dict[str, str], *, delay: float = 0.2
) -> subprocess.Popen[str]:
    """A crawl with ``delay`` seconds between requests, in the background."""
    settings = {"ARCHIVE_DIR": archive, "CONNECT_TO": json.dumps(connect_to), **FAST}
    settings["POLITENESS_DELAY"], settings["POLITENESS_PER_HOST"] = delay, 1
    command = [sys.executable, "-m", "scrapy", "crawl", "ningxia_lingwu", "-L", "WARNING"]
    command += [item for pair in settings.items() for item in ("-s", f"{pair[0]}={pair[1]}")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ}, **pipes)  # type: ignore[call-overload,no-any-return]


def wait_for(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_run_stopped_by_a_signal_says_interrupted(tmp_path: Path) -> None:
    with running() as servers:
        process = background_crawl(tmp_path, servers.connect_to)
        wait_for(lambda: len(servers.requests()) > 12)
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in stderr) == (1, False), stderr
    (run,) = (tmp_path / "runs" / "ningxia_lingwu").glob("*.json")
    assert json.loads(run.read_text())["verdict"] == "interrupted"
    assert not list(tmp_path.rglob("*.open"))


def test_a_killed_run_leaves_an_archive_that_the_next_one_repairs(tmp_path: Path) -> None:
    with running() as servers:
        process = background_crawl(tmp_path, servers.connect_to)
        wait_for(lambda: len(servers.requests()) > 12 and list(tmp_path.rglob("*.open")))
        process.kill()
        process.communicate()
        (torn,) = tmp_path.rglob("*.open")
        with torn.open("ab") as file:
            file.write(b"\x1f\x8b\x08\x00half a member")
        result = crawl("ningxia_lingwu", tmp_path, servers.connect_to)
    assert result.returncode == 0
    assert "cut" in result.stderr, "the repair is said"
    files = sorted(tmp_path.rglob("*.warc.gz"))
    assert len(files) == 2
    for file in files:
        assert subprocess.run(["gzip", "-t", file], check=False).returncode == 0
    documents = len(truth.documents("ningxia_lingwu"))
    (latest,) = [r for r in map(_run, (tmp_path / "runs").rglob("*.json")) if r["verdict"]]
    assert latest["documents"]["found"] == documents


def _run(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text())
    return report


# -- damage on the disk ----------------------------------------------------------------------------


def test_verify_names_a_flipped_byte_and_export_survives_a_closed_pipe(
    harvest: Harvest, tmp_path: Path
) -> None:
    shutil.copytree(harvest.archive / "warc" / "ningxia_lingwu", tmp_path / "warc/ningxia_lingwu")
    (file,) = tmp_path.rglob("*.warc.gz")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    verified = scrapy("verify", ARCHIVE_DIR=tmp_path)
    assert verified.returncode == 3
    assert file.name in verified.stdout
    export = f"{sys.executable} -m scrapy export --format jsonl -s ARCHIVE_DIR={harvest.archive}"
    piped = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {export} | head -c 10"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert piped.stderr == ""
