"""A form that an editor's page break cut into two tables is one table again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.items import Block, Table

# Two columns are too common for their number to say anything.
_LEAST_COLUMNS = 3
_FIGURE = re.compile(r"[-+−]?\d[\d,.]*[%‰]?|[-—–/]+")


def rejoined(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with a table joined to the one right before it where it only goes on.

    It does when it has as many columns and begins with figures where the other has its headings
    (e13): a form of its own begins with headings or with a caption.
    """
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if isinstance(block, Table) and isinstance(before, Table) and _goes_on(before, block):
            above = len(before.rows)
            reach = tuple((row + above, column, rows) for row, column, rows in block.reach)
            joined[-1] = Table(before.rows + block.rows, before.reach + reach)
        else:
            joined.append(block)
    return tuple(joined)


def _goes_on(table: Table, following: Table) -> bool:
    first, next_row = table.rows[0], following.rows[0]
    if len(first) != len(next_row) or len(first) < _LEAST_COLUMNS:
        return False
    figures = [bool(_FIGURE.fullmatch(cell)) for cell in next_row]
    headed = all(first) and not any(map(_FIGURE.fullmatch, first))
    return headed and not figures[0] and any(figures) and bool(next_row[0])
