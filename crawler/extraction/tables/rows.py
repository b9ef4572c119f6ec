"""The rows of a table as a browser lays them out, and what its markup holds beside its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crawler.compiled import twin
from crawler.extraction.walk.flow import SKIPPED, Element, is_hidden
from crawler.extraction.walk.lines import LinesOf
from crawler.extraction.whitespace import has_text, squeeze

CELL_TAGS = ("td", "th")
_BODY, _FOOT = "tbody", "tfoot"
SECTIONS = ("thead", _BODY, _FOOT)
# Say how columns look, never what stands in them.
WITHOUT_TEXT = SKIPPED | {"colgroup", "col"}


@dataclass(slots=True)
class Row:
    """A row's cells in order. ``left``: how many rows its section still has, itself included.

    Editors cut one body into several <tbody>, across the spans of its cells (f02): they count as
    one, and only head and foot part a table.
    """

    kind: str  # thead, tbody, tfoot
    cells: list[Element] = field(default_factory=list)
    left: int = 1


@dataclass(slots=True)
class Layout:
    """A table's visible rows, and what its markup holds beside their cells."""

    rows: list[Row] = field(default_factory=list)
    beside: list[Element | str] = field(default_factory=list)

    def texts(self, lines_of: LinesOf) -> Iterator[str]:
        """The caption, and text put between rows: browsers show both above the table."""
        for one in self.beside:
            if isinstance(one, str):
                yield squeeze(one)
            else:
                yield from (line.text for line in lines_of(one))


def layout_of(table: Element, hides: Callable[[Element], bool] = is_hidden) -> Layout:
    """What one walk over a table's own markup finds; the rows of <tfoot> come last.

    ``hides`` tells the hidden elements below it, where they are known.

    libxml2 repairs less than browsers do: cells without a row make one here as they do there.
    What tables inside the cells hold is text of those cells.
    """
    found = walked(table, hides)
    rows = found.rows
    rows.sort(key=lambda row: row.kind == _FOOT)
    for row, following in zip(reversed(rows[:-1]), reversed(rows), strict=False):
        if row.kind == following.kind:
            row.left = following.left + 1
    return found


@twin
def walked(table: Element, hides: Callable[[Element], bool]) -> Layout:
    """A table's rows in the order of the markup, and what stands beside their cells."""
    found = Layout()
    kind, row = _BODY, None
    keep_text(found, table.text)
    open_now = [(table, table.iterchildren("*"))]  # the table, and what in it stands around rows
    while open_now:
        around, children = open_now[-1]
        for element in children:
            tag = element.tag
            if tag in CELL_TAGS:  # most by far
                if not hides(element):
                    if row is None:
                        row = Row(kind)
                        found.rows.append(row)
                    row.cells.append(element)
            elif tag in WITHOUT_TEXT or hides(element):
                row, kind = closed(tag, row, kind)
            elif tag == "tr" or tag in SECTIONS or wraps_cells(element):
                kind = tag if tag in SECTIONS else kind
                if tag == "tr":
                    row = Row(kind)
                    found.rows.append(row)
                keep_text(found, element.text)
                open_now.append((element, element.iterchildren("*")))
                break
            else:
                found.beside.append(element)
            keep_text(found, element.tail)
        else:
            open_now.pop()
            if open_now:
                row, kind = closed(around.tag, row, kind)
                keep_text(found, around.tail)
    return found


def closed(tag: str, row: Row | None, kind: str) -> tuple[Row | None, str]:
    """The open row and the section behind an element of that tag."""
    if tag in SECTIONS:
        return None, _BODY
    return (None if tag == "tr" else row), kind


def keep_text(found: Layout, text: str | None) -> None:
    """Note a text that stands outside of the cells."""
    if text and not text.isspace() and has_text(text):
        found.beside.append(text)


def wraps_cells(element: Element) -> bool:
    """Whether a <form> or a <font> of old editors stands around rows; a table is no wrapper."""
    return element.tag != "table" and next(element.iter("tr", *CELL_TAGS), None) is not None
