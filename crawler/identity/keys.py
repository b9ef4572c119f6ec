"""What a sighting of a Document is known by: canonical URL, document key, body key.

A sighting is one page read at one time. `crawler.identity.grouping` says which sightings are one
Document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.identity.bodykey import MIN_HAN, body_han, body_key
from crawler.items import Document, Kind
from crawler.urls import canonical_url, doc_id, url_path_key

#: An issuer that was only supposed because the page names none is not known: thirty townships'
#: all-zero reports would otherwise share one key and count as versions of each other.
SUPPOSED_ISSUER = frozenset({"portal"})
YEAR_CONFLICT = "year_conflict"
MIRROR = "mirror"
#: A part that was not fetched or could not be read: the text may be less than it was.
_LACKING = "part_"


@dataclass(frozen=True, slots=True, order=True)
class DocKey:
    """(issuer, report year, kind); None where the page does not say."""

    issuer: str | None
    year: int | None
    kind: Kind

    @property
    def complete(self) -> bool:
        return self.issuer is not None and self.year is not None

    def compatible(self, other: DocKey) -> bool:
        """No component known on both sides differs."""
        return (
            self.kind is other.kind
            and (self.issuer is None or other.issuer is None or self.issuer == other.issuer)
            and (self.year is None or other.year is None or self.year == other.year)
        )

    def __str__(self) -> str:
        return f"{self.issuer or '?'}|{self.year or '?'}|{self.kind}"


def doc_key(document: Document) -> DocKey:
    supposed = document.issuer.evidence in SUPPOSED_ISSUER
    return DocKey(
        issuer=None if supposed else document.issuer.id or None,
        year=document.report_year,
        kind=document.kind,
    )


def has_year_conflict(document: Document) -> bool:
    """Title and 统计期限 name different years: nothing merges (`year_conflict:2019/2020`)."""
    return any(warning.partition(":")[0] == YEAR_CONFLICT for warning in document.warnings)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What identity needs to know of a Document as seen once."""

    record_id: str
    url: str
    canonical_url: str
    date: str  # UTC, sortable
    mirror: bool
    key: DocKey
    conflict: bool
    body_key: str
    han: int
    path_key: str
    carrier: str = "html"  # `text_source`: what the text was read from
    lacking: bool = False  # a part of the page is missing

    @property
    def order(self) -> tuple[str, str]:
        return (self.date, self.record_id)

    @property
    def rules(self) -> str:
        return self.body_key.partition(":")[0]

    @property
    def long(self) -> bool:
        """Whether the body says enough to be recognised under another URL."""
        return self.han >= MIN_HAN

    @property
    def mergeable(self) -> bool:
        return self.long and not self.conflict


def utc_text(date: datetime) -> str:
    """A date as the catalogue keeps it: UTC, and sorting as text sorts it in time."""
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def identified(document: Document) -> Document:
    """The sighting with its canonical URL, body key and the id its own URL would give it."""
    return replace(
        document,
        canonical_url=canonical_url(document.url),
        body_key=body_key(document.blocks, document.rules_version),
        doc_id=doc_id(document.url),
    )


def sighting_of(document: Document) -> Sighting:
    """An `identified` Document as identity sees it."""
    return Sighting(
        record_id=document.record_id,
        url=document.url,
        canonical_url=document.canonical_url,
        date=utc_text(document.date),
        mirror=document.authority == MIRROR,
        key=doc_key(document),
        conflict=has_year_conflict(document),
        body_key=document.body_key,
        han=body_han(document.blocks),
        path_key=url_path_key(document.url),
        carrier=document.text_source,
        lacking=any(warning.startswith(_LACKING) for warning in document.warnings),
    )
