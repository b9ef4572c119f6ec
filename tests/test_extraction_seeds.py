"""The five seeds: the text files equal the gold to the character (``fixtures/seed-gold``)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.extract import read
from crawler.items import Capture, Kind, PageOutcome, PageResult, Role
from crawler.textfile import render
from tests.portals import seed_pages


def read_seed(seed: str) -> PageResult:
    url, content = seed_pages.seed_page(seed)
    return read(Capture(f"urn:{seed}", url, datetime(2026, 1, 1, tzinfo=UTC), 200, (), content))


@pytest.mark.parametrize("seed", ["000", "001", "002", "002_original", "003"])
def test_the_text_file_of_a_seed_equals_its_gold(seed: str) -> None:
    page = read_seed(seed)
    text = render(page.title, page.infobox, page.published, page.source, page.blocks)
    assert text == seed_pages.gold(seed)


@pytest.mark.parametrize(
    ("seed", "kind", "year", "published", "warnings"),
    [
        ("000", Kind.ANNUAL_REPORT, 2018, "2019-03-15", ()),
        ("001", Kind.WORK_POINTS, 2018, "2018-07-04", ()),
        ("002", Kind.ANNUAL_REPORT, 2020, "", ("form_without_tables", "script:traditional")),
        ("003", Kind.SELF_REVIEW, 2015, "2016-01-07", ("repeat_collapsed", "date_conflict")),
    ],
)
def test_the_facts_of_a_seed(
    seed: str, kind: Kind, year: int, published: str, warnings: tuple[str, ...]
) -> None:
    page = read_seed(seed)
    assert page.outcome is PageOutcome.DOCUMENT
    assert page.judgement.kind is kind
    assert page.judgement.report_year == year
    assert page.published == published
    assert page.warnings == warnings


def test_values_without_labels_are_recorded_as_inferred() -> None:
    sources = read_seed("001").field_sources
    assert sources["索引号"]["inferred"] is True
    assert sources["成文日期"]["raw"] == "2018年07月04日"


def test_a_letterhead_number_is_evidence_and_not_information_block() -> None:
    page = read_seed("003")
    assert page.field_sources["doc_number"] == {"where": "body", "value": "广朝陈府〔2015〕42号"}
    assert page.info("发文字号") == ""


def test_breadcrumbs_are_metadata() -> None:
    assert read_seed("000").breadcrumb == (
        "政府信息公开",
        "政府信息公开年报",
        "乡镇(街道)",
        "太阳山镇",
    )


def test_a_page_that_is_only_a_link_to_its_pdf_names_the_part() -> None:
    page = read_seed("004")
    assert page.outcome is PageOutcome.ATTACHMENT_ONLY
    (part,) = page.parts
    assert (part.url, part.role) == (seed_pages.PDF_URL, Role.ATTACHMENT)
    assert part.name.endswith("政府信息公开工作年度报告.pdf")
