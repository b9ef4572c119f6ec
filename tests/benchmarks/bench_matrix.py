"""`python -m tests.benchmarks.bench_matrix`: containers × paragraph markups × the three tables.

154 pages made from ground truth (`matrix_pages`), read by this project and by trafilatura as it
comes, in one run. A paragraph is lost when its characters are nowhere in the text; a table is
kept when the text has all of its cells, in their order, between the paragraphs that stand around
it in the report. White space and the signs a tool draws its tables with count for nothing.
Exit 1 when this project loses prose or a table, or keeps chrome.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby

import trafilatura
from rich.console import Console
from rich.table import Table as RichTable

from crawler.extraction.extract import read
from crawler.items import Block, Capture, PageResult, Paragraph, Table
from tests.benchmarks.matrix_pages import CHROME, MatrixPage, pages

#: Blanks and the rules and bars that Markdown tables are drawn with.
_DRAWING = re.compile(r"\s+|\|(?:-+\|)+|\|")
_FETCHED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Verdict:
    """What a text of one page lacks, and what it has too much."""

    page: str
    lost: tuple[str, ...]
    tables: int  # lost or not in their place
    chrome: tuple[str, ...]


def read_page(page: MatrixPage) -> PageResult:
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    url = "http://www.hexi.example/zwgk/202401/t20240119_1.html"
    return read(Capture(page.name, url, _FETCHED, 200, headers, page.content))


def _xianzhi(page: MatrixPage) -> str:
    return read_page(page).body


def _trafilatura(page: MatrixPage) -> str:
    return trafilatura.extract(page.content) or ""


EXTRACTORS: dict[str, Callable[[MatrixPage], str]] = {
    "xianzhi": _xianzhi,
    "trafilatura": _trafilatura,
}


def judge(page: MatrixPage, text: str) -> Verdict:
    said = _bare(text)
    paragraphs = [one.text for one in page.blocks if isinstance(one, Paragraph)]
    return Verdict(
        page=page.name,
        lost=tuple(one for one in paragraphs if _bare(one) not in said),
        tables=sum(not _in_place(around, said) for around in _tables(page.blocks)),
        chrome=tuple(one for one in CHROME if one in said),
    )


def _bare(text: str) -> str:
    return _DRAWING.sub("", text)


def _tables(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str, str]]:
    """Each table as the run of its cells, between the paragraphs before and after it."""
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if isinstance(block, Table):
            assert isinstance(before, Paragraph) and isinstance(after, Paragraph)
            cells = "".join(cell for row in block.rows for cell in row)
            yield before.text, cells, after.text


def _in_place(around: tuple[str, str, str], said: str) -> bool:
    before, cells, after = map(_bare, around)
    start = said.find(cells)
    return 0 <= said.find(before) < start < said.find(after, start)


def verdicts(extractor: Callable[[MatrixPage], str]) -> list[Verdict]:
    return [judge(page, extractor(page)) for page in pages()]


def report(console: Console, judged: dict[str, list[Verdict]]) -> None:
    count = len(next(iter(judged.values())))
    peer = f"trafilatura {version('trafilatura')}"
    table = RichTable("pages with", *judged, title=f"{count} pages; {peer}, default settings")
    for name, test in _FAULTS.items():
        table.add_row(name, *(str(sum(map(test, found))) for found in judged.values()))
    console.print(table)
    by_container = RichTable("container", *judged, title="pages with prose or tables lost")
    rows = [_by_container(found) for found in judged.values()]
    for container in rows[0]:
        by_container.add_row(container, *(str(row[container]) for row in rows))
    console.print(by_container)


def _by_container(found: list[Verdict]) -> dict[str, int]:
    ordered = sorted(found, key=_container)
    return {name: sum(map(_loses, some)) for name, some in groupby(ordered, key=_container)}


def _container(verdict: Verdict) -> str:
    return verdict.page.partition(" × ")[0]


_FAULTS: dict[str, Callable[[Verdict], bool]] = {
    "prose lost": lambda one: bool(one.lost),
    "tables lost or out of order": lambda one: one.tables > 0,
    "chrome left": lambda one: bool(one.chrome),
}


def _loses(verdict: Verdict) -> bool:
    return bool(verdict.lost) or verdict.tables > 0


def is_faulty(verdict: Verdict) -> bool:
    return any(test(verdict) for test in _FAULTS.values())


def main() -> int:
    console = Console(width=120)
    judged = {name: verdicts(extractor) for name, extractor in EXTRACTORS.items()}
    report(console, judged)
    faulty = [one for one in judged["xianzhi"] if is_faulty(one)]
    for one in faulty:
        console.print(f"bench-matrix: {one}", style="red")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
