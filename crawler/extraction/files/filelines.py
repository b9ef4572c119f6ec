"""Lines that do nothing but name the files a page attaches."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files

from crawler.extraction.walk.flow import Line
from crawler.extraction.whitespace import HARD_BREAK, bare, han
from crawler.items import PartRef

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
# With the ending of a file: where officials name an annex in their text they write none.
_ENDS = re.compile(rf"\.(?:{_DATA['extensions']})(?:{_DATA['size']})?\Z", re.IGNORECASE)
# Besides the names: 附件1：, 相关附件下载.
_MOST_OTHER_HAN = 6
# A longer line is a paragraph.
_LONGEST = 300
# Every line is looked through for every name; a page with more files is a list of downloads.
MOST_NAMES = 200


def file_lines(lines: Iterable[Line], parts: Sequence[PartRef]) -> frozenset[str]:
    """The lines, without white space, that are a row of the list of attachments (k03, l04)."""
    told = {bare(part.name): None for part in parts[:MOST_NAMES] if part.name}
    names = sorted(told, key=len, reverse=True)
    if not names:
        return frozenset()
    pieces = (piece for line in lines for piece in line.text.split(HARD_BREAK))
    short = (text for piece in pieces if len(text := bare(piece)) <= _LONGEST)
    return frozenset(text for text in short if _ENDS.search(text) and _is_named(text, names))


def _is_named(text: str, names: Sequence[str]) -> bool:
    rest = text
    for name in names:
        rest = rest.replace(name, "")
    return rest != text and han(rest) <= _MOST_OTHER_HAN
