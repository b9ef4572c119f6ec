"""What the attachments say: written first, by hand; every carrier is made from it.

A truth is a title and blocks in reading order. Tables are described by spanning cells, from which
both the drawn table and the logical grid follow: a cell's text stands in its first place, the
places it covers are empty (design §5). Places, offices and numbers are invented; only the labels
of the three official forms are real.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

Grid = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class SpanTable:
    """A table as it is drawn."""

    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        return sum(cell.columns for cell in self.rows[0])

    def placed(self) -> Iterator[tuple[int, int, Cell]]:
        """Every cell with the row and column where it begins."""
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(self.rows):
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                yield y, x, cell
                taken |= {
                    (y + down, x + across)
                    for down in range(cell.rows)
                    for across in range(cell.columns)
                }

    @property
    def grid(self) -> Grid:
        lines = [[""] * self.width for _ in self.rows]
        for y, x, cell in self.placed():
            lines[y][x] = cell.text
        return tuple(map(tuple, lines))


Block = str | SpanTable


@dataclass(frozen=True, slots=True)
class Truth:
    """One text: what a careful reader takes down from any carrier of it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(one for one in self.blocks if isinstance(one, str))

    @property
    def tables(self) -> tuple[SpanTable, ...]:
        return tuple(one for one in self.blocks if isinstance(one, SpanTable))


@cache
def _prose() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads((DATA / "prose.json").read_text(encoding="utf-8"))
    return loaded


@cache
def _forms() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "forms.json").read_text(encoding="utf-8"))
    return loaded


def form(name: str, seed: int) -> list[SpanTable]:
    """The tables of a form, every ``#`` a digit of an invented number.

    Numbers differ from cell to cell, so that one in the wrong column is seen.
    """
    dice = random.Random(f"{name}/{seed}")
    return [
        SpanTable(
            tuple(
                tuple(Cell(_number(text, dice), down, across) for text, down, across in row)
                for row in rows
            )
        )
        for rows in _forms()[name]
    ]


def _number(pattern: str, dice: random.Random) -> str:
    if pattern.lstrip("+-") == "#":
        return pattern.replace(
            "#", str(dice.choice((0, dice.randint(1, 99), dice.randint(1, 9999))))
        )
    return "".join(str(dice.randint(1, 9)) if char == "#" else char for char in pattern)


def prose(*names: str, year: int = 2023) -> list[str]:
    values = {"year": year, "next": year + 1}
    return [text.format_map(values) for name in names for text in _prose()[name]]


def _report(name: str, form_name: str, year: int, seed: int) -> Truth:
    """An annual report of the form of 2019 or 2021: six headings, three tables."""
    own, requests, review = form(form_name, seed)
    return Truth(
        name,
        f"云岭镇人民政府{year}年政府信息公开工作年度报告",
        (
            *prose("opening", year=year),
            "一、总体情况",
            *prose("overview", year=year),
            "二、主动公开政府信息情况",
            own,
            "三、收到和处理政府信息公开申请情况",
            requests,
            "四、政府信息公开行政复议、行政诉讼情况",
            review,
            "五、存在的主要问题及改进情况",
            *prose("problems", year=year),
            "六、其他需要报告的事项",
            *prose("others", "closing", year=year),
        ),
    )


def _tables_between(name: str, *blocks: Block) -> Truth:
    return Truth(name, "云岭镇人民政府2023年政府信息公开工作年度报告", blocks)


def _old_report() -> Truth:
    year = 2016
    blocks = [*prose("old", year=year), f"云岭镇{year}年度政府信息公开情况统计表"]
    title = f"云岭镇人民政府{year}年度政府信息公开工作年度报告"
    return Truth("old", title, (*blocks, *form("form_2014", 3)))


def _long() -> Truth:
    """Prose of more than eight pages in the usual type."""
    more = prose("more")
    chapters: list[str] = []
    for number, numeral in enumerate("一二三四五六"):
        chapters.append(f"{numeral}、{_TOPICS[number]}")
        chapters += more[number:] + more[:number]
    title = "云岭镇人民政府2023年政府信息公开工作年度报告"
    return Truth("long", title, (*prose("opening"), *chapters, *prose("closing")))


def _sums() -> SpanTable:
    """A table whose last row a spreadsheet would work out."""
    rows = (("项目", "件数", "人数"), ("培训", "3", "86"), ("检查", "12", "40"), ("合计", "", ""))
    return SpanTable(tuple(tuple(map(Cell, row)) for row in rows))


_TOPICS = (
    "总体情况", "主动公开情况", "依申请公开情况", "平台建设情况", "监督保障情况", "其他事项",
)  # fmt: skip


@cache
def truths() -> dict[str, Truth]:
    """All truths by their id."""
    prose_only = Truth(
        "prose",
        "云岭镇人民政府2023年政府信息公开工作年度报告",
        (
            *prose("opening"), "一、总体情况", *prose("overview"), "二、存在的问题",
            *prose("problems"), "三、其他事项", *prose("others", "closing"),
        ),
    )  # fmt: skip
    points = Truth("points", "云岭镇2024年政务公开工作要点", tuple(prose("points", year=2024)))
    (offices,), (papers,), (tasks,) = (form(name, 5) for name in ("offices", "papers", "tasks"))
    (own, requests, review), overview = form("form_2021", 7), prose("overview")
    all_of_them: Sequence[Truth] = (
        prose_only,
        points,
        _long(),
        _old_report(),
        _report("form_2019", "form_2019", 2020, 1),
        _report("form_2021", "form_2021", 2023, 2),
        _tables_between(
            "small", *overview[:2], "各办公室公开情况见下表：", offices, overview[2],
            "主要文件见下表：", papers, *prose("closing"),
        ),
        _tables_between("wordy", *overview[:4], "各项任务见下表：", tasks, *prose("others")),
        _tables_between("sheet", *form("form_2014", 8)),
        _tables_between("sheets", own, requests, review),
        _tables_between("sums", _sums()),
        Truth("budget", "云岭镇人民政府2023年部门预算公开说明", tuple(prose("more"))),
        Truth("notice", "云岭镇2023年汛期值班安排的通知", tuple(prose("more")[5:])),
        _tables_between(
            "page", "一、主动公开政府信息情况", own, "二、行政复议、行政诉讼情况", review,
            *prose("others"),
        ),
    )  # fmt: skip
    return {one.id: one for one in all_of_them}
