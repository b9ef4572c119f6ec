"""`read` says the same of a page in any process: hash seed, locale, zone, order, threads.

Each process reads the same pages and prints one digest of everything it found.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from crawler.extraction.extract import read
from crawler.items import Capture, Context
from crawler.serial import to_json
from tests.html_strategies import page_of, samples
from tests.portals.model import PORTALS
from tests.portals.routes import answer
from tests.portals.truth import targets

ROOT = Path(__file__).resolve().parent.parent
#: Of the sample portals' articles, which are alike: enough to have each form.
EVERY = 12
THREADS = 4
ORDERS = ("forwards", "backwards", "shuffled", "warmed", "threads")
#: The environment of each process and the order it reads in. A locale that the machine lacks is
#: taken for C by Python, which is another test of the same.
PROCESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("forwards", {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}),
    ("backwards", {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"}),
    ("shuffled", {"PYTHONHASHSEED": "random", "LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}),
    ("warmed", {"PYTHONHASHSEED": "4294967295", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"}),
    ("threads", {"PYTHONHASHSEED": "random", "LC_ALL": "POSIX", "TZ": "America/Los_Angeles"}),
)


def pages() -> list[Capture]:
    """Gold pages, seeds, fixtures and pages of all sample portals."""
    articles = [
        page_of(answer(PORTALS[target.portal].host, urlsplit(target.url).path).body, url=target.url)
        for target in list(targets())[::EVERY]
    ]
    return [*samples(), *articles]


def found_in(capture: Capture) -> str:
    return to_json(read(capture, Context(link_text="链上所写的标题")))


def digest(order: str) -> str:
    """Read all pages in an order; one digest of the results in the pages' own order."""
    captures = pages()
    numbers = list(range(len(captures)))
    if order == "backwards":
        numbers.reverse()
    elif order == "shuffled":
        random.Random().shuffle(numbers)
    elif order == "warmed":
        numbers = [number for number in numbers for _ in range(2)]
    if order == "threads":
        with ThreadPoolExecutor(THREADS) as pool:
            found = dict(
                zip(numbers, pool.map(lambda n: found_in(captures[n]), numbers), strict=True)
            )
    else:
        found = {number: found_in(captures[number]) for number in numbers}
    lines = "\n".join(found[number] for number in sorted(found))
    return f"{len(found)} {hashlib.sha256(lines.encode()).hexdigest()}"


def told(order: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_read_same", order],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_every_process_and_order_finds_the_same() -> None:
    with ThreadPoolExecutor(2) as pool:
        digests = list(pool.map(told, *zip(*PROCESSES, strict=True)))
    assert {order for order, _ in PROCESSES} == set(ORDERS)
    assert len(set(digests)) == 1, dict(zip(ORDERS, digests, strict=True))
    assert int(digests[0].split()[0]) > 100


def main(arguments: Sequence[str]) -> None:
    print(digest(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
