"""``make bench-discovery``: what the spider for any portal finds, and what it spends on it.

    python -m tests.benchmarks.bench_discovery [--families trs,vsb] [--scale medium] [--no-peer]

Each simulated portal is crawled by ``scrapy crawl portal -a home=…`` from its home page alone, in
a process of its own, and scored against the portal's truth; requests are counted by the server. A
plain breadth-first Scrapy crawl of the same portal shows what the same recall costs without
looking where one goes. ``--moved`` crawls each county again a year later, all its columns moved.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crawler.tables import print_table
from tests.benchmarks.bench_discovery_score import Score, pages_of, score
from tests.portals.demo import FAST, ROOT
from tests.portals.sim import FAMILIES, Served, SimPortal, later, portal, serving
from tests.portals.sim.model import SCALES
from tests.portals.sim.server import Asked

# The bars: over all portals, and below which no single portal may fall.
RECALL, PRECISION, LEAST = 0.97, 0.99, 0.90
COST, SHARE = 6.0, 0.15
KIND, YEAR, ISSUER = 0.99, 0.99, 0.97
_SHARE_BAR = "share of pages"
_GOOD_EXITS = (0, 3)
_PEER_PAGES, _PEER_TRAPS = 1, 1200  # what a peer may fetch: an endless list has no end
_LOOK = 1.0  # seconds between two looks at the log
_SHOWN = 12
_HEADINGS = ["portal", "targets", "found", "recall", "precision", "requests", "per document"]
_HEADINGS += ["pages", "kind", "year", "issuer", "memory", "breadth-first", "verdict"]


@contextmanager
def _crawled(made: SimPortal, archive: Path) -> Iterator[tuple[Served, int]]:
    """The portal served and crawled once; with the largest memory of the crawl in MB."""
    with serving([made]) as served:
        settings = {
            "ARCHIVE_DIR": archive,
            "CONNECT_TO": json.dumps(served.connect_to),
            "NOW": made.now,
            **FAST,
        }
        command = [sys.executable, "-m", "scrapy", "crawl", "portal", "-L", "ERROR"]
        command += ["-a", f"home={made.home}"]
        for name, value in settings.items():
            command += ["-s", f"{name}={value}"]
        with (archive / "crawl.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in _GOOD_EXITS:
            said = (archive / "crawl.log").read_text("utf-8", "replace")
            sys.exit(f"{made.family}: the crawl ended with {process.returncode}\n{said[-3000:]}")
        yield served, usage.ru_maxrss // 1024


def crawl(made: SimPortal, archive: Path) -> Score:
    archive.mkdir(parents=True, exist_ok=True)
    with _crawled(made, archive) as (served, megabytes):
        return score(made, archive, served.requests(), megabytes)


def _needed(asked: Sequence[Asked], paths: set[str], recall: float) -> int | None:
    """How many requests it took to fetch this share of the targets; None: it never did."""
    got: set[str] = set()
    for number, row in enumerate(asked, start=1):
        if row.status == 200 and row.target in paths:
            got.add(row.target)
            if len(got) >= recall * len(paths):
                return number
    return None


def peer_cell(made: SimPortal, recall: float) -> str:
    """The share of pages a plain crawl needs for this recall, or how far it comes with all it may
    fetch. Pages of an endless list count too: over 100 % is more than the portal has."""
    paths = {target.url.partition(made.host)[2] for target in made.targets}
    with serving([made]) as served:
        command = [sys.executable, "-m", "tests.benchmarks.bench_discovery_peer", made.host]
        command += [served.connect_to[made.host], str(_PEER_PAGES * made.page_count + _PEER_TRAPS)]
        peer = subprocess.Popen(command, cwd=ROOT)
        try:
            while peer.poll() is None:
                time.sleep(_LOOK)
                asked = served.requests(made.host)
                if (number := _needed(asked, paths, recall)) is not None:
                    return f"{pages_of(asked[:number]) / made.page_count:.0%}"
        finally:
            peer.terminate()
            peer.wait()
        asked = served.requests(made.host)
    got = len({row.target for row in asked if row.status == 200} & paths)
    return f"{pages_of(asked) / made.page_count:.0%}, recall {got / len(paths):.2f}"


def _row(one: Score, peer: str) -> list[object]:
    cells: list[object] = [one.family, one.targets, one.found]
    cells += [f"{one.recall:.3f}", f"{one.precision:.3f}", one.requests, f"{one.cost:.1f}"]
    cells += [f"{one.share:.1%}", *(f"{one.rate(n):.3f}" for n in (one.kinds, one.years))]
    return [*cells, f"{one.rate(one.issuers):.3f}", f"{one.megabytes} MB", peer, one.verdict]


def _say(one: Score, what: bool) -> None:
    """What was missed, wrong or misread, for whoever mends the walk."""
    if not what:
        return
    lines = [f"missed {t.title} [{' '.join(t.ways)}] {t.url}" for t in one.missed[:_SHOWN]]
    lines += [f"no target: {text}" for text in one.wrong[:_SHOWN]]
    lines += [f"misread: {text}" for text in one.misread[:_SHOWN]]
    for line in lines:
        print(f"  {one.family}: {line}", file=sys.stderr)


def bars(scores: Sequence[Score]) -> list[tuple[str, float, str, float, bool]]:
    """Every bar: what, the figure, the relation, the bar, whether it is met."""
    found = sum(one.found for one in scores) or 1
    documents = sum(one.documents for one in scores) or 1
    recall = sum(one.found for one in scores) / sum(one.targets for one in scores)
    precision = 1 - sum(len(one.wrong) for one in scores) / documents
    at_least = [
        ("recall", recall, RECALL),
        ("precision", precision, PRECISION),
        ("lowest recall", min(one.recall for one in scores), LEAST),
        ("lowest precision", min(one.precision for one in scores), LEAST),
        ("kind", sum(one.kinds for one in scores) / found, KIND),
        ("year", sum(one.years for one in scores) / found, YEAR),
        ("issuer", sum(one.issuers for one in scores) / found, ISSUER),
    ]
    at_most = [
        ("requests per document (median)", statistics.median(s.cost for s in scores), COST),
        (
            _SHARE_BAR,
            sum(one.pages for one in scores) / sum(one.page_count for one in scores),
            SHARE,
        ),
        ("requests to other sites", float(sum(one.strays for one in scores)), 0.0),
        ("blocked hosts not named", float(sum(len(one.unnamed) for one in scores)), 0.0),
    ]
    return [(name, figure, "≥", bar, figure >= bar) for name, figure, bar in at_least] + [
        (name, figure, "≤", bar, figure <= bar) for name, figure, bar in at_most
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", default=",".join(FAMILIES), help="default: all")
    parser.add_argument("--scale", choices=SCALES, default="medium")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peer", action="store_true", help="without the breadth-first crawls")
    parser.add_argument("--moved", action="store_true", help="again a year later, columns moved")
    parser.add_argument("--explain", action="store_true", help="name what was missed or wrong")
    options = parser.parse_args()
    options.families = options.families.split(",")
    if unknown := set(options.families) - set(FAMILIES):
        parser.error(f"unknown families {sorted(unknown)}; known: {', '.join(FAMILIES)}")
    return options


def main() -> int:
    options = _options()
    scores: list[Score] = []
    rows: list[list[object]] = []
    for family in options.families:
        made = portal(family, options.scale, options.seed)
        with tempfile.TemporaryDirectory(prefix="bench-discovery-") as folder:
            archive = Path(folder)
            scores.append(crawl(made, archive))
            peer = "–" if options.no_peer else peer_cell(made, scores[-1].recall)
            rows.append(_row(scores[-1], peer))
            if options.moved:
                scores.append(crawl(later(made), archive))
                rows.append(_row(scores[-1], "a year later"))
        for one in scores[-1 - options.moved :]:
            _say(one, options.explain)
    print_table(_HEADINGS, rows)
    print()
    # a small portal is mostly targets: no crawl of it can leave most pages alone
    judged = [bar for bar in bars(scores) if options.scale != "small" or bar[0] != _SHARE_BAR]
    for name, figure, relation, bar, met in judged:
        print(f"{name} {figure:.3f} (bar {relation} {bar}) {'met' if met else 'MISSED'}")
    return 0 if all(met for *_, met in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
