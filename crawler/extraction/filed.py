"""How the reading of a file ends: title, judgement and outcome, or why there is no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extraction.passages import Passage, split_title
from crawler.items import (
    Block,
    Capture,
    Judgement,
    PageOutcome,
    PageResult,
    Paragraph,
    Table,
    render_blocks,
)
from crawler.titles import judge

# How much of the body the judge of titles sees.
_HEAD_CHARS = 2_000


class UnreadableError(Exception):
    """Why a file gives no text: the outcome, and what was found in place of what was expected."""

    def __init__(self, outcome: PageOutcome, warning: str) -> None:
        super().__init__(warning)
        self.outcome = outcome
        self.warning = warning


@dataclass(frozen=True, slots=True)
class Carrier:
    """The kind of file a text comes from, in the words of `PageResult`."""

    text_source: str
    path: str

    def finished(
        self,
        capture: Capture,
        pieces: Sequence[Passage | Table],
        warnings: Sequence[str],
        *,
        cut: bool = False,
    ) -> PageResult:
        """The result of a file that was read, perhaps only in part (``cut``)."""
        title, body = split_title(pieces)
        blocks = tuple(_block(piece) for piece in body)
        head = render_blocks(blocks)[:_HEAD_CHARS]
        judgement = judge(title, head) if title else Judgement()
        return PageResult(
            record_id=capture.record_id,
            url=capture.url,
            date=capture.date,
            outcome=PageOutcome.TRUNCATED if cut else _outcome(judgement),
            text_source=self.text_source,
            title=title,
            judgement=judgement,
            blocks=blocks,
            warnings=tuple(warnings),
            path=self.path,
        )

    def failed(self, capture: Capture, outcome: PageOutcome, warnings: Sequence[str]) -> PageResult:
        """The result of a file without text."""
        return PageResult(
            record_id=capture.record_id,
            url=capture.url,
            date=capture.date,
            outcome=outcome,
            text_source=self.text_source,
            warnings=tuple(warnings),
            path=self.path,
        )


def cut_mark(capture: Capture) -> list[str]:
    """The warning of a capture that lacks its end."""
    return [f"cut:{capture.truncated}"] if capture.truncated else []


def _block(piece: Passage | Table) -> Block:
    return Paragraph(piece.text) if isinstance(piece, Passage) else piece


def _outcome(judgement: Judgement) -> PageOutcome:
    if judgement.kind:
        return PageOutcome.DOCUMENT
    return PageOutcome.LOOK_ALIKE if judgement.look_alike else PageOutcome.NOT_RELEVANT
