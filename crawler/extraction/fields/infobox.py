"""The information block (索引号 …): five layouts, one normalised result (design §5)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from crawler.dates import parse_date
from crawler.extraction.fields.labels import BLOCK_RANK, INFOBOX, Pair
from crawler.extraction.fields.tokens import Token, tokens
from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.walk.lines import Lines
from crawler.extraction.whitespace import SOFT_BREAK, han, squeeze

INDEX_NUMBER = re.compile(
    r"[0-9A-Za-z][0-9A-Za-z-]{5,20}[-/]\d{4,6}[-/]\d+(?:-\d+)?"
    r"|[0-9A-Za-z]{5,20}/\d{4}-[0-9A-Za-z]+"
)
DOC_NUMBER = re.compile(
    r"[\u3400-\u9fffA-Za-z（）()·]{1,20}\s*[〔﹝\[［(（【]\s*(?:19|20)\d\d\s*(?:年)?[〕﹞\]］)）】]\s*(?:第\s*)?\d{1,5}\s*号"
)
# What stands for 发文字号 in a block; a title behind an empty label has years, too.
_NUMBER_OF_ITS_OWN = re.compile(
    r"\d.*号|[〔﹝\[［(（【]\s*\d{4}|^[0-9A-Za-z/-]*\d[0-9A-Za-z/-]*\Z|^(?:暂)?无\Z"
)
_VALIDITY = re.compile(r"(?:现行)?有效|(?:已)?(?:失效|废止)|部分有效|长期有效|是|否")
_LONGEST_VALUE = 80
_MOST_HAN = 10  # of an index number
# Values printed without labels (seed 001): so many of them make a block, told by what they are.
_LEAST_BARE_VALUES = 4
_MOST_BARE_VALUES = 10
_LEAST_TYPED = 3
# By whatever scheme: ZGH-2020-0002, 洮区府办-2021-000117, 11340824003102××9F/202205-00018 (g06).
_LIKE_INDEX_NUMBER = re.compile(
    r"(?!(?:19|20)\d\d[-/]\d\d?[-/]\d\d?(?!\d))(?=(?:\D*\d){4})(?=[^-－—/_]+[-－—/_])"
    r"(?!索)[\u3400-\u9fff]{0,6}[0-9A-Za-z×*_.－—/-]{6,50}"
)
_DIGIT = re.compile(r"\d")
# What a line with one has, and the rest of the line, where lines stand behind what no text has: one
# search over all of them tells most. Then how it begins, blanks, bullets and marks anywhere.
_BREAK = "\0"
_NUMBERED = re.compile(rf"[-－—/_](?:(?<=\d.)|(?=\d))[^{_BREAK}]*")
_MAY_OPEN = re.compile(r"\W*(?:[\u3400-\u9fff]\W*){0,6}[0-9A-Za-z×*_.－—/-]")
_LONGEST_LISTED = 300  # values of one line together
_LONGEST_DATE = 20
_BESIDE = re.compile(rf"[{SOFT_BREAK}|｜]")
_LEVELS = 4  # from a value up to the list it stands in
_HOLDERS = ("table", "ul", "ol", "dl", "div", "tr", "p")


@dataclass(slots=True)
class Infobox:
    """Fields in the order of design §5, each one's source, the elements that printed them."""

    fields: tuple[tuple[str, str], ...] = ()
    sources: dict[str, Any] = field(default_factory=dict)
    elements: tuple[Element, ...] = ()


def read_infobox(found: Sequence[Pair], lines: Lines) -> Infobox:
    """The block from labelled pairs, or else from values without labels among the lines."""
    values: dict[str, tuple[str, dict[str, Any]]] = {}
    # 成文日期 says more than 发文日期 beside it; of one name the first stands.
    for pair in sorted(found, key=lambda one: BLOCK_RANK.get(one.name, 0)):
        if pair.field not in INFOBOX or pair.field in values:
            continue
        if value := _normal(pair.field, pair.value):
            values[pair.field] = (
                value,
                {"where": "label", "label": pair.name, "raw": pair.value},
            )
    elements = _printing(found, lines)
    if "索引号" not in values:
        bare_values, element = _without_labels(lines)
        if element is not None:
            elements = (*elements, element)
        for name, value in bare_values.items():
            normal = _normal(name, value)
            if normal and name not in values:
                values[name] = (normal, {"where": "position", "inferred": True, "raw": value})
    ordered = [name for name in INFOBOX if name in values]
    return Infobox(
        fields=tuple((name, values[name][0]) for name in ordered),
        sources={name: values[name][1] for name in ordered},
        elements=elements,
    )


def _normal(name: str, raw: str) -> str:
    """The value as the block prints it, or ``""`` when it is none of that field."""
    value = squeeze(raw).strip("；;，,|｜ ")
    if not value or len(value) > _LONGEST_VALUE:
        return ""
    if name == "成文日期":
        return parse_date(value, compact=True) or ""
    if name == "索引号":
        is_title = han(value) > _MOST_HAN  # behind an empty label
        return value if _DIGIT.search(value) and " " not in value and not is_title else ""
    if name == "发文字号":
        return value if _NUMBER_OF_ITS_OWN.search(value) else ""
    return value


def _printing(found: Sequence[Pair], lines: Lines) -> tuple[Element, ...]:
    """The elements that print the block: those with two or more of its labels and little else."""
    counts: defaultdict[Element, set[str]] = defaultdict(set)
    for pair in found:
        if pair.field in INFOBOX:
            for element in (pair.element, *islice(pair.element.iterancestors(), 6)):
                counts[element].add(pair.name)
    holders = [one for one, names in counts.items() if len(names) >= 2 and one.tag in _HOLDERS]
    short = [one for one in holders if _is_short(lines.of(one))]
    outdone = _outdone(short, counts)
    return tuple(one for one in short if one not in outdone)


def _outdone(short: Sequence[Element], counts: dict[Element, set[str]]) -> set[Element]:
    """Of two elements, one in the other, that print the same labels: the one not to take.

    The inner one is better, except that a whole table is better than the row that holds its values.
    """
    known, outdone = frozenset(short), set[Element]()
    for inner in short:
        for outer in inner.iterancestors():
            if outer in known and counts[inner] == counts[outer]:
                tags = (inner.tag, outer.tag)
                if tags == ("tr", "table"):
                    outdone.add(inner)
                elif tags != ("table", "tr"):
                    outdone.add(outer)
    return outdone


def _is_short(lines: Sequence[Line]) -> bool:
    """A block has no sentence: no line of it reads like prose."""
    longest = 2 * _LONGEST_VALUE
    texts = [line.text for line in lines]
    text = "".join(texts)
    if "。" in text:
        return False
    return len(text) <= longest or all(
        len(text) <= longest or len(squeeze(text)) <= longest for text in texts
    )


def _without_labels(lines: Lines) -> tuple[dict[str, str], Element | None]:
    """The values of an unlabelled list with an index number, typed by pattern.

    Of two names the first is the department responsible, the second the publisher; a single one
    is the publisher.
    """
    for line in _numbered(lines.all):
        text = line.text
        if len(text) > _LONGEST_LISTED or not _MAY_OPEN.match(text):
            continue
        found = _LIKE_INDEX_NUMBER.match(text := _stripped(text))
        if not found:
            continue
        if found.end() < len(text):  # the values are inline elements of one line (e23)
            if typed := _typed(_parted(line)):
                return typed, line.element
            continue
        for element in islice(line.element.iterancestors(), _LEVELS):
            around = tokens(element, lines=lines)
            texts = (_stripped(one.text) for one in around if isinstance(one, Token))
            values = list(filter(None, islice(texts, _MOST_BARE_VALUES + 1)))
            if len(values) > _MOST_BARE_VALUES:
                break
            if typed := _typed(values):
                return typed, element
    return {}, None


def _numbered(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines with a number that a sign parts."""
    text = _BREAK.join([line.text for line in lines])
    number = counted = 0
    for found in _NUMBERED.finditer(text):
        number += text.count(_BREAK, counted, found.start())
        counted = found.end()
        yield lines[number]


def _parted(line: Line) -> list[str]:
    """The texts of a line's inline elements; the line may stand behind the element it names."""
    for element in (line.element, *islice(line.element.iterancestors(), 1)):
        for one in flow(element, split_inline=True):
            if isinstance(one, Line) and one.text.replace(SOFT_BREAK, "") == line.text:
                return list(filter(None, map(_stripped, _BESIDE.split(one.text))))
    return []


def _stripped(text: str) -> str:
    return squeeze(text.replace(SOFT_BREAK, " ")).lstrip("•·▪●◆- ")


def _typed(values: Sequence[str]) -> dict[str, str]:
    """The fields of values that are a block: an index number and others told by what they are."""
    if not _LEAST_BARE_VALUES <= len(values) <= _MOST_BARE_VALUES:
        return {}
    typed: dict[str, str] = {}
    names = []
    for value in values:
        if kind := _kind_of(value):
            typed.setdefault(kind, value)
        else:
            names.append(value)
    if "索引号" not in typed or len(typed) < _LEAST_TYPED:
        return {}
    labels = ("责任部门", "发布机构") if len(names) > 1 else ("发布机构",)
    return typed | dict(zip(labels, names, strict=False))


def _kind_of(value: str) -> str:
    """The field a value can only be of, or ``""``: a name may be anybody's."""
    if parse_date(value) and len(value) <= _LONGEST_DATE:
        return "成文日期"
    if DOC_NUMBER.fullmatch(value) or value == "无":
        return "发文字号"
    if _VALIDITY.fullmatch(value):
        return "有效性"
    return "索引号" if _LIKE_INDEX_NUMBER.fullmatch(value) else ""
