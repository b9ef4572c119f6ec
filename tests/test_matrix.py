"""Every container × paragraph markup × the three tables of the form, block by block."""

from __future__ import annotations

import pytest

from crawler.items import PageOutcome
from tests.benchmarks.bench_matrix import Verdict, is_faulty, judge, read_page
from tests.benchmarks.matrix_pages import CONTAINERS, MARKUPS, TITLE, MatrixPage, pages

PAGES = list(pages())


def test_the_matrix_is_whole() -> None:
    assert len(CONTAINERS) == 11
    assert len(MARKUPS) == 7
    assert len({page.name for page in PAGES}) == len(PAGES) == 11 * 7 * 2


@pytest.mark.parametrize("container", CONTAINERS)
def test_text_and_tables_are_what_the_page_was_made_from(container: str) -> None:
    for page in PAGES:
        if page.container == container:
            result = read_page(page)
            assert result.outcome is PageOutcome.DOCUMENT, page.name
            assert result.title == TITLE, page.name
            assert result.published == "2024-01-19", page.name
            assert result.blocks == page.blocks, page.name


def _with_tables() -> MatrixPage:
    return next(page for page in PAGES if page.name.endswith("tables"))


def test_the_judge_finds_nothing_in_the_truth() -> None:
    page = _with_tables()
    assert judge(page, read_page(page).body) == Verdict(page.name, (), 0, ())


def test_the_judge_sees_lost_prose_lost_and_misplaced_tables_and_chrome() -> None:
    page = _with_tables()
    body = read_page(page).body
    assert judge(page, body.replace("一、总体情况", "")).lost == ("一、总体情况",)
    assert judge(page, body.replace("规章\t0\t0\t0", "")).tables == 1
    blocks = body.split("\n\n")
    table = next(block for block in blocks if block.startswith("行政复议\t"))
    moved = "\n\n".join([table, *(block for block in blocks if block != table)])
    assert judge(page, moved).tables == 1
    assert judge(page, f"{body}\n\n上一篇：某某").chrome == ("上一篇",)
    assert is_faulty(judge(page, ""))
