"""``make demo``: crawl the five sample portals over loopback and show what was found.

``python -m tests.portals.demo [--archive DIR]``. Nothing leaves the machine: every host is sent
to a server on 127.x.y.z that this command starts and stops.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler.catalogue import Catalogue, StoredDocument
from crawler.layout import Layout
from crawler.runs.files import last_run
from crawler.tables import print_table
from tests.portals.model import PORTALS
from tests.portals.serve import Servers, running

ROOT = Path(__file__).resolve().parents[2]
#: Our own servers need no sparing; against the net the delays of crawler/settings.py hold.
FAST = {"POLITENESS_DELAY": 0, "POLITENESS_LATENCY_FACTOR": 0, "POLITENESS_PER_HOST": 4}
#: The samples end in 2025; by then none of their reports is awaited any more, and no crawl `late`.
DAY = "2030-01-15"
ROWS_PER_PORTAL = 6
AT_ONCE = 2
LOOK = 0.3  # seconds between two looks at the servers' log

Crawl = subprocess.CompletedProcess[str]


def scrapy(*arguments: str, **settings: object) -> Crawl:
    """The ``scrapy`` command as a user would run it, in a process of its own."""
    command = [sys.executable, "-m", "scrapy", *arguments]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def crawl(portal: str, archive: Path, connect_to: Mapping[str, str]) -> Crawl:
    """Crawl one sample portal into ``archive``."""
    settings = {"ARCHIVE_DIR": archive, "CONNECT_TO": json.dumps(dict(connect_to)), "NOW": DAY}
    return scrapy("crawl", portal, "-L", "WARNING", **settings, **FAST)


def crawl_all(archive: Path, servers: Servers, console: Console) -> bool:
    """Crawl all sample portals, two at a time, saying how far it is; True when all went well."""
    started, good = time.monotonic(), True
    with ThreadPoolExecutor(AT_ONCE) as pool, console.status("") as status:
        crawls = {pool.submit(crawl, key, archive, servers.connect_to): key for key in PORTALS}
        waiting: set[Future[Crawl]] = set(crawls)
        while waiting:
            done, waiting = wait(waiting, timeout=LOOK)
            asked = len(servers.requests())
            status.update(f"{len(waiting)} portals to go, {asked} requests answered so far")
            for future in done:
                seconds = time.monotonic() - started
                good &= _report(crawls[future], future.result(), archive, seconds, console)
    return good


def _report(portal: str, result: Crawl, archive: Path, seconds: float, console: Console) -> bool:
    run: dict[str, Any] = last_run(Layout(archive), portal) or {}
    console.print(
        f"  {portal}: {run.get('verdict')}, {run.get('reason')}, "
        f"{run.get('requests')} requests, {seconds:.0f} s into the demo",
        soft_wrap=True,
    )
    if result.returncode:
        console.print(result.stderr, markup=False, soft_wrap=True)
    return result.returncode == 0


def rows(documents: Iterable[StoredDocument], archive: Path) -> Iterator[list[object]]:
    """The first Documents of each portal, as the table prints them."""
    for _, group in groupby(documents, key=lambda document: document.row["portal"]):
        for document in islice(group, ROWS_PER_PORTAL):
            row, capture = document.row, document.captures[0]
            yield [
                row["portal"],
                row["kind"],
                row["report_year"] or "–",
                row["issuer_name"],
                row["title"],
                Path(document.versions[-1]["file"]).name,
                f"{Path(capture['warc']).name}@{capture['offset']}",
            ]


def show(archive: Path) -> None:
    """The table of what was found, and what to look at next."""
    catalogue = Catalogue(Layout(archive))
    found = catalogue.documents()
    headings = ["portal", "kind", "year", "issuer", "title", "text file", "WARC file@offset"]
    print_table(headings, rows(catalogue.whole(found), archive))
    example = found[0]
    place = archive if archive.is_absolute() else archive.as_posix()
    setting = f"-s ARCHIVE_DIR={place}"
    print(
        f"\n{len(found)} documents of {len(PORTALS)} portals; "
        f"the table shows the first {ROWS_PER_PORTAL} of each.\n\n"
        "Look at next:\n"
        f"  less {place}/text/{example['portal']}/{example['doc_id']}.txt\n"
        f"  .venv/bin/scrapy status {setting}\n"
        f"  .venv/bin/scrapy show {example['doc_id']} {setting}\n"
        f"  .venv/bin/scrapy show {example['doc_id']} --raw {setting} | head -40\n"
        f"  .venv/bin/scrapy replay {example['portal']} -L WARNING {setting}\n"
        f"  .venv/bin/scrapy reextract {setting}\n"
        f"  .venv/bin/scrapy export --format text --output {place}/export {setting}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Crawl the sample portals and show the outcome")
    parser.add_argument("--archive", type=Path, default=Path(".demo"), metavar="DIR")
    archive: Path = parser.parse_args().archive
    if (archive / "warc").is_dir():  # only ever what an earlier demo left
        shutil.rmtree(archive)
    console = Console()
    console.print(f"crawling {len(PORTALS)} sample portals over loopback into {archive}/ …")
    with running() as servers:
        good = crawl_all(archive, servers, console)
    if not Layout(archive).catalogue.exists():
        print("nothing was found; the messages above say why", file=sys.stderr)
        return 3
    show(archive)
    return 0 if good else 3


if __name__ == "__main__":
    sys.exit(main())
