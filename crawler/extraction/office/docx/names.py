"""Names of WordprocessingML, what they stand for, and how its properties say yes and no."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crawler.extraction.office.package import Element

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006"

RELATION = f"{{{_OFFICE}/relationships}}id"
MATH_TEXT = f"{{{_OFFICE}/math}}t"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
ALTERNATIVES = f"{{{_ALTERNATIVES}}}AlternateContent"
CHOICE = f"{{{_ALTERNATIVES}}}Choice"
FALLBACK = f"{{{_ALTERNATIVES}}}Fallback"
#: Numerals of lists and characters of symbol fonts.
DATA: Mapping[str, Any] = tomllib.loads(
    (Path(__file__).parents[3] / "data" / "word.toml").read_text(encoding="utf-8")
)
_NO = frozenset(("0", "false", "off", "none"))


def w(name: str) -> str:
    """A name of WordprocessingML as lxml writes it."""
    return f"{{{_WORD}}}{name}"


_VAL = w("val")
#: What stands around blocks or runs without being one: content controls, accepted insertions.
_AROUND = frozenset(map(w, ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))) | {
    ALTERNATIVES,
    CHOICE,
}


def content(element: Element) -> Iterator[Element]:
    """The children of an element, those inside wrappers in their place."""
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag in _AROUND:
            inner = child[:1] if child.tag == ALTERNATIVES else child
            waiting.extend(reversed(inner))
        else:
            yield child


def value(element: Element | None, path: str) -> str | None:
    """The value of a property somewhere below, by its path (``tcPr/gridSpan``)."""
    found = below(element, path)
    return found.get(_VAL) if found is not None else None


def below(element: Element | None, path: str) -> Element | None:
    """The element at the end of a path of names."""
    return None if element is None else element.find(_path(path))


@cache
def _path(path: str) -> str:
    return "/".join(map(w, path.split("/")))


def is_on(element: Element | None, path: str) -> bool | None:
    """Whether a property that is there or not is switched on; None where nothing is said."""
    found = below(element, path)
    return None if found is None else (found.get(_VAL) or "1") not in _NO


def number(text: str | None, default: int, most: int = 1_000_000) -> int:
    """A whole number that an attribute gives, within reason."""
    text = (text or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return min(int(text), most)
