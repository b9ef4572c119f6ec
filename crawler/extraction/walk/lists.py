"""The numbers a browser draws before the items of a list; they are no text of the markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml.html import HtmlElement

from crawler.extraction.walk.numerals import chinese, letters, roman

_MOST_WRITTEN = 3999  # beyond it browsers fall back to digits
_STYLE = re.compile(r"list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
# An item that prints a number of its own: its site's style sheet hides the browser's, as nearly
# all of them do, or a reader would see two.
_NUMBERED = re.compile(
    r"[（(【]?(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s*(?:[)）】、．]|[.,，](?!\d))|[①-⑳]"
    r"|第[一二三四五六七八九十百\d]{1,4}[条章节项]"
)


#: How a kind of numbering writes a number from 1 to 3999, and what follows it.
_WRITTEN: Mapping[str, tuple[Callable[[int], str], str]] = {
    "decimal": (str, "."),
    "decimal-leading-zero": (lambda number: f"{number:02}", "."),
    "lower-alpha": (letters, "."),
    "upper-alpha": (lambda number: letters(number).upper(), "."),
    "lower-roman": (roman, "."),
    "upper-roman": (lambda number: roman(number).upper(), "."),
    "cjk-ideographic": (chinese, "、"),
}
_KINDS = {
    **{kind: kind for kind in _WRITTEN},
    **dict.fromkeys(("lower-latin", "a"), "lower-alpha"),
    **dict.fromkeys(("upper-latin", "A"), "upper-alpha"),
    **dict.fromkeys(("simp-chinese-informal", "trad-chinese-informal"), "cjk-ideographic"),
    "1": "decimal",
    "i": "lower-roman",
    "I": "upper-roman",
}
_UNNUMBERED = frozenset(("none", "disc", "circle", "square"))


def is_numbered(item: HtmlElement, listing: HtmlElement) -> bool:
    """Whether anything asks for numbers: not for those of a menu, a plain <ul>."""
    if listing.tag == "ul":
        return _is_styled(item) or _is_styled(listing)
    return bool(listing.tag == "ol")


def markers(listing: HtmlElement) -> dict[HtmlElement, str]:
    """The marker of each item of an <ol> (or of a <ul> that is styled as one): ``1.``, ``一、``."""
    kind = _kind(listing, "decimal" if listing.tag == "ol" else "")
    items = [one for one in listing.iterchildren("li") if not _is_taken_out(one)]
    backwards = listing.get("reversed") is not None
    number = _integer(listing.get("start"), len(items) if backwards else 1)
    found = {}
    for item in items:
        number = _integer(item.get("value"), number)
        marker = _marker(_kind(item, kind), number)
        if marker:
            found[item] = marker
        number += -1 if backwards else 1
    return found


def marked(marker: str, text: str) -> tuple[str, str]:
    """The text of an item behind its marker, and the marker: none where it has a number itself."""
    stripped = text.lstrip()
    return (text, "") if _NUMBERED.match(stripped) else (marker + stripped, marker)


def _kind(element: HtmlElement, inherited: str) -> str:
    """The kind of numbering an element asks for; ``""`` for bullets and for none."""
    style = element.get("style")
    asked = _STYLE.findall(style) if style and "list-style" in style.lower() else []
    for word in " ".join(asked).lower().split():
        if word in _UNNUMBERED:
            return ""
        if word in _KINDS:
            return _KINDS[word]
    return _KINDS.get(element.get("type") or "", inherited)


def _marker(kind: str, number: int) -> str:
    if not kind:
        return ""
    write, end = _WRITTEN[kind]
    return f"{write(number)}{end}" if 0 < number <= _MOST_WRITTEN else f"{number}."


def _integer(value: str | None, default: int) -> int:
    found = _INTEGER.match(value) if value else None
    return int(found[1]) if found else default


def _is_taken_out(item: HtmlElement) -> bool:
    """Whether an item is not displayed: it takes no number then."""
    style = item.get("style")
    return item.get("hidden") is not None or bool(
        style and re.search(r"display\s*:\s*none", style, re.IGNORECASE)
    )


def _is_styled(element: HtmlElement) -> bool:
    return bool(element.get("type") or element.get("style"))
