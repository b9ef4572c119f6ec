"""Chrome told from text: whole lines by their phrases, which are data, never pieces of lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files

from crawler.extraction.whitespace import bare
from crawler.items import Block, Paragraph

_DATA = tomllib.loads(files("crawler").joinpath("data/boilerplate.toml").read_text("utf-8"))
_SEPARATORS = r"[|｜·•▪●◆>＞»/\\\-—_,，、.。:：;；\[\]【】〖〗()（）<《》]*"
# Longer phrases are tried first at every place, and a line must be used up by them.
_ONLY_PHRASES = re.compile(
    rf"{_SEPARATORS}(?:(?:{'|'.join(_DATA['phrases'])}){_SEPARATORS})+", re.IGNORECASE
)
_WHOLE_LINE = re.compile("|".join(_DATA["lines"]), re.IGNORECASE)
_TAIL = re.compile("|".join(_DATA["tail"]), re.IGNORECASE)
DECORATION = re.compile(_DATA["decoration"], re.IGNORECASE)
# No line of chrome is longer; it also bounds the work of the expressions.
_LONGEST = 120


def is_chrome(line: str) -> bool:
    """Whether a whole line is furniture of the page."""
    text = bare(line)
    if len(text) > _LONGEST:
        return False
    return not text or bool(_ONLY_PHRASES.fullmatch(text) or _WHOLE_LINE.fullmatch(text))


def without_chrome(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks less lines of chrome; words of a footer go at the end only."""
    kept = [one for one in blocks if not (isinstance(one, Paragraph) and is_chrome(one.text))]
    while kept and isinstance(last := kept[-1], Paragraph) and _TAIL.fullmatch(bare(last.text)):
        kept.pop()
    return tuple(kept)
