"""Paragraphs and tables of a subtree, in order, with the published white space (design §5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from crawler.extraction.tables.grids import is_data, table_of
from crawler.extraction.tables.rows import layout_of
from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.walk.lines import Lines
from crawler.extraction.whitespace import (
    HARD_BREAK,
    SHORTEST_WRAPPED,
    goes_on,
    han,
    join,
    soften,
    squeeze,
)
from crawler.items import Block, Paragraph

# A line that begins with two blanks is indented as paragraphs are.
_INDENT = re.compile(r"[\u3000\xa0 ]{2,}|\u3000|\u2003")
# Where so many empty lines part the paragraphs, a single <br> only wraps, also a short line (d23).
_PARTED = 3
_SHORTEST_PARTED = 6


def blocks_of(
    elements: Sequence[Element],
    skip: Collection[Element] = (),
    lines: Lines | None = None,
) -> tuple[Block, ...]:
    """The blocks below the elements; those of ``skip`` (information blocks) are left out.

    ``lines`` are those of the page, where it has been walked already.
    """
    return tuple(
        block for element in elements for block in _blocks(element, skip, lines or Lines(element))
    )


def _blocks(root: Element, skip: Collection[Element], lines: Lines) -> Iterator[Block]:
    tables = [table for table in root.iter("table") if is_data(table, lines)]
    if tables and tables[0] is root:  # behind a container that was closed early
        yield from _table_blocks(root, lines)
        return
    hidden = _hides_its_text(root, lines)
    if hidden or any(root in one.iterancestors() for one in skip):
        pieces = flow(root, whole=frozenset(tables), skip=skip, hidden=hidden)
    else:
        pieces = lines.around(tables, root)
    for piece in pieces:
        if isinstance(piece, Line):
            yield from (Paragraph(text) for text in paragraphs(piece.text))
        else:
            yield from _table_blocks(piece, lines)


def _hides_its_text(root: Element, lines: Lines) -> bool:
    """Whether most of the text waits for a script to show it; then it is the text."""
    if not lines.hides_below(root):
        return False
    seen = han("".join([line.text for line in lines.of(root)]))
    if lines.hidden_han(root) <= seen:  # an upper bound: the text need not be walked
        return False
    everything = (line for line in flow(root, hidden=True) if isinstance(line, Line))
    return sum(han(line.text) for line in everything) > 2 * seen


def _table_blocks(table: Element, lines: Lines) -> Iterator[Block]:
    """A table of several columns as a Table; one of a single column as paragraphs."""
    layout = layout_of(table, lines.hides_in(table))
    found = table_of(layout, lines.of)
    if found.rows and len(found.rows[0]) > 1:
        for text in layout.texts(lines.of):
            yield from map(Paragraph, paragraphs(text))
        yield found
        return
    for line in lines.of(table):
        yield from (Paragraph(text) for text in paragraphs(line.text))


def paragraphs(raw: str) -> list[str]:
    """The paragraphs of one line of the markup, told apart by its <br>s.

    A <br> ends a paragraph unless it stands inside a sentence; an empty line or an indented one
    always begins a new paragraph.
    """
    if HARD_BREAK not in raw:
        text = squeeze(soften(raw))
        return [text] if text else []
    texts: list[str] = []
    fresh = True
    pieces = [(piece, squeeze(piece)) for piece in map(soften, raw.split(HARD_BREAK))]
    empty = sum(1 for _, text in pieces if not text)
    shortest = _SHORTEST_PARTED if empty >= _PARTED else SHORTEST_WRAPPED
    for piece, text in pieces:
        if not text:
            fresh = True
            continue
        if not fresh and not _INDENT.match(piece) and goes_on(texts[-1], text, shortest):
            texts[-1] = join(texts[-1], text)
        else:
            texts.append(text)
        fresh = False
    return texts
