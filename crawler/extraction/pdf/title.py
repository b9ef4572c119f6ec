"""Which of a PDF's first lines are its title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.pdf.flow import LARGER, Passage, Piece
from crawler.extraction.pdf.tables import Fragment
from crawler.titles import judge

_MOST_LINES = 4
# Centred like a title, but no part of it: a date, a note in brackets, the number of the paper.
_BESIDE_TITLE = re.compile(
    r"[（(].*[)）]|[\d〇○零一二三四五六七八九十]{4}\s*年\s*.{2,10}日|.{0,20}[〔\[（(]\d{4}[〕\])）]\s*第?\d+\s*号"
)


def split_title(pieces: Sequence[Piece]) -> tuple[str, list[Piece]]:
    """The document's own title, and the rest of it."""
    first, count = _span(pieces)
    title = pieces[first : first + count]
    text = "".join(passage.text for passage in title if isinstance(passage, Passage))
    return text, [*pieces[:first], *pieces[first + count :]]


def _span(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Position and number of the title's lines: centred ones at the top that name a document.

    A letterhead may stand above the title and an issuer's name may be a line of it, so every run
    of centred lines of one size is tried, longest first. Where none names a kind of document,
    the largest line is the title.
    """
    top = _centred_at_top(pieces)
    for count in range(_MOST_LINES, 0, -1):
        for first in top:
            run = [top[step] for step in range(first, first + count) if step in top]
            if len(run) == count and _is_one_size(run) and _names_a_document(run):
                return first, count
    if not top:
        return 0, 0
    return max(top, key=lambda index: (top[index].em, -index)), 1


def _centred_at_top(pieces: Sequence[Piece]) -> dict[int, Passage]:
    """The centred paragraphs of the first page above its first table, by position."""
    top: dict[int, Passage] = {}
    for index, piece in enumerate(pieces):
        if isinstance(piece, Fragment) or piece.page != pieces[0].page:
            break
        if piece.centred and not _BESIDE_TITLE.fullmatch(piece.text):
            top[index] = piece
    return top


def _is_one_size(run: Sequence[Passage]) -> bool:
    sizes = [passage.em for passage in run]
    return max(sizes) <= LARGER * min(sizes)


def _names_a_document(run: Sequence[Passage]) -> bool:
    judgement = judge("".join(passage.text for passage in run))
    return bool(judgement.kind or judgement.look_alike)
