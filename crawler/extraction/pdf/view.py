"""From a page's own coordinates to those in which its text is read.

In points, y upwards, the origin in the lower left corner of the visible page.
"""

# mypy: disable-error-code="no-untyped-call"
# PDFium's bindings are generated at run time and carry no types.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2 as pdfium

from crawler.extraction.pdf.grid import Rule


@dataclass(frozen=True, slots=True)
class View:
    """A page turned by quarters so that its text stands upright."""

    left: float
    bottom: float
    width: float  # before it is turned
    height: float
    rotation: int

    @classmethod
    def of(cls, page: pdfium.PdfPage, direction: int | None) -> View:
        """``direction`` is that of most of the text in degrees, None where there is none.

        A wide table is often drawn sideways on an upright page, and no /Rotate tells it.
        """
        left, bottom, right, top = page.get_bbox()
        rotation = page.get_rotation() if direction is None else direction
        return cls(left, bottom, right - left, top - bottom, rotation)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is read."""
        if self.rotation in (90, 270):
            return self.height, self.width
        return self.width, self.height

    def points(self, xs: Iterable[float], ys: Iterable[float]) -> tuple[list[float], list[float]]:
        """Points of the page where they are seen."""
        across = [x - self.left for x in xs]
        upwards = [y - self.bottom for y in ys]
        if self.rotation == 0:
            return across, upwards
        if self.rotation == 90:
            return upwards, [self.width - x for x in across]
        if self.rotation == 180:
            return [self.width - x for x in across], [self.height - y for y in upwards]
        return [self.height - y for y in upwards], across

    def rule(self, rule: Rule) -> Rule:
        """A ruling line of the page where it is seen."""
        along, beside = (rule.start, rule.end), (rule.at, rule.at)
        (x0, x1), (y0, y1) = self.points(*((along, beside) if rule.horizontal else (beside, along)))
        if rule.horizontal == (self.rotation in (0, 180)):
            return Rule(True, y0, min(x0, x1), max(x0, x1))
        return Rule(False, x0, min(y0, y1), max(y0, y1))
