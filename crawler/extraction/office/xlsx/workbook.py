"""What the sheets of a workbook share: their order and names, shared strings, number formats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.extraction.filed import UnreadableError
from crawler.extraction.office.package import Element, Package
from crawler.extraction.office.xlsx.formats import builtin
from crawler.items import PageOutcome

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKSHEET = "worksheet"
_YES = frozenset(("1", "true", "on"))
_MIDDLE = frozenset(("center", "centerContinuous"))
MAX_SHEETS = 100
# A shared string may be referred to by every cell; what is copied is counted there.
MAX_STRING = 100_000


def x(name: str) -> str:
    """A name of SpreadsheetML as lxml writes it."""
    return f"{{{_SHEET}}}{name}"


def is_set(element: Element | None, name: str) -> bool:
    """Whether an attribute says yes."""
    return element is not None and (element.get(name) or "").lower() in _YES


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell shows its value."""

    code: str = "General"
    centred: bool = False
    ruled: bool = False  # with a border on its sides


@dataclass(slots=True)
class Workbook:
    """``sheets`` are the visible ones in order: their name and their part."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    since_1904: bool = False


def read_workbook(package: Package, main: str) -> Workbook:
    """The workbook whose main part is ``main``."""
    if main.endswith(".bin"):
        raise UnreadableError(PageOutcome.NEEDS_TOOL, "xlsb: a binary workbook")
    root = package.xml(main)
    related = package.related(main)
    book = Workbook(since_1904=is_set(root.find(x("workbookPr")), "date1904"))
    for sheet in root.iter(x("sheet")):
        kind, path = related.get(sheet.get(_RELATION) or "", ("", ""))
        if kind == _WORKSHEET and (sheet.get("state") or "visible") == "visible":
            book.sheets.append((sheet.get("name") or "", path))
    parts = dict(related.values())
    strings = parts.get("sharedStrings", "")
    if strings in package:
        book.strings.extend(text_of(one) for one in package.elements(strings, x("si")))
    book.styles.extend(_styles(package.optional(parts.get("styles", ""))))
    return book


def text_of(element: Element) -> str:
    """The text of a string in pieces of one look each; readings printed above it are left out."""
    pieces = (one.text or "" for one in element.iter(x("t")) if one.getparent().tag != x("rPh"))
    return "".join(pieces)[:MAX_STRING]


def _styles(root: Element | None) -> Iterator[Style]:
    formats = root.find(x("cellXfs")) if root is not None else None
    if root is None or formats is None:
        return
    borders = [any(map(_is_drawn, one)) for one in root.iterfind(f"{x('borders')}/{x('border')}")]
    codes = {one.get("numFmtId") or "": one.get("formatCode") for one in root.iter(x("numFmt"))}
    for one in formats.iterchildren(x("xf")):
        number = one.get("numFmtId") or ""
        known = int(number) if number.isdecimal() and len(number) < 7 else 0
        code = codes.get(number) or builtin(known)
        alignment = one.find(x("alignment"))
        centred = alignment is not None and alignment.get("horizontal") in _MIDDLE
        border = one.get("borderId") or ""
        index = int(border) if border.isdecimal() and len(border) < 7 else 0
        yield Style(code, centred, index < len(borders) and borders[index])


def _is_drawn(side: Element) -> bool:
    """Whether a border is drawn at the left or the right; a title may be underlined."""
    return side.tag in (x("left"), x("right")) and (side.get("style") or "none") != "none"
