"""Making the conversions that an archive lacks: what a tool makes of stored files is stored too.

Interrupted at any point, what was kept stays; the next run makes only what is missing.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

import crawler
from crawler.conversion.keeping import failure, holder_of, keep
from crawler.conversion.tool import LIBREOFFICE, Made, NotMade, Tool
from crawler.extraction.extract import engines_for
from crawler.fetch.outcomes import outcome_of
from crawler.isolation.pool import Pool
from crawler.items import Capture, FetchOutcome, PageResult, Role
from crawler.tombstones import Tombstones
from crawler.urls import canonical_url
from crawler.warc.reader import CaptureReader
from crawler.warc.writer import WarcWriter, open_writer

#: Of names of WARC files: no crawl wrote them, and no run can be replayed from them.
SUFFIX: Final = "-conversions"
#: What a tool is given at once: LibreOffice takes a second to start, others gain nothing. What it
#: made of a batch is kept before the next one begins.
_BATCH: Final = {LIBREOFFICE: 10}
_BATCH_BYTES: Final = 64 * 1024 * 1024
_NEVER_READ: Final = frozenset({Role.ROBOTS, Role.SUBRESOURCE, Role.PROBE})
#: Files that are being read ahead of the one that is judged.
_AHEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """A stored file that a tool could add to."""

    record_id: str
    tool: Tool


def wishes(
    captures: Iterable[Capture],
    tools: Sequence[Tool],
    pool: Pool,
    forgotten: Tombstones,
    *,
    again: bool = False,
) -> Iterator[Wish]:
    """The files that lack what one of the tools would make of them, each once: for the first that
    wants it.

    ``again``: also those that have it, perhaps by an older version. A file that was taken down, cut
    short, or sent with an error, is none.
    """
    met: set[str] = set()

    def candidates() -> Iterator[tuple[Capture, Sequence[Tool]]]:
        for capture in captures:
            asked = _asked(capture, tools, again)
            if not asked or capture.holder in met or not _is_read(capture):
                continue
            if _is_in(forgotten, capture):
                continue
            met.add(capture.holder)
            yield _without(capture, asked), asked

    for capture, asked, result in _read_ahead(candidates(), pool):
        wanting = next((tool for tool in asked if tool.wants(capture, result)), None)
        if wanting is not None:
            yield Wish(capture.record_id, wanting)


def _asked(capture: Capture, tools: Sequence[Tool], again: bool) -> list[Tool]:
    """The tools for its type, less those whose work is there."""
    engines = [one for one in engines_for(capture) if again or capture.conversion(one) is None]
    return [tool for tool in tools if tool.engine in engines]


def _without(capture: Capture, tools: Sequence[Tool]) -> Capture:
    """As it would be, had none of these tools made anything of it."""
    engines = {tool.engine for tool in tools}
    kept = tuple(one for one in capture.conversions if one.engine not in engines)
    return replace(capture, conversions=kept)


def _is_read(capture: Capture) -> bool:
    """Whether its text would be anybody's: it was fetched to be read, and came whole."""
    if capture.note.role in _NEVER_READ or capture.truncated:
        return False
    return outcome_of(capture) is FetchOutcome.OK


def _is_in(forgotten: Tombstones, capture: Capture) -> bool:
    return bool(forgotten) and canonical_url(capture.url) in forgotten


def _read_ahead(
    candidates: Iterable[tuple[Capture, Sequence[Tool]]], pool: Pool
) -> Iterator[tuple[Capture, Sequence[Tool], PageResult]]:
    """Each with what `read` has of it, in order, while the pool reads the next."""
    waiting = deque[tuple[Capture, Sequence[Tool], Callable[[], PageResult]]]()
    for capture, tools in candidates:
        future = pool.submit(capture, capture.note.context)
        waiting.append((capture, tools, future.result))
        if len(waiting) > _AHEAD:
            first, its_tools, result = waiting.popleft()
            yield first, its_tools, result()
    for first, its_tools, result in waiting:
        yield first, its_tools, result()


class Keeper:
    """The WARC file of what is made now; there is none before something was."""

    def __init__(self, directory: Path, portal: str) -> None:
        self._directory = directory
        self._portal = portal
        self._writer: WarcWriter | None = None

    def keep(self, capture: Capture, tool: Tool, made: Made) -> None:
        if self._writer is None:
            info = {"software": f"xianzhi/{crawler.__version__} rules/{crawler.RULES_VERSION}"}
            _, self._writer = open_writer(self._directory, self._portal, info, suffix=SUFFIX)
        version = tool.version() or ""
        keep(self._writer, holder_of(capture), made, capture.note, tool.engine, version)

    def sync(self) -> None:
        if self._writer is not None:
            self._writer.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()


def make(
    reader: CaptureReader, wished: Iterable[Wish], keeper: Keeper, say: Callable[[str], None]
) -> Counter[str]:
    """Let the tools do it, a batch at a time. How often each engine did (``made``), and why it did
    not: such a file is tried again by the next run."""
    counts: Counter[str] = Counter()
    for tool, batch in _batches(reader, wished):
        for capture, made in zip(batch, tool.convert([c.content for c in batch]), strict=True):
            if isinstance(made, NotMade):
                counts[str(made.outcome)] += 1
                say(failure(capture, tool, made))
            else:
                counts["made"] += 1
                keeper.keep(capture, tool, made)
        keeper.sync()
    return counts


def _batches(
    reader: CaptureReader, wished: Iterable[Wish]
) -> Iterator[tuple[Tool, Sequence[Capture]]]:
    """Files for one tool each, in order: as many as it is given at once."""
    batch: list[Capture] = []
    size, tool = 0, None
    for wish in wished:
        for capture in reader.read([wish.record_id]):
            room = _BATCH.get(wish.tool.engine, 1), _BATCH_BYTES - len(capture.content)
            full = len(batch) >= room[0] or size > room[1]
            if tool is not None and batch and (full or wish.tool is not tool):
                yield tool, batch
                batch, size = [], 0
            batch.append(capture)
            size, tool = size + len(capture.content), wish.tool
    if tool is not None and batch:
        yield tool, batch
