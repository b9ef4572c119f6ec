"""The part of a page that holds its text: a known container behind a gate, else trafilatura's."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.resources import files

import trafilatura

from crawler.extraction.flow import SKIPPED, Element, Line, flow
from crawler.extraction.page import Page
from crawler.extraction.whitespace import bare

# design §10: a container under this share of the page's unlinked Han is not the body...
GATE = 0.30
# ...and one nested in another is preferred while it loses no more than this of its text.
NESTED_SHARE = 0.95
# Two containers with this share of lines in common are desktop and mobile copies of one text.
COPY_SHARE = 0.6
# The element that holds this share of what trafilatura found is where it found it.
FOUND_SHARE = 0.95
# Less than this share of the page's prose, and trafilatura has lost the text.
LEAST_TAKEN = 0.5
# A line of this many unlinked Han with a comma or a full stop is prose.
PROSE_HAN = 20
# Too small to hold a text: what stands beside them belongs to it.
_NO_HOLDERS = frozenset(("p", "span", "font", "tr", "tbody", "table", "li", "ul"))


@dataclass(frozen=True, slots=True)
class Body:
    """Where the text lies: elements in document order, the way it was found, how sure it is."""

    elements: tuple[Element, ...]
    path: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    elements: tuple[Element, ...]
    name: str
    strong: bool
    text: int  # unlinked Han


class _Rules:
    """The containers of ``data/containers.toml``, ready to be asked about an element."""

    def __init__(self) -> None:
        text = files("crawler").joinpath("data/containers.toml").read_text(encoding="utf-8")
        self.exact: dict[tuple[str, str], tuple[str, bool]] = {}
        self.prefixes: list[tuple[str, bool]] = []
        marks = {"id": "#", "class": ".", "tag": ""}
        for strength, rules in tomllib.loads(text).items():
            for kind, value in (next(iter(rule.items())) for rule in rules):
                if kind == "id_prefix":
                    self.prefixes.append((value, strength == "strong"))
                else:
                    self.exact[kind, value] = (marks[kind] + value, strength == "strong")

    def names(self, element: Element) -> Iterator[tuple[str, bool]]:
        """Every rule the element answers to: (name, strong)."""
        name = element.get("id") or ""
        keys = [("tag", element.tag), ("id", name)]
        keys += [("class", part) for part in (element.get("class") or "").split()]
        yield from (self.exact[key] for key in keys if key in self.exact)
        if name:
            yield from (
                (f"#{prefix}", strong)
                for prefix, strong in self.prefixes
                if name.startswith(prefix)
            )


_RULES = _Rules()


def find_body(page: Page) -> Body:
    """The elements that hold the page's text and how they were found.

    Where nothing is recognised and no prose is found, the whole <body> is the answer: a short
    page is still read, and chrome is told by its phrases.
    """
    least = GATE * max(_size(page.lines), 1)
    candidates = [
        one
        for one in _candidates(page.root)
        if one.text >= least or (one.strong and _holds_something(one))
    ]
    if candidates:
        best = _choose(candidates)
        return Body(best.elements, f"container:{best.name}", best.strong)
    found = _by_trafilatura(page)
    return Body((found,), "trafilatura") if found is not None else Body((page.root,), "whole-page")


def _lines(element: Element) -> list[Line]:
    return [line for line in flow(element) if isinstance(line, Line)]


def _candidates(root: Element) -> list[_Candidate]:
    found: dict[tuple[str, bool], list[Element]] = {}
    for element in root.iter():
        if element.tag in SKIPPED:
            continue
        for rule in _RULES.names(element):
            found.setdefault(rule, []).append(element)
    candidates = []
    for (name, strong), elements in found.items():
        kept = _without_copies([one for one in elements if not _inside(one, elements)])
        text = sum(_size(_lines(one)) for one in kept)
        candidates.append(_Candidate(tuple(kept), name, strong, text))
    return candidates


def _holds_something(candidate: _Candidate) -> bool:
    """A template's empty container is not where the text lies.

    One with a link or a picture may be, and one whose text waits for a script to show it.
    """
    return any(
        next(element.iter("a", "img", "iframe", "embed", "object"), None) is not None
        or any(isinstance(line, Line) for line in flow(element, hidden=True))
        for element in candidate.elements
    )


def _choose(candidates: Sequence[_Candidate]) -> _Candidate:
    """The strong one with most text, or the innermost that has nearly as much."""
    strong = [one for one in candidates if one.strong]
    pool = strong or list(candidates)
    largest = max(pool, key=lambda one: one.text)
    nested = [
        one
        for one in candidates
        if one is not largest
        and one.text >= NESTED_SHARE * largest.text
        and all(_inside(element, largest.elements) for element in one.elements)
    ]
    # Equal shares happen (a div in a div): document order is the same everywhere, so min() is.
    return min(nested, key=lambda one: one.text, default=largest)


def _inside(element: Element, others: Sequence[Element]) -> bool:
    ancestors = set(element.iterancestors())
    return any(other in ancestors for other in others)


def _without_copies(elements: list[Element]) -> list[Element]:
    """The first of each text: pages carry a desktop and a mobile copy."""
    kept: list[tuple[Element, set[str]]] = []
    for element in elements:
        lines = {bare(line.text) for line in _lines(element)}
        for position, (_, other) in enumerate(kept):
            common = len(lines & other)
            if common and common >= COPY_SHARE * min(len(lines), len(other)):
                if sum(map(len, lines)) > sum(map(len, other)) * 1.02:
                    kept[position] = (element, lines)
                break
        else:
            if lines or len(elements) == 1:
                kept.append((element, lines))
    return [element for element, _ in kept] or elements[:1]


def _by_trafilatura(page: Page) -> Element | None:
    """The smallest element of our own tree that holds the prose trafilatura takes for the text.

    Its short lines are left out of account: on many pages it takes navigation along. On others
    it loses all prose (sections, spans); then every line of prose of the page counts.
    """
    found = bare(_trafilatura_text(page.tree).replace("|", ""))
    lines: dict[str, Line] = {}  # a second copy of the text does not count
    for line in page.lines:
        lines.setdefault(bare(line.text), line)
    prose = {text: line for text, line in lines.items() if _is_prose(text, line)}
    taken = [line for text, line in prose.items() if text in found]
    if _size(taken) < LEAST_TAKEN * _size(prose.values()):
        taken = list(prose.values())
    return _holder(taken or [line for text, line in lines.items() if text in found])


def _trafilatura_text(tree: Element) -> str:
    found = trafilatura.bare_extraction(  # it changes the tree it is given
        deepcopy(tree), fast=True, include_tables=True, with_metadata=False, deduplicate=False
    )
    text = getattr(found, "text", None)  # it may find nothing at all
    return text if isinstance(text, str) else ""


def _is_prose(text: str, line: Line) -> bool:
    return line.unlinked >= PROSE_HAN and any(mark in text for mark in "，,。；")


def _size(lines: Iterable[Line]) -> int:
    return sum(line.unlinked for line in lines)


def _holder(lines: Sequence[Line]) -> Element | None:
    """The deepest element around (nearly) all of the lines."""
    held: Counter[Element] = Counter()
    for line in lines:
        for element in (line.element, *line.element.iterancestors()):
            held[element] += line.unlinked
    least = FOUND_SHARE * _size(lines)
    holders = [one for one in held if held[one] >= least and one.tag not in _NO_HOLDERS]
    return max(holders, key=lambda one: sum(1 for _ in one.iterancestors()), default=None)
