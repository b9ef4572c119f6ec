"""Conversions made by crawls and by `scrapy reextract --convert`, and what is read from them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

from crawler.catalogue import Catalogue, StoredDocument
from crawler.commands.reextract import Command
from crawler.conversion.libreoffice import LibreOffice
from crawler.items import Context, Conversion, Note, Role
from crawler.layout import Layout
from crawler.state.lock import PortalLock
from crawler.tombstones import add_tombstones
from crawler.urls import canonical_url
from crawler.warc.reader import CaptureReader
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter
from tests.conversion_tools import SPOILED, rtf
from tests.fetch_lab import Answer, Server
from tests.harvest import dump
from tests.portals.demo import FAST, ROOT, Crawl, scrapy
from tests.portals.faults_kit import html
from tests.small_portal import HOST, PORTAL, SmallPortal, serving
from tests.warc_samples import RUN, exchange, judge

TITLE = "太阳山镇{}年政府信息公开工作年度报告"
TEXT = "全镇主动公开政府信息三十条，受理依申请公开两件，均已答复，没有行政复议和行政诉讼。" * 3
FOLDER = "/xxgk/zfxxgknb/202001"
PAGE, LINKED = f"{FOLDER}/t20200115_0.html", f"{FOLDER}/report.doc"
TOOLS = "tests.conversion_tools."
#: By then every page is due to be asked again.
NEXT_YEAR = "2031-01-15"


def article(year: int, file: str) -> str:
    title = TITLE.format(year)
    link = f'<p>附件：<a href="{FOLDER}/{file}">{title}.doc</a></p>'
    return html(f'<h1>{title}</h1><div class="TRS_Editor">{link}</div>', title)


def report(year: int) -> bytes:
    return rtf(TITLE.format(year), "一、总体情况", TEXT)


def documents(archive: Path) -> dict[str, StoredDocument]:
    catalogue = Catalogue(Layout(archive))
    whole = catalogue.whole(catalogue.documents([PORTAL]))
    return {document.latest.url.removeprefix(f"http://{HOST}"): document for document in whole}


def conversions(archive: Path) -> list[Conversion]:
    """Those that captures come with, each once."""
    captures = CaptureReader(Layout(archive).warc_dir(PORTAL)).captures()
    return list({made.record_id: made for one in captures for made in one.conversions}.values())


def rows_of(archive: Path) -> str:
    """The catalogue to the last byte of its rows, in the order they were written."""
    connection = sqlite3.connect(archive / "catalogue.sqlite")
    try:
        lines = connection.iterdump()  # indexes are made in any order
        return "\n".join(line for line in lines if line.startswith("INSERT"))
    finally:
        connection.close()


def rebuilt(archive: Path, jobs: int) -> Crawl:
    (archive / "catalogue.sqlite").unlink(missing_ok=True)
    shutil.rmtree(archive / "text", ignore_errors=True)
    return scrapy("reextract", "--jobs", str(jobs), ARCHIVE_DIR=archive)


# -- a crawl --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A report in an old Word file behind a page, and one that the list itself leads to."""
    word = {"Content-Type": "application/msword"}
    answers = {
        PAGE: Answer(article(2016, "annex.doc")),
        f"{FOLDER}/annex.doc": Answer(report(2016), headers=word),
        LINKED: Answer(report(2017), headers=word),
    }
    with serving(SmallPortal([PAGE, LINKED], answers)) as server:
        yield server


def command_of(server: Server, archive: Path, **settings: object) -> list[str]:
    chosen = {
        **FAST,
        "ARCHIVE_DIR": archive,
        "CONNECT_TO": json.dumps({HOST: f"127.0.0.1:{server.port}"}),
        "NOW": "2030-01-15",
        **settings,
    }
    options = [word for name, value in chosen.items() for word in ("-s", f"{name}={value}")]
    return ["crawl", PORTAL, "-L", "WARNING", *options]


def crawl(server: Server, archive: Path, **settings: object) -> Crawl:
    return scrapy(*command_of(server, archive, **settings))


def test_a_crawl_converts_and_everything_later_reads_what_it_made(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVERSION_LOG", str(tmp_path / "converted"))
    archive = tmp_path / "archive"
    tool = {"CONVERT_TOOLS": TOOLS + "LineTool"}
    done = crawl(server, archive, **tool)
    assert (done.returncode, done.stderr) == (0, "")
    live = dump(archive)
    found = documents(archive)
    assert set(found) == {PAGE, LINKED}
    for path, year in ((PAGE, 2016), (LINKED, 2017)):
        latest = found[path].latest
        assert (latest.title, latest.text_source) == (TITLE.format(year), "office")
        assert latest.path == "libreoffice:docx"
        assert TEXT in "".join(str(block) for block in latest.blocks)
        (made,) = latest.conversions
        assert (made.engine, made.version) == ("libreoffice", "Lines 1")
        places = {row["record_id"]: row for row in found[path].captures}
        assert (places[made.record_id]["role"], places[made.record_id]["warc"]) == (
            Role.CONVERSION,
            places[latest.record_id]["warc"],
        )
    directory = Layout(archive).warc_dir(PORTAL)
    for file in directory.iterdir():
        assert (verify(file), judge(file)) == ([], [])

    replayed = scrapy("replay", PORTAL, "-L", "WARNING", ARCHIVE_DIR=archive)
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert "2 documents read, 0 differ" in replayed.stdout
    again = rebuilt(archive, 1)
    assert (again.returncode, again.stderr) == (0, "")
    assert dump(archive) == live

    shown = scrapy("show", found[PAGE].row["doc_id"], ARCHIVE_DIR=archive).stdout
    assert "libreoffice  Lines 1" in shown
    # The files have not changed: what was made of them serves their revisits.
    assert crawl(server, archive, **tool, NOW=NEXT_YEAR).returncode == 0
    assert len((tmp_path / "converted").read_text(encoding="utf-8").splitlines()) == 2
    assert len(conversions(archive)) == 2
    for document in documents(archive).values():
        assert document.row["first_seen"] < document.row["last_seen"]
        assert [version["text_source"] for version in document.versions] == ["office"]


def test_a_crawl_that_stops_while_a_tool_works_reads_the_file_in_the_next_run(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, archive = tmp_path / "converted", tmp_path / "archive"
    monkeypatch.setenv("CONVERSION_LOG", str(log))
    command = command_of(server, archive, CONVERT_TOOLS=TOOLS + "EndlessTool")
    process = subprocess.Popen([sys.executable, "-m", "scrapy", *command], cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while not log.exists():
            assert time.monotonic() < end
            time.sleep(0.05)
        process.terminate()
        assert process.wait(timeout=60) == 1
    finally:
        process.kill()
        process.wait()
    assert (documents(archive), conversions(archive)) == ({}, [])

    assert crawl(server, archive, CONVERT_TOOLS=TOOLS + "LineTool").returncode == 0
    found = documents(archive)
    assert {document.latest.text_source for document in found.values()} == {"office"}
    assert set(found) == {PAGE, LINKED}


# -- an archive -----------------------------------------------------------------------------------

YEARS = range(2009, 2021)
BAD = 2020


@dataclass
class Shelf:
    """An archive of pages each of which is a link to a Word file; the last of these is spoiled."""

    root: Path
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.root / "converted"
        writer = WarcWriter(Layout(self.root).warc_dir(PORTAL), PORTAL, RUN)
        for year in YEARS:
            self._add(writer, year)
        writer.close()

    def _add(self, writer: WarcWriter, year: int) -> None:
        link = Context(list_url=f"http://{HOST}/xxgk/", link_text=TITLE.format(year))
        note = Note(portal=PORTAL, spider=PORTAL, context=link)
        url = f"http://{HOST}{FOLDER}/t{year}0115_1.html"
        body = article(year, f"{year}.doc").encode()
        page = writer.write_exchange(exchange(url=url, payload=body), note)
        part = Note(
            portal=PORTAL,
            spider=PORTAL,
            role=Role.ATTACHMENT,
            parent=page.record_id,
            context=Context(list_url=url, position=0, hops=1),
        )
        file = exchange(url=self.url(year), payload=rtf(SPOILED) if year == BAD else report(year))
        writer.write_exchange(file, part)

    @staticmethod
    def url(year: int) -> str:
        return f"http://{HOST}{FOLDER}/{year}.doc"

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in Layout(self.root).warc_dir(PORTAL).iterdir())

    def converted(self) -> int:
        """How many files the tool was given since the last time."""
        count = len(self.log.read_text(encoding="utf-8").splitlines()) if self.log.exists() else 0
        self.log.unlink(missing_ok=True)
        return count

    def reextract(self, tool: str, *arguments: str) -> Crawl:
        return scrapy("reextract", *arguments, ARCHIVE_DIR=self.root, CONVERT_TOOLS=TOOLS + tool)

    def versions(self) -> set[str]:
        return {c.version for d in documents(self.root).values() for c in d.latest.conversions}


def test_reextract_converts_what_is_missing_and_can_be_interrupted_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    monkeypatch.setenv("CONVERSION_LOG", str(shelf.log))
    before = shelf.files

    done = shelf.reextract("NoTool", "--convert")
    assert done.returncode == 2
    assert "libreoffice: the tool of the tests" in done.stderr
    with PortalLock.acquire(Layout(tmp_path).lock(PORTAL), PORTAL):
        done = shelf.reextract("LineTool", "--convert")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"process {os.getpid()}" in done.stdout
    assert (shelf.files, shelf.converted()) == (before, 0)

    assert shelf.reextract("DeadlyTool", "--convert").returncode == -9
    assert shelf.converted() == 10
    (torn,) = set(shelf.files) - set(before)
    assert torn.endswith("-conversions-00000.warc.gz.open")

    done = shelf.reextract("LineTool", "--convert", "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert shelf.converted() == 2  # one that is missing, one that cannot be made
    assert "closed after a run that was cut off" in done.stderr
    assert f"{shelf.url(BAD)}: expected libreoffice to make something" in done.stderr
    assert f"{PORTAL}: 1 of 2 files converted, error 1" in done.stdout
    found = documents(tmp_path)
    assert {document.row["report_year"] for document in found.values()} == set(YEARS) - {BAD}
    assert {document.latest.text_source for document in found.values()} == {"office"}
    assert "needs_tool 1" in done.stdout  # the page whose file is spoiled
    directory = Layout(tmp_path).warc_dir(PORTAL)
    assert [verify(directory / name) for name in shelf.files] == [[], [], []]
    # Runs are what crawls left: no run of this can be replayed.
    assert Layout(tmp_path).archived_runs(PORTAL) == [RUN]

    by_two = rows_of(tmp_path)
    assert rebuilt(tmp_path, 1).returncode == 0
    assert rows_of(tmp_path) == by_two

    # A newer tool; one file was taken down meanwhile, with the page that had it.
    stones = Layout(tmp_path).tombstones
    add_tombstones(stones, [canonical_url(shelf.url(2010))], "", datetime.now(UTC))
    done = shelf.reextract("NewerLineTool", "--convert", "--again")
    assert f"{PORTAL}: 10 of 11 files converted, error 1" in done.stdout, done.stderr
    assert "2010.doc" not in done.stderr + done.stdout
    assert shelf.versions() == {"Lines 2"}
    assert len(documents(tmp_path)) == len(YEARS) - 2


@pytest.mark.parametrize(
    ("chosen", "said"),
    [({"jobs": 0}, "--jobs: expected 1 or more"), ({"again": True}, "--again: say what")],
)
def test_options_that_make_no_sense_are_refused(chosen: dict[str, object], said: str) -> None:
    options = {"jobs": 1, "convert": False, "ocr": False, "again": False, **chosen}
    with pytest.raises(UsageError, match=said):
        Command().execute([], Namespace(**options))


# -- LibreOffice itself ---------------------------------------------------------------------------


def escaped(*lines: str) -> bytes:
    """RTF as Word writes it; the first line is centred."""
    told = [
        "".join(f"\\u{ord(char) - 65536 * (ord(char) > 32767)}?" for char in line) for line in lines
    ]
    return ("{\\rtf1\\ansi \\qc " + "\\par \\pard ".join(told) + "\\par}").encode()


@pytest.mark.skipif(LibreOffice().version() is None, reason=f"needs {LibreOffice.missing}")
def test_a_crawl_reads_an_old_file_by_libreoffice(tmp_path: Path) -> None:
    answer = Answer(escaped(TITLE.format(2017), "一、总体情况", TEXT))
    with serving(SmallPortal([LINKED], {LINKED: answer})) as server:
        done = crawl(server, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (document,) = documents(tmp_path).values()
    assert (document.latest.text_source, document.latest.path) == ("office", "libreoffice:docx")
    assert TEXT in "".join(str(block) for block in document.latest.blocks)
    (made,) = document.latest.conversions
    assert made.version.startswith("LibreOffice ")
