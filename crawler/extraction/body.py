"""Paragraphs and tables of a subtree, in order, with the published white space (design §5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from crawler.extraction.flow import Element, Line, flow, is_hidden
from crawler.extraction.tables import grid, is_data
from crawler.extraction.whitespace import HARD_BREAK, goes_on, han, join, soften, squeeze
from crawler.items import Block, Paragraph, Table

# A line that begins with two blanks is indented as paragraphs are.
_INDENT = re.compile(r"[\u3000\xa0 ]{2,}|\u3000|\u2003")


def blocks_of(elements: Sequence[Element], skip: Collection[Element] = ()) -> tuple[Block, ...]:
    """The blocks below the elements; those of ``skip`` (information blocks) are left out."""
    return tuple(block for element in elements for block in _blocks(element, skip))


def _blocks(root: Element, skip: Collection[Element]) -> Iterator[Block]:
    tables = {table for table in root.iter("table") if table is not root and is_data(table)}
    for piece in flow(root, whole=tables, skip=skip, hidden=_hides_its_text(root)):
        if isinstance(piece, Line):
            yield from (Paragraph(text) for text in paragraphs(piece.text))
        else:
            yield from _table_blocks(piece)


def _hides_its_text(root: Element) -> bool:
    """Whether most of the text waits for a script to show it; then it is the text."""
    if not any(is_hidden(element) for element in root.iterdescendants()):
        return False
    seen, everything = (
        sum(han(line.text) for line in flow(root, hidden=hidden) if isinstance(line, Line))
        for hidden in (False, True)
    )
    return everything > 2 * seen


def _table_blocks(table: Element) -> Iterator[Block]:
    """A table of several columns as a Table; one of a single column as paragraphs."""
    rows = grid(table)
    if rows and len(rows[0]) > 1:
        yield Table(rows)
        return
    for line in flow(table):
        if isinstance(line, Line):
            yield from (Paragraph(text) for text in paragraphs(line.text))


def paragraphs(raw: str) -> list[str]:
    """The paragraphs of one line of the markup, told apart by its <br>s.

    A <br> ends a paragraph unless it stands inside a sentence; an empty line or an indented one
    always begins a new paragraph.
    """
    texts: list[str] = []
    fresh = True
    for piece in map(soften, raw.split(HARD_BREAK)):
        text = squeeze(piece)
        if not text:
            fresh = True
            continue
        if not fresh and not _INDENT.match(piece) and goes_on(texts[-1], text):
            texts[-1] = join(texts[-1], text)
        else:
            texts.append(text)
        fresh = False
    return texts
