"""The bars on real pages: a development set, skipped when absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extraction.body import container
from crawler.extraction.extract import read
from crawler.items import Capture
from tests.benchmarks.extract_bars import BEHIND
from tests.benchmarks.extract_found import Found, ours
from tests.benchmarks.extract_jobs import found_of
from tests.benchmarks.extract_peers import run_trafilatura
from tests.benchmarks.extract_score import Figure, figures_of, score_page
from tests.gold.pages import REAL, GoldPage, load

pytestmark = pytest.mark.skipif(
    not (REAL / "manifest.jsonl").exists(),
    reason="shared/real is not beside the repository",
)
ARTICLES = 27


def plain_trafilatura(page: GoldPage) -> Found:
    return found_of(run_trafilatura(page.content, page.url))


def figures(extractor: Callable[[GoldPage], Found]) -> dict[str, Figure]:
    return figures_of([score_page(page, extractor(page)) for page in load("real")])


@pytest.fixture(scope="module")
def our_figures() -> dict[str, Figure]:
    return figures(ours)


def test_bars_on_real_articles(our_figures: dict[str, Figure]) -> None:
    for name in ("title", "index_number", "doc_number", "published"):
        assert our_figures[name] == Figure(1.0, ARTICLES, ARTICLES), name
    assert our_figures["source"].value >= 26 / ARTICLES
    assert our_figures["chrome"].count == 0
    assert our_figures["f1 worst"].value >= 0.99
    assert our_figures["cells"].value == 1.0


def test_no_column_is_worse_than_plain_trafilatura(our_figures: dict[str, Figure]) -> None:
    theirs = figures(plain_trafilatura)
    behind = {
        name: (figure, theirs[name])
        for name, figure in our_figures.items()
        if name in theirs and figure.value < theirs[name].value - BEHIND
    }
    assert behind == {}


def test_a_family_nobody_has_met_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any known container the fallback alone keeps the text."""
    monkeypatch.setattr(container._RULES, "exact", {})
    monkeypatch.setattr(container._RULES, "prefixes", [])
    unknown = figures(ours)
    assert unknown["recall worst"].value >= 0.98
    assert unknown["f1"].value >= 0.98


def test_every_real_file_ends_in_a_named_outcome_twice_the_same() -> None:
    pages = sorted((REAL / "pages").iterdir())
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
