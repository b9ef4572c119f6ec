"""The CSS selectors an element answers to: short ones, as a reviewer would write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.extraction.walk.flow import Element

#: What CSS takes for a name without quotes.
_NAME = re.compile(r"-?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*")
#: A value that needs no escapes between quotes, and is no data.
_VALUE = re.compile(r'[^"\\\s\x00-\x1f]{1,60}')
#: Attributes whose values are a template's and not a page's.
_TELLING = ("name", "itemprop", "role")
_DATA = "data-"


def names_of(element: Element) -> list[str]:
    """What an element is called: ``tag#id``, ``tag.class``, ``tag[attribute]``."""
    tag = element.tag
    found = []
    if name := _named("#", "id", "=", element.get("id") or ""):
        found.append(tag + name)
    for part in (element.get("class") or "").split():
        if name := _named(".", "class", "~=", part):
            found.append(tag + name)
    for key, value in element.attrib.items():
        telling = key in _TELLING or (key.startswith(_DATA) and _NAME.fullmatch(key))
        if telling and _VALUE.fullmatch(value):
            found.append(f'{tag}[{key}="{value}"]')
    return found


def _named(mark: str, attribute: str, operator: str, value: str) -> str:
    if _NAME.fullmatch(value):
        return mark + value
    return f'[{attribute}{operator}"{value}"]' if _VALUE.fullmatch(value) else ""


def selectors_of(element: Element) -> Iterator[str]:
    """All selectors of an element: its names, and short paths from a named parent."""
    own = names_of(element)
    yield from own
    parent = element.getparent()
    if parent is None:
        return
    for name in names_of(parent):
        yield from (f"{name} > {last}" for last in own or [element.tag])
    above = parent.getparent()
    if not own and above is not None and not names_of(parent):
        yield from (f"{name} > {parent.tag} > {element.tag}" for name in names_of(above))


def plainness(selector: str) -> tuple[int, int, str]:
    """The order in which a reviewer would choose: an id, a class, an attribute, then paths."""
    mark = next((rank for rank, sign in enumerate("#.[") if sign in selector), 3)
    return (selector.count(" > "), mark, selector)
