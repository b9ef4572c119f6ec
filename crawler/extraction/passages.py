"""Paragraphs with their looks, as files have them, and which of the first lines are the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from crawler.titles import judge

#: A letter this much larger than another is of another size.
LARGER = 1.12
_MOST_LINES = 4
# Centred like a title, but no part of it: a date, a note in brackets, the number of the paper.
_BESIDE_TITLE = re.compile(
    r"[（(].*[)）]|[\d〇○零一二三四五六七八九十]{4}\s*年\s*.{2,10}日|.{0,20}[〔\[（(]\d{4}[〕\])）]\s*第?\d+\s*号"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph with what its looks say: ``centred`` lines at the top of page 0 are a title."""

    text: str
    page: int
    em: float
    centred: bool


_Piece = TypeVar("_Piece")


def split_title(pieces: Sequence[_Piece]) -> tuple[str, list[_Piece]]:
    """The document's own title, and the rest of it; what is no Passage is a table."""
    first, count = _span(pieces)
    title = pieces[first : first + count]
    text = "".join(passage.text for passage in title if isinstance(passage, Passage))
    return text, [*pieces[:first], *pieces[first + count :]]


def _span(pieces: Sequence[object]) -> tuple[int, int]:
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


def _centred_at_top(pieces: Sequence[object]) -> dict[int, Passage]:
    """The centred paragraphs of the first page above its first table, by position."""
    top: dict[int, Passage] = {}
    page = None
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Passage) or page not in (None, piece.page):
            break
        page = piece.page
        if piece.centred and not _BESIDE_TITLE.fullmatch(piece.text):
            top[index] = piece
    return top


def _is_one_size(run: Sequence[Passage]) -> bool:
    sizes = [passage.em for passage in run]
    return max(sizes) <= LARGER * min(sizes)


def _names_a_document(run: Sequence[Passage]) -> bool:
    judgement = judge("".join(passage.text for passage in run))
    return bool(judgement.kind or judgement.look_alike)
