"""Pages of an OCR record as glyphs and ruling lines: from there on they are read as a PDF's are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from crawler.extraction.ocr.record import OcrLine, OcrPage
from crawler.extraction.ocr.text import as_read
from crawler.extraction.pdf.grid import MAX_RULES, Rule, merged
from crawler.extraction.pdf.lines import wide
from crawler.extraction.pdf.page import Glyph, PageInk, is_unreadable

# Shares of an em. Marks of full width leave half of it white, and a box fits the ink.
_HALF = 0.5
_BARE_SIDE = 0.55
_OPENING = "（《〈“‘「『【〔"
_CLOSING = "，、。；：！？）》〉”’」』】〕"
# Of the line's height, where nothing in it has a known width.
_EM_OF_HEIGHT = 0.75
_SURE = 4  # so many ems of text give a width that can be trusted
_ONE_SIZE = 1.08
_NEAR = 1.25
_BASELINE = 0.3  # below the middle of the line


@dataclass(frozen=True, slots=True)
class _Set:
    """How a line is set, in ems: the advance of each character, what is white on both sides."""

    advances: tuple[float, ...]
    before: float
    after: float

    @classmethod
    def of(cls, text: str) -> _Set:
        advances = tuple(1.0 if wide(char) else _HALF for char in text)
        before = _BARE_SIDE if text[0] in _OPENING else 0.0
        after = _BARE_SIDE if text[-1] in _CLOSING else 0.0
        return cls(advances, before, after)

    @property
    def printed(self) -> float:
        return sum(self.advances) - self.before - self.after


def is_scan(ink: PageInk) -> bool:
    """Whether a page of a PDF has no text of its own, so that OCR may speak for it."""
    return not ink.glyphs or is_unreadable([ink])


def ink_of(page: OcrPage) -> PageInk:
    """The glyphs and ruling lines of ``page`` in points, y upwards."""
    scale = 72.0 / page.dpi
    printed = [(line, text) for line in page.lines if (text := as_read(line.text))]
    ems = _ems([(line, _Set.of(text)) for line, text in printed])
    ink = PageInk(page.width * scale, page.height * scale)
    for (line, text), em in zip(printed, ems, strict=True):
        middle = page.height - (line.box[1] + line.box[3]) / 2
        y = (middle - _BASELINE * em) * scale
        ink.glyphs.extend(
            Glyph(char, x0 * scale, x1 * scale, y, em * scale)
            for char, x0, x1 in _spread(text, line.box[0], line.box[2], em)
        )
    rules = [Rule(True, page.height - at, a, b) for at, a, b in page.horizontal]
    rules += [Rule(False, at, page.height - b, page.height - a) for at, a, b in page.vertical]
    ink.rules = merged(Rule(r[0], r[1] * scale, r[2] * scale, r[3] * scale) for r in rules)
    if len(ink.rules) > MAX_RULES:
        ink.rules, ink.too_many_objects = [], True
    return ink


def _ems(lines: Sequence[tuple[OcrLine, _Set]]) -> list[float]:
    """The size of each line's letters: near ones on a page are one, as they were set."""
    own = [_em(line, how) for line, how in lines]
    sure = sorted(em for em, (_, how) in zip(own, lines, strict=True) if how.printed >= _SURE)
    sizes = [median(group) for group in _groups(sure)]
    return [_snapped(em, sizes) for em in own]


def _em(line: OcrLine, how: _Set) -> float:
    left, top, right, bottom = line.box
    if how.printed <= 0 or 1.0 not in how.advances:
        return max(_EM_OF_HEIGHT * (bottom - top), 1.0)
    return max((right - left) / how.printed, 1.0)


def _groups(sizes: Iterable[float]) -> list[list[float]]:
    groups: list[list[float]] = []
    for size in sizes:
        if groups and size <= _ONE_SIZE * groups[-1][0]:
            groups[-1].append(size)
        else:
            groups.append([size])
    return groups


def _snapped(em: float, sizes: Sequence[float]) -> float:
    nearest = min(sizes, key=lambda size: (abs(size - em), size), default=em)
    return nearest if max(em, nearest) <= _NEAR * min(em, nearest) else em


def _spread(text: str, left: float, right: float, em: float) -> Iterable[tuple[str, float, float]]:
    """Each character with its sides: between the first and the last ink, by their widths."""
    how = _Set.of(text)
    # A lone mark may have no width of its own.
    unit = (right - left) / how.printed if how.printed > 0 else em
    x = left - how.before * unit
    for char, advance in zip(text, how.advances, strict=True):
        yield char, max(x, 0.0), max(x + advance * em, 0.0)
        x += advance * unit
