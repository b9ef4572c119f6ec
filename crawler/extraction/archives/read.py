"""`read` for archives: one PageResult, of the document inside; what was left out is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extraction.archives.choice import Choice, choose
from crawler.extraction.archives.member import Member
from crawler.extraction.archives.opening import Opening, Reader
from crawler.extraction.filed import Carrier, UnreadableError, cut_mark
from crawler.extraction.whitespace import bare
from crawler.items import (
    BSDTAR,
    Block,
    Capture,
    Context,
    PageOutcome,
    PageResult,
    Paragraph,
)

_MOST_NAMES = 20
_RAR = "rar"


def read_zip(read: Reader, capture: Capture, context: Context | None) -> PageResult:
    """What the zip of ``capture`` holds; ``read`` reads its members."""
    return _read("zip", read, capture, context)


def read_7z(read: Reader, capture: Capture, context: Context | None) -> PageResult:
    return _read("7z", read, capture, context)


def read_rar(read: Reader, capture: Capture, context: Context | None) -> PageResult:
    """What a RAR holds, where a tool has made a zip of it."""
    result = _read(_RAR, read, capture, context)
    made = capture.conversion(BSDTAR)
    # What was made of a member was made of what came out of this one: the last is cited.
    return replace(result, conversion=result.conversion or made.ref) if made else result


def _read(kind: str, read: Reader, capture: Capture, context: Context | None) -> PageResult:
    carrier = Carrier(text_source="", path=kind)
    opening = Opening(capture, read)
    try:
        members = opening.converted() if kind == _RAR else opening.members(kind, capture.content)
    except UnreadableError as error:
        outcome = PageOutcome.TRUNCATED if capture.truncated else error.outcome
        return carrier.failed(capture, outcome, [*cut_mark(capture), error.warning])
    if not members:
        return carrier.failed(capture, PageOutcome.ERROR, ["no_members: the archive has no file"])
    choice = choose(members, context)
    if choice.main is None:
        return carrier.failed(capture, PageOutcome.LIST, [_several(choice), *_failures(members)])
    return _told(kind, members, choice.main, choice.annexes)


def _told(
    kind: str, members: Sequence[Member], main: Member, annexes: Sequence[Member]
) -> PageResult:
    """The main member's result, with the texts that go with it."""
    joined = (main, *annexes)
    conversions = (one.result.conversion for one in joined if one.result.conversion)
    left = [one for one in members if all(one is not other for other in joined)]
    warnings = [warning for one in joined for warning in _told_of(one)] + _failures(left)
    unused = [one.name for one in left if one.result.blocks]
    if unused:
        warnings.append(f"members_left_out: {_listed(unused)}")
    read = [one.name for one in joined if one.result.blocks]
    return replace(
        main.result,
        blocks=(*main.result.blocks, *(block for one in annexes for block in _blocks(one))),
        warnings=tuple(dict.fromkeys(warnings)),
        field_sources={**main.result.field_sources, "members": read},
        path=f"{kind}:{main.result.path}",
        conversion=next(conversions, None),
    )


def _blocks(annex: Member) -> tuple[Block, ...]:
    """An annex under its own title."""
    title = annex.result.title
    return (Paragraph(title), *annex.result.blocks) if bare(title) else annex.result.blocks


def _several(choice: Choice) -> str:
    names = [one.name for one in choice.several]
    return f"members: {len(names)} documents, none of them the one linked: {_listed(names)}"


def _told_of(member: Member) -> Sequence[str]:
    """A member's own warnings; one without a text is called by its name."""
    result = member.result
    if result.blocks:
        return result.warnings
    return [": ".join((f"member_{result.outcome}", member.name, *result.warnings))]


def _failures(members: Sequence[Member]) -> list[str]:
    """Members without a text, by name and reason."""
    failed = [one for one in members if not one.result.blocks]
    told = [warning for one in failed[:_MOST_NAMES] for warning in _told_of(one)]
    further = len(failed) - _MOST_NAMES
    return [*told, f"members_without_text: {further} more"] if further > 0 else told


def _listed(names: Sequence[str]) -> str:
    further = len(names) - _MOST_NAMES
    return "; ".join(names[:_MOST_NAMES]) + (f"; and {further} more" if further > 0 else "")
