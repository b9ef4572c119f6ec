"""Runs readers over the attachments: this project here, each peer in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from crawler.extraction.extract import read
from crawler.items import Capture, PageResult, Table
from tests.attachments.truth import Grid
from tests.benchmarks.attachments_converted import conversions
from tests.benchmarks.attachments_score import Reading
from tests.benchmarks.extract_jobs import OURS, PEERS_PYTHON, ROOT

RUNNER = "tests.benchmarks.attachments_peers"
#: Peer → the endings of the names it is given; None: all.
PEERS: dict[str, tuple[str, ...] | None] = {
    "markitdown": None,
    "pdfplumber": (".pdf",),
    "pypdfium2": (".pdf",),
    "python-docx": (".docx",),
    "openpyxl": (".xlsx",),
}
READERS = (OURS, *PEERS)
_PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Run:
    """One reader over the files it takes; ``missing`` says why there is nothing."""

    name: str
    version: str = ""
    found: Mapping[str, Reading] | None = None
    missing: str = ""


def run_reader(name: str, files: Mapping[str, Path], runs: int) -> Run:
    return run_ours(files, runs) if name == OURS else _run_peer(name, files, runs)


def run_ours(files: Mapping[str, Path], runs: int) -> Run:
    captures = {name: capture_of(name, path.read_bytes()) for name, path in files.items()}
    made = conversions(list(captures.values()))
    found = {
        name: _timed(replace(one, conversions=made.get(one.record_id, ())), runs)
        for name, one in captures.items()
    }
    return Run(OURS, metadata.version("xianzhi"), found)


def ours(name: str, content: bytes, runs: int = 1) -> Reading:
    """The bytes as `read` would get them from a portal that says nothing about their type."""
    return _timed(capture_of(name, content), runs)


def _timed(capture: Capture, runs: int) -> Reading:
    result, crash, seconds = None, "", float("inf")
    for _ in range(runs):
        start = time.process_time()
        try:
            result = read(capture)
        except Exception as error:  # noqa: BLE001 - a crash is a finding, the others go on
            crash = f"{type(error).__name__}: {error}"[:200]
        seconds = min(seconds, time.process_time() - start)
    return _reading(result, crash, seconds)


def capture_of(name: str, content: bytes) -> Capture:
    return Capture(
        record_id=f"urn:attachment:{name}",
        url=f"http://www.yunling.example.gov.cn/files/{name}",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "application/octet-stream"),),
        content=content,
    )


def _reading(result: PageResult | None, crash: str, seconds: float) -> Reading:
    if result is None:
        return Reading(outcome="crash", crash=crash, seconds=seconds)
    return Reading(
        text="\n".join(part for part in (result.title, result.body) if part),
        tables=tuple(block.rows for block in result.blocks if isinstance(block, Table)),
        outcome=str(result.outcome),
        seconds=seconds,
    )


def _run_peer(name: str, files: Mapping[str, Path], runs: int) -> Run:
    if not PEERS_PYTHON.exists():
        return Run(name, missing="no .venv-peers; `make bench-attachments` makes it")
    endings = PEERS[name]
    taken = {one: path for one, path in files.items() if endings is None or one.endswith(endings)}
    job = {
        "extractor": name,
        "runs": runs,
        "files": [{"id": one, "file": str(path)} for one, path in taken.items()],
    }
    try:
        done = subprocess.run(
            [str(PEERS_PYTHON), "-m", RUNNER],
            cwd=ROOT,
            input=json.dumps(job) + "\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Run(name, missing=f"no answer within {_PATIENCE_SECONDS} s")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return Run(name, missing=f"exit code {done.returncode}: {done.stderr.strip()[-200:]}")
    return _run_of(name, json.loads(lines[0]))


def _run_of(name: str, answer: Mapping[str, Any]) -> Run:
    if "missing" in answer:
        return Run(name, missing=answer["missing"])
    found = {one["id"]: reading_of(one) for one in answer["files"]}
    return Run(name, answer["version"], found)


def reading_of(answer: Mapping[str, Any]) -> Reading:
    """A peer's answer; tables it draws in Markdown become grids, marks of Markdown go."""
    text, drawn = _from_markdown(answer["text"])
    given = [tuple(tuple(cell for cell in row) for row in rows) for rows in answer["tables"]]
    return Reading(
        text=text,
        tables=tuple(given) or drawn,
        crash=answer.get("crash", ""),
        seconds=answer["seconds"],
    )


def _from_markdown(text: str) -> tuple[str, tuple[Grid, ...]]:
    lines: list[str] = []
    grids: list[Grid] = []
    rows: list[tuple[str, ...]] = []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            if re.fullmatch(r"[|\-: ]+", line) and "-" in line:
                continue
            cells = re.sub(r"^\||\|\s*$", "", line).split("|")
            rows.append(tuple("" if _is_filler(cell) else cell.strip() for cell in cells))
            lines.append("\t".join(rows[-1]))
            continue
        if rows:
            grids.append(tuple(rows))
            rows = []
        lines.append(re.sub(r"^\s*(?:[-*•]|#{1,6}) ", "", line))
    return "\n".join(lines), tuple(grids)


def _is_filler(cell: str) -> bool:
    """What pandas prints for a cell without a value."""
    return re.fullmatch(r"\s*(?:NaN|Unnamed: \d+)\s*", cell) is not None
