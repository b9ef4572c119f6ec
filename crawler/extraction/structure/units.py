"""The bodies that answer for a task, out of the words that name them.

A list is cut at its marks, at 和 and 及 only where a known ending stands before it: 教育和体育局
is one office. What stands in brackets belongs to the name before it: 各镇（街道）.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from crawler.hanzi import fold

DATA: dict[str, Any] = tomllib.loads(
    files("crawler").joinpath("data/structure.toml").read_text("utf-8")
)
_WORDS = DATA["units"]
#: Longer ones are sentences that begin like a duty.
_LONGEST = 40
_LONGEST_LIST = 120  # without a mark in it


def any_of(words: list[str]) -> str:
    """A pattern of words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_ENDINGS, _PLACES = tuple(_WORDS["endings"]), tuple(_WORDS["places"])
_NOT_UNITS = tuple(_WORDS["not_units"])
_COLLECTIVE = re.compile(_WORDS["collective"])
_OTHERS = re.compile(rf"{_WORDS['and_others']}")
NOBODY = frozenset(_WORDS["nobody"])

_PLACES_AHEAD = frozenset("省市县区州旗镇乡")
# 各部门 begins a body, but for those of an office: 县政府办公室各股室, 县政府各部门.
_SEVERAL = re.compile("各(?![股科处室])|(?<!各)[有相]关")
_HAS_SEVERAL = re.compile(r"(?:政府|委)\Z")
_OPEN, _CLOSE = frozenset("（(<〈《〔【［[“"), frozenset("）)>〉》〕】］]”")
_MARK_OR_BRACKET = re.compile(f"[{re.escape(''.join(sorted(_OPEN | _CLOSE)))}、，,；;。\n]")
_BRACKETED = re.compile(r"[（(<〈〔【［\[][^（(<〈〔【［\[]{0,40}\Z")
_AND = re.compile("以及|会同|會同|和|及|与|與")
#: When a task is to be done, beside who does it: 12月底前完成.
DEADLINE = re.compile(DATA["acts"]["deadline"])
_OWN_ROLE = re.compile(rf"[（(]({any_of(DATA['acts']['share'])})(?:单位)?[）)]\Z")
# 此项工作由县司法局, 责任分工：县司法局.
_BY = re.compile(
    r"(?:(?:[此该本]项(?:工作|任务)|以上工作|具体|主要|统一)?由|(?:责任)?分工[：:]|[：:])"
)
_HAN_GAP = re.compile(r" (?<=[\u3400-\u9fff）)>] )(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Unit:
    """A body and its role as printed (责任单位, 牵头 …); no role where it merely answers."""

    name: str
    role: str


def units_of(text: str, role: str) -> tuple[Unit, ...]:
    """The bodies of a list as printed, each once; what is too long for a name is none.

    A body may have a role of its own: 县政府办公室（牵头）、县司法局.
    """
    found: dict[Unit, None] = {}
    for name in _names(text):
        own = _OWN_ROLE.search(fold(name))
        unit = Unit(name[: own.start()], name[slice(*own.span(1))]) if own else Unit(name, role)
        if 0 < len(unit.name) <= _LONGEST:
            found[unit] = None
    return tuple(found)


def is_unit(name: str) -> bool:
    """Whether a name ends like a body or speaks of several: 县财政局, 各村, 各办（队、中心）."""
    core = _core(name)
    return _is_body(core) or core.endswith(_PLACES)


def is_named(name: str) -> bool:
    """Whether a name ends like one of a body: told by its words alone, in the open text."""
    core = _core(name)
    return core.endswith(_ENDINGS + _PLACES) and not core.endswith(_NOT_UNITS)


def is_body(name: str) -> bool:
    """Whether a name ends like a body: 县财政局, 各乡镇."""
    return _is_body(_core(name))


def _core(name: str) -> str:
    return _BRACKETED.sub("", fold(name).rstrip()).rstrip()


def _is_body(core: str) -> bool:
    if core.endswith(_NOT_UNITS):
        return False
    return core.endswith(_ENDINGS) or _COLLECTIVE.match(core) is not None


def _names(text: str) -> Iterator[str]:
    for piece in _pieces(_HAN_GAP.sub("、", text)):
        for name in _parted(piece.strip()) if len(piece) <= _LONGEST_LIST else ():
            by = _BY.match(name)
            name = (name[by.end() :] if by else name).strip()
            folded = _OTHERS.sub("", fold(name)).rstrip()
            name = name[: len(folded)]
            if name not in NOBODY and not DEADLINE.fullmatch(folded):
                yield from _run_together(name)


def _run_together(name: str) -> Iterator[str]:
    """县委编办县行政审批局 were two lines of a cell (e18): each begins with the same place.

    So were 县政府办公室各有关部门 (l04); those of a government or a committee are its own.
    """
    begin = 0
    last = len(name) - 1
    if name.find(name[0], 3, last) < 0 and _SEVERAL.search(name, 3) is None:
        yield name
        return
    for joint in range(3, last):
        left, right = name[begin:joint], name[joint:]
        same_place = right[0] == name[0] and right[0] in _PLACES_AHEAD
        several = _SEVERAL.match(name, joint) and not _HAS_SEVERAL.search(left)
        if (same_place or several) and len(left) > 2 and is_body(left) and is_body(right):
            yield left
            begin = joint
    yield name[begin:]


def _pieces(text: str) -> Iterator[str]:
    """The text cut at the marks that stand outside all brackets."""
    depth = begin = 0
    for found in _MARK_OR_BRACKET.finditer(text):
        if found[0] in _OPEN:
            depth += 1
        elif found[0] in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth:
            yield text[begin : found.start()]
            begin = found.end()
    yield text[begin:]


def _parted(piece: str) -> Iterator[str]:
    """A piece cut at 和 and 及, where bodies stand on both sides of it."""
    begin = 0
    for joint in _AND.finditer(piece):
        left, right = _core(piece[begin : joint.start()]), _core(piece[joint.end() :])
        places = left.endswith(_PLACES) and right.endswith(_PLACES)
        if places or (_is_body(left) and is_unit(right)):
            yield piece[begin : joint.start()]
            begin = joint.end()
    yield piece[begin:]
