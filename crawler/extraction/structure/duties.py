"""Where a paragraph says who answers for what it says: 责任单位：…, （镇党政办负责落实）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.extraction.structure.hints import may_act, may_charge, may_label
from crawler.extraction.structure.roles import LABEL_BEGINS, LABELLED, PAGE_ROLES, is_role
from crawler.extraction.structure.units import (
    DATA,
    DEADLINE,
    Unit,
    any_of,
    is_body,
    is_named,
    is_unit,
    units_of,
)
from crawler.hanzi import fold

_ACTS = DATA["acts"]
# It opens a text or stands behind a mark or a blank.
_LABEL = re.compile(rf"(?:\A|(?<=[，,；;。、\s]))\s?{LABELLED}")
_ACT = re.compile(
    rf"(?:{_ACTS['how']}){{0,2}}(?:负责|作?为|(?:参与|协助|积极)(?=配合))?"
    rf"(?P<share>(?:{any_of(_ACTS['share'])})(?:责任)?(?:单位|部门)?)?"
    rf"(?:{any_of(_ACTS['act'])}){{0,3}}(?=[、，,；;。\s]|\Z)"
)
# An act ends before a mark, with one of the characters that its words are made of. Most texts have
# no such place, which `_ACT`, as it may match nothing, is slow to say.
_ACT_CHARS = {*"为任单位部门", *_ACTS["how"], *"".join(_ACTS["share"] + _ACTS["act"])}
_ACT_ENDS = re.compile(rf"[{re.escape(''.join(sorted(_ACT_CHARS)))}](?=[、，,；;。\s]|\Z)")
_CLAUSE = re.compile(rf"\s?{LABELLED}[^。；;]{{0,400}}[。；;]?")
_CLAUSE_ENDS = frozenset("；;")
_MORE = re.compile(r"[^。；;：:！？!?]{2,120}(?:[。；;]|\Z)")
_SAID = re.compile(r"[^。；;！!？?]{4,200}[。；;]?")
# 县教育局：公布义务教育划片范围 (e17).
_HEAD = re.compile(r"([^：:。；;！？!?]{3,60})[：:](?=.{6})")
_LABEL_ENDS = ("单位", "部门", "机关", "主体")
_SENTENCE_START = re.compile(r"\A|[。；;！？!?]\s?|[，,](?=由)")
_SENTENCE_END = re.compile(r"[。；;！？!?]\s?")
_ENDED = frozenset("。；;！？!?…”")
_TRAIL = re.compile(r"[。；;，,\s]*")
_LOOSE = "。；;，, "
_OPENING = frozenset("（(［[【〔")
_NUMBER = re.compile(r"[（(] ?[一二三四五六七八九十百\d]{1,4} ?[）)]")
_BRACKET = re.compile(r"[（(\[［【〔）)\]］】〕]")
_SUMMED = re.compile(rf"、.*(?:{any_of(DATA['units']['sums'])})\Z")
#: 县教育 in a list that ends with 等部门.
_LONGEST_BARE = 12
#: No label with its colon comes near.
_LONGEST_LABEL = 60
#: A longer bracket is a remark, one with a single character a number.
_LONGEST, _SHORTEST = 400, 3


@dataclass(slots=True)
class Duty:
    """A stretch of a paragraph that names who answers for what stands before it."""

    start: int
    end: int
    units: tuple[Unit, ...]
    bracketed: bool
    bare: bool = False  # names and nothing else: alone in a text it is a signature
    goes_on: bool = False  # it says what they are to do as well


def duties(text: str) -> list[Duty]:
    """The duties of a paragraph in their order; those without a word between them are one."""
    folded = fold(text)
    number = _NUMBER.match(folded)
    if not may_charge(folded, number.end() if number else 0):
        return []
    brackets = _brackets(folded)
    last = len(text.rstrip(_LOOSE))
    found = [duty for span in brackets if (duty := _in_brackets(text, folded, span, last))]
    found += _in_the_open(text, folded, brackets) if may_label(folded) else ()
    if not found and may_act(folded):
        found += _told(text, folded)
    if not found:
        return []
    groups: list[list[Duty]] = []
    for duty in sorted(found, key=lambda one: one.start):
        if groups and not text[groups[-1][-1].end : duty.start].strip():
            groups[-1].append(duty)
        else:
            groups.append([duty])
    return [_one(group) for group in groups]


def bodies_ahead(text: str) -> tuple[Unit, ...]:
    """The bodies that a paragraph names before its colon, where it names nothing else there."""
    head = _HEAD.match(fold(text[:_LONGEST_LABEL]))
    said = units_of(text[: head.end(1)], "") if head else ()
    return said if all(_is_named(unit.name) for unit in said) else ()


def _is_named(name: str) -> bool:
    """Whether a name is that of a body, not the label of one (发布单位：…)."""
    return is_body(name) and not fold(name).endswith(_LABEL_ENDS)


def may_open(text: str) -> bool:
    """Whether a duty may begin where a text does, told by its first words."""
    head = text[:_LONGEST_LABEL]
    if head[:1] in _OPENING:  # behind the number of a heading only an act tells
        return _NUMBER.match(head) is None or may_act(fold(text))
    if LABEL_BEGINS.match(head) is None or not may_label(head):
        return False
    return _LABEL.match(fold(head)) is not None


def _one(group: list[Duty]) -> Duty:
    units = tuple(unit for duty in group for unit in duty.units)
    return replace(group[0], end=group[-1].end, units=units)


def _brackets(text: str) -> list[tuple[int, int]]:
    """Outermost matched brackets; one that nothing matches hides no other."""
    open_at: list[int] = []
    found: list[tuple[int, int]] = []
    for bracket in _BRACKET.finditer(text):
        index = bracket.start()
        if bracket[0] in _OPENING:
            open_at.append(index)
        elif open_at:
            start = open_at.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, index + 1))
    return found


def _in_brackets(text: str, folded: str, span: tuple[int, int], last: int) -> Duty | None:
    """``last`` is where the words of the paragraph end."""
    start, end = span
    before = text[max(0, start - 2) : start].rstrip()[-1:]
    behind = text[end : end + 1]
    closing = end >= last
    if end - start > _LONGEST or not (
        closing or before in _ENDED or not before or behind in _ENDED
    ):
        return None
    if end - start <= _SHORTEST and not closing:
        return None
    inner = slice(start + 1, end - 1)
    said = _labelled(text[inner], folded[inner]) or _acted(text[inner], folded[inner])
    bare = not said and closing and before in _ENDED
    if bare:
        said = _listed(text[inner])
    if not said:
        return None
    trail = _TRAIL.match(text, end)
    return Duty(start, trail.end() if trail else end, said, bracketed=True, bare=bare)


def _in_the_open(text: str, folded: str, brackets: list[tuple[int, int]]) -> Iterator[Duty]:
    """Labels that open a sentence: …做到应知尽知。责任单位：县税务局、县财政局."""
    inside = iter([*brackets, (len(text) + 1, len(text) + 1)])
    bracket = next(inside)
    done = 0
    for begin in (0, *(mark.end() for mark in _SENTENCE_END.finditer(folded))):
        while bracket[1] <= begin:
            bracket = next(inside)
        clause = _CLAUSE.match(folded, begin)
        if begin < done or bracket[0] < begin or clause is None or clause["label"] in PAGE_ROLES:
            continue
        end = begin
        while clause is not None:
            end = clause.end()
            clause = _CLAUSE.match(folded, end) or _more(folded, end)
        if said := _labelled(text[begin:end], folded[begin:end]):
            yield Duty(begin, end, said, bracketed=False)
        done = end


def _more(folded: str, begin: int) -> re.Match[str] | None:
    """A clause of bodies alone behind that of a label: 责任单位：甲局；各乡镇人民政府 (c04)."""
    listed = _MORE.match(folded, begin) if folded[begin - 1] in _CLAUSE_ENDS else None
    units = units_of(listed[0], "") if listed else ()
    return listed if units and all(is_body(unit.name) for unit in units) else None


def _told(text: str, folded: str) -> Iterator[Duty]:
    """Sentences that only say who does what: 由A牵头，B配合，年底前完成。 (e02, f10).

    With 由 one may be the last clause of another, or go on with what is to be done.
    """
    told = -1  # the end of the last: 甲局牵头；乙局配合
    for start in _SENTENCE_START.finditer(folded):
        said = _SAID.match(folded, start.end())
        if said is None or not (may_act(said[0]) or start.end() == told):
            continue
        begin, end = said.span()
        units, acted = _acts(text[begin:end], said[0])
        rest = said[0][acted:].strip(_LOOSE)
        goes_on = bool(rest) and not DEADLINE.fullmatch(rest)
        by = said[0].startswith("由") and start[0][:1] in _ENDED
        named = bool(units) and all(is_named(unit.name) for unit in units)
        if named and (by or not goes_on):
            told = end
            yield Duty(begin, end, units, bracketed=False, goes_on=goes_on)


def _labelled(text: str, folded: str) -> tuple[Unit, ...]:
    """责任单位：A、B；配合单位：C, with labels of other things passed over."""
    labels = list(_LABEL.finditer(folded)) if may_label(folded) else []
    if not labels or folded[: labels[0].start()].strip():
        return ()
    ends = [label.start() for label in labels[1:]] + [len(text)]
    said: list[Unit] = []
    for label, end in zip(labels, ends, strict=True):
        if is_role(label["label"]):
            said += units_of(text[label.end() : end], text[slice(*label.span("label"))])
    return tuple(said)


def _acted(text: str, folded: str) -> tuple[Unit, ...]:
    """A牵头，B、C配合; A、B负责落实，年底前完成: bodies before an act, and nothing else."""
    return _acts(text, folded)[0]


def _acts(text: str, folded: str) -> tuple[tuple[Unit, ...], int]:
    """The bodies before the acts of a text, and where the last act with bodies ends."""
    begin = end = 0
    said: list[Unit] = []
    if _ACT_ENDS.search(folded) is None:
        return (), 0
    for act in _ACT.finditer(folded):
        if act.end() == act.start():
            continue
        role = text[slice(*act.span("share"))] if act["share"] else ""
        units = units_of(text[begin : act.start()], role)
        if _are_units(units, folded[begin : act.start()]):
            said += units
            end = act.end() if units else end
        begin = act.end()
    return tuple(said), end


def _are_units(units: tuple[Unit, ...], listed: str) -> bool:
    if _SUMMED.search(listed):
        return all(len(unit.name) <= _LONGEST_BARE for unit in units)
    return all(is_unit(unit.name) for unit in units)


def _listed(text: str) -> tuple[Unit, ...]:
    """A bracket with nothing but bodies, behind a full sentence."""
    said = units_of(text, "")
    return said if all(is_unit(unit.name) for unit in said) else ()
