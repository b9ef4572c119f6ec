"""Label/value pairs of header lines and information blocks, whatever layout prints them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import Any, NamedTuple

from crawler import hanzi
from crawler.extraction.walk.flow import CELLS, Element, Line, flow
from crawler.extraction.walk.lines import Lines, Parted
from crawler.extraction.whitespace import HARD_BREAK, SOFT_BREAK, bare, squeeze

_DATA: dict[str, Any] = tomllib.loads(
    files("crawler").joinpath("data/labels.toml").read_text("utf-8")
)
INFOBOX: tuple[str, ...] = tuple(_DATA["infobox"])
ISSUED_NAMES = frozenset(_DATA["issued"]["published"])
_NAME_TO_FIELD: dict[str, str] = {
    name: field
    for group in ("infobox", "header", "named", "ignored")
    for field, names in _DATA[group].items()
    for name in names
}
# Among the names of one field the first listed is the most telling.
NAME_RANK, BLOCK_RANK = (
    {name: rank for names in _DATA[group].values() for rank, name in enumerate(names)}
    for group in ("header", "infobox")
)


def spelled(name: str) -> str:
    """A name as a pattern: padded with blanks, or in Traditional as mirrors print it (d17)."""
    return r"\s*".join(f"[{re.escape(hanzi.spellings(char))}]" for char in name)


NAMES = "|".join(spelled(name) for name in sorted(_NAME_TO_FIELD, key=len, reverse=True))
# A label in a line: at its start or after something that is no word, then a colon; or 【label】.
# After a date there may be no blank: 发布日期：2019-01-02来源：某镇.
_LABEL = re.compile(rf"(?<![\u3400-\u9fffA-Za-z_])(?P<name>{NAMES})\s*(?:[】\]]?\s*[:：]|】)")
# A cell that is nothing but a label may lack the colon.
ONLY_LABEL = re.compile(rf"[-•·▪●◆\s【\[]*(?P<name>{NAMES})\s*[】\]]?\s*[:：]?\s*")
# How it begins, for the many lines that are none.
_STARTS = "".join({char for name in _NAME_TO_FIELD for char in hanzi.spellings(name[0])})
OPENS_LABEL = re.compile(rf"[-•·▪●◆\s【\[]*[{re.escape(''.join(sorted(_STARTS)))}]")
COLONS = (":", "：")
_BRACKETS = (("【", "】"), ("[", "]"), ("（", "）"), ("(", ")"))
_LABEL_TAGS = CELLS | {"label"}
_VALUE_ENDS = re.compile(
    r"[|｜]|[【〖\[（(]\s*(?:字|大|打印|关闭|浏览|默认|分享)|\s{3,}"
    # A label nobody has listed yet: FJ00402-0210-2017-00014 公开类别：主动公开 (e13).
    r"|\s[\u3400-\u9fff]{2,8}\s?[:：]"
    r"|\s(?:下载|收藏|打印|关闭|分享|纠错|扫一扫|大|默认)(?![\u3400-\u9fff])"
    r"|\s(?:(?:浏览|阅读|点击|访问)(?:次数|量|数)|字[体号]|(?:我要|打印|关闭)(?:打印|本页|窗口))"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A label as printed, the field it stands for (``-`` of no use), its value."""

    name: str
    field: str
    value: str
    element: Element


class Token(NamedTuple):
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


def tokens(
    root: Element, whole: Sequence[Element] = (), lines: Lines | None = None
) -> Iterator[Token | Element]:
    """The lines of an area one by one, cells apart; elements of ``whole`` as they are.

    ``lines`` are those of the page, where it has been walked already.
    """
    known = lines.parted(root, whole) if lines else None
    for piece in _parted(root, whole) if known is None else known:
        if not isinstance(piece, tuple):
            yield piece
            continue
        line, element = piece
        if SOFT_BREAK in line:
            line = line.replace(SOFT_BREAK, " ")
        for part in line.split(HARD_BREAK):
            text = _squeeze_keeping_gaps(part)
            if text or not line:
                yield Token(text, element)


def _parted(root: Element, whole: Sequence[Element]) -> Iterator[Parted]:
    for piece in flow(root, whole=frozenset(whole), split_inline=True, empty_cells=True):
        yield (piece.text, piece.element) if isinstance(piece, Line) else piece


def _squeeze_keeping_gaps(text: str) -> str:
    """Blanks to plain spaces; a wide gap stays wide, since header lines part values by it."""
    if text.isprintable() and "   " not in text:  # most are: no blank but single plain ones
        return text.strip()
    return re.sub(r"\s{3,}", "   ", re.sub(r"[^\S ]", " ", text)).strip()


def pairs(area: Sequence[Token]) -> list[Pair]:
    """Every label with its value, in order; empty values included."""
    found: list[Pair] = []
    position = 0
    while position < len(area):
        token = area[position]
        if not OPENS_LABEL.match(token.text):
            found += pairs_in(token)
            position += 1
            continue
        header = _header_row(area, position)
        if header:
            found += header
            position += 2 * len(header)
            continue
        following = area[position + 1] if position + 1 < len(area) else None
        only = _only_label(token, following)
        if only and following and may_be_value(token, following):
            found.append(pair_of(only["name"], following.text, token.element))
            position += 2
            continue
        found += pairs_in(token)
        position += 1
    return found


def pair_of(name: str, value: str, element: Element) -> Pair:
    name = hanzi.fold(bare(name))
    return Pair(name, _NAME_TO_FIELD[name], squeeze(value.lstrip(": ：")), element)


def _only_label(token: Token, following: Token | None) -> re.Match[str] | None:
    """The label a token consists of; outside of cells only a colon makes it one.

    The colon may stand before the value: 索引号 over ：5305… (镇巴; a17, c25).
    """
    found = ONLY_LABEL.fullmatch(hanzi.without_readings(token.text))
    if not found or token.element.tag in _LABEL_TAGS or token.text.rstrip().endswith(COLONS):
        return found
    return found if following and following.text.startswith(COLONS) else None


def is_value(area: Sequence[Token], position: int) -> bool:
    """Whether a line is the value of the label before it."""
    return position > 0 and _only_label(area[position - 1], area[position]) is not None


def may_be_value(label: Token, token: Token) -> bool:
    """Whether ``token`` is the value of the label before it: near it, and no label itself."""
    if ONLY_LABEL.fullmatch(token.text) or _LABEL.match(token.text):
        return False
    if label.row is not None:
        return label.row is token.row or label.row in token.element.iterancestors("tr")
    if label.element.tag == "li":  # an empty value is not what follows its list (e04)
        return label.element.getparent() in token.element.iterancestors()
    return not set(_nearest(label.element)).isdisjoint(_nearest(token.element))


def _nearest(element: Element) -> list[Element]:
    """The element and the two around it, less the page: a label and its value share one."""
    around = (element, *islice(element.iterancestors(), 2))
    return [one for one in around if one.tag != "body"]


def pairs_in(token: Token) -> list[Pair]:
    """The pairs of a line ``label: value label: value | label: value``."""
    text = token.text
    if "：" not in text and ":" not in text and "】" not in text:
        return []
    labels = list(_LABEL.finditer(hanzi.without_readings(token.text)))
    ends = [*(label.start() for label in labels[1:]), len(token.text)]
    found = []
    for label, end in zip(labels, ends, strict=False):
        value = token.text[label.end() : end].lstrip()
        value = _unbracketed(_VALUE_ENDS.split(value)[0])
        found.append(pair_of(label["name"], value, token.element))
    return found


def _unbracketed(value: str) -> str:
    """A value less the brackets around its pair and the next: 【来源：区商务局】【时间： (d11)."""
    value = value.rstrip(" 【〖[（(")
    for begin, end in _BRACKETS:  # [公开单位：县林业局] (e10)
        if begin not in value:
            value = value.rstrip(f" {end}")
    return value


def _header_row(area: Sequence[Token], position: int) -> list[Pair]:
    """A row of labels over a row of values: told by two neighbouring table rows."""
    row = area[position].row
    if row is None or (position and area[position - 1].row is row):
        return []
    names = []
    for index in range(position, len(area)):  # a slice would copy the rest at every row
        token = area[index]
        if token.row is not row:
            break
        names.append(ONLY_LABEL.fullmatch(token.text))
    count = len(names)
    values = area[position + count : position + 2 * count]
    if count < 2 or not all(names) or len(values) < count:
        return []
    below = values[0].row
    if below is None or below is row or any(token.row is not below for token in values):
        return []
    if any(ONLY_LABEL.fullmatch(token.text) for token in values):
        return []
    return [
        pair_of(name["name"], value.text, value.element)
        for name, value in zip(names, values, strict=True)
        if name
    ]
