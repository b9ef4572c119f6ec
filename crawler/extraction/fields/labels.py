"""Label/value pairs of header lines and information blocks, whatever layout prints them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import NamedTuple, TypeAlias

from crawler import hanzi
from crawler.extraction.fields.area import Area
from crawler.extraction.fields.label_names import NAME_TO_FIELD, NAMES_OF
from crawler.extraction.fields.label_patterns import (
    CLOSERS,
    COLONS,
    ENDS_LABEL,
    ENDS_OF_LABELS,
    ONLY_LABEL,
    OPENER,
    OPENERS,
    labels_in,
    opens_pair,
)
from crawler.extraction.fields.tokens import Token
from crawler.extraction.walk.flow import CELLS, Element
from crawler.extraction.whitespace import bare, squeeze

INFOBOX: tuple[str, ...] = tuple(NAMES_OF["infobox"])
ISSUED_NAMES = frozenset(NAMES_OF["issued"]["published"])
# Among the names of one field the first listed is the most telling.
NAME_RANK, BLOCK_RANK = (
    {name: rank for names in NAMES_OF[group].values() for rank, name in enumerate(names)}
    for group in ("header", "infobox")
)
_ITEM_TAGS = frozenset(("li", "dt", "dd"))
_LABEL_TAGS = CELLS | {"label"}
# Its first sign stands for itself: `re` runs to a character of a set four times as fast as it tries
# six ways at each, and then looks back.
_VALUE_ENDS = re.compile(
    rf"[|｜\s{re.escape(OPENERS)}](?:(?<=[|｜])|(?<={OPENER})\s*(?:字|大|打印|关闭|浏览|默认|分享)"
    r"|(?<=\s)(?:\s{2,}"
    # A label nobody has listed yet: FJ00402-0210-2017-00014 公开类别：主动公开 (e13).
    r"|[\u3400-\u9fff]{2,8}\s?[:：]"
    r"|(?:下载|收藏|打印|关闭|分享|纠错|扫一扫|大|默认)(?![\u3400-\u9fff])"
    r"|(?:(?:浏览|阅读|点击|访问)(?:次数|量|数|\s?\d)|字[体号]|(?:我要|打印|关闭)(?:打印|本页|窗口))"
    r"|[·•]\s))"
)
_BEFORE_VALUE = " " + "".join(COLONS)
_BEHIND_VALUE = " " + OPENERS
_CLOSERS = tuple(CLOSERS)
_BRACKETS = tuple(zip(OPENERS, CLOSERS, strict=True))


class Pair(NamedTuple):
    """A label as printed, the field it stands for (``-`` of no use), its value."""

    name: str
    field: str
    value: str
    element: Element


#: What a line stands in: a table row, or a list with the tag of its item.
_RowKey: TypeAlias = tuple[Element, str]


def pairs(area: Area) -> list[Pair]:
    """Every label with its value, in order; empty values included."""
    lines = area.tokens
    opening, signed = frozenset(area.opening), frozenset(area.signed)
    found: list[Pair] = []
    after = 0
    for position in sorted(opening | signed):
        if position < after:
            continue  # a value
        more, length = _by_place(lines, position) if position in opening else ([], 0)
        if not more and position in signed:
            more = pairs_in(lines[position])
        found += more
        after = position + length
    return found


def _by_place(area: Sequence[Token], position: int) -> tuple[list[Pair], int]:
    """The pairs of a line that is but a label, or of its row, with the number of their tokens."""
    token = area[position]
    if token.text[-1:] not in ENDS_OF_LABELS:
        return [], 0  # as nothing that goes on behind its label
    only = ONLY_LABEL.fullmatch(hanzi.without_readings(token.text))
    if only is None:
        return [], 0
    header, length = _header_row(area, position)
    if header:
        return header, length
    following = area[position + 1] if position + 1 < len(area) else None
    if following and _is_label(token, following) and may_be_value(token, following):
        return [pair_of(only["name"], following.text, token.element)], 2
    return [], 0


def pair_of(name: str, value: str, element: Element) -> Pair:
    if name not in NAME_TO_FIELD:
        name = hanzi.fold(bare(name))
    return Pair(name, NAME_TO_FIELD[name], squeeze(value.lstrip(_BEFORE_VALUE)), element)


def is_value(area: Sequence[Token], position: int) -> bool:
    """Whether a line is the value of the label before it."""
    if not position:
        return False
    label = area[position - 1]
    only = ONLY_LABEL.fullmatch(hanzi.without_readings(label.text))
    return only is not None and _is_label(label, area[position])


def _is_label(token: Token, following: Token) -> bool:
    """Whether a line with but the name of a field is its label; outside of cells a colon tells.

    The colon may stand before the value: 索引号 over ：5305… (镇巴; a17, c25).
    """
    if token.element.tag in _LABEL_TAGS or token.text.rstrip().endswith(COLONS):
        return True
    return following.text.startswith(COLONS)


def may_be_value(label: Token, token: Token) -> bool:
    """Whether ``token`` is the value of the label before it: near it, and no label itself."""
    if ONLY_LABEL.fullmatch(token.text) or opens_pair(token.text):
        return False
    if (row := label.row) is not None:
        return row is token.row or row in token.element.iterancestors("tr")
    if label.element.tag == "li":  # an empty value is not what follows its list (e04)
        return label.element.getparent() in token.element.iterancestors()
    return not set(_nearest(label.element)).isdisjoint(_nearest(token.element))


def _nearest(element: Element) -> list[Element]:
    """The element and the two around it, less the page: a label and its value share one."""
    around = (element, *islice(element.iterancestors(), 2))
    return [one for one in around if one.tag != "body"]


def pairs_in(token: Token) -> list[Pair]:
    """The pairs of a line ``label: value label: value | label: value``."""
    if not ENDS_LABEL.search(token.text):
        return []
    text = hanzi.without_readings(token.text)
    labels = labels_in(text)
    if not labels:
        return []
    ends = [*(label.start() for label in labels[1:]), len(text)]
    found = []
    for label, end in zip(labels, ends, strict=True):
        value = token.text[label.end() : end].lstrip()
        value = _unbracketed(_VALUE_ENDS.split(value, 1)[0])
        found.append(pair_of(label["name"], value, token.element))
    return _of_the_page(found) if len(found) > 1 else found


def _of_the_page(found: list[Pair]) -> list[Pair]:
    """A line that names the source tells when the page went out, whatever it calls that (a08)."""
    fields = {pair.field for pair in found if pair.name not in ISSUED_NAMES}
    if "source" not in fields or not fields.isdisjoint(INFOBOX):
        return found
    return [
        pair._replace(field="published") if pair.name in ISSUED_NAMES else pair for pair in found
    ]


def _unbracketed(value: str) -> str:
    """A value less the brackets around its pair and the next: 【来源：区商务局】【时间： (d11)."""
    value = value.rstrip(_BEHIND_VALUE)
    if value.endswith(_CLOSERS):  # [公开单位：县林业局] (e10)
        for begin, end in _BRACKETS:
            if begin not in value:
                value = value.rstrip(f" {end}")
    return value


def _header_row(area: Sequence[Token], position: int) -> tuple[list[Pair], int]:
    """A row of labels, from a first one on, over a row of values, with the number of their tokens.

    Rows are those of a table, perhaps of one cell each (c20), or the terms of a list, all of them
    before their values.
    """
    if (key := _row_key(area[position])) is None:
        return [], 0
    labels = _labels_of_row(area, position, key)
    if not labels or (len(labels) == 1 and key[1] != "tr"):
        return [], 0
    if position and _row_key(area[position - 1]) == key:
        return [], 0
    values = _same_row(area, position + len(labels))[: len(labels)]
    if len(values) < len(labels):
        return [], 0
    if any(ONLY_LABEL.fullmatch(token.text) for token in values):
        return [], 0
    found = [
        pair_of(label["name"], value.text, value.element)
        for label, value in zip(labels, values, strict=True)
        if label
    ]
    return found, 2 * len(labels)


def _labels_of_row(
    area: Sequence[Token], position: int, key: _RowKey
) -> list[re.Match[str] | None]:
    """The cells of a row as labels, empty ones as None; nothing where one of them is neither.

    Most rows are a label and its value, which the second cell tells.
    """
    labels: list[re.Match[str] | None] = []
    while position < len(area) and (not labels or _row_key(area[position]) == key):
        token = area[position]
        label = ONLY_LABEL.fullmatch(token.text)
        if token.text and not label:
            return []
        labels.append(label)
        position += 1
    return labels


def _same_row(area: Sequence[Token], position: int) -> list[Token]:
    """The tokens from a position that stand in one row."""
    if position >= len(area) or (key := _row_key(area[position])) is None:
        return []
    rest = (area[index] for index in range(position, len(area)))  # a slice would copy the rest
    return list(takewhile(lambda one: _row_key(one) == key, rest))


def _row_key(token: Token) -> _RowKey | None:
    """The table row a token stands in, or the list with the tag of its item."""
    if (row := token.row) is not None:
        return row, "tr"
    element = token.element
    listing = element.getparent() if element.tag in _ITEM_TAGS else None
    return None if listing is None else (listing, str(element.tag))
