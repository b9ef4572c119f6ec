"""Politeness between processes, proved from the server's log of what arrived when.

    python -m tests.benchmarks.bench_politeness [--requests 100000] [--delay 0.02] …

Several crawls, each a process with an archive of its own, ask the same hosts, two on each
address, as fast as one politeness file lets them; every few seconds one of them is killed with
SIGKILL and started again. Bar: no two requests reach a host or an address closer together than
0.9 × the delay. Then the file's own cost: CPU of agreeing on one request.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.fetch.pacing import Pace
from crawler.fetch.shared_pace import SharedPacer
from tests.benchmarks.polite_crawl import Hit, Server, gaps, server, start_crawl, stop_cleanly

BAR = 0.9  # of the delay
COST_BAR = 0.3  # CPU-ms a request
_SAMPLES = 5000


def crawl_and_kill(directory: Path, place: Server, options: argparse.Namespace) -> int:
    """Run the crawls until the server has had its requests; how many were killed."""
    names = {
        f"{side}{number}.bench.example": f"{address}:{port}"
        for number, (address, port) in enumerate(place.ports.items())
        for side in "ab"
    }
    settings = {
        "CONNECT_TO": names,
        "POLITENESS_DELAY": options.delay,
        "POLITENESS_LATENCY_FACTOR": 0,
        "POLITENESS_FILE": str(directory / "politeness.sqlite"),
        "CONCURRENT_REQUESTS": len(names) + 1,
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",  # the frontier has a benchmark of its own
    }
    task: dict[str, Any] = {"hosts": sorted(names), "settings": settings}
    chance, kills = random.Random(1), 0
    crawls = [start_crawl(directory / str(number), task) for number in range(options.processes)]
    try:
        while sum(place.counts().values()) < options.requests:
            time.sleep(options.kill_every)
            if any(crawl.poll() is not None for crawl in crawls):
                raise SystemExit("expected crawls that run until killed, found one that ended")
            number = chance.randrange(len(crawls))
            _kill(crawls[number])
            kills += 1
            crawls[number] = start_crawl(directory / str(number), task)
    finally:
        for crawl in crawls:
            _kill(crawl)
    return kills


def _kill(crawl: subprocess.Popen[bytes]) -> None:
    crawl.kill()
    crawl.wait()


def cost(directory: Path) -> float:
    """CPU-ms of a request that finds its lanes free."""
    pacer = SharedPacer(directory / "cost.sqlite", Pace(0, 0, 1, 300))
    lanes = ("www.bench.example", "10.0.0.1")
    before = time.process_time()
    for _ in range(_SAMPLES):
        pacer.wait(lanes[0], lanes)
        turn = pacer.start(lanes[0], lanes)
        assert turn is not None
        pacer.finish(turn, welcomed=True)
    spent = time.process_time() - before
    pacer.close()
    return 1000 * spent / _SAMPLES


def measure(options: argparse.Namespace) -> tuple[list[Hit], int, float]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        addresses = [f"127.0.8.{number + 1}" for number in range(options.addresses)]
        with server(directory, addresses) as place:
            kills = crawl_and_kill(directory, place, options)
            hits = place.stop()
        return hits, kills, cost(directory)


def show(hits: list[Hit], kills: int, spent: float, options: argparse.Namespace) -> bool:
    least = {
        lane: min(min(found) for found in gaps(hits, lane).values()) for lane in ("host", "address")
    }
    seconds = hits[-1].arrived - hits[0].arrived
    table = Table(title=f"{options.processes} processes, delay {options.delay * 1000:.0f} ms")
    for column in ("requests", "kills", "seconds", "lane", "lanes", "least gap ms", "× delay"):
        table.add_column(column, justify="right")
    for lane, gap in least.items():
        lanes = str(len({getattr(hit, lane) for hit in hits}))
        figures = (f"{gap * 1000:.2f}", f"{gap / options.delay:.3f}")
        table.add_row(str(len(hits)), str(kills), f"{seconds:.0f}", lane, lanes, *figures)
    console = Console()
    console.print(table)
    console.print(f"cost: {spent:.3f} CPU-ms a request (bar: {COST_BAR}); gap bar: {BAR} × delay")
    return min(least.values()) >= BAR * options.delay and spent <= COST_BAR


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--delay", type=float, default=0.02)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--addresses", type=int, default=8)
    parser.add_argument("--kill-every", type=float, default=5.0)
    options = parser.parse_args()
    stop_cleanly()
    raise SystemExit(0 if show(*measure(options), options) else 1)


if __name__ == "__main__":
    main()
