"""A member of an archive on its way out of it, and what all of them together may cost."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extraction.filed import UnreadableError
from crawler.items import PageOutcome, PageResult

#: Archives inside archives.
MAX_DEPTH = 3
MAX_ENTRIES = 10_000
MAX_MEMBERS = 200
MAX_INFLATED = 256 * 1024 * 1024


@dataclass(slots=True)
class Budget:
    """What is left for one attachment, for all archives inside it together.

    ``entries`` are names in directories, ``members`` are files read. Reports come with a dozen
    annexes, a county's reports by the hundred.
    """

    entries: int = MAX_ENTRIES
    members: int = MAX_MEMBERS
    inflated: int = MAX_INFLATED

    def enter(self, entries: int) -> None:
        """An archive with so many names is opened (UnreadableError: it is one too many)."""
        if entries > self.entries:
            raise UnreadableError(PageOutcome.KILLED, f"limit: members over {MAX_ENTRIES}")
        self.entries -= entries


@dataclass(frozen=True, slots=True)
class Packed:
    """A member taken out: its bytes, or why there are none."""

    name: str
    content: bytes = b""
    problem: UnreadableError | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member as it was read; ``kind`` is its true type, empty where its bytes were not had."""

    name: str
    result: PageResult
    kind: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it gave all of its text."""
        return bool(self.result.blocks) and self.result.outcome is not PageOutcome.TRUNCATED
