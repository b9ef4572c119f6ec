"""Which sightings are one Document: a pure function of the *set* of sightings.

`resolve` takes sightings that may have to do with each other (the store hands it everything
connected by URL, body, key or mirrored path) and says which Documents they are, whatever the
order they came in:

1. Sightings of one canonical URL are one page; a page never falls apart.
2. Authoritative pages are one Document when a long body is equal and the keys are compatible,
   or when the complete keys are equal and the bodies alike (≥ `VERSION_LIKENESS`).
3. Mirrors gather likewise (≥ `MIRROR_LIKENESS`) and then join at most one Document, so that a
   mirror can never glue two originals together.
4. Whatever shares a body or a key without being one Document is flagged, not merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from crawler.identity.keys import DocKey, Sighting
from crawler.identity.versions import Version, versions_of
from crawler.urls import doc_id

K = TypeVar("K")

#: Another URL of the same key holds a version of the Document from here on.
VERSION_LIKENESS = 0.9
#: A mirror changes script and chrome, not the text.
MIRROR_LIKENESS = 0.97

#: How alike two bodies are, 0 to 1 (`likeness.Likeness` in the store).
Alike = Callable[[Sighting, Sighting], float]


@dataclass(frozen=True, slots=True)
class Page:
    """All sightings of one canonical URL, in time order."""

    canonical_url: str
    sightings: tuple[Sighting, ...]

    @property
    def mirror(self) -> bool:
        return all(sighting.mirror for sighting in self.sightings)

    @property
    def order(self) -> tuple[bool, str, str]:
        """Authoritative before mirror, then earliest WARC-Date, then URL."""
        return (self.mirror, self.sightings[0].date, self.canonical_url)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One Document: its pages (primary first) and versions (latest last)."""

    pages: tuple[Page, ...]
    versions: tuple[Version[Sighting], ...]
    same_body_as: tuple[str, ...] = ()
    same_key_as: tuple[str, ...] = ()

    @property
    def primary(self) -> Page:
        return self.pages[0]

    @property
    def doc_id(self) -> str:
        return doc_id(self.primary.canonical_url)

    @property
    def current(self) -> Sighting:
        return self.versions[-1].source

    @property
    def sightings(self) -> list[Sighting]:
        return [sighting for page in self.pages for sighting in page.sightings]

    @property
    def aliases(self) -> list[str]:
        """Ids the Document would have, or had, under its other URLs."""
        return [doc_id(page.canonical_url) for page in self.pages[1:]]


def resolve(sightings: Iterable[Sighting], alike: Alike) -> list[Resolved]:
    """The Documents these sightings are, ordered by primary page."""
    pages = _pages(sightings)
    keys = _joined_keys([s for page in pages for s in page.sightings if s.mergeable])
    same = _Sameness(keys, alike)
    groups = _merge([p for p in pages if not p.mirror], same.one_document)
    for cluster in _merge([p for p in pages if p.mirror], same.one_mirror):
        original = same.original_of(cluster, groups)
        if original is None:
            groups.append(cluster)
        else:
            original.extend(cluster)
    return _flagged([_document(group) for group in groups])


def _pages(sightings: Iterable[Sighting]) -> list[Page]:
    by_url: dict[str, list[Sighting]] = {}
    for sighting in sorted(sightings, key=lambda s: s.order):
        by_url.setdefault(sighting.canonical_url, []).append(sighting)
    pages = [Page(url, tuple(seen)) for url, seen in by_url.items()]
    return sorted(pages, key=lambda page: page.order)


def _joined_keys(sightings: list[Sighting]) -> dict[str, DocKey]:
    """Each sighting's key; an incomplete one is completed by the one complete key of its body."""
    complete: dict[str, set[DocKey]] = {}
    for sighting in sightings:
        if sighting.key.complete:
            complete.setdefault(sighting.body_key, set()).add(sighting.key)
    joined = {}
    for sighting in sightings:
        joined[sighting.record_id] = sighting.key
        known = complete.get(sighting.body_key, set())
        if not sighting.key.complete and len(known) == 1:
            (only,) = known
            if only.compatible(sighting.key):
                joined[sighting.record_id] = only
    return joined


class _Sameness:
    """The pairwise questions; each is symmetric and asks nothing but the two pages."""

    def __init__(self, keys: dict[str, DocKey], alike: Alike) -> None:
        self._keys = keys
        self._alike = alike
        self._bodies: dict[str, list[Sighting]] = {}

    def one_document(self, one: Page, other: Page) -> bool:
        return self._same(one, other, VERSION_LIKENESS)

    def one_mirror(self, one: Page, other: Page) -> bool:
        return self._mirrors_path(one, other) or self._same(one, other, MIRROR_LIKENESS)

    def original_of(self, cluster: list[Page], groups: list[list[Page]]) -> list[Page] | None:
        """The group a cluster of mirrors belongs to: the one with its path, else the likest."""
        originals = [group for group in groups if not group[0].mirror]
        same_path = [
            group
            for group in originals
            if any(self._mirrors_path(a, b) for a in cluster for b in group)
        ]
        if len(same_path) == 1:
            return same_path[0]
        scored = [
            (max(self._likeness(a, b) for a in cluster for b in group), group)
            for group in same_path or originals
        ]
        near = [(score, group) for score, group in scored if score >= MIRROR_LIKENESS]
        return max(near, key=lambda pair: pair[0])[1] if near else None

    def _same(self, one: Page, other: Page, threshold: float) -> bool:
        return self._likeness(one, other, threshold) >= threshold

    def _likeness(self, one: Page, other: Page, enough: float = 1.0) -> float:
        """The best likeness of two pages under one complete key; 0 where nothing may merge."""
        best = 0.0
        for a in self._distinct(one):
            for b in self._distinct(other):
                if self._keys[a.record_id] != self._keys[b.record_id] or a.rules != b.rules:
                    continue
                best = max(best, 1.0 if a.body_key == b.body_key else self._alike(a, b))
                if best >= enough:
                    return best
        return best

    def _distinct(self, page: Page) -> list[Sighting]:
        """One sighting for each body and complete key of a page that may merge at all."""
        if page.canonical_url not in self._bodies:
            found: dict[tuple[str, DocKey], Sighting] = {}
            for sighting in page.sightings:
                key = self._keys.get(sighting.record_id)
                if key is not None and key.complete:
                    found.setdefault((sighting.body_key, key), sighting)
            self._bodies[page.canonical_url] = list(found.values())
        return self._bodies[page.canonical_url]

    @staticmethod
    def _mirrors_path(one: Page, other: Page) -> bool:
        """Equal path, and neither kind nor year speaks against it.

        The issuer is not asked: a mirror's host tells nothing about the place it copies.
        """
        a, b = one.sightings[-1], other.sightings[-1]
        years = {a.key.year, b.key.year} - {None}
        return a.path_key == b.path_key and a.key.kind is b.key.kind and len(years) < 2


def _merge(pages: list[Page], same: Callable[[Page, Page], bool]) -> list[list[Page]]:
    """Connected groups under a symmetric question, asked only where it can change the answer."""
    group_of: dict[str, list[Page]] = {page.canonical_url: [page] for page in pages}
    for one, other in combinations(pages, 2):
        left, right = group_of[one.canonical_url], group_of[other.canonical_url]
        if left is not right and same(one, other):
            left.extend(right)
            group_of.update((page.canonical_url, left) for page in right)
    return list({id(group): group for group in group_of.values()}.values())


def _document(group: Sequence[Page]) -> Resolved:
    pages = tuple(sorted(group, key=lambda page: page.order))
    # A mirror's text is a copy of the Document, not a version of it.
    authoritative = [page.sightings for page in pages if page.mirror is pages[0].mirror]
    return Resolved(pages, versions_of(authoritative))


def _flagged(documents: list[Resolved]) -> list[Resolved]:
    """The Documents with the ids of those that share a body or a complete key with them."""
    by_body: dict[str, set[str]] = {}
    by_key: dict[DocKey, set[str]] = {}
    for document in documents:
        for body in _bodies(document):
            by_body.setdefault(body, set()).add(document.doc_id)
        for key in _keys(document):
            by_key.setdefault(key, set()).add(document.doc_id)
    flagged = [
        replace(
            document,
            same_body_as=_others(document, by_body, _bodies(document)),
            same_key_as=_others(document, by_key, _keys(document)),
        )
        for document in documents
    ]
    return sorted(flagged, key=lambda document: document.primary.order)


def _bodies(document: Resolved) -> set[str]:
    return {s.body_key for s in document.sightings if s.long}


def _keys(document: Resolved) -> set[DocKey]:
    key = document.current.key
    return {key} if key.complete and not document.current.conflict else set()


def _others(document: Resolved, index: Mapping[K, set[str]], keys: set[K]) -> tuple[str, ...]:
    ids = {doc_id for key in keys for doc_id in index[key]}
    return tuple(sorted(ids - {document.doc_id}))
