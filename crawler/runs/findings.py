"""A finding: one thing that is wrong with a run, by the name of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.runs.words import Verdict

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind`` is what an acknowledgement silences; ``reason`` says expected and found; ``check``
    is the function that found it."""

    kind: str
    verdict: Verdict
    reason: str
    check: str = ""


def some(names: Sequence[str]) -> str:
    """The first few of many names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)
