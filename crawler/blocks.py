"""A body of text: paragraphs and tables, and how a text file prints them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of body text, white space normalised (design §5)."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A logical grid: every row has the table's full number of cells."""

    rows: tuple[tuple[str, ...], ...]
    #: Cells that reach over the rows below theirs: row, column, how many rows. Printed text shows
    #: none of it, so tables that say the same are equal.
    reach: tuple[tuple[int, int, int], ...] = field(default=(), compare=False)


Block = Paragraph | Table


def render_blocks(blocks: tuple[Block, ...]) -> str:
    """The body as a text file prints it: a blank line between blocks, table rows tab-separated."""
    parts = []
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append(block.text)
        else:
            parts.append("\n".join("\t".join(row) for row in block.rows))
    return "\n\n".join(parts)
