"""Real PDFs against their gold; they are kept outside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.items import Kind, PageOutcome
from tests.pdf_reading import read, tables, texts

REAL = Path(__file__).parents[2] / "shared" / "real"


def real(name: str) -> bytes:
    path = REAL / "pages" / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the real files are kept outside the repository")
    return path.read_bytes()


def test_a_real_annual_report_is_read_whole() -> None:
    result = read(real("att-huaian-2024.pdf"))
    gold = json.loads((REAL / "gold" / "att-huaian-2024.json").read_text(encoding="utf-8"))
    assert result.title.replace(" ", "") == gold["title"]
    assert (result.judgement.kind, result.judgement.report_year) == (Kind.ANNUAL_REPORT, 2024)
    assert set(gold["sections"]) <= set(texts(result))
    assert texts(result)[0].startswith(gold["body_first_20chars"])
    assert result.body.endswith(gold["body_last_20chars"])
    assert not any(text.strip("- ").isdigit() for text in texts(result))


def test_the_numbers_of_a_real_report_stand_in_their_cells() -> None:
    result = read(real("att-huaian-2024.pdf"))
    gold = json.loads((REAL / "gold" / "att-huaian-2024.json").read_text(encoding="utf-8"))
    active, requests, review = tables(result)
    cells = {row[0]: [cell for cell in row[1:] if cell] for row in active.rows}
    assert cells["规章"] == [str(number) for number in gold["table2"]["规章"]]
    assert cells["行政许可"] == [str(gold["table2"]["行政许可"])]
    numbers = [list(map(int, row[-7:])) for row in requests.rows if row[-1].isdigit()]
    assert numbers == [row[1:] for row in gold["table3"]]
    wanted = [number for group in gold["table4"].values() for number in group.values()]
    assert list(map(int, review.rows[-1])) == wanted


def test_a_real_budget_report_is_no_document_of_ours_and_has_its_tables() -> None:
    result = read(real("att-putuo-shgzb.pdf"))
    assert result.outcome in (PageOutcome.LOOK_ALIKE, PageOutcome.NOT_RELEVANT)
    assert len(tables(result)) >= 10
