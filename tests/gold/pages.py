"""Gold pages as types: the two sets of this folder and, where it is at hand, ``shared/real``.

A field that a set has no gold for is None and is not scored. ``dev`` may be looked at while rules
are tuned, ``holdout`` may not; ``real`` lies outside the repository and is a development set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
REAL = FOLDER.parents[2] / "shared" / "real"
SETS = ("real", "dev", "holdout")
#: Real pages were saved without an address here and there.
_NO_URL = "http://example.gov.cn/page.html"

Grid = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GoldTask:
    """A task of a work plan and who answers for it, as one role says."""

    text: str
    units: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True)
class GoldPage:
    """One page with what a careful reader makes of it."""

    id: str
    set: str
    url: str
    file: Path
    content: bytes
    content_type: str
    title: str
    published: str
    source: str
    body: str
    tables: tuple[Grid, ...]
    optional_lines: tuple[str, ...]
    #: Whether ``tables`` says where a table begins and ends, or only the lines of the body do.
    whole_tables: bool = True
    family: str = ""
    features: tuple[str, ...] = ()
    note: str = ""
    index_number: str | None = None
    doc_number: str | None = None
    outcome: str | None = None
    infobox: Mapping[str, str] | None = None
    breadcrumb: tuple[str, ...] | None = None
    headings: tuple[tuple[int, str], ...] | None = None
    tasks: tuple[GoldTask, ...] | None = None
    attachments: tuple[tuple[str, str], ...] | None = None
    table_images: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None
    mirror: str | None = None


def load(name: str) -> list[GoldPage]:
    """The pages of a set in the order of their ids; none when the set is not at hand."""
    if name not in SETS:
        raise ValueError(f"gold set {name!r}: expected one of {', '.join(SETS)}")
    if name == "real":
        return list(_real())
    return [_own(name, path) for path in sorted((FOLDER / name).glob("*.json"))]


def _own(name: str, path: Path) -> GoldPage:
    gold = json.loads(path.read_text(encoding="utf-8"))
    file = path.with_suffix(".html")
    infobox = gold.get("infobox", {})
    return GoldPage(
        id=gold["id"],
        set=name,
        url=gold["url"],
        file=file,
        content=file.read_bytes(),
        content_type=gold.get("content_type", ""),
        title=gold.get("title", ""),
        published=gold.get("published", ""),
        source=gold.get("source", ""),
        body=gold.get("body", ""),
        tables=tuple(_grid(rows) for rows in gold.get("tables", [])),
        optional_lines=tuple(gold.get("optional_lines", [])),
        family=gold.get("family", ""),
        features=tuple(gold.get("features", [])),
        note=gold.get("note", ""),
        index_number=infobox.get("索引号", ""),
        # A number that stands in the text only is part of the text, not of the block.
        doc_number=infobox.get("发文字号"),
        outcome=gold["outcome"],
        infobox=infobox,
        breadcrumb=tuple(gold.get("breadcrumb", [])),
        headings=tuple((level, text) for level, text in gold.get("headings", [])),
        tasks=tuple(_task(one) for one in gold.get("tasks", [])),
        attachments=tuple((url, text) for url, text in gold.get("attachments", [])),
        table_images=tuple(gold.get("table_images", [])),
        warnings=tuple(gold.get("warnings", [])),
        mirror=gold.get("mirror", ""),
    )


def _task(gold: Mapping[str, Any]) -> GoldTask:
    return GoldTask(text=gold["text"], units=tuple(gold["units"]), role=gold.get("role", ""))


def _grid(rows: list[list[str]]) -> Grid:
    return tuple(tuple(row) for row in rows)


def _real() -> Iterator[GoldPage]:
    manifest = REAL / "manifest.jsonl"
    if not manifest.exists():
        return
    for line in manifest.read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        gold_file = REAL / "gold" / f"{page['id']}.json"
        if page["kind"] == "article" and gold_file.exists():
            yield _real_page(page, json.loads(gold_file.read_text(encoding="utf-8")))


def _real_page(page: Mapping[str, Any], gold: Mapping[str, Any]) -> GoldPage:
    file = REAL / "pages" / page["file"]
    return GoldPage(
        id=page["id"],
        set="real",
        url=page["page_url"] or _NO_URL,
        file=file,
        content=file.read_bytes(),
        content_type="text/html",
        title=gold["title"] or "",
        published=gold["publish_date"] or "",
        source=gold["source"] or "",
        body=gold["body"],
        tables=tuple(grids_of(gold["body"])),
        optional_lines=tuple(gold["optional_lines"]),
        whole_tables=False,
        family=page["cms"],
        index_number=gold["index_number"] or "",
        doc_number=gold["doc_number"] or "",
    )


def grids_of(body: str) -> Iterator[Grid]:
    """The tables of a body: runs of lines with tabs, which a line without one ends."""
    rows: list[tuple[str, ...]] = []
    for line in [*body.split("\n"), ""]:
        if "\t" in line:
            rows.append(tuple(line.split("\t")))
        elif rows:
            yield tuple(rows)
            rows = []
