"""One pass over a tree for all that asks for elements by what they are called."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crawler.compiled import twin
from crawler.extraction.walk.flow import Element

#: An element with its tag, its id and its classes.
Named: TypeAlias = tuple[Element, str, str, str]


@dataclass(slots=True)
class Seen:
    """What a pass met, in document order."""

    nodes: int  # how many; one more than the most where there are more
    named: Sequence[Named]  # the elements with an id, a class or a telling tag
    kept: Sequence[Element]
    #: All elements, where the pass made them all; an element that nobody holds is made anew by
    #: every walk. Compiled walks make none, and need none.
    elements: Sequence[Element] = ()


@twin
def seen(tree: Element, telling: Collection[str], kept: Collection[str], most: int) -> Seen:
    """The elements that are called something, and those of the ``kept`` tags.

    One pass for all: to come by an element costs more than to ask it. It ends after ``most`` nodes.
    """
    named: list[Named] = []
    elements = list(itertools.islice(tree.iter(), most + 1))
    for element in elements:
        # In bytes: a name in str is encoded anew for each element.
        name, classes, tag = element.get(b"id"), element.get(b"class"), element.tag
        if name or classes or tag in telling:
            named.append((element, tag, name or "", classes or ""))
    return Seen(len(elements), named, list(tree.iter(*kept)), elements)
