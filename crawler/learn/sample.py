"""What is kept of an article page: its lines, and which elements hold how many of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from crawler.discovery.shapes import shape_of
from crawler.extraction.body.container import find_body
from crawler.extraction.body.site_containers import lost_container
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import BLOCKS, SKIPPED, Element, Line
from crawler.extraction.walk.prose import is_prose
from crawler.extraction.whitespace import bare
from crawler.items import PageResult
from crawler.learn.selectors import names_of, selectors_of
from crawler.urls import host

#: No line of chrome is longer; of longer lines only a digest is kept.
_LONGEST = 120
#: What holds a text; paragraphs and rows are parts of one.
_HOLDERS = BLOCKS - {"p", "li", "ul", "ol", "tr", "hr", "caption", "pre", "html"}
#: What holds less of a page's sentences is not its text, however long the chrome around it is.
_LEAST_SHARE = 0.1
#: How deep a template shows: below stands what the author wrote.
_SKELETON_DEPTH = 4
_DIGITS = re.compile(r"\d+")
#: The element of a field holds little else.
_FIELD_ROOM = 80

#: How a body is said to be found where it was guessed, and where a container was known. Any other
#: text was hidden in scripts or styles: no element shows it.
GUESSED = frozenset(("prose", "trafilatura", "whole-page"))
_KNOWN = "container:"

Positions = frozenset[int]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """``mark`` is the line's text, or a digest of it; ``prose`` its unlinked Han as a sentence."""

    mark: str
    unlinked: int
    prose: int


class Holder(NamedTuple):
    """An element: the positions of its lines, and how deep it lies."""

    lines: Positions
    depth: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One article page. ``holders`` are the selectors that stand once on it and hold some of its
    sentences; ``present`` are all selectors of blocks.

    ``today`` are the lines that the rules of today take for the text, ``path`` how they came
    there. ``fields`` gives the selectors of title, date and source.
    """

    url: str
    record_id: str
    first: str  # capture dates
    last: str
    published: str
    shape: str
    skeleton: frozenset[str]
    lines: tuple[SeenLine, ...]
    holders: Mapping[str, Holder]
    present: frozenset[str]
    today: Positions
    path: str
    lost: bool
    fields: Mapping[str, frozenset[str]]

    @property
    def host(self) -> str:
        return host(self.url)


def sample_of(page: Page, result: PageResult) -> Sample | None:
    """What a page shows; None where no element shows a sentence: there is nothing to learn."""
    body = find_body(page)
    walk = _Walk(page)
    shown = body.path in GUESSED or body.path.startswith(_KNOWN)
    if not shown or not any(line.prose for line in walk.lines):
        return None
    day = page.capture.date.date().isoformat()
    return Sample(
        url=page.url,
        record_id=page.capture.record_id,
        first=day,
        last=day,
        published=result.published,
        shape=shape_of(page.url).rpartition("/")[2],
        skeleton=frozenset(_skeleton(page.root)),
        lines=walk.lines,
        holders=walk.holders(),
        present=frozenset(walk.counts),
        today=frozenset().union(*map(walk.positions, body.elements)),
        path=body.path,
        lost=bool(lost_container(page)),
        fields=_fields(page, result),
    )


def _skeleton(element: Element, depth: int = 0) -> Iterator[str]:
    """The names of the outer elements, numbers aside."""
    if depth:
        yield from (_DIGITS.sub("0", name) for name in names_of(element))
    if depth < _SKELETON_DEPTH:
        for child in element:
            if child.tag in BLOCKS:
                yield from _skeleton(child, depth + 1)


class _Walk:
    """The lines of a page and the elements around them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._index = {id(line): position for position, line in enumerate(page.lines)}
        self.lines = tuple(map(_seen, page.lines))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each selector stands on the page."""
        blocks = self._page.root.iter(*_HOLDERS)
        return Counter(selector for block in blocks for selector in selectors_of(block))

    def positions(self, element: Element) -> Positions:
        own = self._page.lines_of(element)
        found = {self._index[id(line)] for line in own if id(line) in self._index}
        if own and not found:  # no block: its lines were read apart, and go by their text
            marks = {_mark(line) for line in own}
            found = {place for place, line in enumerate(self.lines) if line.mark in marks}
        return frozenset(found)

    def holders(self) -> dict[str, Holder]:
        least = _LEAST_SHARE * sum(line.prose for line in self.lines)
        found = {}
        for block in self._page.root.iter(*_HOLDERS):
            unique = [name for name in selectors_of(block) if self.counts[name] == 1]
            if unique:
                positions = self.positions(block)
                if sum(self.lines[place].prose for place in positions) >= least:
                    depth = sum(1 for _ in block.iterancestors())
                    found.update(dict.fromkeys(unique, Holder(positions, depth)))
        return found


def _seen(line: Line) -> SeenLine:
    return SeenLine(_mark(line), line.unlinked, line.unlinked if is_prose(line) else 0)


def _mark(line: Line) -> str:
    text = bare(line.text)
    if len(text) <= _LONGEST:
        return text
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _fields(page: Page, result: PageResult) -> dict[str, frozenset[str]]:
    """The selectors that stand once and whose element prints a field that was read."""
    elements = [one for one in page.root.iter() if one.tag not in SKIPPED]
    short = [(one, bare(text)) for one in elements if (text := _short_text(one))]
    wanted = {
        "title": [one for one, text in short if text == bare(result.title)],
        "published": [one for one, text in short if _prints(text, _spellings(result.published))],
        "source": [one for one, text in short if _prints(text, [bare(result.source)])],
    }
    counts = Counter(name for one in elements for name in _field_names(one))
    return {
        field: frozenset(name for one in ones for name in _field_names(one) if counts[name] == 1)
        for field, ones in wanted.items()
    }


def _field_names(element: Element) -> Sequence[str]:
    return (element.tag, *selectors_of(element))


def _short_text(element: Element) -> str:
    """The text of an element that holds no more than a field; a page's are thousands."""
    if len(element) > 3:
        return ""
    text = "".join(element.itertext())
    return text if len(text) <= _FIELD_ROOM else ""


def _spellings(date: str) -> Sequence[str]:
    if not date:
        return ()
    year, month, day = date.split("-")
    return [date, f"{year}年{month}月{day}日", f"{year}年{month.lstrip('0')}月{day.lstrip('0')}日"]


def _prints(text: str, spellings: Sequence[str]) -> bool:
    return any(one and one in text for one in spellings)
