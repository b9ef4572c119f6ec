"""Crawls killed again and again, and what became of the archive; beside it, plain Scrapy.

    python -m tests.benchmarks.torture [--pages 3000] [--kills 500] [--plain-kills 10] [--seed 1]

Real ``scrapy crawl`` processes die by SIGKILL at named points (`torture_crawl`) and at random
moments. When a walk has come to its end the archive is judged against one of an undisturbed
crawl; kills that are left go to another archive.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.catalogue import Catalogue
from crawler.layout import Layout
from crawler.warc.index import build_index
from crawler.warc.reader import CaptureReader
from crawler.warc.verify import verify
from tests.benchmarks.torture_ledger import Ledger
from tests.benchmarks.torture_plain import plain_losses
from tests.benchmarks.torture_site import Site, TortureSpider, serving

ROOT = Path(__file__).resolve().parents[2]
PORTAL = TortureSpider.name
#: The named points, and after how many passages of them a crawl dies.
PASSAGES = {
    "fetch": range(1, 12),
    "write": range(2, 14),
    "fsync": range(1, 6),
    "rename": range(1, 10),
    "upsert": range(1, 5),
    "commit": range(1, 12),
    "rotate": range(3, 7),
    "close": range(1, 5),
}
PER_POINT = 40
_RANDOM = "random"
_SETTINGS = {
    "SPIDER_MODULES": "tests.benchmarks.torture_site",
    "POLITENESS_DELAY": 0,
    "POLITENESS_LATENCY_FACTOR": 0,
    "POLITENESS_PER_HOST": 4,
    "LOG_LEVEL": "WARNING",
}

#: What an archive says of each URL: fields, text, and the URLs it shares a Document with.
Told = dict[str, tuple[Any, ...]]


@dataclass
class Losses:
    """What the kills cost: all lists should be empty."""

    kills: Counter[str] = field(default_factory=Counter)
    archives: int = 0
    in_flight: int = 0  # requests sent whose answer was on no record, at all kills together
    lost: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    asked_again: int = 0  # in the same walk
    answered_again: list[str] = field(default_factory=list)  # … with the answer on record

    @property
    def good(self) -> bool:
        flaws = (*self.lost, *self.different, *self.invalid, *self.twice, *self.answered_again)
        return not flaws and self.asked_again <= self.in_flight


class Torture:
    def __init__(self, site: Site, work: Path, seed: int) -> None:
        self.site = site
        self.work = work
        self.dice = random.Random(seed)
        self.losses = Losses()

    def run(self, kills: dict[str, int]) -> Losses:
        """Kill as often as ``kills`` says at each point, and judge."""
        undisturbed = self.work / "undisturbed"
        self._crawl(undisturbed)
        expected = told(undisturbed)
        assert len(expected) == self.site.size, "the undisturbed crawl is not whole"
        # A crawl dies at its close only when it comes that far: those come last.
        early = [point for point, count in kills.items() if point != "close" for _ in range(count)]
        self.dice.shuffle(early)
        waiting = early + ["close"] * kills.get("close", 0)
        while waiting:
            archive = self.work / f"killed-{self.losses.archives}"
            self.losses.archives += 1
            self.site.asked.clear()
            ledger = Ledger(self.site, archive, PORTAL)
            waiting = self._kill(archive, waiting, ledger)
            self._judge(archive, expected, ledger)
            shutil.rmtree(archive)
        return self.losses

    def _kill(self, archive: Path, waiting: list[str], ledger: Ledger) -> list[str]:
        """Kill and go on until a walk comes to its end; the kills that are left."""
        while waiting:
            point = waiting[0]
            ended = self._crawl(archive, point)
            ledger.close_run()
            if ended != -signal.SIGKILL:
                if point != "close":
                    return waiting
                continue  # a shorter passage next time
            waiting = waiting[1:]
            self.losses.kills[point] += 1
        self._crawl(archive)
        ledger.close_run()
        return waiting

    def _crawl(self, archive: Path, point: str = "") -> int:
        command = [sys.executable, "-m", "tests.benchmarks.torture_crawl", "crawl", PORTAL]
        settings = _SETTINGS | {
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(self.site.connect_to),
        }
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        named = point in PASSAGES
        death = f"{point}:{self.dice.choice(PASSAGES[point])}" if named else ""
        before = len(self.site.asked)
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"TORTURE": death},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if point == _RANDOM:
            self._kill_some_time(process, before)
        output, errors = process.communicate(timeout=600)
        if process.returncode not in (0, -signal.SIGKILL) or "Traceback" in errors:
            raise AssertionError(f"{point}: exit {process.returncode}\n{output}\n{errors}")
        return process.returncode

    def _kill_some_time(self, process: subprocess.Popen[str], before: int) -> None:
        """Somewhere between its first request and a second later."""
        while process.poll() is None and len(self.site.asked) == before:
            time.sleep(0.01)
        time.sleep(self.dice.random())
        process.kill()

    def _judge(self, archive: Path, expected: Told, ledger: Ledger) -> None:
        found, losses = told(archive), self.losses
        losses.lost += sorted(expected.keys() - found.keys())
        losses.different += [url for url in found if expected.get(url) != found[url]]
        warcs = sorted(Layout(archive).warc_dir(PORTAL).glob("*"))
        losses.invalid += [str(problem) for path in warcs for problem in verify(path)]
        losses.twice += [url for url, count in originals(archive).items() if count > 1]
        losses.in_flight += ledger.in_flight
        losses.asked_again += ledger.asked_again
        losses.answered_again += ledger.answered_again


def told(archive: Path) -> Told:
    """What the catalogue and the texts of an archive say of each URL, in no run's words."""
    layout = Layout(archive)
    catalogue = Catalogue(layout)
    found: Told = {}
    for document in catalogue.whole(catalogue.documents([PORTAL])):
        latest = document.latest
        text = (archive / document.versions[-1]["file"]).read_text(encoding="utf-8")
        urls = tuple(sorted(url["canonical_url"] for url in document.urls))
        fields = (latest.kind, latest.report_year, latest.issuer.id, latest.title, latest.published)
        for url in urls:
            found[url] = (
                *fields,
                latest.infobox,
                latest.warnings,
                len(document.versions),
                urls,
                text,
            )
    return found


def originals(archive: Path) -> Counter[str]:
    """How often a body of each URL is on record. Redirects have none: each walk has its own."""
    reader = CaptureReader(Layout(archive).warc_dir(PORTAL))
    entries = build_index(Layout(archive).warc_dir(PORTAL)).entries.values()
    responses = [entry for entry in entries if entry.kind == "response"]
    return Counter(entry.url for entry in responses if reader.original(entry.record_id))


def share(kills: int) -> dict[str, int]:
    """How many of the kills fall on each point, the rest at random."""
    each = min(PER_POINT, kills // len(PASSAGES))
    return {**dict.fromkeys(PASSAGES, each), _RANDOM: kills - each * len(PASSAGES)}


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill crawls and judge what is left")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--plain-kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with serving(options.pages) as site, tempfile.TemporaryDirectory() as work:
        losses = Torture(site, Path(work), options.seed).run(share(options.kills))
        print(f"kills: {dict(losses.kills)}, archives: {losses.archives}")
        print(
            f"documents lost {len(losses.lost)}, different {len(losses.different)}; invalid"
            f" records {len(losses.invalid)}; archived twice {len(losses.twice)}; asked again"
            f" {losses.asked_again} of {losses.in_flight} requests in flight, with the answer on"
            f" record {len(losses.answered_again)}"
        )
        seen, total = plain_losses(site, Path(work) / "jobdir", options.plain_kills)
        print(
            f"plain Scrapy with JOBDIR, {options.plain_kills} kills: {seen} of {total} pages"
            f" ({1 - seen / total:.0%} lost)"
        )
    return 0 if losses.good else 1


if __name__ == "__main__":
    sys.exit(main())
