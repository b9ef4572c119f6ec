"""In what a mutant reads worse than the page it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.extract_fields import Hits
from tests.benchmarks.extract_found import Found
from tests.benchmarks.extract_score import PageScore
from tests.gold.pages import GoldPage

#: Columns of the table; ``block`` stands for every label of the information block.
ASPECTS = (
    "body", "paragraphs", "cells", "title", "published", "source", "block", "breadcrumb",
    "outcome", "headings", "tasks", "attachments", "other",
)  # fmt: skip
_WORDS = ("title", "published", "source", "breadcrumb", "outcome", "attachments")
_OTHER = ("table_images", "warnings", "mirror")
#: A smaller difference of shares is none.
_LEAST = 0.0005
_SHOWN = 60

Read = tuple[PageScore, Found]


@dataclass(frozen=True, slots=True)
class Worse:
    page: str
    aspects: frozenset[str]
    fields: tuple[str, ...]
    #: Lines that say what was wanted and what came.
    changes: tuple[str, ...]
    weight: float


def worse(page: GoldPage, before: Read, after: Read) -> Worse | None:
    """None where nothing is worse, whatever is different or even better."""
    shares = list(_shares(before[0], after[0]))
    fields = [name for name in after[0].wrong() if name not in before[0].wrong()]
    if not shares and not fields:
        return None
    lines = [f"{name} {old:.3f} → {new:.3f}" for name, old, new in shares]
    lines += [_chrome(after[0])] if any(name == "body" for name, *_ in shares) else []
    lines += [_field(name, page, after[1]) for name in fields]
    aspects = {name for name, *_ in shares} | {_aspect(name) for name in fields}
    weight = sum(old - new for _, old, new in shares) + len(fields) / 10
    return Worse(page.id, frozenset(aspects), tuple(fields), tuple(filter(None, lines)), weight)


def _shares(before: PageScore, after: PageScore) -> Iterator[tuple[str, float, float]]:
    for (name, old), (_, new) in zip(_measures(before), _measures(after), strict=True):
        if old is not None and new is not None and old - new > _LEAST:
            yield name, old, new


def _measures(score: PageScore) -> Iterator[tuple[str, float | None]]:
    yield "body", score.text.f1
    hits, wanted = score.text.paragraphs
    yield "paragraphs", hits / wanted if wanted else None
    yield "cells", _dice(score.tables.cells)
    yield "headings", _dice(score.headings)
    yield "tasks", _dice(score.tasks)


def _dice(hits: Hits | None) -> float | None:
    """Nothing wanted and nothing given is as right as can be."""
    if hits is None:
        return None
    right, wanted, given = hits
    return 2 * right / (wanted + given) if wanted + given else 1.0


def _chrome(score: PageScore) -> str:
    return f"too much: {score.text.chrome[:_SHOWN]}" if score.text.chrome else ""


def _aspect(field: str) -> str:
    if field in _WORDS:
        return field
    return "other" if field in _OTHER else "block"


def _field(name: str, page: GoldPage, found: Found) -> str:
    wanted, got = _wanted(name, page), _got(name, found)
    return f"{name}: wanted {str(wanted)[:_SHOWN]!r}, got {str(got)[:_SHOWN]!r}"


def _wanted(name: str, page: GoldPage) -> object:
    return getattr(page, name) if hasattr(page, name) else (page.infobox or {}).get(name, "")


def _got(name: str, found: Found) -> object:
    if name in found.fields:
        return found.fields[name]
    if found.details is None:
        return ""
    if hasattr(found.details, name):
        return getattr(found.details, name)
    return found.details.infobox.get(name, "")
