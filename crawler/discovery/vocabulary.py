"""The classes a link may belong to by its words and its path (``data/leads.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from crawler import hanzi

_DATA: dict[str, Any] = tomllib.loads((files("crawler") / "data" / "leads.toml").read_text("utf-8"))
FLOOR: Final[int] = _DATA["floor"]
HOP_COST: Final[int] = _DATA["hop_cost"]
SHAPE_PATIENCE: Final[int] = _DATA["shape_patience"]
PAGE_PATIENCE: Final[int] = _DATA["page_patience"]
SITEMAP_PATIENCE: Final[int] = _DATA["sitemap_patience"]
SEARCH: Final[Mapping[str, Any]] = _DATA["site_search"]
_LONGEST_NAME: Final[int] = _DATA["longest_name"]
_PATIENCE: Final = tuple((row["score"], row["dry"]) for row in _DATA["patience"])

#: Around the words of a link: bullets, arrows, counts, brackets.
_AROUND = re.compile(r"[\s>»›＞·•・\-—|:：]+|[(（\[【]\s*\d*\s*[)）\]】]|^[【\[]|[】\]]$")
_FILE = re.compile(r"\.\w{2,5}$")
_NUMBER_TAIL = re.compile(r"[_-]\d+$")
#: Steps of a path that name a page, not a column.
_PAGE_NAMES = frozenset({"", "index", "list", "default", "main", "home", "node", "column", "col"})


@dataclass(frozen=True, slots=True)
class LeadClass:
    """``worth`` by itself, ``below``: what links below gain by their class, ``pages`` how far
    lists of it are paged (``all``, ``yielding``, ``none``, or as above: ``inherit``)."""

    name: str
    text: re.Pattern[str] | None
    slug: re.Pattern[str] | None
    worth: int
    below: Mapping[str, int]
    pages: str


def _compiled(row: Mapping[str, Any]) -> LeadClass:
    text, slug = row.get("text"), row.get("slug")
    return LeadClass(
        row["name"],
        re.compile(text, re.IGNORECASE) if text else None,
        re.compile(slug, re.IGNORECASE) if slug else None,
        row["worth"],
        row.get("below", {}),
        row["pages"],
    )


_CLASSES: Final = tuple(map(_compiled, _DATA["class"]))
#: A link whose words and path say nothing.
OTHER: Final = LeadClass("other", None, None, 0, {}, "inherit")
#: A link that leads away from what is looked for.
AWAY: Final = next(one for one in _CLASSES if one.name == "away")


def words_of(text: str) -> str:
    """The words of a link as the classes read them."""
    return _AROUND.sub("", hanzi.simplify(hanzi.strip_pinyin_parentheses(text)))


@lru_cache(maxsize=4096)
def class_of_text(text: str) -> LeadClass | None:
    """The class a link's words say; None where they say nothing. Titles are no names."""
    words = words_of(text)
    if not words or len(words) > _LONGEST_NAME:
        return None
    for one in _CLASSES:
        if one.text and one.text.search(words):
            return one
    return None


def class_of_path(url: str) -> LeadClass | None:
    """The class that the last two names in a path say, the last one first."""
    for step in _slugs(url):
        for one in _CLASSES:
            if one.slug and one.slug.fullmatch(step):
                return one
    return None


def _slugs(url: str) -> Sequence[str]:
    steps = [_FILE.sub("", step) for step in urlsplit(url).path.split("/")]
    names = [_NUMBER_TAIL.sub("", step) for step in steps]
    return [name for name in names if name.lower() not in _PAGE_NAMES][-2:][::-1]


def leads_to_reports(url: str) -> bool:
    """Whether an address lies in a column of reports by its path alone."""
    by_name = {one.name: one.slug for one in _CLASSES}
    slug = by_name["reports"]
    steps = urlsplit(url).path.split("/")[:-1]
    return slug is not None and any(slug.fullmatch(_NUMBER_TAIL.sub("", step)) for step in steps)


def patience(score: int) -> int:
    """How many pages of one kind may be dry before the rest of it is dropped."""
    pages: int = next(dry for least, dry in _PATIENCE if score >= least)
    return pages
