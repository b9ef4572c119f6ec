"""Page numbers, running headers and footers: what stands on a page because it is a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crawler.extraction.pdf.lines import Line

# GB/T 9704 sets the page number 28 mm above the lower edge of A4, 9 % of its height.
_MARGIN_ZONE = 0.12
_PAGE_NUMBER = re.compile(
    r"[-—–－~·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–－~·•\s]*"
)
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 2


def without_running_lines(
    pages: Sequence[Sequence[Line]], heights: Sequence[float]
) -> list[list[Line]]:
    """The lines of each page without its number and what repeats at one place on most pages."""
    repeated = _repeated(pages, heights)
    return [
        [
            line
            for index, line in enumerate(lines)
            if not (
                in_margin(line.y, height)
                and (_place(line) in repeated or _is_number(line, index, len(lines)))
            )
        ]
        for lines, height in zip(pages, heights, strict=True)
    ]


def _repeated(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[tuple[str, int]]:
    places: Counter[tuple[str, int]] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        places.update({_place(line) for line in lines if in_margin(line.y, height)})
    least = max(_LEAST_PAGES, len(pages) // 2)
    return {place for place, count in places.items() if count >= least}


def _place(line: Line) -> tuple[str, int]:
    """What a line says, numbers aside, and where it stands."""
    return _DIGITS.sub("#", line.text), round(line.y / 4)


def in_margin(y: float, height: float) -> bool:
    """Whether a baseline lies where running lines stand."""
    return not _MARGIN_ZONE * height < y < (1 - _MARGIN_ZONE) * height


def _is_number(line: Line, index: int, count: int) -> bool:
    return index in (0, count - 1) and _PAGE_NUMBER.fullmatch(line.text) is not None
