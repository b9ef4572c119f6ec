"""Which pages are of one template, and which of their lines are the template's own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from crawler.learn.sample import Sample

# Pages of one template share this much of their outer elements: some carry a box others lack.
_ALIKE = 0.75
# A line on this share of a template's pages is chrome: what repeats says nothing...
_REPEATED_SHARE = 0.5
# ...but for few pages, two of which may well be the same report.
_LEAST_REPEATS = 3


def templates_of(samples: Iterable[Sample]) -> list[list[Sample]]:
    """The pages by the shape of their address and their skeleton, in the order they came."""
    by_shape: dict[str, list[list[Sample]]] = defaultdict(list)
    for sample in samples:
        groups = by_shape[sample.shape]
        home = next((one for one in groups if _alike(one[0].skeleton, sample.skeleton)), None)
        if home is None:
            groups.append([sample])
        else:
            home.append(sample)
    return [group for groups in by_shape.values() for group in groups]


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= _ALIKE * len(first | second)


def repeated_marks(samples: Sequence[Sample], share: float = _REPEATED_SHARE) -> frozenset[str]:
    """The lines that stand on that share of the pages."""
    counts = Counter(mark for sample in samples for mark in {line.mark for line in sample.lines})
    least = max(_LEAST_REPEATS, share * len(samples))
    return frozenset(mark for mark, count in counts.items() if count >= least)
