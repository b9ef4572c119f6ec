"""Pages a second of CPU: this project beside plain loops of warcio and trafilatura.

    python -m tests.benchmarks.bench_speed [--rounds 5]

Over one WARC file of real pages and one of a mixture (`speed_pages`): (a) warcio and
trafilatura with metadata as JSON, (b) warcio and trafilatura ``fast`` without metadata,
(c) this project's own WARC reader and `read`, all of its fields on, with outline and tasks.
The loops take turns, each in a process of its own that reports its CPU seconds without its
start; of each page its fastest round counts, for every loop alike. "Fell back" counts the pages
whose body no container gave: trafilatura is asked about fewer of them. Exit 1 when (c) is not
as many times (a) as the bar says.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import trafilatura
from rich.console import Console
from rich.table import Table
from warcio.archiveiterator import ArchiveIterator

from crawler.compiled import TWINS
from crawler.extraction.extract import read
from crawler.extraction.structure.outline import outline
from crawler.extraction.structure.tasks import outline_and_tasks
from crawler.items import Kind
from crawler.warc.reader import CaptureReader
from tests.benchmarks.speed_pages import ARTICLES_A_LIST, REAL, mixed_pages, real_pages, write_warc

BARS = {"real": 6.0, "mixed": 10.0}
SLOWEST = 5
#: Pages read untimed first: what is compiled and loaded on first use is paid once an archive.
WARM_UP = 12
_WARC = "pages.warc.gz"
_ITSELF = (sys.executable, "-m", "tests.benchmarks.bench_speed")


@dataclass(frozen=True)
class Page:
    """What a loop did with one page: CPU seconds up to its end, whether it fell back."""

    url: str
    seconds: float
    fell_back: bool = False


#: From a directory with a WARC file the address of each page read, and whether it fell back.
Loop = Callable[[Path], Iterator[tuple[str, bool]]]


def _stored(directory: Path) -> Iterator[tuple[str, bytes]]:
    with (directory / _WARC).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield (
                    record.rec_headers.get_header("WARC-Target-URI"),
                    record.content_stream().read(),
                )


def _with_metadata(directory: Path) -> Iterator[tuple[str, bool]]:
    for url, content in _stored(directory):
        trafilatura.extract(content, url=url, output_format="json", with_metadata=True)
        yield url, False


def _fast(directory: Path) -> Iterator[tuple[str, bool]]:
    for url, content in _stored(directory):
        trafilatura.extract(content, url=url, fast=True)
        yield url, False


def _xianzhi(directory: Path) -> Iterator[tuple[str, bool]]:
    for capture in CaptureReader(directory).captures():
        page = read(capture)
        (outline_and_tasks if page.judgement.kind is Kind.WORK_POINTS else outline)(page.blocks)
        yield capture.url, page.path == "trafilatura"


PLAIN, FAST, OURS = "warcio + trafilatura json", "warcio + trafilatura fast", "xianzhi"
LOOPS: dict[str, Loop] = {PLAIN: _with_metadata, FAST: _fast, OURS: _xianzhi}


def run_loop(name: str, directory: Path) -> None:
    """One pass of one loop, in this process; prints what each page took."""
    for _ in islice(LOOPS[name](directory), WARM_UP):
        pass
    pages = []
    before = time.process_time()
    for url, fell_back in LOOPS[name](directory):
        now = time.process_time()
        pages.append(Page(url, now - before, fell_back))
        before = now
    print(json.dumps([asdict(page) for page in pages]))


def _measured(name: str, directory: Path) -> list[Page]:
    command = [*_ITSELF, "--loop", name, "--directory", str(directory)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return [Page(**page) for page in json.loads(done.stdout)]


Rounds = dict[str, list[list[Page]]]


def measure(directory: Path, rounds: int) -> Rounds:
    """Every loop once a round, each time in another order."""
    names = list(LOOPS)
    measured: Rounds = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            measured[name].append(_measured(name, directory))
    return measured


def _seconds(pages: list[Page]) -> float:
    return sum(page.seconds for page in pages)


def least(rounds: list[list[Page]]) -> list[Page]:
    """Each page in its fastest round: what else a machine does only adds."""
    return [min(same, key=lambda page: page.seconds) for same in zip(*rounds, strict=True)]


def times_faster(measured: Rounds, than: str) -> float:
    return _seconds(least(measured[than])) / _seconds(least(measured[OURS]))


def report(console: Console, title: str, measured: Rounds) -> None:
    table = Table("loop", "pages a second", "times as fast is xianzhi", title=title)
    for name, rounds in measured.items():
        speed = len(rounds[0]) / _seconds(least(rounds))
        table.add_row(name, f"{speed:.0f}", f"{times_faster(measured, name):.2f}")
    console.print(table)
    ours = least(measured[OURS])
    fell_back = sum(page.fell_back for page in ours)
    console.print(f"fell back, no container: {fell_back} of {len(ours)} pages")
    for page in sorted(ours, key=lambda page: page.seconds, reverse=True)[:SLOWEST]:
        console.print(f"  {page.seconds * 1000:6.1f} ms  {page.url}")


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU of reading stored pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loop", choices=LOOPS, help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        run_loop(options.loop, options.directory)
        return 0
    console = Console(width=120)
    if not (REAL / "manifest.jsonl").exists():
        console.print(
            f"bench-speed: no real pages at {REAL}; expected manifest.jsonl and pages/. "
            "They are not part of the repository: put them there and run again."
        )
        return 1
    console.print(f"trafilatura {version('trafilatura')}, warcio {version('warcio')}")
    compiled = sum(one.compiled is not None for one in TWINS.values())
    console.print(f"of this project {compiled} of {len(TWINS)} twins are compiled")
    console.print(f"mixed: every article there is, one list page for {ARTICLES_A_LIST} of them")
    missed = []
    for name, pages in {"real": real_pages(), "mixed": mixed_pages()}.items():
        with tempfile.TemporaryDirectory() as directory:
            write_warc(pages, Path(directory) / _WARC)
            measured = measure(Path(directory), options.rounds)
        report(console, f"{name}: {len(pages)} pages, {options.rounds} rounds", measured)
        if (faster := times_faster(measured, PLAIN)) < BARS[name]:
            missed.append(f"{name}: expected {BARS[name]} times the plain loop, is {faster:.2f}")
    for miss in missed:
        console.print(f"bench-speed: {miss}", style="red")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
