"""The tasks of work points, each with the bodies that answer for it.

Who answers stands in brackets or behind a label at the end of a sentence, on a line of its own
below the task, or in a column of a table; the text of a task is what this closes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from crawler.blocks import Block, Paragraph, Table, render_blocks
from crawler.extraction.structure.duties import Duty, bodies_ahead
from crawler.extraction.structure.outline import (
    DutiesOf,
    Section,
    number_kind,
    outline,
    placed,
    remembering,
)
from crawler.extraction.structure.roles import is_note
from crawler.extraction.structure.tasktables import table_tasks
from crawler.extraction.structure.units import Unit

_ENDS = ("。", "；", "！", "”")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done and by whom, in characters of the rendered body.

    ``section`` is an index of the outline; ``where`` says by what the bodies are named:
    ``brackets``, ``sentence``, ``line``, ``front`` or ``table``.
    """

    text: str
    start: int
    end: int
    units: tuple[Unit, ...]
    section: int | None
    where: str


@dataclass(slots=True)
class _Closed:
    """A task as found: where its text stands, who answers for it, how that was said."""

    start: int
    end: int
    units: list[Unit]
    where: str


@dataclass(slots=True)
class _Reader:
    """Goes through the blocks and keeps what no duty has closed yet."""

    found: list[_Closed] = field(default_factory=list)
    #: Paragraphs since a task may have begun, each with the kind of its number.
    waiting: list[tuple[Span, int | None]] = field(default_factory=list)
    anchored: bool = False  # whether a task begins with the first of them
    headed: bool = False  # whether that is a heading alone on its line
    ended: bool = False  # whether the last of them is a full sentence

    def paragraph(self, start: int, text: str, charges: list[Duty], heading: bool) -> None:
        if not charges and is_note(text):
            return
        done = 0
        for duty in charges:
            self.close(_trimmed(text, start, done, duty.start), duty)
            done = duty.end
        span = _trimmed(text, start, done, len(text))
        if span is None:
            return
        kind = None if done else number_kind(text)
        if heading or done or self.headed or self._begins(kind):
            self.waiting, self.anchored = [], True
        self.waiting.append((span, kind))
        self.headed, self.ended = heading, text.endswith(_ENDS)

    def _begins(self, kind: int | None) -> bool:
        """Whether a number begins a task: not those of the steps within one."""
        above = self.waiting[0][1] if self.waiting and self.anchored else None
        return kind is not None and (above is None or kind <= above)

    def close(self, said: Span | None, duty: Duty) -> None:
        """A duty ends a task: the words before it, or else the paragraphs above."""
        if said:
            where = "brackets" if duty.bracketed else "sentence"
            self.found.append(_Closed(*said, list(duty.units), where))
        elif self.waiting and (self.anchored or self.ended):
            start, end = self._first(), self.waiting[-1][0][1]
            self.found.append(_Closed(start, end, list(duty.units), "line"))
        elif self.found:
            self.found[-1].units.extend(duty.units)
        self.waiting, self.anchored, self.headed = [], True, False

    def _first(self) -> int:
        """Where the waiting task begins. A single step is a task, several are one together."""
        steps = [span for span, kind in self.waiting[1:] if kind is not None]
        if len(steps) == 1:
            return steps[0][0]
        return self.waiting[0 if self.anchored else -1][0][0]

    def headed_by(self, start: int, text: str, units: Sequence[Unit]) -> None:
        """县教育局：公布义务教育划片范围。 (e17)."""
        self.found.append(_Closed(start, start + len(text), list(units), "front"))
        self.waiting, self.anchored, self.headed = [], False, False

    def table(self, start: int, table: Table) -> None:
        for row in table_tasks(start, table):
            self.found.append(_Closed(row.start, row.end, row.units, "table"))
        self.waiting, self.anchored, self.headed = [], False, False


def tasks(blocks: Sequence[Block]) -> tuple[Task, ...]:
    """The tasks of a body in their order."""
    return outline_and_tasks(blocks)[1]


def outline_and_tasks(blocks: Sequence[Block]) -> tuple[tuple[Section, ...], tuple[Task, ...]]:
    """What `outline` and `tasks` find, by looking at the text once: tasks stand in sections."""
    body = render_blocks(tuple(blocks))
    duties_of = remembering()
    sections = outline(blocks, duties_of)
    starts = [section.start for section in sections]
    found = tuple(
        Task(
            text=body[one.start : one.end],
            start=one.start,
            end=one.end,
            units=tuple(dict.fromkeys(one.units)),
            section=place - 1 if (place := bisect_right(starts, one.start)) else None,
            where=one.where,
        )
        for one in _read(blocks, sections, duties_of)
    )
    return sections, found


def _read(
    blocks: Sequence[Block], sections: Sequence[Section], duties_of: DutiesOf
) -> list[_Closed]:
    headings = {section.start: len(section.number + section.title) for section in sections}
    charges = {
        start: found
        for start, block in placed(blocks)
        if isinstance(block, Paragraph) and (found := duties_of(block.text))
    }
    if len(charges) == 1:
        charges = {
            start: [one for one in found if not one.bare] for start, found in charges.items()
        }
    heads = _heads(blocks, charges)
    reader = _Reader()
    for start, block in placed(blocks):
        if isinstance(block, Paragraph) and start in heads:
            reader.headed_by(start, block.text, heads[start])
        elif isinstance(block, Paragraph):
            # A heading may have a mark behind it.
            alone = len(block.text) <= headings.get(start, -2) + 1
            reader.paragraph(start, block.text, charges.get(start, []), alone)
        else:
            reader.table(start, block)
    return reader.found


def _heads(blocks: Sequence[Block], charges: Container[int]) -> dict[int, tuple[Unit, ...]]:
    """The paragraphs that begin with who is to do what they say; a single one is a salutation."""
    heads = {
        start: units
        for start, block in placed(blocks)
        if isinstance(block, Paragraph)
        and start not in charges
        and block.text.endswith(_ENDS)
        and (units := bodies_ahead(block.text))
    }
    return heads if len(heads) > 1 else {}


def _trimmed(text: str, start: int, begin: int, end: int) -> Span | None:
    """The place in the body of a piece of a paragraph, less the blanks around it."""
    piece = text[begin:end]
    words = piece.strip()
    if not words:
        return None
    first = start + begin + len(piece) - len(piece.lstrip())
    return first, first + len(words)
