"""The part of a page that holds its text: a known container behind a gate, else around prose."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from crawler.extraction.body.carriers import LEAST_HAN
from crawler.extraction.body.edges import continued, with_neighbours
from crawler.extraction.body.fallback import find_text
from crawler.extraction.body.site_containers import site_elements
from crawler.extraction.body.unveil import hidden_body, prose_han, unveil
from crawler.extraction.boilerplate import is_chrome
from crawler.extraction.files.images import may_hold_text
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import SKIPPED, Element, Line, flow
from crawler.extraction.whitespace import bare

# design §10: a container under this share of the page's unlinked Han is not the body...
GATE = 0.30
# ...and one nested in another is preferred while it loses no more than this of its text.
NESTED_SHARE = 0.95
# How the names of containers begin that somebody has reviewed for the page's host.
SITE = "site:"
# Two containers with this share of lines in common are desktop and mobile copies of one text.
COPY_SHARE = 0.6
# What else than text a document may be shown with.
_SHOWING = ("a", "img", "iframe", "embed", "object")
# So many elements of one name are the paragraphs of a text and no copies of it.
_MOST_COPIES = 100


@dataclass(slots=True)
class Body:
    """Where the text lies: elements in document order, the way it was found, how sure it is."""

    elements: tuple[Element, ...]
    path: str
    strong: bool = False


@dataclass(slots=True)
class _Candidate:
    elements: tuple[Element, ...]
    name: str
    strong: bool
    text: int  # unlinked Han
    reviewed: bool = False  # of this very host


class _Rules:
    """The containers of ``data/containers.toml``, ready to be asked about an element.

    In whatever case: a family's #zoom is #Zoom on other portals (l15).
    """

    def __init__(self) -> None:
        text = files("crawler").joinpath("data/containers.toml").read_text(encoding="utf-8")
        self.exact: dict[tuple[str, str], tuple[str, bool]] = {}
        self.prefixes: list[tuple[str, bool]] = []
        marks = {"id": "#", "class": ".", "tag": ""}
        for strength, rules in tomllib.loads(text).items():
            for kind, value in (next(iter(rule.items())) for rule in rules):
                if kind == "id_prefix":
                    self.prefixes.append((value.lower(), strength == "strong"))
                else:
                    self.exact[kind, value.lower()] = (marks[kind] + value, strength == "strong")
        self._starts = tuple(prefix for prefix, _ in self.prefixes)
        self._tags, self._ids, self._classes = (
            frozenset(value for kind, value in self.exact if kind == wanted)
            for wanted in ("tag", "id", "class")
        )

    def names(self, tag: str, name: str, classes: Sequence[str]) -> list[tuple[str, bool]]:
        """Every rule that an element answers to by what it is called: (name, strong)."""
        exact = self.exact
        asked = [("tag", tag), ("id", name), *(("class", one) for one in classes)]
        found = [exact[one] for one in asked if one in exact]
        found += [
            (f"#{prefix}", strong) for prefix, strong in self.prefixes if name.startswith(prefix)
        ]
        return found

    def called(self, page: Page) -> Iterator[tuple[Element, list[tuple[str, bool]]]]:
        """The elements of a page that a rule names, each with its rules."""
        tags, ids, starts = self._tags, self._ids, self._starts
        # A page has hundreds of elements with a class, and few classes.
        classed = {
            classes
            for classes in {one[3] for one in page.named}
            if not self._classes.isdisjoint(classes.lower().split())
        }
        for element, tag, name, classes in page.named:
            name = name and name.lower()  # most have none
            if (
                classes in classed
                or tag in tags
                or (name and (name in ids or name.startswith(starts)))
            ):
                yield element, self.names(tag, name, classes.lower().split())


_RULES = _Rules()


def find_body(page: Page) -> Body:
    """The elements that hold the page's text and how they were found.

    Where nothing is recognised and no prose is found, the whole <body> is the answer: a short
    page is still read, and chrome is told by its phrases.
    """
    least = GATE * max(page.flowed.unlinked(page.root), 1)
    candidates = [
        one
        for one in _candidates(page)
        if one.text >= least or (one.strong and _holds_something(one))
    ]
    best = _choose(candidates) if candidates else None
    is_bare = best is None or _is_bare(page, best)
    known = _known(page, best) if best else None
    waits = known is None or _waits(page, known)
    if known and not (is_bare or waits):
        return known
    shown = prose_han(page.lines)
    if is_bare and (carried := unveil(page, shown, _empty_containers(page))):
        return Body((carried[0],), carried[1], strong=True)
    if known and not waits:
        return known
    if hidden := hidden_body(page, shown):
        return Body(continued(page, hidden[:1]), hidden[1], strong=True)
    found = find_text(page)
    if found and (known is None or found[1] == "prose"):
        return Body(with_neighbours(page, *found), found[1])
    return known or Body((page.root,), "whole-page")


def _known(page: Page, chosen: _Candidate) -> Body:
    return Body(continued(page, chosen.elements), f"container:{chosen.name}", chosen.strong)


def _is_bare(page: Page, chosen: _Candidate) -> bool:
    """Whether a container has no text to speak of, shown or hidden."""
    if chosen.text >= LEAST_HAN or any(map(page.flowed.hides_below, chosen.elements)):
        return False
    return not prose_han(line for one in chosen.elements for line in page.lines_of(one))


def _waits(page: Page, body: Body) -> bool:
    """Whether a container has nothing but 正在加载 until a script fills it."""
    if any(page.flowed.hides_below(one) for one in body.elements):
        return False
    lines = (line for one in body.elements for line in page.lines_of(one))
    return all(is_chrome(line.text) for line in lines) and not any(
        shown.tag != "img" or may_hold_text(shown)
        for one in body.elements
        for shown in one.iter(*_SHOWING)
    )


def _empty_containers(page: Page) -> Iterator[Element]:
    return (one for one, _ in _containers(page) if not page.lines_of(one))


def _containers(page: Page) -> Iterator[tuple[Element, list[tuple[str, bool]]]]:
    """The elements below the root that are called as containers are, each with its rules."""
    root = page.root
    inside = frozenset((root,))
    return (
        (element, rules)
        for element, rules in _RULES.called(page)
        if element is root or _inside(element, inside)
    )


def _candidates(page: Page) -> list[_Candidate]:
    found: dict[tuple[str, bool], list[Element]] = {}
    for element, rules in _containers(page):
        for rule in rules if element.tag not in SKIPPED else ():
            found.setdefault(rule, []).append(element)
    reviewed = {(f"{SITE}{selector}", True): own for selector, own in site_elements(page)}
    found.update(reviewed)
    candidates = []
    for (name, strong), elements in found.items():
        all_of_them = frozenset(elements)
        kept = _without_copies(page, [one for one in elements if not _inside(one, all_of_them)])
        if _are_paragraphs(page, kept):
            continue
        text = sum(map(page.flowed.unlinked, kept))
        candidates.append(_Candidate(tuple(kept), name, strong, text, (name, strong) in reviewed))
    return candidates


def _are_paragraphs(page: Page, elements: Sequence[Element]) -> bool:
    """Whether a name is that of single paragraphs, which a style sheet gave it (g08).

    Several of them stand beside each other with a line each: what stands between them, by other
    names, is of the same text, so the text is what is around them.
    """
    if len({one.getparent() for one in elements}) == len(elements):
        return False
    return all(len(page.lines_of(one)) <= 1 for one in elements)


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
    """The host's own or the strong one with most text, or the innermost that has nearly as much."""
    least = GATE * max(one.text for one in candidates)
    reviewed = [one for one in candidates if one.reviewed and one.text >= least]
    strong = [one for one in candidates if one.strong]
    pool = reviewed or strong or list(candidates)
    largest = max(pool, key=lambda one: one.text)
    around = frozenset(largest.elements)
    nested = [
        one
        for one in candidates
        if one is not largest
        and one.text >= NESTED_SHARE * largest.text
        and all(_inside(element, around) for element in one.elements)
    ]
    # Equal shares happen (a div in a div): document order is the same everywhere, so min() is.
    return min(nested, key=lambda one: one.text, default=largest)


def _inside(element: Element, others: frozenset[Element]) -> bool:
    return any(ancestor in others for ancestor in element.iterancestors())


def _without_copies(page: Page, elements: list[Element]) -> list[Element]:
    """The first of each text: pages carry a desktop and a mobile copy."""
    if len(elements) == 1 or len(elements) > _MOST_COPIES:
        return elements
    kept: list[tuple[Element, set[str]]] = []
    for element in elements:
        lines = {bare(line.text) for line in page.lines_of(element)}
        for position, (_, other) in enumerate(kept):
            common = len(lines & other)
            if common and common >= COPY_SHARE * min(len(lines), len(other)):
                if sum(map(len, lines)) > sum(map(len, other)) * 1.02:
                    kept[position] = (element, lines)
                break
        else:
            if lines:
                kept.append((element, lines))
    return [element for element, _ in kept] or elements[:1]
