"""What a worker process runs for old office files in archives: it takes them out.

Its answer is nothing but lengths and bytes: its parent parses nothing that a hostile archive made.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from crawler.conversion.soffice_filters import filter_of
from crawler.extraction.archives.opening import Opening
from crawler.extraction.filed import UnreadableError
from crawler.extraction.sniff import true_type
from crawler.items import Capture, Context, PageOutcome, PageResult

_NOWHERE: Final = datetime(1970, 1, 1, tzinfo=UTC)


def take_out(archive: bytes) -> bytes:
    """The members that LibreOffice reads, each once, of a zip or 7z and the archives in it."""
    found: dict[bytes, None] = {}

    def look(capture: Capture, _: Context | None) -> PageResult:
        if filter_of(capture.content) is not None:
            found.setdefault(capture.content)
        return PageResult(capture.record_id, capture.url, capture.date, PageOutcome.NEEDS_TOOL, "")

    with suppress(UnreadableError):  # what came out before it is an answer, and none is one too
        Opening(_capture(archive), look).members(true_type(archive), archive)
    return dump(list(found))


def dump(members: Sequence[bytes]) -> bytes:
    """Their lengths in a line, then themselves."""
    return b"\n".join((" ".join(str(len(one)) for one in members).encode(), b"".join(members)))


def load(answer: bytes) -> list[bytes]:
    """What was dumped (ValueError: something else)."""
    line, _, rest = answer.partition(b"\n")
    members = []
    for length in map(int, line.split()):
        if not 0 <= length <= len(rest):
            raise ValueError(f"expected a member of {length} bytes, found {len(rest)} bytes")
        members.append(rest[:length])
        rest = rest[length:]
    return members


def _capture(archive: bytes) -> Capture:
    return Capture("", "", _NOWHERE, 0, (), archive)
