"""What leads of one kind have brought so far, and whether more of them are worth asking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crawler.discovery.vocabulary import (
    PAGE_PATIENCE,
    SHAPE_PATIENCE,
    SITEMAP_PATIENCE,
    patience,
)

#: A kind that gave much goes before its equals, by so much at most.
_MOST_BONUS = 10


#: The name that samples of a sitemap are counted by.
SITEMAP = "sitemap?"


def pages_of(kind: str) -> str:
    """The name that further pages of lists of a kind are counted by."""
    return f"{kind}+"


@dataclass(frozen=True, slots=True)
class Yield:
    """``rows`` worth fetching stood on pages of the kind or below them; ``dry`` pages had neither
    rows nor a lead that is still worth following."""

    rows: int = 0
    dry: int = 0


class Yields:
    """Counts by kind of lead and by shape of address. Kinds are few whatever the portal's size,
    and shapes are those of pages asked.

    A hub is not dry while its leads wait: whether they bring anything is their own kind's count.
    When theirs has run out, hubs that lead only to them are dry as well.
    """

    def __init__(self, known: Mapping[str, Yield] | None = None) -> None:
        self._known = dict(known or {})
        self._changed: set[str] = set()

    def of(self, name: str) -> Yield:
        return self._known.get(name, Yield())

    def gave(self, names: Iterable[str], rows: int) -> None:
        for name in names:
            self._put(name, replace(self.of(name), rows=self.of(name).rows + rows))

    def was_dry(self, *names: str) -> None:
        for name in names:
            self._put(name, replace(self.of(name), dry=self.of(name).dry + 1))

    def allows(self, kind: str, score: int) -> bool:
        """Is one more of the kind worth asking? Each row it gave buys its patience again."""
        return self._within(kind, patience(score))

    def allows_shape(self, shape: str) -> bool:
        return self._within(shape, SHAPE_PATIENCE)

    def allows_page(self, kind: str) -> bool:
        """Is another further page of a list of the kind worth asking?"""
        return self._within(pages_of(kind), PAGE_PATIENCE)

    def allows_sample(self) -> bool:
        """Is one article of another column of the sitemap worth trying?"""
        return self._within(SITEMAP, SITEMAP_PATIENCE)

    def _within(self, name: str, dry: int) -> bool:
        seen = self.of(name)
        return seen.dry < dry * (1 + seen.rows)

    def bonus(self, kind: str) -> int:
        """Kinds that gave something go first."""
        seen = self.of(kind)
        return _MOST_BONUS * seen.rows // (seen.rows + seen.dry) if seen.rows else 0

    def changed(self) -> dict[str, Yield]:
        """What is to be put on record: all that changed since this was last asked for."""
        changed = {name: self._known[name] for name in self._changed}
        self._changed.clear()
        return changed

    def _put(self, name: str, seen: Yield) -> None:
        self._known[name] = seen
        self._changed.add(name)
