"""What a page known to be a Document had when it was read last, and what it has lost since. Pure.

One page that lost something was edited. The same loss on several pages of a run is a change of the
portal's template; `crawler.runs.drift` tells the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crawler import RULES_VERSION
from crawler.hanzi import count_han
from crawler.items import Document, Paragraph, Table

#: A report says more than this; less is a stub, or a body that was not found.
_TEXT_HAN = 200
#: What no author writes: characters lost in a wrong charset, markup escaped twice.
_UNCLEAN = re.compile(r"\ufffd|</?(?:p|div|span|table|td|br)\b[^>]*>")
#: An edit rarely takes more of a text, or of its tables, than this leaves.
_LEFT = 0.5

#: Losses of the whole page: the address answers that there is none, or with something else.
ANSWER, DOCUMENT = "answer", "document"
#: Losses of a page that is a Document still, besides those of `TRAITS`; what reads otherwise is
#: lost as well.
KEY, WORDING, DAY, BODY, ROWS = "key", "wording", "day", "body", "rows"


def _on_page(document: Document, field: str) -> bool:
    """Whether a field was read from the page and not taken from the list that led to it."""
    evidence = document.field_sources.get(field)
    return isinstance(evidence, Mapping) and evidence.get("where") not in ("context", "list")


def _texts(document: Document) -> list[str]:
    texts = [document.title]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        else:
            texts += [cell for row in block.rows for cell in row]
    return texts


def _han(document: Document) -> int:
    return sum(map(count_han, _texts(document)))


def _is_clean(document: Document) -> bool:
    return not any(map(_UNCLEAN.search, _texts(document)))


def _is_complete(document: Document) -> bool:
    return not any(warning.startswith("part_") for warning in document.warnings)


def _in_container(document: Document) -> bool:
    """Files have no container; nor does a text that a part carries."""
    return document.text_source != "html" or document.path.startswith("container")


#: What a Document may have; `data/verdicts.toml` says how much of it may go.
TRAITS: Mapping[str, Callable[[Document], bool]] = {
    "container": _in_container,
    "title": lambda document: _on_page(document, "title"),
    "published": lambda document: bool(document.published),
    "clean": _is_clean,
    "text": lambda document: _han(document) >= _TEXT_HAN,
    "complete": _is_complete,
    "source": lambda document: bool(document.source),
    "infobox": lambda document: bool(document.infobox),
    "tables": lambda document: any(isinstance(block, Table) for block in document.blocks),
    "issuer": lambda document: _on_page(document, "issuer"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What later readings of a Document are compared with; small enough to keep for every URL."""

    rules: str
    kind: str
    year: int | None
    title: str
    published: str
    han: int
    rows: int
    traits: tuple[str, ...]


def profile_of(document: Document) -> Profile:
    tables = (block for block in document.blocks if isinstance(block, Table))
    return Profile(
        rules=document.rules_version,
        kind=document.kind.value,
        year=document.report_year,
        title=document.title,
        published=document.published,
        han=_han(document),
        rows=sum(len(table.rows) for table in tables),
        traits=tuple(name for name, holds in TRAITS.items() if holds(document)),
    )


class Comparison(NamedTuple):
    """What a page could have lost, and what of it it has lost."""

    had: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def compare(before: Profile | None, now: Profile | None, *, answered: bool) -> Comparison:
    """Two readings of one page; ``now`` is None where it is no Document any more, ``answered``
    false where the server said that it is not there.

    Readings by other rules are no evidence of the portal.
    """
    if before is None or before.rules != (now.rules if now else RULES_VERSION):
        return Comparison()
    if not answered:
        return Comparison((ANSWER, DOCUMENT), (ANSWER,))
    if now is None:
        return Comparison((ANSWER, DOCUMENT), (DOCUMENT,))
    values = {
        KEY: ((before.kind, before.year), (now.kind, now.year)),
        WORDING: (before.title, now.title),
        DAY: (before.published, now.published),
    }
    sizes = {BODY: (before.han, now.han), ROWS: (before.rows, now.rows)}
    had = [name for name, (was, _) in (*values.items(), *sizes.items()) if was]
    lost = [name for name, (was, reads) in values.items() if was and reads != was]
    lost += [name for name, (was, left) in sizes.items() if left < _LEFT * was]
    lost += [name for name in before.traits if name not in now.traits]
    return Comparison((ANSWER, DOCUMENT, *had, *before.traits), tuple(lost))
