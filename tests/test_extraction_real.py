"""The bars on real pages: a development set, skipped when absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction import container
from crawler.extraction.extract import read
from crawler.items import Capture
from tests.benchmarks import bench_extract

pytestmark = pytest.mark.skipif(
    not (bench_extract.REAL / "manifest.jsonl").exists(),
    reason="shared/real is not beside the repository",
)
ARTICLES = 27


@pytest.fixture(scope="module")
def scores() -> dict[str, list[bench_extract.PageScore]]:
    return {
        "ours": bench_extract.run(bench_extract.ours),
        "trafilatura": bench_extract.run(bench_extract.plain_trafilatura),
    }


def test_bars_on_real_articles(scores: dict[str, list[bench_extract.PageScore]]) -> None:
    figures = bench_extract.columns(scores["ours"])
    assert len(scores["ours"]) == ARTICLES
    assert figures["title"] == figures["index_number"] == figures["doc_number"] == ARTICLES
    assert figures["publish_date"] == ARTICLES
    assert figures["source"] >= 26
    assert figures["chrome"] <= 1
    assert figures["f1 worst"] >= 0.98


def test_no_column_is_worse_than_plain_trafilatura(
    scores: dict[str, list[bench_extract.PageScore]],
) -> None:
    ours = bench_extract.columns(scores["ours"])
    theirs = bench_extract.columns(scores["trafilatura"])
    assert ours.pop("chrome") <= theirs.pop("chrome")
    assert {name: value for name, value in ours.items() if value < theirs[name]} == {}


def test_a_family_nobody_has_met_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any known container the fallback alone keeps the text."""
    monkeypatch.setattr(container._RULES, "exact", {})
    monkeypatch.setattr(container._RULES, "prefixes", [])
    figures = bench_extract.columns(bench_extract.run(bench_extract.ours))
    assert figures["recall worst"] >= 0.98
    assert figures["f1 mean"] >= 0.98


def test_every_real_file_ends_in_a_named_outcome_twice_the_same() -> None:
    pages = sorted((bench_extract.REAL / "pages").iterdir())
    for path in pages:
        first, second = (read(_capture(path)) for _ in range(2))
        assert first.outcome
        assert replace(first, field_sources={}) == replace(second, field_sources={})
        assert dict(first.field_sources) == dict(second.field_sources)


def _capture(path: Path) -> Capture:
    return Capture(
        record_id=path.name,
        url=f"http://www.example.gov.cn/{path.name}",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        status=200,
        headers=(),
        content=path.read_bytes(),
    )
