"""The headings of a text as a tree, with the places they stand at (design §5's body).

Official texts number their headings by kind: 一、 over （一） over 1. over (1) over ①. The level
is that of the kind, so that a text that starts at （一） keeps its order; a wrong or missing
number of the source changes nothing and is kept as printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crawler.blocks import Block, Paragraph, render_blocks
from crawler.extraction.structure.duties import Duty, duties, may_open
from crawler.extraction.structure.units import DATA
from crawler.hanzi import fold

_KINDS = DATA["numbers"]
_NUMBER = re.compile("|".join(f"({kind['pattern']})" for kind in _KINDS))
_NUMBER_BEGINS = re.compile(DATA["headings"]["begins"])
_ABOVE = frozenset(index for index, kind in enumerate(_KINDS) if kind.get("above"))
#: Kinds of number that plain lists have as well.
LISTING = frozenset(index for index, kind in enumerate(_KINDS) if kind.get("items"))
_ANNOUNCE = re.compile(DATA["headings"]["announce"])
_LINE = DATA["headings"]["longest_line"]
_SENTENCE = DATA["headings"]["longest_sentence"]
_MEASURED = re.compile(rf"(?:{DATA['headings']['measure']})\Z")

# A first sentence and the mark behind it; a longer one is prose.
_FIRST = re.compile(rf" ?([^。；;：:！？!?]{{0,{_LINE}}})([。；;：:！？!?]|\Z)")
_ASKED = frozenset("？?")  # a mark that is of the heading (h09)
_FULL, _CLAUSE, _COLON = frozenset("。！？!?"), frozenset(";；"), frozenset(":：")
_OPENING = 80  # characters that tell a number
#: `duties`, remembered by whoever asks for the same paragraphs again.
DutiesOf: TypeAlias = Callable[[str], list[Duty]]
_GAP = "\n\n"  # between blocks, see `render_blocks`


@dataclass(slots=True)  # not frozen: a text has many, and freezing triples what one costs
class Section:
    """A heading and how far what it heads reaches, in characters of the rendered body.

    ``number + title`` is the heading as printed, less the mark behind it; ``end`` is where the
    next heading of the same or a higher level begins. ``parent`` is an index of the outline.
    """

    level: int
    number: str
    title: str
    start: int
    end: int
    parent: int | None


@dataclass(slots=True)
class _Line:
    """A numbered paragraph and how its first words end."""

    start: int
    kind: int
    number: str
    title: str
    mark: str
    alone: bool  # nothing but the first words, and perhaps who answers for them
    sentence: bool  # it says who answers for it, or they end in a full stop


def outline(blocks: Sequence[Block], duties_of: DutiesOf | None = None) -> tuple[Section, ...]:
    """The headings of a body in their order; ``duties_of`` remembers what it was asked."""
    lines = _headings(blocks, duties_of or remembering())
    levels = _levels({line.kind for line in lines})
    total = len(render_blocks(tuple(blocks)))
    ends = [total] * len(lines)
    parents: list[int | None] = []
    above: list[int] = []
    for index, line in enumerate(lines):
        while above and levels[lines[above[-1]].kind] >= levels[line.kind]:
            ends[above.pop()] = line.start
        parents.append(above[-1] if above else None)
        above.append(index)
    return tuple(
        Section(
            level=levels[line.kind],
            number=line.number,
            title=line.title,
            start=line.start,
            end=ends[index],
            parent=parents[index],
        )
        for index, line in enumerate(lines)
    )


def remembering() -> DutiesOf:
    """`duties` that looks at each paragraph once; to set up `functools.cache` costs more."""
    known: dict[str, list[Duty]] = {}

    def duties_of(text: str) -> list[Duty]:
        if (found := known.get(text)) is None:
            found = known[text] = duties(text)
        return found

    return duties_of


def section_path(sections: Sequence[Section], index: int | None) -> list[str]:
    """The headings from the top of the outline down to one, as printed."""
    path: list[str] = []
    while index is not None:
        path.append(sections[index].number + sections[index].title)
        index = sections[index].parent
    return path[::-1]


def placed(blocks: Sequence[Block]) -> Iterator[tuple[int, Block]]:
    """Every block with the place of its first character in the rendered body."""
    start = 0
    for block in blocks:
        yield start, block
        text = block.text if isinstance(block, Paragraph) else render_blocks((block,))
        start += len(text) + len(_GAP)


def number_kind(text: str) -> int | None:
    """Which kind of number a paragraph starts with, heading or item; a higher one is less."""
    number = _NUMBER.match(text)
    return (number.lastindex or 1) - 1 if number else None


def _levels(kinds: set[int]) -> dict[int, int]:
    """Kinds to levels: 一、 is 1, below what stands above it in this text."""
    above = sorted(kinds & _ABOVE)
    first = len(_ABOVE)
    levels = {kind: level for level, kind in enumerate(above, start=1)}
    return levels | {kind: kind - first + len(above) + 1 for kind in kinds - _ABOVE}


def _headings(blocks: Sequence[Block], duties_of: DutiesOf) -> list[_Line]:
    # Who answers may stand on a line between two items: it parts nothing.
    kept = [(start, block) for start, block in placed(blocks) if not _only_duties(block, duties_of)]
    lines = [_numbered(start, block, duties_of) for start, block in kept]
    found: list[_Line] = []
    listed = False  # whether the paragraph before is an item of a list
    for place, line in enumerate(lines):
        if line is None:
            listed = False
            continue
        before = lines[place - 1] if place else None
        listed = listed and before is not None and before.kind == line.kind
        opening = kept[place - 1][1] if place else None
        following = lines[place + 1 : place + 2]
        listed = not _short(line) or _is_item(line, opening, following, listed)
        if not listed:
            found.append(line)
    return found


def _numbered(start: int, block: Block, duties_of: DutiesOf) -> _Line | None:
    if not isinstance(block, Paragraph) or _NUMBER_BEGINS.match(block.text) is None:
        return None
    number = _NUMBER.match(fold(block.text[:_OPENING]))
    if number and number.end() > _OPENING // 2:  # what stands behind it may be cut off
        number = _NUMBER.match(fold(block.text))
    return _line(start, block.text, number, duties_of(block.text)) if number else None


def _line(start: int, text: str, number: re.Match[str], charges: Sequence[Duty]) -> _Line:
    closed = len(charges) == 1 and charges[0].end == len(text) and not charges[0].goes_on
    core = text[: charges[0].start].rstrip() if closed else text
    first = _FIRST.match(core, number.end())
    begin = first.start(1) if first else number.end()
    mark = first[2] if first else "；"  # too long for a heading, like a clause of a list
    return _Line(
        start=start,
        kind=(number.lastindex or 1) - 1,
        number=text[:begin],
        title=first[1].rstrip() + (mark if mark in _ASKED else "") if first else "",
        mark=mark,
        alone=first is None or first.end() >= len(core),
        sentence=core != text or mark in _FULL,
    )


def _short(line: _Line) -> bool:
    """Whether the first words may be a heading at all."""
    if line.mark in _CLAUSE or (line.mark in _COLON and not line.alone):
        return False
    if not line.title:
        return line.kind in _ABOVE  # 第一章 may have its words on the next line
    longest = _LINE if line.alone and not line.sentence else _SENTENCE
    return len(line.title) <= longest and not (line.sentence and _MEASURED.search(line.title))


def _only_duties(block: Block, duties_of: DutiesOf) -> bool:
    if not isinstance(block, Paragraph):
        return False
    found = duties_of(block.text) if may_open(block.text) else []
    return bool(found) and found[0].start == 0 and found[-1].end == len(block.text)


def _is_item(
    line: _Line, before: Block | None, following: Sequence[_Line | None], listed: bool
) -> bool:
    """Whether a numbered line is one of a list, with nothing of its own below it.

    ``listed`` says that the one before it is; ``following`` is empty at the end of the text and
    holds None before a paragraph without a number.
    """
    lists = line.kind in LISTING
    before_it = before.text if isinstance(before, Paragraph) else ""
    # Headings of an empty form may end in colons: none announces the next.
    announced = before_it.endswith((":", "：")) and number_kind(before_it) != line.kind
    noted = lists and _ANNOUNCE.match(fold(before_it[:_OPENING])) is not None
    if not line.alone:
        return lists and (listed or (noted and announced))
    if listed or noted:
        return True
    after = following[0] if following else None
    if line.sentence or lists:
        return not following or (after is not None and after.kind <= line.kind)
    goes_on = after is not None and after.kind == line.kind and after.alone
    return goes_on and announced
