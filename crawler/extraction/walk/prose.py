"""What lines say of a page: prose, a sentence, rows of links."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.walk.flow import Line
from crawler.extraction.whitespace import han

# A line of this many unlinked Han with a comma or a full stop is prose.
PROSE_HAN = 20
# A list: this many rows that are links, which carry this share of the Han below the body.
_LEAST_ROWS = 6
_LINKED_SHARE = 0.6
_ROW_HAN = 6
_CLAUSE = re.compile(r"[\u3400-\u9fff\d%％]{3}[，,]")  # 经研究， (e23); 公开信息25条，


def is_prose(line: Line) -> bool:
    text = line.text
    if len(text) - line.linked < PROSE_HAN:  # a menu's line: told before anything is counted
        return False
    if not ("，" in text or "。" in text or "," in text or "；" in text):
        return False
    return line.unlinked >= PROSE_HAN


def has_sentence(text: str) -> bool:
    """A clause, its comma, and a full stop after it: in time that grows with the text only."""
    return bool(_CLAUSE.search(text, 0, max(text.rfind("。"), 0)))


def is_row(line: Line) -> bool:
    """Whether a line is mostly a link, of so many words as a title has."""
    return line.linked >= _ROW_HAN and line.linked >= line.unlinked


def is_list(lines: Sequence[Line]) -> bool:
    """Whether most of the lines' text is rows of links."""
    rows = sum(1 for line in lines if is_row(line))
    if rows < _LEAST_ROWS:
        return False
    linked = sum(line.linked for line in lines)
    total = han("".join([line.text for line in lines]))
    return linked > total * _LINKED_SHARE
