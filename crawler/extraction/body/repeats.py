"""A body printed twice in one page (seed 003) becomes one, nothing lost (design §6.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.extraction.walk.flow import Line
from crawler.extraction.whitespace import HARD_BREAK, bare
from crawler.items import Block, Paragraph

LEAST_RUN = 200  # characters that stand twice, one after the other
LEAST_SHARE = 0.8  # of the shorter copy
_ANCHOR = 20  # a paragraph this long may show where the second copy begins
_MOST_COMPARED = 1_000_000  # paragraphs, where one and the same stands thousands of times
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ISSUER = re.compile(r"[\u3400-\u9fff]{2,30}(?:人民政府|办公室|党政办|委员会|办事处|管委会|局|厅)")


@dataclass(frozen=True, slots=True)
class _Repeat:
    """Two equal runs of paragraphs: where they start and how many they are."""

    first: int
    second: int
    length: int


def collapse(blocks: Sequence[Block], title: str) -> tuple[tuple[Block, ...], bool]:
    """The blocks with a second copy taken out, and whether there was one.

    What only the first copy has stays before the end, what only the second has follows it.
    """
    if any(not isinstance(block, Paragraph) for block in blocks):
        return tuple(blocks), False  # a table may rightly stand twice; nothing near it is touched
    texts = [bare(block.text) for block in blocks if isinstance(block, Paragraph)]
    repeat = _longest_repeat(texts)
    if repeat is None or not _may_collapse(texts, repeat, bare(title)):
        return tuple(blocks), False
    end = repeat.first + repeat.length
    between = range(end, repeat.second)
    after = range(repeat.second + repeat.length, len(texts))
    shown_again = {texts[index] for index in after} | _title_pieces(texts, between, bare(title))
    kept = [*range(end), *(index for index in between if texts[index] not in shown_again), *after]
    return tuple(blocks[index] for index in kept), True


def is_printed_elsewhere(page: Iterable[Line], body: Iterable[Line]) -> bool:
    """Whether the page has another copy of the body's text, for other screens (c09, d09).

    Told by the paragraphs that are long enough to stand twice only because the text does.
    """
    own = _anchors(_long(body))
    size = sum(map(len, own))
    if size < LEAST_RUN:
        return False
    least = max(LEAST_RUN, LEAST_SHARE * size)
    lines = _long(page)
    if sum(map(len, lines)) < 2 * least:  # no room for two copies, as on most pages
        return False
    printed = _anchors(lines)
    return sum(len(text) for text, times in own.items() if printed[text] > times) >= least


def _long(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines if len(line.text) >= _ANCHOR]


def _anchors(lines: Iterable[str]) -> Counter[str]:
    texts = [bare(piece) for text in lines for piece in text.split(HARD_BREAK)]
    return Counter([text for text in texts if len(text) >= _ANCHOR])


def _longest_repeat(texts: Sequence[str]) -> _Repeat | None:
    """The longest run of paragraphs that stands twice without overlapping itself."""
    seen: dict[str, int] = {}
    best: tuple[int, _Repeat] | None = None
    compared = 0
    for index, text in enumerate(texts):
        if len(text) < _ANCHOR:
            continue
        first = seen.setdefault(text, index)
        if first == index or (best and index < best[1].second + best[1].length):
            continue
        if compared > _MOST_COMPARED:
            break
        repeat = _grown(texts, first, index)
        compared += repeat.length
        size = sum(map(len, texts[repeat.first : repeat.first + repeat.length]))
        if best is None or size > best[0]:
            best = (size, repeat)
    return best[1] if best and best[0] >= LEAST_RUN else None


def _grown(texts: Sequence[str], first: int, second: int) -> _Repeat:
    """A pair of equal paragraphs grown in both directions."""
    start = 0
    while first - start > 0 and texts[first - start - 1] == texts[second - start - 1]:
        if second - start - 1 <= first:
            break
        start += 1
    length = start
    while second - start + length < len(texts) and first - start + length < second - start:
        if texts[first - start + length] != texts[second - start + length]:
            break
        length += 1
    return _Repeat(first - start, second - start, length)


def _may_collapse(texts: Sequence[str], repeat: _Repeat, title: str) -> bool:
    """The conditions of design §6.6: share of the shorter copy, nothing differing between."""
    end = repeat.first + repeat.length
    run = "".join(texts[repeat.first : end])
    between = texts[end : repeat.second]
    tail = texts[repeat.second + repeat.length :]
    titles = _title_pieces(texts, range(end, repeat.second), title)
    # Where one copy ends and the other begins is not known: what is between counts for both.
    own = sum(len(line) for line in between if line not in titles)
    first_copy = sum(map(len, texts[:end])) + own
    second_copy = len(run) + own + sum(map(len, tail))
    if len(run) < LEAST_SHARE * min(first_copy, second_copy):
        return False
    elsewhere = title + "".join(texts[:end]) + "".join(tail)
    numbers = set(_NUMBER.findall(elsewhere))
    middle = "\n".join(between)
    return all(number in numbers for number in _NUMBER.findall(middle)) and all(
        issuer in elsewhere for issuer in _ISSUER.findall(middle)
    )


def _title_pieces(texts: Sequence[str], between: range, title: str) -> set[str]:
    """The lines between the copies that print the title of the second one."""
    return {texts[index] for index in between if texts[index] and texts[index] in title}
