"""What was fetched: a capture, how its page was reached, and where it lies in the archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from crawler.words import Role


@dataclass(frozen=True, slots=True)
class Context:
    """How a page was reached. It decides only what the page itself leaves open.

    ``column`` is the path of column names from the home page; ``position`` counts the rows of
    ``list_url`` from 0; ``hops`` counts links from the portal's entry columns.
    """

    list_url: str = ""
    link_text: str = ""
    list_date: str = ""
    column: tuple[str, ...] = ()
    position: int = 0
    hops: int = 0

    @property
    def rank(self) -> tuple[int, str, int]:
        """The smallest rank among several contexts of one page is the page's context."""
        return (self.hops, self.list_url, self.position)


@dataclass(frozen=True, slots=True)
class Note:
    """What the archive remembers about a fetch besides its bytes: the ``metadata`` record."""

    portal: str
    spider: str
    role: Role = Role.PAGE
    context: Context = Context()
    parent: str | None = None  # record_id of the page this is a part of
    frontier_id: str = ""
    attempt: int = 1
    asked: str = ""  # the URL first asked for, where redirects led on to this one


#: Engines that make conversions: old office files become ones that `read` reads, pictures of
#: text become text, RAR archives become zips.
LIBREOFFICE = "libreoffice"
RAPIDOCR = "rapidocr"
BSDTAR = "bsdtar"


@dataclass(frozen=True, slots=True)
class ConversionRef:
    """The conversion a text was read from: its WARC record, and what made it."""

    record_id: str
    engine: str
    version: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a tool made of the bytes of a capture: a WARC ``conversion`` record.

    ``engine`` is `LIBREOFFICE`, `RAPIDOCR` or `BSDTAR`; ``version`` and ``settings`` are what it
    was and how it was told to work.
    """

    record_id: str
    engine: str
    version: str
    settings: tuple[tuple[str, str], ...]
    content_type: str
    content: bytes = field(repr=False)

    @property
    def ref(self) -> ConversionRef:
        return ConversionRef(self.record_id, self.engine, self.version)


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP exchange as `read` sees it: the decoded entity of a WARC record.

    ``headers`` keep wire order, case and repeats (latin-1). ``content`` is the entity after
    Content-Encoding was undone. ``truncated`` is the WARC-Truncated reason or None.
    ``conversions`` is what tools made of it so far, at most one for each engine: the latest.
    ``original`` is the record that holds the bytes where this one, a revisit, does not.
    """

    record_id: str
    url: str
    date: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes = field(repr=False)
    truncated: str | None = None
    note: Note = Note(portal="", spider="")
    conversions: tuple[Conversion, ...] = ()
    original: str = ""

    @property
    def holder(self) -> str:
        """The record that has the bytes: what conversions of them refer to."""
        return self.original or self.record_id

    def header(self, name: str) -> str | None:
        """The last value of a header, or None."""
        wanted = name.lower()
        values = [value for key, value in self.headers if key.lower() == wanted]
        return values[-1] if values else None

    def conversion(self, engine: str) -> Conversion | None:
        """What an engine made of it, if it did."""
        return next((made for made in self.conversions if made.engine == engine), None)


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a capture lies in the archive; ``warc``/``offset`` are None until it is durable."""

    record_id: str
    url: str
    date: datetime
    role: Role
    warc: str | None = None
    offset: int | None = None
