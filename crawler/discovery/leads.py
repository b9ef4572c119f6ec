"""What a link promises: a score from its words, its path and the columns it hangs below.

A page's place in the portal is its `Spot`: the classes of the columns that led to it. Classes
below each other also name the *kind* of a lead (``disclosure/units/unit/reports``): forty
bureaux' report columns are forty leads of one kind, and what the first of them brought says what
the next one promises (`crawler.discovery.yields`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from crawler.discovery.vocabulary import (
    AWAY,
    FLOOR,
    HOP_COST,
    OTHER,
    LeadClass,
    class_of_path,
    class_of_text,
)
from crawler.items import Context, Link

#: Words that say nothing by themselves: the path may say more, the column must.
_VAGUE: Final = frozenset({"more", "year", "special"})
#: What the words promise is believed more than what the path does.
_PATH_DISCOUNT: Final = 12
#: A link below news is followed only if it promises this much by itself.
_OUT_OF_NEWS: Final = 70


@dataclass(frozen=True)
class Spot:
    """Where a page stands: its class and those of the columns above it, outermost first."""

    above: tuple[LeadClass, ...]
    own: LeadClass

    @cached_property
    def kind(self) -> str:
        """The classes as one name; what says nothing counts only at the end."""
        telling = [one.name for one in self.above if one is not OTHER and one.name not in _VAGUE]
        names = [*telling, self.own.name]
        return "/".join(n for place, n in enumerate(names) if place == 0 or n != names[place - 1])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind and those above it, which share what it brings."""
        steps = self.kind.split("/")
        return tuple("/".join(steps[:count]) for count in range(1, len(steps) + 1))

    @property
    def trail(self) -> tuple[LeadClass, ...]:
        return (*self.above, self.own)

    @property
    def of_reports(self) -> bool:
        """Inside a column of reports or of work points?"""
        return any(one.name in ("reports", "points") for one in self.trail)


@dataclass(frozen=True, slots=True)
class Lead:
    """A link worth asking: how much, as what kind, and why."""

    score: int
    kind: str
    why: str

    @property
    def followed(self) -> bool:
        return self.score >= FLOOR


def spot_of(url: str, context: Context) -> Spot:
    """The place of a page from how it was reached; pure, so a resumed walk sees the same."""
    above = [class_of_text(name) or OTHER for name in context.column]
    if above and context.list_url:
        # The list it hangs below is the one whose address is known as well.
        above[-1] = classify(context.column[-1], context.list_url)
    return Spot(tuple(above), classify(context.link_text, url))


def classify(text: str, url: str) -> LeadClass:
    """The class of a link: its words, or its path where they say nothing or it says more."""
    by_text, by_path = class_of_text(text), class_of_path(url)
    if by_text is None or by_text.name in _VAGUE:
        return by_path or by_text or OTHER
    if by_path is not None and by_path.name == "reports" and by_text.name == "disclosure":
        return by_path
    return by_text


def judge(link: Link, spot: Spot, hops: int, *, met_before: bool = False) -> Lead:
    """What a link on a page at ``spot`` promises.

    ``met_before``: it stood on other pages already, so it is navigation, and the column this
    page lies in says nothing about it.
    """
    own = classify(link.text, link.url)
    worth = _worth(link, own)
    promised, parent = (0, None) if met_before else _inherited(own, spot)
    if spot.own is AWAY and worth < _OUT_OF_NEWS:
        worth = promised = 0
    best = max(worth, promised)
    why = own.name if worth >= promised or parent is None else f"{own.name} below {parent.name}"
    kind = Spot(spot.trail if promised > worth or not met_before else (), own).kind
    return Lead(max(0, best - HOP_COST * hops) if best else 0, kind, why)


def _worth(link: Link, own: LeadClass) -> int:
    by_text = class_of_text(link.text)
    return own.worth if own is by_text else max(0, own.worth - _PATH_DISCOUNT)


def _inherited(own: LeadClass, spot: Spot) -> tuple[int, LeadClass | None]:
    """The most that a column above promises for links of this class."""
    return max(
        ((one.below.get(own.name, 0), one) for one in spot.trail),
        key=lambda promise: promise[0],
        default=(0, None),
    )
