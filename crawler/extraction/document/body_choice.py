"""Where a document's text stands: in its page, in a frame of it, or in attached files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.whitespace import bare
from crawler.hanzi import count_han
from crawler.items import Block, PageOutcome, PageResult, Paragraph, PartRef, Role

Parts = Sequence[tuple[PartRef, PageResult | None]]

#: A page with this much text of its own holds the document; what it attaches are annexes.
ENOUGH_HAN = 200
#: A page with less than this only points to its attachment (`详见附件`).
POINTER_HAN = 50
_POINTING = frozenset(
    {PageOutcome.ATTACHMENT_ONLY, PageOutcome.IMAGE_ONLY, PageOutcome.PART_MISSING}
)


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen text. ``carriers`` are the parts it comes from, none where it is the page's."""

    blocks: tuple[Block, ...]
    carriers: tuple[PageResult, ...] = ()


def choose_body(page: PageResult, parts: Parts) -> Body:
    """The page's text when it holds the document, else its frame's, else its files' in order."""
    own = count_han(page.body)
    frames = [part for part in read_parts(parts, Role.FRAME) if _is_whole(part)]
    files = [part for part in read_parts(parts, Role.ATTACHMENT) if _is_text(part)]
    frame = max(frames, key=lambda part: count_han(part.body), default=None)
    if frame is not None and own < ENOUGH_HAN and count_han(frame.body) > own:
        own = count_han(frame.body)
        if own >= ENOUGH_HAN or own >= _han(files):
            return Body(frame.blocks, (frame,))
    if own >= ENOUGH_HAN or own >= _han(files):
        return Body(page.blocks)
    return Body(tuple(block for part in files for block in part.blocks), tuple(files))


def with_own_titles(carriers: Sequence[PageResult], title: str) -> tuple[Block, ...]:
    """The carriers' blocks; a file's title lines go only when they equal the document's title."""
    blocks: list[Block] = []
    for carrier in carriers:
        # A page's heading never was part of its body; a file's was.
        if carrier.text_source != "html" and carrier.title and bare(carrier.title) != bare(title):
            blocks.append(Paragraph(carrier.title))
        blocks.extend(carrier.blocks)
    return tuple(blocks)


def read_parts(parts: Parts, role: Role) -> list[PageResult]:
    return [result for ref, result in parts if ref.role is role and result is not None]


def missing_parts(parts: Parts) -> list[PartRef]:
    return [ref for ref, result in parts if result is None]


def only_points(page: PageResult, body: Body) -> bool:
    """Whether the page, left to itself, has no text that could be the document's."""
    if body.carriers:
        return False
    return page.outcome in _POINTING or count_han(page.body) < POINTER_HAN


def _is_text(part: PageResult) -> bool:
    """Whether a file can be the document's text: an explanation of it cannot."""
    return _is_whole(part) and part.judgement.look_alike is None


def _is_whole(part: PageResult) -> bool:
    return bool(part.blocks) and part.outcome is not PageOutcome.TRUNCATED


def _han(files: Sequence[PageResult]) -> int:
    return sum(count_han(part.body) for part in files)
