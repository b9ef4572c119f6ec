"""The bars extraction is held to, on its own and beside every peer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.benchmarks.extract_jobs import OURS
from tests.benchmarks.extract_score import Figure

#: Set → extractor → column → figure.
Scored = Mapping[str, Mapping[str, Mapping[str, Figure]]]

#: (set, column, least share) of this project alone.
FLOORS = (
    ("real", "f1", 0.995),
    ("real", "f1 worst", 0.95),
    ("real", "title", 1.0),
    ("holdout", "f1", 0.995),
    ("holdout", "cells", 0.99),
    ("holdout", "fields", 0.98),
)
#: (set, column, how many faults are still good): counted, since the set is small.
MOST_FAULTS = (("real", "chrome", 1), ("real", "published", 1))
#: Columns in which no peer may be level, unless both are perfect.
AHEAD = ("f1", "chrome", "cells", "tables", "title", "published")
#: In every other column a peer may be ahead by so much.
BEHIND = 0.003
_PERFECT = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """``met`` is None where it could not be measured."""

    text: str
    met: bool | None
    figure: str


def bars(scored: Scored) -> Iterator[Bar]:
    for name, column, floor in FLOORS:
        figure = _ours(scored, name).get(column)
        text = f"{name}: {column} ≥ {floor}"
        met = None if figure is None else figure.value >= floor
        yield Bar(text, met, f"{figure.value:.4f}" if figure else "–")
    for name, column, most in MOST_FAULTS:
        figure = _ours(scored, name).get(column)
        text = f"{name}: {column} wrong on ≤ {most}"
        yield Bar(text, None if figure is None else _wrong(figure) <= most, _counts(figure))
    for name, extractors in scored.items():
        for peer in extractors:
            if peer != OURS:
                yield from _beside(name, peer, extractors)


def _beside(name: str, peer: str, extractors: Mapping[str, Mapping[str, Figure]]) -> Iterator[Bar]:
    """One bar a peer and set: what it is ahead in, if anything."""
    ours, theirs = extractors[OURS], extractors[peer]
    lost = [
        f"{column} {theirs[column].value:.3f} against {figure.value:.3f}"
        for column, figure in ours.items()
        if column in theirs and not _held(column, figure.value, theirs[column].value)
    ]
    yield Bar(f"{name}: ahead of {peer}", not lost, "; ".join(lost) or "everywhere")


def _held(column: str, ours: float, theirs: float) -> bool:
    if column in AHEAD:
        return ours > theirs or ours == theirs == _PERFECT
    return ours >= theirs - BEHIND


def _ours(scored: Scored, name: str) -> Mapping[str, Figure]:
    return scored.get(name, {}).get(OURS, {})


def _wrong(figure: Figure) -> int:
    return round((1 - figure.value) * (figure.of or 0))


def _counts(figure: Figure | None) -> str:
    return "–" if figure is None else f"{_wrong(figure)} of {figure.of}"
