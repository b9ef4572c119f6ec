"""The statistical tables of the 2021 form (国办公开办函〔2021〕30号) as spanning cells.

One description gives both the HTML with its rowspans and the grid a reader must find: a cell's
text stands in its first place, the places it covers are empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.items import Table

_FORM: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "form_2021.json").read_text(encoding="utf-8")
)
_APPLICANTS = 7


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    rows: int = 1
    columns: int = 1


SpanRows = Sequence[Sequence[Cell]]


def _cells(rows: Sequence[Sequence[Sequence[Any]]], values: Mapping[str, int]) -> list[list[Cell]]:
    return [
        [Cell(text.format_map(values), down, across) for text, down, across in row] for row in rows
    ]


def form_2021(values: Mapping[str, int]) -> tuple[SpanRows, SpanRows, SpanRows]:
    """The three tables: own activity, requests, review and litigation."""
    requests = _cells(_FORM["requests_head"], values)
    for row in _FORM["requests_rows"]:
        counted = row[-1][0] in _FORM["counted_rows"]
        number = str(values["i"]) if counted else "0"
        figures = [number, *["0"] * (_APPLICANTS - 2), number]
        requests.append([*_cells([row], values)[0], *map(Cell, figures)])
    return _cells(_FORM["own_rules"], values), requests, _cells(_FORM["review"], values)


def grid(rows: SpanRows) -> Table:
    """The logical grid of spanning cells."""
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            for down in range(cell.rows):
                for across in range(cell.columns):
                    taken[y + down, x + across] = ""
            taken[y, x] = cell.text
    width = max(x for _, x in taken) + 1
    return Table(tuple(tuple(taken[y, x] for x in range(width)) for y in range(len(rows))))
