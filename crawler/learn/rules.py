"""Which element of a host's pages holds their text: the choice, and what it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.learn.sample import Sample
from crawler.learn.selectors import plainness
from crawler.learn.templates import repeated_marks, templates_of

# A container holds this share of the sentences of a page that are not its template's...
PAGE_SHARE = 0.9
# ...and this share of those of all its pages, on this share of the pages that have the element or
# are of a template that has it.
TEXT_SHARE = 0.97
PAGES_SHARE = 0.95
# What a page has less of, in Han, shows nothing: an attachment with a line of thanks.
_LEAST_TEXT = 60
# Two days of publication at least: pages of one day may be one paste.
_LEAST_DAYS = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A container of a host, and the pages whose text it holds."""

    host: str
    container: str
    pages: tuple[Sample, ...]
    of: int  # pages with text of the templates it is on
    share: float
    chrome: frozenset[str]  # lines that are the templates' own


@dataclass(frozen=True, slots=True)
class HostRules:
    """What was learned of one host; ``left`` are the articles that no rule holds."""

    host: str
    articles: tuple[Sample, ...]
    rules: tuple[Rule, ...]
    left: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """A sample beside the pages of its template: ``text`` is the Han of the sentences that are its
    own, ``shares`` what part of it each element holds."""

    sample: Sample
    template: int
    chrome: frozenset[str]
    text: int
    shares: Mapping[str, float]


def _weighed(sample: Sample, template: int, chrome: frozenset[str]) -> _Page:
    own = [0 if line.mark in chrome else line.prose for line in sample.lines]
    text = sum(own)
    held = {name: sum(own[at] for at in one.lines) for name, one in sample.holders.items()}
    shares = {name: han / text for name, han in held.items() if text}
    return _Page(sample, template, chrome, text, shares)


class _Host:
    """The pages of one host that have a text of their own."""

    def __init__(self, name: str, samples: Sequence[Sample]) -> None:
        self.name = name
        everywhere = repeated_marks(samples)
        self.pages: list[_Page] = []
        for number, template in enumerate(templates_of(samples)):
            chrome = everywhere | repeated_marks(template)
            weighed = (_weighed(sample, number, chrome) for sample in template)
            self.pages += [page for page in weighed if page.text >= _LEAST_TEXT]
        self._sizes = Counter(page.template for page in self.pages)
        self._holding = holding(self.pages)

    def rule(self, selector: str) -> Rule | None:
        """The selector as a rule, if nearly all pages that should be are held by it."""
        held = self._holding[selector]
        mine = Counter(page.template for page in held)
        # Templates most of whose pages have it; elsewhere it is a chance likeness of names.
        size = sum(self._sizes[one] for one, n in mine.items() if 2 * n > self._sizes[one])
        present = sum(1 for page in self.pages if selector in page.sample.present)
        of = max(present, size)
        text = sum(page.text for page in held)
        share = sum(page.shares[selector] * page.text for page in held) / text
        days = {page.sample.published or page.sample.first for page in held}
        enough = len(held) >= PAGES_SHARE * of and share >= TEXT_SHARE
        if not enough or len(days) < _LEAST_DAYS:
            return None
        # Of one template the pages share one set: few sets, many pages.
        chrome = frozenset[str]().union(*{page.chrome for page in held})
        return Rule(self.name, selector, tuple(page.sample for page in held), of, share, chrome)


def holding(pages: Iterable[_Page]) -> Mapping[str, list[_Page]]:
    """Of each selector the pages whose text it holds."""
    found: dict[str, list[_Page]] = defaultdict(list)
    for page in pages:
        for selector, share in page.shares.items():
            if share >= PAGE_SHARE:
                found[selector].append(page)
    return found


def learn(samples: Sequence[Sample], min_pages: int) -> Iterator[HostRules]:
    """What the pages of each host show, hosts in alphabetical order."""
    hosts: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        hosts[sample.host].append(sample)
    for name in sorted(hosts):
        host = _Host(name, hosts[name])
        rules = tuple(_rules(host, min_pages))
        held = {id(sample) for rule in rules for sample in rule.pages}
        left = tuple(page.sample for page in host.pages if id(page.sample) not in held)
        yield HostRules(name, tuple(hosts[name]), rules, left)


def _rules(host: _Host, min_pages: int) -> Iterator[Rule]:
    """One rule for all pages, or one for most and others for what remains."""
    remaining = host.pages
    while len(remaining) >= min_pages:
        held = holding(remaining)
        found = [
            rule
            for selector, pages in held.items()
            if len({page.sample.url for page in pages}) >= min_pages
            and (rule := host.rule(selector)) is not None
        ]
        if not found:
            return
        most = max(len(held[rule.container]) for rule in found)
        enough = PAGES_SHARE * most
        best = _best([rule for rule in found if len(held[rule.container]) >= enough])
        yield best
        explained = {id(sample) for sample in best.pages}
        remaining = [page for page in remaining if id(page.sample) not in explained]


def _best(rules: Sequence[Rule]) -> Rule:
    """The narrowest: what is around the text is not in it.

    Of elements around the same lines, one that has a name of its own, and the innermost.
    """

    def order(rule: Rule) -> tuple[object, ...]:
        depth = max(sample.holders[rule.container].depth for sample in rule.pages)
        steps, *rest = plainness(rule.container)
        return (_room(rule), steps, -depth, *rest)

    return min(rules, key=order)


def _room(rule: Rule) -> float:
    """How much a container holds on a page, whatever it is."""
    lines = (
        sample.lines[place]
        for sample in rule.pages
        for place in sample.holders[rule.container].lines
    )
    return sum(1 + line.unlinked for line in lines) / len(rule.pages)
