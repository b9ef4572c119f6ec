"""The lines of a header area one by one, cells apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.compiled import twin
from crawler.extraction.fields.label_patterns import COLONS
from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.walk.lines import Lines
from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK

_AT_ONCE = 40
_ODD_BLANK, _WIDE_GAP = re.compile(r"[^\S ]"), re.compile(" {3,}")


class Token(NamedTuple):
    """One line of a header area, or a cell (perhaps empty)."""

    text: str
    element: Element

    @property
    def row(self) -> Element | None:
        """The table row the token stands in, if it stands in one."""
        element = self.element
        if element.tag == "tr":
            return element
        around = element.getparent()
        if around is not None and around.tag == "tr":  # of a cell, without a search
            return around
        return next(element.iterancestors("tr"), None)


def tokens(
    root: Element, whole: Sequence[Element] = (), lines: Lines | None = None
) -> Iterator[Token | Element]:
    """The lines of an area one by one, cells apart; elements of ``whole`` as they are.

    ``lines`` are those of the page, where it has been walked already.
    """
    for piece in stretches(root, whole, lines):
        if isinstance(piece, list):
            yield from piece
        else:
            yield piece


def stretches(
    root: Element, whole: Sequence[Element] = (), lines: Lines | None = None
) -> Iterator[list[Token] | Element]:
    """The tokens of an area, as many at once as most callers want at all."""
    pieces = lines.parted(root, whole) if lines else None
    if lines is None or pieces is None:
        for piece in flow(root, whole=frozenset(whole), split_inline=True, empty_cells=True):
            yield of_line(piece.text, piece.element) if isinstance(piece, Line) else piece
        return
    for entries in pieces:
        if not isinstance(entries, tuple):
            yield entries
            continue
        among, start, end = entries
        for at in range(start, end, _AT_ONCE):
            yield of_entries(lines.apart, lines.all, among, at, min(at + _AT_ONCE, end))


@twin
def of_entries(
    parted: Sequence[str],
    lines: Sequence[Line],
    entries: Sequence[int | Element],
    start: int,
    end: int,
) -> list[Token]:
    """The tokens of a walk's entries from one to another, of which each is a line or a cell."""
    found: list[Token] = []
    for entry in entries[start:end]:
        if isinstance(entry, int):
            found += of_line(parted[entry], lines[entry].element)
        else:
            found.append(Token("", entry))
    return found


def of_line(line: str, element: Element) -> list[Token]:
    """The tokens of a line as it is parted at its inline elements."""
    line = line.replace(SOFT_BREAK, " ")
    texts = map(_squeeze_keeping_gaps, line.split(HARD_BREAK))
    # A cell may hold but the colon.
    return [Token(text, element) for text in texts if (text or not line) and text not in COLONS]


def _squeeze_keeping_gaps(text: str) -> str:
    """Blanks to plain spaces; a wide gap stays wide, since header lines part values by it."""
    if not text.isprintable():
        text = _ODD_BLANK.sub(" ", text)
    return (_WIDE_GAP.sub("   ", text) if "   " in text else text).strip()
