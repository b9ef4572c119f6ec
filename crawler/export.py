"""Exports of the catalogue: a folder of numbered texts, one JSON line a Document, or its tasks."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.atomic import sync_directory, write_atomically
from crawler.catalogue import StoredDocument
from crawler.errors import ConfigurationError
from crawler.extraction.structure.outline import section_path
from crawler.extraction.structure.tasks import outline_and_tasks
from crawler.serial import to_plain
from crawler.store.texts import render_text

INDEX = "index.jsonl"
#: Columns of the export of tasks, a unit of a task a row; `section` is the way down to it.
TASK_COLUMNS = (
    "doc_id", "issuer", "report_year", "section", "task", "unit", "role", "start", "end",
)  # fmt: skip
_TEXT = re.compile(r"\d{3,}_[0-9a-f]{16}\.txt")


def export_texts(documents: Iterable[StoredDocument], target: Path) -> int:
    """Texts as ``NNN_<doc_id>.txt`` beside an index that says what each is; how many.

    The folder is built aside and put in place at once. Only a folder that an export made is
    replaced.
    """
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as aside:
        fresh = Path(aside) / "new"
        lines = []
        for number, document in enumerate(documents):
            name = f"{number:03}_{document.row['doc_id']}.txt"
            write_atomically(fresh / name, render_text(document.latest))
            lines.append(_line({"file": name, **record(document)}))
        write_atomically(fresh / INDEX, b"".join(lines))
        if target.exists():
            target.rename(Path(aside) / "old")
        fresh.rename(target)
    sync_directory(target.parent)
    return len(lines)


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise ConfigurationError(f"{target}: expected a folder to write, found a file")
    names = {path.name for path in target.iterdir()} if target.exists() else set()
    foreign = sorted(name for name in names - {INDEX} if not _TEXT.fullmatch(name))
    if names and (foreign or INDEX not in names):
        raise ConfigurationError(
            f"{target}: expected an empty folder or an earlier export, found"
            f" {foreign[0] if foreign else f'texts without {INDEX}'}; give another --output"
        )


def jsonl(documents: Iterable[StoredDocument]) -> Iterator[bytes]:
    """One line a Document."""
    return (_line(record(document)) for document in documents)


def task_rows(document: StoredDocument) -> Iterator[tuple[object, ...]]:
    """A Document's tasks as rows of `TASK_COLUMNS`."""
    row, blocks = document.row, document.latest.blocks
    sections, tasks = outline_and_tasks(blocks)
    for task in tasks:
        path = " > ".join(section_path(sections, task.section))
        for unit in task.units:
            yield (
                row["doc_id"], row["issuer_name"], row["report_year"], path, task.text,
                unit.name, unit.role, task.start, task.end,
            )  # fmt: skip


def csv_lines(documents: Iterable[StoredDocument]) -> Iterator[bytes]:
    """The tasks of all Documents as CSV (RFC 4180, UTF-8): first the names of the columns."""
    yield _csv_line(TASK_COLUMNS)
    for document in documents:
        yield from map(_csv_line, task_rows(document))


def _csv_line(cells: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8")


def record(document: StoredDocument) -> dict[str, Any]:
    """All fields of a Document as plain data: what its latest text was read as, then what the
    catalogue made of it. ``published_printed`` is the date the page itself gives; headings and
    tasks are worked out of the text."""
    latest = to_plain(document.latest)
    sections, tasks = outline_and_tasks(document.latest.blocks)
    return {
        **latest,
        "outline": to_plain(sections),
        "tasks": to_plain(tasks),
        **document.row,
        "issuer": latest["issuer"],
        "published_printed": latest["published"],
        "flags": document.flags,
        "versions": document.versions,
        "urls": [{**url, "printed": json.loads(url["printed"])} for url in document.urls],
        "captures": document.captures,
        "checks": document.checks,
        "found_on": document.found_on,
    }


def _line(fields: dict[str, Any]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
