"""Bodies as their blocks, and what is read of their structure."""

from __future__ import annotations

from crawler.blocks import Block, Paragraph, Table
from crawler.extraction.structure.outline import outline
from crawler.extraction.structure.tasks import tasks
from tests.portals import seed_pages


def blocks_of(body: str) -> tuple[Block, ...]:
    """A body written line by line, rows of tables with tabs between the cells."""
    found: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*body.strip("\n").split("\n"), ""]:
        if "\t" in line:
            rows.append(tuple(line.split("\t")))
            continue
        if rows:
            found.append(Table(tuple(rows)))
            rows = []
        if line:
            found.append(Paragraph(line))
    return tuple(found)


def seed_blocks(seed: str) -> tuple[Block, ...]:
    return blocks_of(seed_pages.gold(seed).partition("\n\n")[2])


def headings(body: str) -> list[tuple[int, str]]:
    return [(one.level, one.number + one.title) for one in outline(blocks_of(body))]


def duties(body: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (task.text, [(unit.role, unit.name) for unit in task.units])
        for task in tasks(blocks_of(body))
    ]
