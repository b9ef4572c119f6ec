"""`scrapy status`, `show` and `export` as an operator meets them; run files and verdicts."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.layout import Layout
from crawler.runs.files import Run, write_run
from crawler.runs.words import Verdict, next_step
from crawler.store import Store
from crawler.urls import doc_id
from tests.sightings import HOST, mirror, sighting

ROOT = Path(__file__).parent.parent
PORTAL = "guangdong_suixi"
FIRST, SECOND = (doc_id(f"{HOST}/zt/post_{n}.html") for n in (1, 2))

Done = subprocess.CompletedProcess[str]


def python(*arguments: str) -> Done:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def scrapy(archive: Path, *arguments: str) -> Done:
    return python("-m", "scrapy", *arguments, "-s", f"ARCHIVE_DIR={archive}")


def crawl(archive: Path, case: str) -> dict[str, Any]:
    done = python("-m", "tests.store_run", str(archive), case)
    assert "Traceback" not in done.stderr
    run: dict[str, Any] = json.loads(max(archive.glob("runs/*/*.json")).read_text("utf-8"))
    return run


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two documents and a mirror, recorded by a real run."""
    root = tmp_path_factory.mktemp("archive")
    crawl(root, "full")
    store = Store(Layout(root))
    store.record([mirror(50, "/zt/post_2.html", town="建新镇", year=2019)])
    store.close()
    return root


def test_a_run_leaves_a_file_that_says_what_it_did(tmp_path: Path) -> None:
    first, second = crawl(tmp_path, "full"), crawl(tmp_path, "full")
    assert (first["verdict"], first["documents"]["new"]) == ("ok", 2)
    assert first["dropped"] == {"title": 1}
    assert set(first["software"]) >= {"xianzhi", "rules", "scrapy", "python"}
    assert first["started"] <= first["finished"]
    assert second["verdict"] == "nothing_new"
    assert second["documents"] == {"recorded": 2, "found": 2, "new": 0, "altered": 0, "known": 2}
    assert second["run"] > first["run"]


def test_a_run_that_finds_nothing_failed_and_a_stopped_one_was_interrupted(
    tmp_path: Path,
) -> None:
    empty = crawl(tmp_path / "a", "empty")
    assert (empty["verdict"], empty["next_step"]) == ("failed", next_step(Verdict.FAILED, PORTAL))
    assert crawl(tmp_path / "b", "interrupted")["verdict"] == "interrupted"


def test_status_puts_portals_that_need_attention_first(archive: Path, tmp_path: Path) -> None:
    Store(Layout(tmp_path)).record(
        [sighting(1), sighting(2, "/b", year=2018, portal="sichuan_chaotian")]
    )
    for portal, verdict in ((PORTAL, Verdict.OK), ("ningxia_lingwu", Verdict.FAILED)):
        step = next_step(verdict, portal)
        run = Run(portal, "20260115T021500Z", "", {}, verdict=verdict, reason="因", next_step=step)
        write_run(Layout(tmp_path), run)
    write_run(Layout(tmp_path), Run("ningxia_shapotou", "20260115T021500Z", "", {}))
    done = scrapy(tmp_path, "status", "--json")
    assert done.returncode == 0, done.stderr
    statuses = json.loads(done.stdout)
    assert [(status["portal"], status["verdict"]) for status in statuses] == [
        ("ningxia_lingwu", "failed"),
        ("ningxia_shapotou", "unfinished"),
        ("sichuan_chaotian", "no_run"),
        (PORTAL, "ok"),
    ]
    assert statuses[0]["next_step"].endswith("try `scrapy crawl ningxia_lingwu` again")
    assert statuses[2] == {
        "portal": "sichuan_chaotian",
        "documents": {"annual_report": 1},
        "gone": 0,
        "years": [2018],
        "last_run": "",
        "heartbeat": "",
        "verdict": "no_run",
        "reason": "",
        "next_step": "run `scrapy crawl sichuan_chaotian`",
        "acknowledged": "",
        "liars": [],
    }


def test_status_table_keeps_rows_whole_where_there_is_no_terminal(archive: Path) -> None:
    done = scrapy(archive, "status", PORTAL)
    heading, row = done.stdout.splitlines()
    assert heading.split()[:4] == ["portal", "reports", "points", "reviews"]
    assert row.split()[:4] == [PORTAL, "2", "0", "0"]
    assert "2 new documents, 0 altered" in row
    assert "2019–2020" in row


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("show", "0" * 16), ("export", "--format", "jsonl")],
    ids=lambda arguments: arguments[0],
)
def test_without_a_catalogue_commands_say_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = scrapy(tmp_path / "nowhere", *arguments)
    assert done.returncode == 2
    assert "run `scrapy crawl <portal>` first" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("status", "no_such"), "no run and no document of no_such; known: guangdong_suixi"),
        (("status", "--jsn"), "unknown option(s): --jsn"),
        (("show",), "expected one DOC_ID"),
        (("show", "0" * 16), "expected the id of a Document, found none"),
        (("export", "--format", "text"), "--output DIR"),
        (("export", "--format", "jsonl", "--portal", "no_such"), "no_such: expected documents"),
        (("export", "--format", "jsonl", "--output", "."), "expected a file to write"),
    ],
)
def test_mistakes_end_with_a_message_and_exit_code_2(
    archive: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = scrapy(archive, *arguments)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_show_tells_everything_and_resolves_superseded_ids(archive: Path) -> None:
    done = scrapy(archive, "show", doc_id("http://tzchery.com/zt/post_2.html"))
    assert done.returncode == 0
    assert f"superseded by {SECOND}" in done.stderr
    for told in (
        "建新镇人民政府2019年",
        "索引号",
        "mirror",
        "original",
        ".warc.gz",
        f"{SECOND}.txt",
    ):
        assert told in done.stdout


def test_show_raw_writes_the_record_of_the_page(archive: Path) -> None:
    done = scrapy(archive, "show", FIRST, "--raw")
    head, _, block = done.stdout.partition("\n\n")
    assert head.startswith("WARC/1.1")
    assert f"WARC-Target-URI: {HOST}/zt/post_1.html" in head
    assert "城月镇人民政府2020年政府信息公开工作年度报告" in block
    (captured,) = archive.glob("warc/*/*.warc.gz")
    assert done.stdout.replace("\n", "") in gzip.decompress(captured.read_bytes()).decode().replace(
        "\r\n", ""
    )


def test_export_of_texts_is_numbered_indexed_and_repeatable(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "texts"
    for _ in range(2):
        done = scrapy(archive, "export", "--format", "text", "--output", str(target))
        assert done.returncode == 0, done.stderr
        assert sorted(path.name for path in target.iterdir()) == [
            f"000_{SECOND}.txt",
            f"001_{FIRST}.txt",
            "index.jsonl",
        ]
    assert list(target.parent.iterdir()) == [target]
    stored = Layout(archive).text(PORTAL, FIRST).read_bytes()
    assert (target / f"001_{FIRST}.txt").read_bytes() == stored
    index = [json.loads(line) for line in (target / "index.jsonl").read_text("utf-8").splitlines()]
    assert [line["file"] for line in index] == [f"000_{SECOND}.txt", f"001_{FIRST}.txt"]


@pytest.mark.parametrize(
    "prepare",
    [
        lambda folder: (folder / "thesis.docx").write_text("mine"),
        lambda folder: (folder / f"000_{FIRST}.txt").write_text("a seed"),
    ],
    ids=["foreign file", "seeds without an index"],
)
def test_export_refuses_a_folder_that_is_not_its_own(
    archive: Path, tmp_path: Path, prepare: Callable[[Path], object]
) -> None:
    prepare(tmp_path)
    before = sorted(tmp_path.iterdir())
    done = scrapy(archive, "export", "--format", "text", "--output", str(tmp_path))
    assert done.returncode == 2
    assert "expected an empty folder or an earlier export" in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_export_of_jsonl_has_all_fields_on_stdout_and_in_a_file(
    archive: Path, tmp_path: Path
) -> None:
    target = tmp_path / "all.jsonl"
    scrapy(archive, "export", "--format", "jsonl", "--output", str(target), "--portal", PORTAL)
    printed = scrapy(archive, "export", "--format", "jsonl")
    assert target.read_text("utf-8") == printed.stdout
    second, first = map(json.loads, printed.stdout.splitlines())
    assert first["published"] == "2021-02-03"  # from the list, and so not in the text
    assert first["published_printed"] == ""
    assert first["issuer"]["name"] == "遂溪县城月镇人民政府"
    assert first["captures"][0]["warc"].endswith(".warc.gz")
    assert {url["role"] for url in second["urls"]} == {"original", "mirror"}
    assert list(tmp_path.iterdir()) == [target]
