"""Where a paragraph says who answers for what it says: 责任单位：…, （镇党政办负责落实）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

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

_ROLES, _ACTS = DATA["roles"], DATA["acts"]
_AHEAD, _SHARE = any_of(_ROLES["ahead"]), any_of(_ROLES["share"])
_ROLE = rf"(?:{_AHEAD})?(?:{_SHARE})(?:责任)?(?:{any_of(_ROLES['body'])})|{any_of(_ROLES['alone'])}"
_OTHER = any_of(_ROLES["others"])
_PAGE = frozenset(_ROLES["page"])
_HEADING = re.compile(_ROLE)
_OTHER_HEADING = re.compile(_OTHER)

# A label with its colon, or in brackets: 责任单位：…, 【责任单位】… (e04, f04).
_LABELLED = (
    rf"[◆●■▲★※•·☆▶]?\s?(?P<open>[【\[［〔])?\s?(?P<label>{_OTHER}|{_ROLE})\s?"
    r"(?(open)[】\]］〕]\s?[：:]?|[：:])"
)
# It opens a text or stands behind a mark or a blank.
_LABEL = re.compile(rf"(?:\A|(?<=[，,；;。、\s]))\s?{_LABELLED}")
_ACT = re.compile(
    rf"(?:{any_of(_ACTS['how'])})?(?:负责|作?为|(?:参与|协助|积极)(?=配合))?"
    rf"(?P<share>(?:{any_of(_ACTS['share'])})(?:责任)?(?:单位|部门)?)?"
    rf"(?:{any_of(_ACTS['act'])}){{0,3}}(?=[、，,；;。\s]|\Z)"
)
_CLAUSE = re.compile(rf"\s?{_LABELLED}[^。；;]{{0,400}}[。；;]?")
_MAY_ACT = re.compile("负责|落实|牵头")
_SAID = re.compile(r"[^。；;！!？?]{4,200}[。；;]?")
# 县教育局：公布义务教育划片范围 (e17).
_HEAD = re.compile(r"([^：:。；;！？!?]{3,60})[：:](?=.{6})")
_LABEL_ENDS = ("单位", "部门", "机关", "主体")
_SENTENCE_START = re.compile(r"\A|[。；;！？!?]\s?|[，,](?=由)")
_SENTENCE_END = re.compile(r"[。；;！？!?]\s?")
_NOTE = re.compile(rf"(?:{_OTHER})\s?[：:]")
_ENDED = frozenset("。；;！？!?…”")
_TRAIL = re.compile(r"[。；;，,\s]*")
_LOOSE = "。；;，, "
_OPENING = frozenset("（(［[【〔")
_BRACKET = re.compile(r"[（(\[［【〔）)\]］】〕]")
#: 责任单位（部门）, 牵头单位及责任人; with more behind it, a cell is no heading of a column.
_HEADING_REST = 6
_SUMMED = re.compile(rf"、.*(?:{any_of(DATA['units']['sums'])})\Z")
#: 县教育 in a list that ends with 等部门.
_LONGEST_BARE = 12
#: No label with its colon comes near.
_LONGEST_LABEL = 60
#: A longer bracket is a remark.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Duty:
    """A stretch of a paragraph that names who answers for what stands before it."""

    start: int
    end: int
    units: tuple[Unit, ...]
    bracketed: bool
    bare: bool = False  # names and nothing else: alone in a text it is a signature


def duties(text: str) -> list[Duty]:
    """The duties of a paragraph in their order; those without a word between them are one."""
    folded = fold(text)
    brackets = list(_brackets(folded))
    last = len(text.rstrip(_LOOSE))
    found = [duty for span in brackets if (duty := _in_brackets(text, folded, span, last))]
    found += _in_the_open(text, folded, brackets)
    if not found and _MAY_ACT.search(folded):
        found += _told(text, folded)
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
    return text[:1] in _OPENING or _LABEL.match(fold(text[:_LONGEST_LABEL])) is not None


def _one(group: list[Duty]) -> Duty:
    units = tuple(unit for duty in group for unit in duty.units)
    return replace(group[0], end=group[-1].end, units=units)


def is_note(text: str) -> bool:
    """Whether a line tells something else of a task: 完成时限：6月底."""
    return _NOTE.match(fold(text)) is not None


def role_of_column(heading: str) -> str:
    """The role that the heading of a column names, or an empty string."""
    bare = "".join(heading.split())
    folded = fold(bare)
    if _OTHER_HEADING.match(folded):
        return ""
    found = _HEADING.match(folded)
    return bare[: found.end()] if found and len(bare) - found.end() <= _HEADING_REST else ""


def _brackets(text: str) -> Iterator[tuple[int, int]]:
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
    yield from found


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
        if begin < done or bracket[0] < begin or clause is None or clause["label"] in _PAGE:
            continue
        end = begin
        while clause is not None:
            end = clause.end()
            clause = _CLAUSE.match(folded, end)
        if said := _labelled(text[begin:end], folded[begin:end]):
            yield Duty(begin, end, said, bracketed=False)
        done = end


def _told(text: str, folded: str) -> Iterator[Duty]:
    """Sentences that only say who does what: 由A牵头，B配合，年底前完成。 (e02, f10).

    With 由 one may be the last clause of another, or go on with what is to be done.
    """
    for start in _SENTENCE_START.finditer(folded):
        said = _SAID.match(folded, start.end())
        if said is None or not _MAY_ACT.search(said[0]):
            continue
        begin, end = said.span()
        units, acted = _acts(text[begin:end], said[0])
        rest = said[0][acted:].strip(_LOOSE)
        goes_on = said[0].startswith("由") and start[0][:1] in _ENDED
        named = bool(units) and all(is_named(unit.name) for unit in units)
        if named and (not rest or goes_on or DEADLINE.fullmatch(rest)):
            yield Duty(begin, end, units, bracketed=False)


def _labelled(text: str, folded: str) -> tuple[Unit, ...]:
    """责任单位：A、B；配合单位：C, with labels of other things passed over."""
    labels = list(_LABEL.finditer(folded))
    if not labels or folded[: labels[0].start()].strip():
        return ()
    ends = [label.start() for label in labels[1:]] + [len(text)]
    said: list[Unit] = []
    for label, end in zip(labels, ends, strict=True):
        if _HEADING.fullmatch(label["label"]):
            said += units_of(text[label.end() : end], text[slice(*label.span("label"))])
    return tuple(said)


def _acted(text: str, folded: str) -> tuple[Unit, ...]:
    """A牵头，B、C配合; A、B负责落实，年底前完成: bodies before an act, and nothing else."""
    return _acts(text, folded)[0]


def _acts(text: str, folded: str) -> tuple[tuple[Unit, ...], int]:
    """The bodies before the acts of a text, and where the last act with bodies ends."""
    begin = end = 0
    said: list[Unit] = []
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
