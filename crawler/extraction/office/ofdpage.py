"""The objects of an OFD page as glyphs and ruling lines, in the points that PDF pages have.

An OFD page measures in millimetres from its upper left corner. An object has a box (Boundary),
inside it its own coordinates, and perhaps a matrix (CTM) between the two.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crawler.extraction.office.package import Element
from crawler.extraction.pdf.grid import MAX_RULES, Rule, merged
from crawler.extraction.pdf.lines import wide
from crawler.extraction.pdf.page import Glyph, PageInk

_OFD = "http://www.ofdspec.org/2016"
_POINTS = 72 / 25.4
_NARROW = 0.5  # of an em: the advance of a letter or figure where none is given
_LOOSE = 1.25  # of an em: from the deepest stroke to the highest, as PDFium measures glyphs
_THIN = 1.0  # millimetres: a filled bar up to this is a border
_FAR = 1e5
_MAX_OBJECTS = 50_000
_NO = frozenset(("false", "0"))
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?|g", re.ASCII)
_STROKES = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
#: How many coordinates a stroke takes; the last two are where it ends.
_TAKES = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_CURVES = frozenset("QBA")
_MOST_NUMBERS = 100_000

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle in millimetres."""

    x: float
    y: float
    width: float
    height: float


def o(name: str) -> str:
    """A name of OFD as lxml writes it."""
    return f"{{{_OFD}}}{name}"


def box_of(text: str | None) -> Box | None:
    """The rectangle that four numbers give."""
    numbers = _numbers(text)
    return Box(*numbers[:4]) if len(numbers) >= 4 else None


def _numbers(text: str | None) -> list[float]:
    """Numbers parted by blanks; ``g 3 4.5`` is 4.5 three times."""
    words = _NUMBER.findall((text or "")[: _MOST_NUMBERS * 8])
    numbers: list[float] = []
    index = 0
    while index < len(words) and len(numbers) < _MOST_NUMBERS:
        if (
            words[index] == "g"
            and index + 2 < len(words)
            and "g" not in words[index + 1 : index + 3]
        ):
            times = max(0, min(int(float(words[index + 1])), _MOST_NUMBERS - len(numbers)))
            numbers += [float(words[index + 2])] * times
            index += 3
        else:
            numbers += [float(words[index])] if words[index] != "g" else []
            index += 1
    return [number if abs(number) < _FAR else math.copysign(_FAR, number) for number in numbers]


class _Frame(NamedTuple):
    """From an object's own coordinates to the page's."""

    x: float
    y: float
    matrix: tuple[float, float, float, float, float, float]

    def point(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.matrix
        return self.x + a * x + c * y + e, self.y + b * x + d * y + f

    @property
    def scale(self) -> float:
        a, b, *_ = self.matrix
        return math.hypot(a, b) or 1.0


def _frame(element: Element) -> _Frame:
    box = box_of(element.get("Boundary")) or Box(0, 0, 0, 0)
    numbers = _numbers(element.get("CTM"))
    a, b, c, d, e, f = numbers[:6] if len(numbers) >= 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return _Frame(box.x, box.y, (a, b, c, d, e, f))


class PageReader:
    """Collects the ink of one page from its template and its own content."""

    def __init__(self, area: Box, max_glyphs: int) -> None:
        self._area = area
        self._left = max_glyphs
        self._rules: list[Rule] = []
        self._objects = 0
        self.ink = PageInk(area.width * _POINTS, area.height * _POINTS)

    def finished(self) -> PageInk:
        """The page as the flow of PDF pages takes it."""
        rules = merged(self._rules)
        self.ink.too_many_objects = self._objects > _MAX_OBJECTS or len(rules) > MAX_RULES
        self.ink.rules = [] if self.ink.too_many_objects else rules
        return self.ink

    def read(self, root: Element | None) -> None:
        """Everything that is seen of a page's or a template's content."""
        if root is None:
            return
        for element in root.iter(o("TextObject"), o("PathObject")):
            if any(_is_unseen(one) for one in (element, *element.iterancestors())):
                continue
            if element.tag == o("TextObject"):
                self._text(element)
                continue
            self._objects += 1
            if self._objects <= _MAX_OBJECTS:
                self._rules.extend(self._ruled(element))

    def _text(self, element: Element) -> None:
        frame = _frame(element)
        size = next(iter(_numbers(element.get("Size"))), 0.0)
        for code in element.iterchildren(o("TextCode")):
            text = (code.text or "").strip("\r\n")
            place = (_first(code.get("X")), _first(code.get("Y")))
            steps = _numbers(code.get("DeltaX")), _numbers(code.get("DeltaY"))
            for glyph in self._glyphs(text, place, steps, size, frame):
                if self._left <= 0:
                    self.ink.cut = True
                    return
                self._left -= 1
                self.ink.glyphs.append(glyph)

    def _glyphs(
        self,
        text: str,
        place: Point,
        steps: tuple[Sequence[float], Sequence[float]],
        size: float,
        frame: _Frame,
    ) -> Iterator[Glyph]:
        (x, y), height = place, size * frame.scale * _POINTS * _LOOSE
        for index, char in enumerate(text):
            # Where no step is given, letters follow each other; a vertical line only steps down.
            usual = 0.0 if steps[1] and not steps[0] else _advance(char, size)
            step = steps[0][index] if index < len(steps[0]) else usual
            down = steps[1][index] if index < len(steps[1]) else 0.0
            printed = _printable(char)
            left, base = self._on_page(*frame.point(x, y))
            if printed and 0 <= left <= self.ink.width and 0 <= base <= self.ink.height:
                width = _width(char, text[index + 1 : index + 2], step, size)
                right = left + width * frame.scale * _POINTS
                yield Glyph(printed, left, right, base, height)
            x += step
            y += down

    def _on_page(self, x: float, y: float) -> Point:
        return (x - self._area.x) * _POINTS, self.ink.height - (y - self._area.y) * _POINTS

    def _ruled(self, element: Element) -> Iterator[Rule]:
        """The ruling lines of a path: its straight strokes, or the thin bar that it fills."""
        frame = _frame(element)
        data = element.findtext(o("AbbreviatedData")) or ""
        lines = list(_lines(data))
        ends = [tuple(self._on_page(*frame.point(*end)) for end in line) for line in lines]
        filled = (element.get("Fill") or "false").lower() not in _NO
        if filled and ends:
            yield from _bar([end for line in ends for end in line])
        if (element.get("Stroke") or "true").lower() in _NO:
            return
        for (x0, y0), (x1, y1) in ends:
            if abs(y0 - y1) <= 1 < abs(x0 - x1):
                yield Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
            elif abs(x0 - x1) <= 1 < abs(y0 - y1):
                yield Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _bar(points: Sequence[Point]) -> Iterator[Rule]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if height <= _THIN * _POINTS < width:
        yield Rule(True, (max(ys) + min(ys)) / 2, min(xs), max(xs))
    elif width <= _THIN * _POINTS < height:
        yield Rule(False, (max(xs) + min(xs)) / 2, min(ys), max(ys))


def _lines(data: str) -> Iterator[tuple[Point, Point]]:
    """The straight strokes of a path: `M 0 0 L 10 0 L 10 5 C`."""
    start = at = (0.0, 0.0)
    stroke = ""
    numbers: list[float] = []
    for word in _STROKES.findall(data[: _MOST_NUMBERS * 8]):
        if word.isalpha():
            stroke, numbers = word, []
            if stroke == "C" and at != start:
                yield at, start
                at = start
            continue
        numbers.append(max(-_FAR, min(float(word), _FAR)))
        if len(numbers) < _TAKES.get(stroke, 2) or stroke == "C":
            continue
        end = (numbers[-2], numbers[-1])
        if stroke in "SM":
            start = end
        elif stroke not in _CURVES:
            yield at, end
        at, numbers = end, []


def _advance(char: str, size: float) -> float:
    full = wide(char) or unicodedata.east_asian_width(char) in "WF"
    return size if full else size * _NARROW


def _width(char: str, following: str, step: float, size: float) -> float:
    """How much of a step to the next character is the character; the rest is a gap.

    A figure is half an em wide in every Chinese font. How wide a letter is only its font knows:
    up to an em the whole step is.
    """
    advance = _advance(char, size)
    if step <= 0 or advance == size or (char.isdigit() and wide(following or "\u4e00")):
        return min(advance, step) if step > 0 else advance
    return min(step, size)


def _first(text: str | None) -> float:
    return next(iter(_numbers(text)), 0.0)


def _printable(char: str) -> str:
    """The character; a blank for any kind of space, nothing for what is no text."""
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Cs", "Cn", "Co"}:
        return ""
    return " " if category == "Zs" else char


def _is_unseen(element: Element) -> bool:
    return (element.get("Visible") or "true").lower() in _NO
