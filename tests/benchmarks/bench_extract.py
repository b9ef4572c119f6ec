"""`python -m tests.benchmarks.bench_extract`: this project beside plain trafilatura, same run.

Scores both on the hand-made gold of ``../shared/real`` (a development set that is not part of
the repository): characters of the body, chrome left, titles, dates, sources, numbers, tables.
Gold lines in ``optional_lines`` count neither way; white space never counts in the text scores.
"""

from __future__ import annotations

import difflib
import json
import re
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trafilatura
from rich.console import Console
from rich.table import Table as RichTable

from crawler.extraction.extract import read
from crawler.items import Capture

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
# A page has chrome left when a run of this many characters is in the result, not in the gold.
CHROME_RUN = 4
WORST_SHOWN = 5
EXACT_FIELDS = ("title", "publish_date", "source", "index_number", "doc_number")


@dataclass(frozen=True)
class Extraction:
    """What one extractor says about one page."""

    body: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PageScore:
    page: str
    precision: float
    recall: float
    f1: float
    chrome: str
    right: dict[str, bool]
    rows: tuple[int, int]
    cells: tuple[int, int]


def ours(page: dict[str, Any], content: bytes) -> Extraction:
    capture = Capture(
        record_id=page["id"],
        url=page["page_url"] or "http://example.gov.cn/page.html",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html"),),
        content=content,
    )
    result = read(capture)
    body_number = result.field_sources.get("doc_number", {}).get("value", "")
    return Extraction(
        body=result.body,
        fields={
            "title": result.title,
            "publish_date": result.published,
            "source": result.source,
            "index_number": result.info("索引号"),
            "doc_number": result.info("发文字号") or body_number,
        },
    )


def plain_trafilatura(page: dict[str, Any], content: bytes) -> Extraction:
    found = trafilatura.bare_extraction(
        content, url=page["page_url"], include_tables=True, with_metadata=True
    )
    if found is None:
        return Extraction(body="")
    rows = found.as_dict() if hasattr(found, "as_dict") else dict(found)
    text = trafilatura.extract(content, include_tables=True) or ""
    return Extraction(
        body=_pipes_to_tabs(text),
        fields={
            "title": rows.get("title") or "",
            "publish_date": rows.get("date") or "",
            "source": rows.get("author") or rows.get("sitename") or "",
        },
    )


def _pipes_to_tabs(text: str) -> str:
    """trafilatura prints table rows as ``| a | b |``; the gold has tabs."""
    lines = []
    for line in text.split("\n"):
        if re.fullmatch(r"[|\-: ]+", line):
            continue
        if line.startswith("|") or line.count("|") >= 2:
            line = "\t".join(cell.strip() for cell in line.strip("| ").split("|"))
        lines.append(line)
    return "\n".join(lines)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _lines(text: str) -> list[str]:
    return [line for line in (raw.strip("\n") for raw in text.split("\n")) if _bare(line)]


def _blocks(got: str, wanted: str) -> list[difflib.Match]:
    return difflib.SequenceMatcher(None, got, wanted, autojunk=False).get_matching_blocks()


def score(gold: dict[str, Any], found: Extraction) -> PageScore:
    optional = {_bare(line) for line in gold["optional_lines"]}
    got = "".join(_bare(x) for x in _lines(found.body) if _bare(x) not in optional)
    wanted = "".join(_bare(x) for x in _lines(gold["body"]) if _bare(x) not in optional)
    matches = _blocks(got, wanted)
    same = sum(block.size for block in matches)
    precision = same / len(got) if got else 0.0
    recall = same / len(wanted)
    both = precision + recall
    return PageScore(
        page=gold["id"],
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / both if both else 0.0,
        chrome=_chrome(got, matches),
        right={name: _equal(found.fields.get(name), gold[name]) for name in EXACT_FIELDS},
        rows=_found(_rows(gold["body"]), _rows(found.body)),
        cells=_found(_cells(gold["body"]), _cells(found.body)),
    )


def _chrome(got: str, matches: Iterable[difflib.Match]) -> str:
    """The longest run of the result that the gold does not have, when it is long enough."""
    runs, end = [""], 0
    for block in matches:
        runs.append(got[end : block.a])
        end = block.a + block.size
    longest = max(runs, key=len)
    return longest if len(longest) >= CHROME_RUN else ""


def _equal(found: str | None, wanted: str | None) -> bool:
    return _bare(found or "") == _bare(wanted or "")


def _rows(text: str) -> list[str]:
    return [re.sub(r"[^\S\t]+", "", line) for line in text.split("\n") if "\t" in line]


def _cells(text: str) -> list[str]:
    return [cell for row in _rows(text) for cell in row.split("\t") if cell]


def _found(wanted: list[str], got: list[str]) -> tuple[int, int]:
    left = list(got)
    hits = 0
    for item in wanted:
        if item in left:
            left.remove(item)
            hits += 1
    return hits, len(wanted)


Extractor = Callable[[dict[str, Any], bytes], Extraction]


def run(extractor: Extractor) -> list[PageScore]:
    manifest = [json.loads(line) for line in (REAL / "manifest.jsonl").open(encoding="utf-8")]
    scores = []
    for page in manifest:
        gold_file = REAL / "gold" / f"{page['id']}.json"
        if page["kind"] != "article" or not gold_file.exists():
            continue
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        content = (REAL / "pages" / page["file"]).read_bytes()
        scores.append(score(gold, extractor(page, content)))
    return scores


def columns(scores: list[PageScore]) -> dict[str, float]:
    """The figures of one extractor; in every column but ``chrome`` more is better."""
    figures: dict[str, float] = {}
    for name in ("precision", "recall", "f1"):
        values = [getattr(one, name) for one in scores]
        figures[f"{name} mean"] = statistics.mean(values)
        figures[f"{name} median"] = statistics.median(values)
        figures[f"{name} worst"] = min(values)
    figures["chrome"] = sum(bool(one.chrome) for one in scores)
    for name in EXACT_FIELDS:
        figures[name] = sum(one.right[name] for one in scores)
    figures["table rows"] = sum(one.rows[0] for one in scores)
    figures["table cells"] = sum(one.cells[0] for one in scores)
    return figures


def report(console: Console, scored: dict[str, list[PageScore]]) -> None:
    ours_scores = scored["xianzhi"]
    pages = len(ours_scores)
    totals: dict[str, int] = {"chrome": pages, **dict.fromkeys(EXACT_FIELDS, pages)}
    totals["table rows"] = sum(one.rows[1] for one in ours_scores)
    totals["table cells"] = sum(one.cells[1] for one in ours_scores)
    table = RichTable("column", *scored, "of", title=f"shared/real, {pages} article bodies")
    figures = {name: columns(scores) for name, scores in scored.items()}
    for column in figures["xianzhi"]:
        cells = [
            f"{figures[name][column]:.3f}" if column not in totals else f"{figures[name][column]}"
            for name in scored
        ]
        table.add_row(column, *cells, str(totals.get(column, "")))
    console.print(table)
    worst = RichTable("page", "P", "R", "F1", "wrong", "chrome left", title="worst pages")
    for one in sorted(ours_scores, key=lambda one: one.f1)[:WORST_SHOWN]:
        worst.add_row(*_row(one))
    for one in ours_scores:
        if not all(one.right.values()):
            worst.add_row(*_row(one))
    console.print(worst)


def _row(one: PageScore) -> tuple[str, ...]:
    wrong = " ".join(name for name, right in one.right.items() if not right)
    measures = (f"{value:.3f}" for value in (one.precision, one.recall, one.f1))
    return (one.page, *measures, wrong, one.chrome[:30])


def main() -> int:
    console = Console(width=140)
    if not (REAL / "manifest.jsonl").exists():
        console.print(
            f"bench-extract: no real pages at {REAL}; expected manifest.jsonl, gold/ and pages/. "
            "They are not part of the repository: put them there and run again."
        )
        return 1
    report(console, {"xianzhi": run(ours), "trafilatura": run(plain_trafilatura)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
