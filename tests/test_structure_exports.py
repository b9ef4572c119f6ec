"""Headings and tasks as exports and commands give them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from crawler.catalogue import Catalogue
from crawler.export import csv_lines, jsonl
from crawler.layout import Layout
from crawler.store import Store
from crawler.store.texts import render_text
from tests.one_process import scrapy_each
from tests.sightings import sighting
from tests.structure_kit import seed_blocks


def test_exports_carry_headings_and_tasks_with_places_in_the_text_file(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    store = Store(layout)
    store.record([sighting(1, blocks=seed_blocks("001"))])
    store.close()
    catalogue = Catalogue(layout)
    rows = catalogue.documents()
    (line,) = jsonl(catalogue.whole(rows))
    record = json.loads(line)
    (document,) = catalogue.whole(rows)
    body = render_text(document.latest).decode().partition("\n\n")[2]
    for one in record["outline"]:
        assert body[one["start"] :].startswith(one["number"] + one["title"])
        assert one["end"] <= len(body) - len("\n")
    assert [body[one["start"] : one["end"]] for one in record["tasks"]] == [
        one["text"] for one in record["tasks"]
    ]
    table = b"".join(csv_lines(catalogue.whole(rows))).decode()
    cells = list(csv.DictReader(io.StringIO(table, newline="")))
    assert len(cells) == sum(len(one["units"]) for one in record["tasks"])
    assert cells[0]["section"] == "一、深入推进“五公开”,促进行政依法依规 > (一)加强行政决策公开"
    assert (cells[0]["unit"], cells[0]["role"]) == ("镇党政办", "")


def test_commands_print_headings_as_a_tree_and_tasks_as_a_table(tmp_path: Path) -> None:
    store = Store(Layout(tmp_path))
    store.record([sighting(1, blocks=seed_blocks("001")), sighting(2, "/b.html", year=2018)])
    store.close()
    report, points = (row["doc_id"] for row in Catalogue(Layout(tmp_path)).documents())
    archive = ["-s", f"ARCHIVE_DIR={tmp_path}"]
    tree, table, none, both, exported = scrapy_each(
        [
            ["show", points, "--outline", *archive],
            ["show", points, "--tasks", *archive],
            ["show", report, "--tasks", *archive],
            ["show", points, "--tasks", "--raw", *archive],
            ["export", "--format", "tasks", "--output", str(tmp_path / "tasks.csv"), *archive],
        ]
    )
    assert tree.stdout.splitlines()[:2] == [
        "一、深入推进“五公开”,促进行政依法依规",
        "  (一)加强行政决策公开",
    ]
    heading, first, *_ = table.stdout.splitlines()
    assert heading.split() == ["unit", "role", "section", "task"]
    assert first.startswith("镇党政办")
    assert "认真贯彻执行" in first
    assert (none.returncode, none.stdout) == (0, "")
    assert "nobody is named for a task" in none.stderr
    assert both.returncode == 2
    assert exported.returncode == 0
    assert "2 documents exported" in exported.stderr
    assert (tmp_path / "tasks.csv").read_text("utf-8").startswith("doc_id,issuer,report_year,")
