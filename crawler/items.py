"""The words of the project as types: what flows from a fetch to a stored Document.

Everything here is immutable and knows neither Scrapy nor storage. The way of the data::

    Capture ── read(capture, context) ──► PageResult ┐
    its attachments and frames ── read ─► PageResult ┴─ assemble ──► Document ──► pipelines

Dates are ISO strings (``YYYY-MM-DD``) where a page printed them and timezone-aware UTC
``datetime`` where a clock measured them. ``record_id`` is a WARC-Record-ID without the angle
brackets (``urn:uuid:…``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from crawler.blocks import Block as Block
from crawler.blocks import Paragraph as Paragraph
from crawler.blocks import Table as Table
from crawler.blocks import render_blocks as render_blocks
from crawler.captures import BSDTAR as BSDTAR
from crawler.captures import LIBREOFFICE as LIBREOFFICE
from crawler.captures import RAPIDOCR as RAPIDOCR
from crawler.captures import Capture as Capture
from crawler.captures import CaptureRef as CaptureRef
from crawler.captures import Context as Context
from crawler.captures import Conversion as Conversion
from crawler.captures import ConversionRef as ConversionRef
from crawler.captures import Note as Note
from crawler.words import FetchOutcome as FetchOutcome
from crawler.words import Kind as Kind
from crawler.words import Level as Level
from crawler.words import PageOutcome as PageOutcome
from crawler.words import Rel as Rel
from crawler.words import Role as Role
from crawler.words import Use as Use


@dataclass(frozen=True, slots=True)
class Link:
    """A link as met on a page: absolute URL without fragment, visible text, date beside it.

    ``rel`` says what the link is to the list it stands on.
    """

    url: str
    text: str = ""
    date: str = ""
    position: int = 0
    rel: Rel = Rel.ROW


@dataclass(frozen=True, slots=True)
class PartRef:
    """A file or frame that belongs to a page: an attachment link or an iframe."""

    url: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a title (with its page) says a page is.

    Exactly one of ``kind`` and ``look_alike`` is set for a page of the genre; both are None
    when the title has nothing to do with it. ``look_alike`` is the name of the look-alike
    (``解读``, ``企业年报`` …), ``evidence`` the words that decided. ``year_from`` is ``title``,
    ``period`` (统计期限) or ``opening``. The confidences, 0 to 1, are an order and no
    probabilities.
    """

    kind: Kind | None = None
    look_alike: str | None = None
    report_year: int | None = None
    evidence: str = ""
    confidence: float = 0.0
    year_from: str = ""
    year_confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """The portal's county: adcode and names from province to county (``红寺堡区`` last)."""

    adcode: str
    names: tuple[str, ...]

    @property
    def county(self) -> str:
        return self.names[-1] if self.names else ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body that speaks. ``id`` = ``<adcode>/<level>/<short name>``; the printed name is kept.

    ``name`` is the canonical full name (``遂溪县城月镇人民政府``), ``short`` the normalised short
    name (``城月镇``), ``evidence`` the field that named it; ``township_code`` is the nine-digit
    code of a township or subdistrict that `crawler.places.authority` knows. ``confidence``, 0 to 1,
    grows with the fields that name the same body; it is an order and no probability.
    """

    id: str
    printed: str
    name: str
    adcode: str
    level: Level
    short: str
    evidence: str = ""
    township_code: str | None = None
    confidence: float = 0.0


_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PageResult:
    """What `read` found on one capture, whether a page, a frame or an attachment.

    ``infobox`` holds normalised labels in the fixed order of design §5, ISO dates.
    ``published`` is the visible publication date, ``field_sources`` gives each field's evidence
    (where it stood and the raw string), ``path`` the way the body was found
    (``container:.TRS_Editor``, ``prose``, ``comment``, ``pdf-text`` …); ``conversion`` is set where
    not the capture's own bytes were read, but what a tool made of them.
    """

    record_id: str
    url: str
    date: datetime
    outcome: PageOutcome
    text_source: str = "html"
    title: str = ""
    judgement: Judgement = Judgement()
    published: str = ""
    source: str = ""
    infobox: tuple[tuple[str, str], ...] = ()
    breadcrumb: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    parts: tuple[PartRef, ...] = ()
    warnings: tuple[str, ...] = ()
    field_sources: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    path: str = ""
    conversion: ConversionRef | None = None

    @property
    def body(self) -> str:
        return render_blocks(self.blocks)

    def info(self, label: str) -> str:
        """The value of an information-block label, or an empty string."""
        return dict(self.infobox).get(label, "")


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list page as the spider read it: the item that makes contexts rebuildable.

    ``warc`` and ``offset`` say where its capture lies; they are None until it is durable.
    """

    record_id: str
    url: str
    portal: str
    context: Context
    links: tuple[Link, ...]
    date: datetime
    stated_total: int | None = None
    warc: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class AbsentCheck:
    """A page was asked for, and the server answered that it is not there.

    ``outcome`` is ``not_found``, ``gone`` or ``soft_404``; of a list's address also ``redirected``
    (another list answers there) and ``ok`` (a page without links does). The answer is the capture
    ``record_id`` of ``answer_url``, which is another URL where redirects led there. One check
    proves nothing; when a page counts as gone is said in `crawler.identity.gone`.
    """

    record_id: str
    url: str
    canonical_url: str
    portal: str
    date: datetime
    outcome: FetchOutcome
    answer_url: str
    warc: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """An attachment of a Document and what became of it.

    ``use`` says what it is to the text (`Use`); empty where nothing could be read.
    """

    url: str
    name: str
    outcome: str
    record_id: str | None = None
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One sighting of a Document: a page and its parts, read at one time.

    `assemble` makes it; the pipelines add identity (``canonical_url``, ``body_key``,
    ``doc_id``), the places of its captures, and hand it to the store. The store's Documents and
    versions are a function of the set of these.
    """

    portal: str
    adcode: str
    url: str
    date: datetime
    record_id: str
    kind: Kind
    report_year: int | None
    issuer: Issuer
    title: str
    published: str
    source: str
    infobox: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    blocks: tuple[Block, ...]
    attachments: tuple[AttachmentInfo, ...]
    text_source: str
    authority: str  # "original" or "mirror"
    captures: tuple[CaptureRef, ...]
    context: Context
    warnings: tuple[str, ...]
    field_sources: Mapping[str, Any]
    path: str
    rules_version: str
    canonical_url: str = ""
    body_key: str = ""
    doc_id: str = ""
    conversions: tuple[ConversionRef, ...] = ()


#: What a spider hands to the pipelines.
Item = Document | ListPage | AbsentCheck
