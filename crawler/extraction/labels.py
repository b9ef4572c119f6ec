"""Label/value pairs of header lines and information blocks, whatever layout prints them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any

from crawler.extraction.flow import CELLS, Element, Line, flow
from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK, bare, squeeze

_DATA: dict[str, Any] = tomllib.loads(
    files("crawler").joinpath("data/labels.toml").read_text("utf-8")
)
INFOBOX: tuple[str, ...] = tuple(_DATA["infobox"])
ISSUED_NAMES = frozenset(_DATA["issued"]["published"])
_NAME_TO_FIELD: dict[str, str] = {
    name: field
    for group in ("infobox", "header", "ignored")
    for field, names in _DATA[group].items()
    for name in names
}
# Among the names of one header field the first listed is the most telling.
NAME_RANK: dict[str, int] = {
    name: rank for names in _DATA["header"].values() for rank, name in enumerate(names)
}


def _spaced(name: str) -> str:
    """A name as a pattern that allows the blanks labels are padded with."""
    return r"\s*".join(map(re.escape, name))


_NAMES = "|".join(_spaced(name) for name in sorted(_NAME_TO_FIELD, key=len, reverse=True))
# A label in a line: at its start or after something that is no word, then a colon.
_LABEL = re.compile(rf"(?<![\u3400-\u9fff\w])(?P<name>{_NAMES})\s*[】\]]?\s*[:：]")
# A cell that is nothing but a label may lack the colon.
_ONLY_LABEL = re.compile(rf"[-•·▪●◆\s【\[]*(?P<name>{_NAMES})\s*[】\]]?\s*[:：]?\s*")
_LABEL_TAGS = CELLS | {"label"}
_VALUE_ENDS = re.compile(
    r"[|｜]|[【〖\[]\s*(?:字|大|打印|关闭|浏览|默认|分享)|\s{3,}"
    r"|\s(?:下载|收藏|打印|关闭|分享|纠错|扫一扫|大|默认)(?![\u3400-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A label as printed, the field it stands for (``-`` of no use), its value."""

    name: str
    field: str
    value: str
    element: Element


@dataclass(frozen=True, slots=True)
class Token:
    """One line of a header area, or a cell (perhaps empty)."""

    text: str
    element: Element

    @property
    def row(self) -> Element | None:
        """The table row the token stands in, if it stands in one."""
        return next(
            (one for one in (self.element, *self.element.iterancestors("tr")) if one.tag == "tr"),
            None,
        )


def tokens(root: Element, whole: Sequence[Element] = ()) -> Iterator[Token | Element]:
    """The lines of an area one by one, cells apart; elements of ``whole`` as they are."""
    for piece in flow(root, whole=frozenset(whole), split_inline=True, empty_cells=True):
        if not isinstance(piece, Line):
            yield piece
            continue
        for part in piece.text.replace(SOFT_BREAK, " ").split(HARD_BREAK):
            text = _squeeze_keeping_gaps(part)
            if text or not piece.text:
                yield Token(text, piece.element)


def _squeeze_keeping_gaps(text: str) -> str:
    """Blanks to plain spaces; a wide gap stays wide, since header lines part values by it."""
    return re.sub(r"\s{3,}", "   ", re.sub(r"[^\S ]", " ", text)).strip()


def pairs(area: Sequence[Token]) -> list[Pair]:
    """Every label with its value, in order; empty values included."""
    found: list[Pair] = []
    position = 0
    while position < len(area):
        token = area[position]
        header = _header_row(area, position)
        if header:
            found += header
            position += 2 * len(header)
            continue
        only = _only_label(token)
        if only and position + 1 < len(area) and _may_be_value(token, area[position + 1]):
            found.append(_pair(only["name"], area[position + 1].text, token.element))
            position += 2
            continue
        found += _in_line(token)
        position += 1
    return found


def _pair(name: str, value: str, element: Element) -> Pair:
    name = bare(name)
    return Pair(name, _NAME_TO_FIELD[name], squeeze(value), element)


def _only_label(token: Token) -> re.Match[str] | None:
    """The label a token consists of; outside of cells only its colon makes it one."""
    found = _ONLY_LABEL.fullmatch(token.text)
    if found and (token.element.tag in _LABEL_TAGS or token.text.rstrip().endswith((":", "："))):
        return found
    return None


def _may_be_value(label: Token, token: Token) -> bool:
    """Whether ``token`` is the value of the label before it: near it, and no label itself."""
    if _ONLY_LABEL.fullmatch(token.text) or _LABEL.match(token.text):
        return False
    if label.row is not None:
        return label.row is token.row
    return not set(_nearest(label.element)).isdisjoint(_nearest(token.element))


def _nearest(element: Element) -> list[Element]:
    """The element and the two around it: a label and its value share one of them."""
    return [element, *islice(element.iterancestors(), 2)]


def _in_line(token: Token) -> list[Pair]:
    """The pairs of a line ``label: value label: value | label: value``."""
    labels = list(_LABEL.finditer(token.text))
    ends = [*(label.start() for label in labels[1:]), len(token.text)]
    found = []
    for label, end in zip(labels, ends, strict=False):
        value = token.text[label.end() : end].lstrip()
        found.append(_pair(label["name"], _VALUE_ENDS.split(value)[0], token.element))
    return found


def _header_row(area: Sequence[Token], position: int) -> list[Pair]:
    """A row of labels over a row of values: told by two neighbouring table rows."""
    row = area[position].row
    if row is None or (position and area[position - 1].row is row):
        return []
    names = []
    for token in area[position:]:
        if token.row is not row:
            break
        names.append(_ONLY_LABEL.fullmatch(token.text))
    count = len(names)
    values = area[position + count : position + 2 * count]
    if count < 2 or not all(names) or len(values) < count:
        return []
    below = values[0].row
    if below is None or below is row or any(token.row is not below for token in values):
        return []
    if any(_ONLY_LABEL.fullmatch(token.text) for token in values):
        return []
    return [
        _pair(name["name"], value.text, value.element)
        for name, value in zip(names, values, strict=True)
        if name
    ]
