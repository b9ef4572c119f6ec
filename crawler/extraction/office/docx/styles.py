"""How a paragraph looks, from the document's defaults through its styles to its own properties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crawler.extraction.office.docx.names import below, is_on, number, value, w
from crawler.extraction.office.package import Element

_LONGEST_CHAIN = 20  # of styles based on one another; circles occur
_DEFAULT_SIZE = 21  # half points: 五号
_CENTRED = frozenset(("center",))


@dataclass(frozen=True, slots=True)
class Look:
    """What matters of a paragraph's properties. ``list_id`` and ``level`` are its numbering."""

    centred: bool = False
    size: int = _DEFAULT_SIZE
    list_id: str = ""
    level: int | None = None
    style: str = ""
    hidden: bool = False
    new_page: bool = False


class Styles:
    """The styles of a document, each with what it inherits."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._looks: dict[str, Look] = {}
        self._default = ""
        self._base = Look()
        for style in root.iter(w("style")) if root is not None else ():
            name = style.get(w("styleId")) or ""
            self._styles.setdefault(name, style)
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
                self._default = name
        defaults = below(root, "docDefaults")
        self._base = _changed(
            self._base, below(defaults, "pPrDefault/pPr"), below(defaults, "rPrDefault/rPr")
        )

    def look(self, paragraph: Element) -> Look:
        """The look of a paragraph; its size is that of its first run with text."""
        properties = below(paragraph, "pPr")
        style = value(properties, "pStyle") or self._default
        look = replace(_changed(self._of(style), properties, None), style=style)
        for run in paragraph.iterchildren(w("r")):
            if below(run, "t") is not None:
                size = number(value(run, "rPr/sz"), 0)
                return replace(look, size=size) if size else look
        return look

    def is_hidden(self, run: Element) -> bool | None:
        """Whether a run's own properties or its style hide it; None where they say nothing."""
        own = is_on(run, "rPr/vanish")
        style = value(run, "rPr/rStyle")
        if own is not None or style is None:
            return own
        return self._of(style).hidden or None

    def _of(self, name: str) -> Look:
        if name not in self._looks:
            look = self._base
            for style in reversed(list(self._chain(name))):
                look = _changed(look, below(style, "pPr"), below(style, "rPr"))
            self._looks[name] = look
        return self._looks[name]

    def _chain(self, name: str) -> Iterable[Element]:
        for _ in range(_LONGEST_CHAIN):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = value(style, "basedOn") or ""


def _changed(look: Look, paragraph: Element | None, run: Element | None) -> Look:
    """A look with what properties of a paragraph and of its runs say in its place."""
    alignment = value(paragraph, "jc")
    level = value(paragraph, "numPr/ilvl")
    hidden, new_page = is_on(run, "vanish"), is_on(paragraph, "pageBreakBefore")
    return replace(
        look,
        centred=look.centred if alignment is None else alignment in _CENTRED,
        size=number(value(run, "sz"), look.size),
        list_id=look.list_id if (one := value(paragraph, "numPr/numId")) is None else one,
        level=look.level if level is None else number(level, 0, 8),
        hidden=look.hidden if hidden is None else hidden,
        new_page=look.new_page if new_page is None else new_page,
    )
