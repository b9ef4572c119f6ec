"""Runs extractors over gold pages: this project here, each peer in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from crawler.dates import find_dates
from tests.benchmarks.extract_found import Found, ours
from tests.gold.pages import GoldPage

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
RUNNER = "tests.benchmarks.extract_peers"
OURS = "xianzhi"
PEERS = (
    "trafilatura", "traf. fast", "traf. precision", "traf. recall", "traf. pruned", "readability",
    "GNE", "resiliparse", "newspaper4k", "jusText", "magic-html",
)  # fmt: skip
#: A peer that has not answered by then hangs.
PATIENCE_SECONDS = 1800

Job = tuple[str, str]  # set and id of a page


@dataclass(frozen=True, slots=True)
class Run:
    """One extractor over all pages; ``missing`` says why there is nothing."""

    name: str
    version: str = ""
    found: Mapping[Job, Found] | None = None
    seconds: float = 0.0
    missing: str = ""

    @property
    def speed(self) -> float:
        """Pages a second of CPU time."""
        return len(self.found) / self.seconds if self.found and self.seconds else 0.0


def run_ours(pages: Sequence[GoldPage], runs: int) -> Run:
    found: dict[Job, Found] = {}
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        found = {(page.set, page.id): ours(page) for page in pages}
        seconds.append(time.process_time() - start)
    return Run(OURS, metadata.version("xianzhi"), found, min(seconds))


def run_peer(name: str, pages: Sequence[GoldPage], runs: int) -> Run:
    if not PEERS_PYTHON.exists():
        return Run(name, missing="no .venv-peers; `make bench-extract` makes it, given a network")
    job = {
        "extractor": name,
        "runs": runs,
        "pages": [
            {"id": f"{page.set}/{page.id}", "url": page.url, "file": str(page.file)}
            for page in pages
        ],
    }
    try:
        done = subprocess.run(
            [str(PEERS_PYTHON), "-m", RUNNER],
            cwd=ROOT,
            input=json.dumps(job) + "\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Run(name, missing=f"no answer within {PATIENCE_SECONDS} s")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return Run(name, missing=f"exit code {done.returncode}: {done.stderr.strip()[-200:]}")
    return _run_of(name, json.loads(lines[0]))


def _run_of(name: str, answer: dict[str, Any]) -> Run:
    if "missing" in answer:
        return Run(name, missing=answer["missing"])
    found = {_job(page["id"]): found_of(page) for page in answer["pages"]}
    return Run(name, answer["version"], found, answer["seconds"])


def _job(text: str) -> Job:
    name, _, page = text.partition("/")
    return name, page


def found_of(page: Mapping[str, str]) -> Found:
    """A peer's answer in our words: ISO dates, tabs between cells, only what it claims to read."""
    fields = {name: page[name] for name in ("title", "published", "source") if name in page}
    dates = find_dates(fields.get("published", ""))
    return Found(
        body="\n".join(_read_kindly(page["body"])),
        fields={**fields, "published": dates[0]} if dates else fields,
        crash=page.get("crash", ""),
    )


def _read_kindly(body: str) -> list[str]:
    """Tables and list marks of Markdown as the gold writes them: no peer loses by those."""
    lines = []
    for line in body.split("\n"):
        if re.fullmatch(r"[|\-: ]*\|[|\-: ]*", line):
            continue
        if line.startswith("|"):
            line = "\t".join(cell.strip() for cell in re.sub(r"^\||\|\s*$", "", line).split("|"))
        lines.append(re.sub(r"^\s*(?:[-*•]|#{1,6}) ", "", line))
    return lines


EXTRACTORS: dict[str, Callable[[Sequence[GoldPage], int], Run]] = {
    OURS: run_ours,
    **{name: partial(run_peer, name) for name in PEERS},
}
