"""Real attachments with hand-made gold, which lie outside the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.attachments_score import Count, Reading
from tests.benchmarks.extract_text import bare
from tests.gold.pages import REAL

HUAIAN = "att-huaian-2024"


def huaian_file() -> Path:
    return REAL / "pages" / f"{HUAIAN}.pdf"


def check_huaian(found: Reading) -> tuple[Count, list[str]]:
    """Everything its gold states, and what of it is not so."""
    gold = json.loads((REAL / "gold" / f"{HUAIAN}.json").read_text(encoding="utf-8"))
    checks = list(_checks(gold, found))
    return Count(sum(held for _, held in checks), len(checks)), [
        n for n, held in checks if not held
    ]


def _checks(gold: Mapping[str, Any], found: Reading) -> Iterator[tuple[str, bool]]:
    lines = [line for line in map(bare, found.text.split("\n")) if line]
    body = "".join(lines[1:])
    yield "title", bool(lines) and lines[0] == bare(gold["title"])
    yield "first words", body.startswith(bare(gold["body_first_20chars"]))
    yield "last words", body.endswith(bare(gold["body_last_20chars"]))
    yield "page numbers gone", not any(f"-{n}-" in lines for n in range(1, gold["pages"] + 1))
    yield "three tables, one across pages", len(found.tables) == 3
    for section in gold["sections"]:
        yield f"heading {section}", bare(section) in lines
    rows = [[bare(cell) for cell in row if bare(cell)] for grid in found.tables for row in grid]
    for label, *values in gold["table3"]:
        yield f"row {label}", _has_row(rows, label, values)
    for label, value in gold["table2"].items():
        values = value if isinstance(value, list) else [value]
        yield f"row {label}", _has_row(rows, label.partition("(")[0], values)
    yield "review and litigation", _numbers_of(gold["table4"]) in rows


def _has_row(rows: Sequence[Sequence[str]], label: str, values: Sequence[float]) -> bool:
    """Whether a row ends in this label and these values; the gold shortens long labels."""
    wanted = [str(value) for value in values]
    return any(
        row[-len(wanted) :] == wanted
        and len(row) > len(wanted)
        and row[-len(wanted) - 1].startswith(bare(label))
        for row in rows
    )


def _numbers_of(groups: Mapping[str, Mapping[str, int]]) -> list[str]:
    return [str(value) for group in groups.values() for value in group.values()]
