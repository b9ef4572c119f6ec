"""What a sick host costs the others, from the server's log.

    python -m tests.benchmarks.bench_sick_host [--pages 40] [--rounds 3]

One crawl asks healthy hosts for their pages, with the project's delays and its durable frontier;
then the same crawl has sick hosts beside them, met first and with as many pages. Late is a
request by the time from the end of the last answer to its arrival, less the delay. Bar: with
sick hosts the healthy ones' requests are less than 10 ms later on average.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.polite_crawl import Hit, server, start_crawl, stop_cleanly
from tests.benchmarks.polite_server import SICK

BAR = 0.010
HEALTHY = ("127.0.9.1", "127.0.9.2", "127.0.9.3")
ILL = {f"127.0.9.{10 + number}": kind for number, kind in enumerate(SICK) if kind != "healthy"}


def crawl(pages: int, delay: float, sick: dict[str, str]) -> list[Hit]:
    """The log of one crawl, which is ended when the healthy hosts have been asked for all."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        places = [*HEALTHY, *(f"{address}={kind}" for address, kind in sick.items())]
        with server(directory, places) as place:
            names = {
                f"www{number}.bench.example": f"{address}:{port}"
                for number, (address, port) in enumerate(reversed(place.ports.items()))
            }
            urls = [f"http://{host}/{page}" for page in range(pages) for host in names]
            settings = {"CONNECT_TO": names, "POLITENESS_DELAY": delay}
            process = start_crawl(
                directory / "archive", {"hosts": list(names), "urls": urls, "settings": settings}
            )
            try:
                while any(place.counts().get(address, 0) <= pages for address in HEALTHY):
                    if process.poll() is not None:
                        raise SystemExit("expected a crawl of all pages, found one that ended")
                    time.sleep(0.5)
            finally:
                process.kill()
                process.wait()
            return place.stop()


def late(hits: list[Hit], delay: float) -> list[float]:
    """Seconds by which requests to the healthy hosts came later than they might have."""
    by_address: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_address[hit.address].append(hit)
    return [
        later.arrived - earlier.answered - delay
        for address in HEALTHY
        for earlier, later in pairwise(by_address[address])
    ]


def show(alone: list[float], beside: list[float], asked: int, console: Console) -> bool:
    table = Table(title=f"healthy hosts beside {', '.join(ILL.values())}")
    for column in ("crawl", "requests", "late ms: mean", "median", "most"):
        table.add_column(column, justify="right")
    for name, found in (("alone", alone), ("with sick hosts", beside)):
        figures = (statistics.fmean(found), statistics.median(found), max(found))
        table.add_row(name, str(len(found)), *(f"{1000 * figure:.1f}" for figure in figures))
    more = statistics.fmean(beside) - statistics.fmean(alone)
    console.print(table)
    console.print(f"{asked} requests to sick hosts; others {1000 * more:.1f} ms later (bar: 10 ms)")
    return more < BAR


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    stop_cleanly()
    alone: list[float] = []
    beside: list[float] = []
    asked = 0
    for _ in range(options.rounds):  # in turns, so that the machine's other work falls on both
        alone += late(crawl(options.pages, options.delay, {}), options.delay)
        hits = crawl(options.pages, options.delay, ILL)
        asked += sum(hit.address in ILL for hit in hits)
        beside += late(hits, options.delay)
    raise SystemExit(0 if show(alone, beside, asked, Console()) else 1)


if __name__ == "__main__":
    main()
