"""The words that everything about conversions shares: a tool, and what it made of a file.

A tool knows nothing of WARCs, captures' places or the crawl; who runs tools and where their work
is kept is said in `crawler.conversion.making`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from crawler.items import BSDTAR as BSDTAR
from crawler.items import LIBREOFFICE as LIBREOFFICE
from crawler.items import RAPIDOCR as RAPIDOCR
from crawler.items import Capture, PageOutcome, PageResult

#: Bytes a tool may make of one file: what is stored must be read again, and archives are read no
#: further than this by default (`crawler.warc.reader.ENTITY_LIMIT`).
MAX_MADE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """What a tool made of one file; ``settings`` are those that a repetition would need."""

    content_type: str
    content: bytes
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why a tool made nothing of a file; ``reason`` has expected, found and the next step."""

    outcome: PageOutcome
    reason: str


class Tool(Protocol):
    """An engine outside this project's own readers."""

    #: The name its conversions are found by: `LIBREOFFICE`, `RAPIDOCR` or `BSDTAR`.
    engine: str
    #: What to install where `version` is None.
    missing: str

    def version(self) -> str | None:
        """The engine's version; None where it is not installed."""
        ...

    def wants(self, capture: Capture, result: PageResult) -> bool:
        """Whether it could add to ``result``, which `read` had of the capture. Pure."""
        ...

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        """One answer a file, in order. Bad files are answers, never exceptions.

        The tool keeps its own limits and ends its own children.
        """
        ...

    def close(self) -> None:
        """End what still runs."""
        ...
