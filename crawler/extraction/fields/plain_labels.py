"""Labels without a colon: ``<b>索引号</b><p>…</p>``, 发布于 2025-01-22 / 来源 某街道.

A word like 来源 or 分类 is no label by itself, so such pairs count only where several stand
together: as an information block, or as the date and the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from crawler.dates import parse_date
from crawler.extraction.fields.area import Area
from crawler.extraction.fields.label_patterns import NAMES, ONLY_LABEL
from crawler.extraction.fields.labels import INFOBOX, Pair, may_be_value, pair_of
from crawler.extraction.fields.tokens import Token

_LABEL = re.compile(rf"(?<![^\s；;，,/|｜])(?P<name>{NAMES})(?:\s+[-－–—](?=\s)|(?=\s)|\Z)")
# What follows a value in its line, and is no label: 来源 永宁街道 / 纠错 / 打印 (e22).
_ENDS = re.compile(r"\s*[；;|｜，]|\s[/／]\s|\s{3,}")
# By whatever scheme: ZGH-2020-0002, YNJD/2025-00006, 洮区府办-2021-000117.
_INDEX_NUMBER = re.compile(r"(?=(?:\D*\d){4})[^\s，；：]{6,50}")
_CLOCK = re.compile(r"\d:\d")
_LONGEST = 60
_LONGEST_LINE = 300
_LONGEST_SOURCE = 20
# So many labels of a block are one; with an index number among them, two.
_LEAST = 3


def plain_pairs(area: Area) -> list[Pair]:
    """The pairs of an area whose labels have no colon; empty unless they make up a block."""
    if not area.opening:
        return []
    found = [pair for position in area.opening for pair in _of_line(area.tokens, position)]
    fields = {pair.field for pair in found}
    is_block = len(fields.intersection(INFOBOX)) >= _LEAST or (
        "索引号" in fields and len(found) > 1
    )
    return found if is_block or {"published", "source"} <= fields else []


def _of_line(area: Sequence[Token], position: int) -> Iterable[Pair]:
    """The pairs of a line that begins like a label."""
    token = area[position]
    if len(token.text) > _LONGEST_LINE or _has_colon(token.text):
        return ()
    alone = ONLY_LABEL.fullmatch(token.text)
    if alone is None:
        return _inside(token)
    following = area[position + 1] if position + 1 < len(area) else None
    if following is not None and may_be_value(token, following):
        return _kept([pair_of(alone["name"], following.text, token.element)])
    return ()


def _has_colon(text: str) -> bool:
    """Whether a colon is in a line, other than that of a time of day."""
    return "：" in text or (":" in text and ":" in _CLOCK.sub("", text))


def _inside(token: Token) -> Iterator[Pair]:
    """The pairs of one line that begins with a label."""
    text = token.text
    if not _LABEL.match(text, len(text) - len(text.lstrip(" -•·▪●◆"))):
        return iter(())
    labels = list(_LABEL.finditer(text))
    ends = [*(label.start() for label in islice(labels, 1, None)), len(text)]
    values = (text[label.end() : end].strip() for label, end in zip(labels, ends, strict=True))
    return _kept(
        pair_of(label["name"], _ENDS.split(value, 1)[0].rstrip(" /；;，,|｜"), token.element)
        for label, value in zip(labels, values, strict=True)
    )


def _kept(found: Sequence[Pair] | Iterator[Pair]) -> Iterator[Pair]:
    return (pair for pair in found if _may_be(pair.field, pair.value))


def _may_be(field: str, value: str) -> bool:
    """Whether a value looks like one of its field."""
    if not value or len(value) > _LONGEST or "。" in value:
        return False
    if field == "索引号":
        return bool(_INDEX_NUMBER.fullmatch(value))
    if field in ("published", "成文日期"):
        return parse_date(value) is not None
    if field == "source":
        return len(value) <= _LONGEST_SOURCE and " " not in value
    return True
