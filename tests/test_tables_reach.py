"""Cells that span rows: printed once, their reach kept beside the grid, in the archive too."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.blocks import Block, Paragraph, Table
from crawler.extraction.body.paragraphs import blocks_of
from crawler.extraction.tables.rejoined import rejoined
from crawler.serial import from_json, to_json

MARKUP = """<table>
<tr><th>任务<th>备注<th colspan=2>责任单位</tr>
<tr><td>公开预算<td></td><td rowspan=3>财政局<td>各镇</tr>
<tr></tr>
<tr><td>公开决算<td></td><td rowspan=2>审计局</tr>
<tr><td>公开补贴<td></td><td>农业局</tr>
</table>"""


def table_of(markup: str) -> Table:
    [table] = blocks_of((html.fragment_fromstring(f"<div>{markup}</div>"),))
    assert isinstance(table, Table)
    return table


def test_reach_is_told_in_the_rows_and_columns_that_are_left() -> None:
    table = table_of(MARKUP)
    assert table.rows[1] == ("公开预算", "", "财政局", "各镇")
    assert table.reach == ((1, 2, 2), (2, 3, 2))


def test_tables_that_say_the_same_are_equal_whatever_spans() -> None:
    table = table_of(MARKUP)
    assert table == Table(table.rows)


def test_a_table_that_goes_on_keeps_its_reach() -> None:
    first = Table((("任务", "数量", "单位"),))
    second = Table((("公开决算", "2", "局"), ("公开预算", "3", "")), reach=((0, 2, 2),))
    [joined] = rejoined((first, second))
    assert isinstance(joined, Table)
    assert joined.reach == ((1, 2, 2),)


@pytest.mark.parametrize("block", [Paragraph("文。"), Table((("甲", "乙"),), reach=((0, 1, 2),))])
def test_blocks_come_back_from_the_archive_whole(block: Block) -> None:
    [back] = from_json(tuple[Block, ...], to_json((block,)))  # type: ignore[type-var]
    assert back == block
    assert getattr(back, "reach", ()) == getattr(block, "reach", ())


def test_blocks_written_before_tables_had_a_reach_are_read() -> None:
    [back] = from_json(tuple[Block, ...], '[{"rows":[["甲","乙"]]}]')  # type: ignore[type-var]
    assert back == Table((("甲", "乙"),))
