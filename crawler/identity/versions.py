"""The versions of a Document: the bodies its pages have shown, in the order they appeared.

A body that is seen again extends its version; a body that comes back after another one
(A → B → A) is a third version. Bodies read by different rule versions are never compared, so a
change of rules alone opens no version: an archive must not claim an alteration it cannot prove.
Nor does a reading that lacks a part of its page, or the same text in another carrier, say the PDF
of an HTML page: two readers of one text seldom agree on every character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Seen(Protocol):
    """A body seen at a time."""

    @property
    def date(self) -> str: ...
    @property
    def order(self) -> tuple[str, str]: ...
    @property
    def body_key(self) -> str: ...
    @property
    def rules(self) -> str: ...
    @property
    def carrier(self) -> str: ...
    @property
    def lacking(self) -> bool: ...


S = TypeVar("S", bound=Seen)


@dataclass(frozen=True, slots=True)
class Version(Generic[S]):
    """A body and when it was seen. ``source`` is the sighting that gives its text."""

    source: S
    first_seen: str
    last_seen: str


def versions_of(pages: Sequence[Sequence[S]]) -> tuple[Version[S], ...]:
    """The versions of pages (primary first), each a page's sightings in time order.

    Two pages of a Document may go on showing two bodies side by side; each crawl sees both.
    So a further page adds a version only for a body that no page before it has shown; a body
    that is known extends its latest version. What it showed first in a carrier of its own is a
    twin: it extends the version of its time. A later body of that page is a version like any.
    """
    versions: list[Version[S]] = []
    for sightings in pages:
        known = {version.source.body_key: index for index, version in enumerate(versions)}
        for place, span in enumerate(_spans(sightings)):
            version = _version(span)
            index = known.get(version.source.body_key)
            if index is None and place == 0:
                index = _twin(versions, version)
            if index is None:
                versions.append(version)
            else:
                versions[index] = _extended(versions[index], version)
    return tuple(sorted(versions, key=lambda version: version.source.order))


def _twin(versions: Sequence[Version[S]], seen: Version[S]) -> int | None:
    """Which version is the same text in another carrier: of its time, else the first after it."""
    others = [i for i, one in enumerate(versions) if one.source.carrier != seen.source.carrier]
    by_time = sorted(others, key=lambda index: versions[index].source.order)
    before = [index for index in by_time if versions[index].first_seen <= seen.first_seen]
    return next(iter([*before[-1:], *by_time]), None)


def _spans(sightings: Sequence[S]) -> list[list[S]]:
    spans: list[list[S]] = []
    last: S | None = None  # the last that can tell of a change
    for sighting in sightings:
        if last is not None and sighting.lacking and not last.lacking:
            spans[-1].append(sighting)
            continue
        changed = last is None or (
            last.rules == sighting.rules and last.body_key != sighting.body_key
        )
        if changed:
            spans.append([sighting])
        else:
            spans[-1].append(sighting)
        last = sighting
    return spans


def _version(span: list[S]) -> Version[S]:
    """The first sighting gives the text, so that a text stays what was cited; of a span read
    by several rule versions, the first one read by the latest. One that lacks nothing is better."""
    latest = [seen for seen in span if seen.rules == span[-1].rules]
    source = min(latest, key=lambda seen: seen.lacking)
    return Version(source, first_seen=span[0].date, last_seen=span[-1].date)


def _extended(version: Version[S], again: Version[S]) -> Version[S]:
    return Version(version.source, version.first_seen, max(version.last_seen, again.last_seen))
