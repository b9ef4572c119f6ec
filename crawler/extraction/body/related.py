"""Lists of other documents that a container took in: no text, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extraction.boilerplate import heads_links
from crawler.extraction.walk.flow import Line
from crawler.extraction.whitespace import bare


def related(lines: Sequence[Line]) -> frozenset[str]:
    """The rows of links below a heading of such, and the heading; without white space."""
    found: set[str] = set()
    below = False
    for line, following in zip(lines, (*lines[1:], None), strict=True):
        if line.unlinked:
            below = _is_row(following) and heads_links(line.text)
        if below:
            found.add(bare(line.text))
    return frozenset(found)


def _is_row(line: Line | None) -> bool:
    return line is not None and line.linked > 0 and not line.unlinked
