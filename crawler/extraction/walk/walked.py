"""What a walk over a page gathers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.extraction.walk.flow import Element, Line

#: Of a block the numbers of its lines and those of its entries, each from and to.
Span = tuple[int, int, int, int]


@dataclass(slots=True)
class Walked:
    """What was met below a root, in document order."""

    lines: list[Line] = field(default_factory=list)
    #: Each line with a soft break at the edges of its inline elements.
    parted: list[str] = field(default_factory=list)
    #: The lines, by their numbers, and between them the cells without text.
    entries: list[int | Element] = field(default_factory=list)
    #: Of the blocks outside of links and <pre>; a twin keeps them without their elements.
    spans: Mapping[Element, Span] = field(default_factory=dict)
    unseen: list[Element] = field(default_factory=list)  # what styles hide
