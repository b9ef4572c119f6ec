"""One ``scrapy crawl`` over faults, in a process of its own, and what is left of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from tests.portals.faults_kit import TIMEOUT, Fault
from tests.portals.faults_server import serving

ROOT = Path(__file__).resolve().parents[2]
#: A crawl that is not over by then hangs, which no fault may bring about.
HANGS = 120

SETTINGS: dict[str, object] = {
    "SPIDER_MODULES": "tests.portals.faults_spider",
    "CONTACT": "archive@example.org",
    "POLITENESS_DELAY": 0,
    "POLITENESS_LATENCY_FACTOR": 0,
    "POLITENESS_BACKOFF": 0.05,
    "DOWNLOAD_TIMEOUT": TIMEOUT,
    "DOWNLOAD_MAXSIZE": 13 * 1024 * 1024,
    "RETRY_TIMES": 1,
}


@dataclass(frozen=True)
class Fetch:
    """One metadata record: what is known of a fetch besides its bytes."""

    began: datetime
    facts: dict[str, Any]

    @property
    def ended(self) -> float:
        return self.began.timestamp() + self.facts.get("fetch_time_ms", 0) / 1000


@dataclass(frozen=True)
class Ran:
    """A finished crawl. ``memory`` is the most it had resident, in bytes."""

    returncode: int
    archive: Path
    log: str
    stats: dict[str, Any]
    memory: int

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.archive / "warc").rglob("*.warc.gz"))

    @cached_property
    def fetches(self) -> dict[str, list[Fetch]]:
        """Every fetch by its URL, read from the files by warcio."""
        found: defaultdict[str, list[Fetch]] = defaultdict(list)
        for path in self.warcs:
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    if record.rec_type == "metadata":
                        began = datetime.fromisoformat(record.rec_headers["WARC-Date"])
                        facts = json.loads(record.content_stream().read())
                        found[record.rec_headers["WARC-Target-URI"]].append(Fetch(began, facts))
        return found

    @cached_property
    def words(self) -> dict[str, list[str]]:
        """The outcome words of each URL, as the crawl counted them."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, urls in self.stats.items():
            kind, _, word = name.partition("/")
            if kind == "outcome_examples":
                for url in urls:
                    found[url].append(word)
        return found


def run(
    faults: Sequence[Fault],
    folder: Path,
    *,
    before: Callable[[], object] | None = None,
    **settings: object,
) -> Ran:
    """Crawl the hosts of ``faults``; ``before`` runs in the child, ahead of anything else."""
    folder.mkdir(exist_ok=True)
    archive, log, stats = folder / "archive", folder / "crawl.log", folder / "stats.json"
    with serving(faults, folder) as servers, log.open("w", encoding="utf-8") as said:
        chosen = SETTINGS | {
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(servers.connect_to),
            "CONCURRENT_REQUESTS": len(faults) + 8,
            "FAULTS_ONLY": ",".join(fault.name for fault in faults),
            "FAULTS_STATS": stats,
        }
        command = [sys.executable, "-m", "scrapy", "crawl", "faults"]
        for name, value in (chosen | settings).items():
            command += ["-s", f"{name}={value}"]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"SSL_CERT_FILE": str(servers.authority)},
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=before,
        )
        returncode, memory = _wait(process, log)
    told = json.loads(stats.read_text(encoding="utf-8")) if stats.exists() else {}
    return Ran(returncode, archive, log.read_text(encoding="utf-8"), told, memory)


def _wait(process: subprocess.Popen[bytes], log: Path) -> tuple[int, int]:
    """The exit code and the peak of memory, which only ``wait4`` tells of one child."""
    deadline = time.monotonic() + HANGS
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_maxrss * 1024
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError(f"the crawl hangs; the end of its log:\n{log.read_text()[-2000:]}")
