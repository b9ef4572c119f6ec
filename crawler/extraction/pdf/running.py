"""Page numbers, running headers and footers: what stands on a page because it is a page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from crawler.extraction.pdf.lines import Line

# GB/T 9704 sets the page number 28 mm above the lower edge of A4, 9 % of its height.
_MARGIN_ZONE = 0.12
_PAGE_NUMBER = re.compile(
    r"[-—–－~·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–－~·•\s]*"
)
_DIGITS = re.compile(r"\d+")
_LONGEST_PAGE_NUMBER = 4
_LEAST_PAGES = 2

#: The text of a line, numbers aside, and where it stands.
_Place: TypeAlias = tuple[str, int]


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


def _repeated(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[_Place]:
    places: defaultdict[_Place, dict[int, str]] = defaultdict(dict)
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for line in lines:
            if in_margin(line.y, height):
                places[_place(line)].setdefault(number, line.text)
    least = max(_LEAST_PAGES, len(pages) // 2)
    return {
        place for place, texts in places.items() if len(texts) >= least and _counts_pages(texts)
    }


def _place(line: Line) -> _Place:
    """What a line says, numbers aside, and where it stands."""
    return _DIGITS.sub("#", line.text), round(line.y / 4)


def _counts_pages(texts: Mapping[int, str]) -> bool:
    """Whether lines say the same on all their pages, but for numbers that count these.

    The last rows of two pages differ in their numbers too, and are text.
    """
    numbers = [_DIGITS.findall(text) for text in texts.values()]
    return all(
        _is_constant(column) or _goes_up(column, texts) for column in zip(*numbers, strict=True)
    )


def _is_constant(column: Sequence[str]) -> bool:
    return len(set(column)) == 1


def _goes_up(column: Sequence[str], pages: Iterable[int]) -> bool:
    """Whether numbers grow as the pages do; a new chapter may begin to count anew."""
    if any(len(number) > _LONGEST_PAGE_NUMBER for number in column):
        return False
    offsets = Counter(int(number) - page for number, page in zip(column, pages, strict=True))
    return 2 * offsets.most_common(1)[0][1] > len(column)


def in_margin(y: float, height: float) -> bool:
    """Whether a baseline lies where running lines stand."""
    return not _MARGIN_ZONE * height < y < (1 - _MARGIN_ZONE) * height


def _is_number(line: Line, index: int, count: int) -> bool:
    return index in (0, count - 1) and _PAGE_NUMBER.fullmatch(line.text) is not None
