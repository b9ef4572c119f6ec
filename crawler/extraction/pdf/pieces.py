"""What stands on pages, to paragraphs and tables in reading order. OFD pages take this way too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.extraction.passages import Passage
from crawler.extraction.pdf.boxes import grids_of
from crawler.extraction.pdf.columns import find_columns
from crawler.extraction.pdf.flow import Margins, flow, measure
from crawler.extraction.pdf.lines import Line, is_autospaced, read_lines
from crawler.extraction.pdf.page import PageInk
from crawler.extraction.pdf.running import without_running_lines
from crawler.extraction.pdf.sheets import Sheet, in_order, sheets_of
from crawler.extraction.pdf.tables import Fragment, rows_of, ruled_tables
from crawler.items import Table


def pieces_of(inks: Sequence[PageInk]) -> list[Passage | Table]:
    """The paragraphs and tables of ``inks``, whole where a page parts them."""
    autospaced = is_autospaced([ink.glyphs for ink in inks])
    tables: list[list[Fragment]] = []
    pages: list[list[Line]] = []
    for index, (ink, grids) in enumerate(zip(inks, grids_of(inks), strict=True)):
        fragments, rest = ruled_tables(ink.glyphs, grids, index, autospaced)
        tables.append(fragments)
        pages.append(read_lines(rest, index))
    pages = without_running_lines(pages, [ink.height for ink in inks])
    sizes = [round(ink.width) for ink in inks]
    items = [in_order([*fragments, *lines]) for fragments, lines in zip(tables, pages, strict=True)]
    sheets = sheets_of(items, sizes)
    margins = _margins(sheets, sizes)
    elements = [
        element for page in sheets for sheet in page for element in find_columns(sheet.items)
    ]
    pieces = flow(elements, margins, autospaced)
    return [block for piece in pieces for block in _blocks(piece)]


def _blocks(piece: Passage | Fragment) -> Iterator[Passage | Table]:
    if isinstance(piece, Passage):
        yield piece
        return
    rows = rows_of(piece)
    if rows and len(rows[0]) > 1:
        yield Table(rows)
        return
    for cell in piece.cells:
        if cell.text:
            yield Passage(cell.text, piece.page, 0.0, centred=False)


def _margins(sheets: Sequence[Sequence[Sheet]], sizes: Sequence[int]) -> dict[int, Margins]:
    """The margins of each sheet: pages of one size, and columns in one place, are set alike.

    What stands above columns, or between them, keeps the margins of the page.
    """
    alike: dict[tuple[int, int | None], list[Line]] = {}
    places: dict[int, tuple[int, int | None]] = {}
    for page, size in zip(sheets, sizes, strict=True):
        for sheet in page:
            lines = [item for item in sheet.items if isinstance(item, Line)]
            for place in {(size, None), (size, sheet.column)}:
                alike.setdefault(place, []).extend(lines)
            for line in lines[:1]:
                places[line.page] = (size, sheet.column)
    widths = {place: place[0] if place[1] is None else 0 for place in alike}
    measured = {place: measure(lines, widths[place]) for place, lines in alike.items() if lines}
    return {number: measured[place] for number, place in places.items()}
