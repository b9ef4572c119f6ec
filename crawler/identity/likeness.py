"""How alike two bodies are, measured on what their keys hash (script, chrome and white space
play no part)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from rapidfuzz.distance import Indel

from crawler.identity.bodykey import normal_body
from crawler.identity.grouping import VERSION_LIKENESS
from crawler.identity.keys import Sighting
from crawler.items import Block

#: The measure is quadratic; a longer text is no report, and is then like nothing but itself.
MAX_CHARACTERS = 200_000
_LEAST_COUNTED = 5_000  # what is shorter is measured as soon as counted


class Likeness:
    """Likeness of sightings' bodies; below `VERSION_LIKENESS` it is given as 0.

    ``blocks_of`` fetches a sighting's body by record id. A body key stands for its text, so a
    pair of keys is measured once.
    """

    def __init__(self, blocks_of: Callable[[str], tuple[Block, ...]]) -> None:
        self._blocks_of = blocks_of
        self._texts: dict[str, str] = {}
        self._known: dict[frozenset[str], float] = {}

    def __call__(self, one: Sighting, other: Sighting) -> float:
        pair = frozenset((one.body_key, other.body_key))
        if pair not in self._known:
            self._known[pair] = likeness(self._text(one), self._text(other))
        return self._known[pair]

    def _text(self, sighting: Sighting) -> str:
        if sighting.body_key not in self._texts:
            self._texts[sighting.body_key] = normal_body(self._blocks_of(sighting.record_id))
        return self._texts[sighting.body_key]


def likeness(one: str, other: str) -> float:
    """Indel similarity of two normalised bodies: 1 when equal, 0 below `VERSION_LIKENESS`."""
    if one == other:
        return 1.0
    if max(len(one), len(other)) > MAX_CHARACTERS or not _may_be_alike(one, other):
        return 0.0
    return float(Indel.normalized_similarity(one, other, score_cutoff=VERSION_LIKENESS))


def _may_be_alike(one: str, other: str) -> bool:
    """Whether two texts have enough characters in common, in whatever order.

    No more of them can stand in the same order: long unrelated texts, which are most, are told
    twenty times sooner.
    """
    if min(len(one), len(other)) < _LEAST_COUNTED:
        return True
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared >= VERSION_LIKENESS * (len(one) + len(other))
