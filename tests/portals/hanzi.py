"""Simplified and traditional characters for the mirror, one to one.

``data/hanzi.txt`` holds pairs, simplified first: the characters of GB2312 whose first traditional
form converts back to them alone (after OpenCC's character dictionaries, Apache-2.0). Folding the
mirror's text back is therefore never in doubt.
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
