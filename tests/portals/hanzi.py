"""Simplified and traditional characters for the mirror, one to one.

``data/hanzi.txt`` holds pairs, simplified first, of characters that convert alike both ways.
Characters with several traditional forms are absent: mirrors leave some of them simplified
(``便于``, ``干部`` in seed 002), and folding the text back is then never in doubt.
"""

from __future__ import annotations

from pathlib import Path

_PAIRS = (Path(__file__).parent / "data" / "hanzi.txt").read_text(encoding="utf-8").split()
_JOINED = "".join(_PAIRS)
_TO_TRADITIONAL = str.maketrans(_JOINED[0::2], _JOINED[1::2])
_TO_SIMPLIFIED = str.maketrans(_JOINED[1::2], _JOINED[0::2])


def traditional(text: str) -> str:
    return text.translate(_TO_TRADITIONAL)


def simplify(text: str) -> str:
    return text.translate(_TO_SIMPLIFIED)
