"""What a page known to be a Document had when it was read last, and what it has lost since. Pure.

One page that lost something was edited. The same loss on several pages of a run is a change of the
portal's template; `crawler.runs.drift` tells the two apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from crawler import RULES_VERSION
from crawler.hanzi import count_han, without_han
from crawler.items import Document, Paragraph, Table
from crawler.thresholds import SIZES_LEFT

#: A report says more than this; less is a stub, or a body that was not found.
_TEXT_HAN = 200
#: What nobody can read: characters lost in a wrong charset or of a font of the portal's own (areas
#: for private use), markup escaped twice.
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff]")
_MARKUP = re.compile(r"</?(?:p|div|span|table|td|br)\b[^>]*>")
_PUBLISHER = "发布机构"
#: Categories of Unicode: digits, and brackets and quotation marks.
_DIGIT = "Nd"
_HAN = "Han"  # counted as if it were one
_MARKS = ("Ps", "Pe", "Pi", "Pf")
#: Losses of the whole page: the address answers that there is none, or with something else; the
#: file that carried its text carries little of it.
ANSWER, DOCUMENT, FILE = "answer", "document", "file"
#: Losses of a page that is a Document still, besides those of `TRAITS`; what reads otherwise is
#: lost as well.
KEY, WORDING, DAY, ORIGIN = "key", "wording", "day", "origin"
BODY, ROWS, DIGITS, MARKS, ATTACHED = "body", "rows", "digits", "marks", "attached"


def _on_page(document: Document, field: str) -> bool:
    """Whether a field was read from the page and not taken from the list that led to it."""
    evidence = document.field_sources.get(field)
    return isinstance(evidence, Mapping) and evidence.get("where") not in ("context", "list")


def _body(document: Document) -> list[str]:
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        else:
            texts += [cell for row in block.rows for cell in row]
    return texts


def _texts(document: Document) -> list[str]:
    return [document.title, *_body(document)]


def _characters(document: Document) -> Counter[str]:
    """The characters of the body: the many that are Han, all others by category in Unicode."""
    body = "".join(_body(document))
    rest = without_han(body)
    found = Counter({_HAN: len(body) - len(rest)})
    for character, times in Counter(rest).items():
        found[unicodedata.category(character)] += times
    return found


def _has_text(document: Document) -> bool:
    """Is there more than a stub? Not counted to its end: most have many times as much."""
    missing = _TEXT_HAN
    for text in _texts(document):
        missing -= count_han(text)
        if missing <= 0:
            return True
    return False


def _origin(document: Document) -> str:
    """Whom the page says it is from: its source, and the publisher in its information block."""
    return f"{document.source} {dict(document.infobox).get(_PUBLISHER, '')}".strip()


def _is_clean(document: Document) -> bool:
    texts = _texts(document)
    return not (any(map(_UNREADABLE.search, texts)) or any(map(_MARKUP.search, texts)))


def _is_complete(document: Document) -> bool:
    return not any(warning.startswith("part_") for warning in document.warnings)


def _in_container(document: Document) -> bool:
    """Files have no container; nor does a text that a part carries."""
    return document.text_source != "html" or document.path.startswith("container")


#: What a Document may have; `data/verdicts.toml` says how much of it may go.
TRAITS: Mapping[str, Callable[[Document], bool]] = {
    "container": _in_container,
    "site_container": lambda document: "site_container_lost" not in document.warnings,
    "title": lambda document: _on_page(document, "title"),
    "published": lambda document: bool(document.published),
    "clean": _is_clean,
    "text": _has_text,
    "complete": _is_complete,
    "source": lambda document: bool(document.source),
    "infobox": lambda document: bool(document.infobox),
    "tables": lambda document: any(isinstance(block, Table) for block in document.blocks),
    "issuer": lambda document: _on_page(document, "issuer"),
    FILE: lambda document: document.text_source != "html",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What later readings of a Document are compared with; small enough to keep for every URL.

    What has a default was not kept from the first; it is compared from the next reading on.
    """

    rules: str
    kind: str
    year: int | None
    title: str
    published: str
    han: int
    rows: int
    traits: tuple[str, ...]
    origin: str = ""
    digits: int = 0
    marks: int = 0
    attached: int = 0


def profile_of(document: Document) -> Profile:
    tables = (block for block in document.blocks if isinstance(block, Table))
    characters = _characters(document)
    return Profile(
        rules=document.rules_version,
        kind=document.kind.value,
        year=document.report_year,
        title=document.title,
        published=document.published,
        han=count_han(document.title) + characters[_HAN],
        rows=sum(len(table.rows) for table in tables),
        traits=tuple(name for name, holds in TRAITS.items() if holds(document)),
        origin=_origin(document),
        digits=characters[_DIGIT],
        marks=sum(characters[one] for one in _MARKS),
        attached=len(document.attachments),
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
        filed = (FILE,) if FILE in before.traits else ()
        return Comparison((ANSWER, DOCUMENT, *filed), (DOCUMENT, *filed))
    kept, left = _values(before, now), _sizes(before, now)
    lost = [name for name, is_kept in kept.items() if not is_kept]
    lost += [name for name, share in left.items() if share < SIZES_LEFT[name]]
    if FILE in before.traits and BODY in lost:
        lost.append(FILE)
    # What a file said and its page says now has gained.
    lost += [name for name in before.traits if name not in now.traits and name != FILE]
    return Comparison((ANSWER, DOCUMENT, *kept, *left, *before.traits), tuple(lost))


def _values(before: Profile, now: Profile) -> dict[str, bool]:
    """Of the values a page had: does it still say them?"""
    kept = {
        KEY: (before.kind, before.year) == (now.kind, now.year),
        WORDING: _says(now.title, before.title),
        DAY: now.published == before.published,
        ORIGIN: _says(now.origin, before.origin),
    }
    had = {WORDING: before.title, DAY: before.published, ORIGIN: before.origin}
    return {name: is_kept for name, is_kept in kept.items() if had.get(name, name)}


def _sizes(before: Profile, now: Profile) -> dict[str, float]:
    """How much is left of what can be counted, where there was any."""
    sizes = {
        BODY: (before.han, now.han),
        ROWS: (before.rows, now.rows),
        DIGITS: (before.digits, now.digits),
        MARKS: (before.marks, now.marks),
        ATTACHED: (before.attached, now.attached),
    }
    return {name: left / was for name, (was, left) in sizes.items() if was}


def _says(now: str, before: str) -> bool:
    """Is all of it still there? Blanks and punctuation are the template's as often as not."""
    return _bare(before) in _bare(now)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))
