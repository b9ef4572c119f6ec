"""Tables for people, on a terminal or in a file; Han characters take two columns."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Fits a terminal's width by folding the last, wordy column; in a pipe or a file every row
    is one full line."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column, heading in enumerate(headings, start=1):
        table.add_column(heading, overflow="fold", no_wrap=column < len(headings))
    for row in rows:
        # Text: what pages say must never be taken for markup.
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        width = console.measure(table, options=console.options.update(width=10_000)).maximum
        console.width = width
    console.print(table)
