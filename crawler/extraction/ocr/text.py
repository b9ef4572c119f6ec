"""What a recogniser cannot see of its text: how wide a bracket was meant, and narrow blanks.

The record keeps what it said; this is how `read` takes it. Letters and digits are never touched.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Final

from crawler.extraction.pdf.lines import wide

_BRACKETS: Final = str.maketrans("()", "（）")
_STOPS: Final = str.maketrans(",:;!?", "，：；！？")


def as_read(text: str) -> str:
    """``text`` of one line as a reader of Chinese takes it."""
    kept = ("" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char for char in text)
    return _widened(_closed(" ".join("".join(kept).split())))


def _closed(text: str) -> str:
    """Without blanks beside letters of full width: `第 (八)项` was printed without one."""
    words = text.split(" ")
    closed = words[:1]
    for before, after in pairwise(words):
        between = "" if wide(before[-1]) or wide(after[0]) else " "
        closed += [between, after]
    return "".join(closed)


def _widened(text: str) -> str:
    """Brackets and stops beside Chinese in the width that Chinese has.

    Both forms look alike in print, and the recogniser mixes them in one pair of brackets.
    """
    if not any(map(wide, text)):
        return text
    around = f"\0{text}\0"
    return "".join(_wider(char, around[at], around[at + 2]) for at, char in enumerate(text))


def _wider(char: str, before: str, after: str) -> str:
    if char in "()":
        latin = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        return char if latin else char.translate(_BRACKETS)
    return char.translate(_STOPS) if wide(before) or wide(after) else char
