"""The text of paragraphs as a reader of the accepted document sees it.

Insertions are in, deletions are out; results of fields are in, their codes are out; hidden text
is out. A field may begin in one paragraph and end in another, so a story is read in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from crawler.extraction.office.docx.names import (
    ALTERNATIVES,
    CHOICE,
    DATA,
    FALLBACK,
    MATH_TEXT,
    OLD_PICTURE,
    PICTURE,
    is_on,
    w,
)
from crawler.extraction.office.docx.numbering import written
from crawler.extraction.office.docx.pictures import is_large
from crawler.extraction.office.docx.styles import Look, Styles
from crawler.extraction.office.package import Element
from crawler.extraction.whitespace import HARD_BREAK

_SYMBOLS: Mapping[str, Mapping[str, str]] = DATA["symbols"]
# Taken out, or about the text and not of it.
_SKIPPED = frozenset(
    map(w, ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt", "sdtPr", "fldData"))
)
_SIGNS = {
    w("tab"): " ",
    w("ptab"): " ",
    w("cr"): HARD_BREAK,
    w("noBreakHyphen"): "-",
}
_NOTES = {w("footnoteReference"): "footnotes", w("endnoteReference"): "endnotes"}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PRIVATE = 0xF000
# Of nested fields and of notes; a hostile file may open fields without end.
_DEEPEST = 1_000


@dataclass(slots=True)
class Said:
    """What one paragraph says. ``boxes`` are text boxes, with whether text stood before them."""

    text: str = ""
    boxes: list[tuple[bool, Element]] = field(default_factory=list)
    new_page: bool = False


@dataclass(slots=True)
class Story:
    """The reading of a document's paragraphs, one after the other."""

    styles: Styles
    note_kind: str = "decimal"
    marking: bool = True  # whether the marks of notes are printed
    pictures: int = 0
    large_pictures: int = 0
    notes: list[tuple[str, str, str]] = field(default_factory=list)  # part, id, mark
    unknown: set[str] = field(default_factory=set)  # symbols of fonts nobody has
    _codes: list[bool] = field(default_factory=list)  # of each open field: is its code read

    def read(self, paragraph: Element, look: Look) -> Said:
        """The next paragraph. HARD_BREAK stands for its line breaks, two for a page break."""
        said = Said()
        walk = etree.iterwalk(paragraph, events=("start",))
        chosen: set[Element] = set()
        for _, element in walk:
            tag = element.tag
            if tag in _SKIPPED or self._is_other_choice(element, chosen):
                walk.skip_subtree()
            elif tag == ALTERNATIVES:
                chosen.add(_best_choice(element))
            elif tag == w("txbxContent"):
                said.boxes.append((bool(said.text.strip()), element))
                walk.skip_subtree()
            elif tag == w("r") and self._is_hidden(element, look):
                self._fields_of(element)
                walk.skip_subtree()
            elif tag == w("fldChar"):
                self._field(element)
            elif tag in (PICTURE, OLD_PICTURE):
                self.pictures += 1
                self.large_pictures += is_large(element)
            elif not any(self._codes):
                said.text += self._text(element, said)
        return said

    def _text(self, element: Element, said: Said) -> str:
        tag = element.tag
        if tag in (w("t"), MATH_TEXT):
            return element.text or ""
        if tag == w("br"):
            if element.get(w("type")) != "page":
                return HARD_BREAK
            said.new_page = True
            return HARD_BREAK * 2
        if tag == w("sym"):
            return self._symbol(element)
        if tag in _NOTES and not is_on(element, "customMarkFollows"):
            return self._note(_NOTES[tag], element)
        # A tab stop of the paragraph's properties has the name of a tab, but is skipped with them.
        return _SIGNS.get(tag, "")

    def _is_hidden(self, run: Element, look: Look) -> bool:
        own = self.styles.is_hidden(run)
        return look.hidden if own is None else own

    def _is_other_choice(self, element: Element, chosen: set[Element]) -> bool:
        return element.tag in (CHOICE, FALLBACK) and element not in chosen

    def _fields_of(self, run: Element) -> None:
        for one in run.iterchildren(w("fldChar")):
            self._field(one)

    def _field(self, element: Element) -> None:
        kind = element.get(w("fldCharType"))
        if kind == "begin" and len(self._codes) < _DEEPEST:
            self._codes.append(True)
        elif kind == "separate" and self._codes:
            self._codes[-1] = False
        elif kind == "end" and self._codes:
            self._codes.pop()

    def _symbol(self, element: Element) -> str:
        font, code = element.get(w("font")) or "", element.get(w("char")) or ""
        try:
            point = int(code, 16)
        except ValueError:
            return ""
        if not _PRIVATE <= point < _PRIVATE + 0x100:
            printable = 0x20 <= point < 0xD800 and font not in _SYMBOLS
            if printable:
                return chr(point)
        sign = _SYMBOLS.get(font, {}).get(f"{point & 0xFF:02X}", "")
        if not sign:
            self.unknown.add(f"{font[:40]}:{code[:8]}")
        return sign

    def _note(self, part: str, element: Element) -> str:
        if len(self.notes) >= _DEEPEST:
            return ""
        number = 1 + sum(one[0] == part for one in self.notes)
        mark = written(self.note_kind, number)
        # Raised digits are no part of the number they stand behind.
        mark = mark.translate(_RAISED)
        self.notes.append((part, element.get(w("id")) or "", mark))
        return mark if self.marking else ""


def _best_choice(alternatives: Element) -> Element:
    """The first of several ways to say one thing that says anything."""
    ways = [one for one in alternatives if one.tag in (CHOICE, FALLBACK)]
    return next(
        (way for way in ways if next(way.iter(w("t")), None) is not None), next(iter(ways), None)
    )
