"""The lines of a header area one by one, cells apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from crawler.extraction.fields.label_patterns import COLONS
from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.walk.lines import Lines, Parted
from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK

_ONLY_COLON = frozenset(COLONS)
_ODD_BLANK, _WIDE_GAP = re.compile(r"[^\S ]"), re.compile(" {3,}")


class Token(NamedTuple):
    """One line of a header area, or a cell (perhaps empty)."""

    text: str
    element: Element

    @property
    def row(self) -> Element | None:
        """The table row the token stands in, if it stands in one."""
        element = self.element
        return element if element.tag == "tr" else next(element.iterancestors("tr"), None)


#: `Token` of both its parts at once: a page has hundreds.
_token: Callable[[tuple[str, Element]], Token] = partial(tuple.__new__, Token)


def tokens(
    root: Element, whole: Sequence[Element] = (), lines: Lines | None = None
) -> Iterator[Token | Element]:
    """The lines of an area one by one, cells apart; elements of ``whole`` as they are.

    ``lines`` are those of the page, where it has been walked already.
    """
    known = lines.parted(root, whole) if lines else None
    for piece in _parted(root, whole) if known is None else known:
        if not isinstance(piece, tuple):
            yield piece
            continue
        line, element = piece
        if SOFT_BREAK in line:
            line = line.replace(SOFT_BREAK, " ")
        text = line.strip()
        if text.isprintable() and "   " not in text:  # most are: no break inside, no wide gap
            if (text or not line) and text not in _ONLY_COLON:
                yield _token((text, element))
            continue
        for part in line.split(HARD_BREAK) if HARD_BREAK in line else (line,):
            text = _squeeze_keeping_gaps(part)
            if (text or not line) and text not in _ONLY_COLON:  # a cell may hold but the colon
                yield Token(text, element)


def _parted(root: Element, whole: Sequence[Element]) -> Iterator[Parted]:
    for piece in flow(root, whole=frozenset(whole), split_inline=True, empty_cells=True):
        yield (piece.text, piece.element) if isinstance(piece, Line) else piece


def _squeeze_keeping_gaps(text: str) -> str:
    """Blanks to plain spaces; a wide gap stays wide, since header lines part values by it."""
    text = _ODD_BLANK.sub(" ", text)
    return (_WIDE_GAP.sub("   ", text) if "   " in text else text).strip()
