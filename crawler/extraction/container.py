"""The part of a page that holds its text: a known container behind a gate, else trafilatura's."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.resources import files

import trafilatura

from crawler.extraction.flow import SKIPPED, Element, Line, flow
from crawler.extraction.whitespace import bare, han

# design §10: a container under this share of the page's unlinked Han is not the body...
GATE = 0.30
# ...and one nested in another is preferred while it loses no more than this of its text.
NESTED_SHARE = 0.95
# Two containers with this share of lines in common are desktop and mobile copies of one text.
COPY_SHARE = 0.6
# The element that holds this share of what trafilatura found is where it found it.
FOUND_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Body:
    """Where the text lies: elements in document order, the way it was found."""

    elements: tuple[Element, ...]
    path: str


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
                (f"#{prefix}", strong) for prefix, strong in self.prefixes if name.startswith(prefix)
            )


_RULES = _Rules()


def find_body(tree: Element) -> Body:
    """The elements that hold the page's text and how they were found.

    Where nothing is recognised and trafilatura finds nothing, the whole <body> is the answer:
    a short page is still read, and chrome is told by its phrases.
    """
    root = tree.find("body")
    root = tree if root is None else root
    page_text = unlinked_han(root)
    candidates = [
        one for one in _candidates(root) if one.strong or one.text >= GATE * max(page_text, 1)
    ]
    if candidates:
        best = _choose(candidates)
        return Body(best.elements, f"container:{best.name}")
    found = _by_trafilatura(tree, root)
    return Body((found,), "trafilatura") if found is not None else Body((root,), "whole-page")


def unlinked_han(element: Element) -> int:
    return sum(line.unlinked for line in flow(element) if isinstance(line, Line))


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
        text = sum(unlinked_han(one) for one in kept)
        candidates.append(_Candidate(tuple(kept), name, strong, text))
    return candidates


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
        lines = {bare(line.text) for line in flow(element) if isinstance(line, Line)}
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


def _by_trafilatura(tree: Element, root: Element) -> Element | None:
    """The smallest element of our own tree that holds what trafilatura takes for the text."""
    document = trafilatura.bare_extraction(  # it changes the tree it is given
        deepcopy(tree), fast=True, include_tables=True, with_metadata=False, deduplicate=False
    )
    if document is None or not document.text:
        return None
    wanted = {bare(line) for line in document.text.split("\n") if han(line)}
    holder, best = root, _held(root, wanted)
    if not best:
        return None
    while True:
        child = max(
            (one for one in holder if isinstance(one.tag, str) and one.tag not in SKIPPED),
            key=lambda one: _held(one, wanted),
            default=None,
        )
        if child is None or _held(child, wanted) < FOUND_SHARE * best:
            return holder
        if child.tag in ("p", "span", "tr", "tbody", "td") and child.tag != "td":
            return holder
        holder = child


def _held(element: Element, wanted: set[str]) -> int:
    """How many Han of the wanted lines stand below the element."""
    text = bare("".join(line.text for line in flow(element) if isinstance(line, Line)))
    return sum(han(line) for line in wanted if line in text)
