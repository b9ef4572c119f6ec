"""What a CMS family knows of its pages: where rows stand, how a list goes on, what an article is.

A family is a subclass of `Family` in ``spiders/families/<family>.py``, pure like all reading. Which
family a page belongs to is seen on the page itself (`recognise`): a portal may mix families, so
every list is judged for itself. The markers are data (``data/families.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.cms.article_paths import ANY_PATH, NO_FAMILY, PATHS
from crawler.cms.articles import is_article
from crawler.cms.pagers import next_page
from crawler.cms.rows import rows
from crawler.extraction.page import Page
from crawler.items import Link


class Family:
    """The generic behaviour; a family overrides what its platform does otherwise.

    Every method takes a parsed page and gives links in document order; none keeps anything.
    """

    name: ClassVar[str] = "generic"
    #: What the path of an article looks like (portals.md §1.2), beside the shapes known of others.
    article_path: ClassVar[re.Pattern[str]] = ANY_PATH

    def is_article(self, page: Page) -> bool:
        """Whether the page is to be read as an article, whatever links it carries."""
        return is_article(page, self.article_path)

    def is_answer(self, page: Page) -> bool:
        """Whether the page is what a script asked for (JSON, XML, a fragment): rows and a next
        page at most; markup in it is no navigation."""
        return False

    def rows(self, page: Page) -> list[Link]:
        """The articles of a list (`Rel.ROW`), with the date beside each."""
        return rows(page, self.article_path)

    def further(self, page: Page) -> list[Link]:
        """The next page of this list (`Rel.PAGE`): one link, or none at its end; several where the
        numbering leaves open which address it has."""
        return next_page(page)

    def calls(self, page: Page) -> list[Link]:
        """Addresses a script of the page loads its rows from: `Rel.FRAME` where it is this very
        list, `Rel.COLUMN` where it is another one (a category of a tree)."""
        return []


@dataclass(frozen=True, slots=True)
class Recognition:
    """The family a page shows, how surely (0 to 1), and the markers that say so."""

    family: str
    confidence: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Marker:
    family: str
    name: str
    where: str  # html | path
    weight: float
    words: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    def shows(self, text: str) -> bool:
        found = self.pattern is not None and self.pattern.search(text) is not None
        return found or any(word in text for word in self.words)


#: An address of the family's shape says it about as surely as a link to one beside others.
_SHAPE_WEIGHT = 0.5


def _markers() -> tuple[_Marker, ...]:
    text = (files("crawler") / "data" / "families.toml").read_text("utf-8")
    listed = (
        _Marker(
            entry["family"],
            entry["name"],
            entry["where"],
            entry["weight"],
            tuple(entry.get("words", ())),
            re.compile(entry["pattern"]) if "pattern" in entry else None,
        )
        for entry in tomllib.loads(text)["marker"]
    )
    shapes = (
        _Marker(family, "address of its articles", "path", _SHAPE_WEIGHT, pattern=pattern)
        for family, pattern in PATHS.items()
        if family != NO_FAMILY
    )
    return (*listed, *shapes)


_MARKERS = _markers()


def recognise(page: Page, among: Iterable[str] | None = None) -> Recognition | None:
    """The family whose markers weigh most on the page; None when there is none.

    Weights of one family add up as independent evidence: 1 - Π(1 - weight).
    """
    wanted = None if among is None else set(among)
    path = urlsplit(page.capture.url).path
    doubts: dict[str, float] = defaultdict(lambda: 1.0)
    seen: dict[str, list[str]] = defaultdict(list)
    for marker in _MARKERS:
        text = path if marker.where == "path" else page.html
        if (wanted is None or marker.family in wanted) and marker.shows(text):
            doubts[marker.family] *= 1 - marker.weight
            seen[marker.family].append(marker.name)
    if not doubts:
        return None
    best = min(doubts, key=lambda family: (doubts[family], family))
    return Recognition(best, round(1 - doubts[best], 3), tuple(seen[best]))
