"""What a reviewer of a rule wants to know: where it was seen, what it would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extraction.boilerplate import is_chrome
from crawler.learn.rules import PAGES_SHARE, Rule
from crawler.learn.sample import GUESSED, Positions, Sample
from crawler.learn.selectors import plainness
from crawler.learn.templates import repeated_marks

_EXAMPLES = 3
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """``first_seen`` and ``last_seen`` are dates of capture, ``published`` the pages' own.

    ``fell_back`` counts the pages for whose text no container is known today; ``gained`` and
    ``lost`` are the Han characters of lines that the rule would add to what is read today and take
    from it. ``outside`` are lines of single pages that it leaves out, ``repeated`` lines that stand
    before or behind the text of nearly all pages, and ``fields`` elements that print a field.
    """

    pages: int
    of: int
    share: float
    first_seen: str
    last_seen: str
    published: tuple[str, str]
    templates: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]  # record id, URL
    today: tuple[tuple[str, int], ...]
    fell_back: int
    gained: int
    lost: int
    outside: tuple[str, ...]
    repeated: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def tells_news(self) -> bool:
        """Whether anything would be read otherwise, or from a place known by name."""
        return bool(self.fell_back or self.gained or self.lost)


def evidence_of(rule: Rule) -> Evidence:
    pages = rule.pages
    paths = Counter(sample.path for sample in pages)
    days = sorted(filter(None, (sample.published for sample in pages)))
    newest = sorted(pages, key=_age, reverse=True)
    return Evidence(
        pages=len(pages),
        of=rule.of,
        share=rule.share,
        first_seen=min(sample.first for sample in pages),
        last_seen=max(sample.last for sample in pages),
        published=(days[0], days[-1]) if days else ("", ""),
        templates=tuple(sorted({sample.shape for sample in pages})),
        examples=tuple((one.record_id, one.url) for one in newest[:_EXAMPLES]),
        today=tuple(sorted(paths.items())),
        fell_back=sum(paths[path] for path in GUESSED),
        gained=sum(_han_beyond(one, one.holders[rule.container].lines, one.today) for one in pages),
        lost=sum(_han_beyond(one, one.today, one.holders[rule.container].lines) for one in pages),
        outside=tuple(_outside(rule)),
        repeated=tuple(_repeated(rule)),
        fields=tuple(_fields(rule)),
    )


def _age(sample: Sample) -> tuple[str, str, str]:
    return (sample.last, sample.published, sample.url)


def _han_beyond(sample: Sample, some: Positions, others: Positions) -> int:
    """The Han of the lines of ``some`` that ``others`` lack, chrome known as such aside.

    By their text: of a text that is on the page twice either copy will do.
    """
    marks = {sample.lines[place].mark for place in others}
    lines = (sample.lines[place] for place in some)
    return sum(one.unlinked for one in lines if one.mark not in marks and not is_chrome(one.mark))


def _outside(rule: Rule) -> Iterator[str]:
    """What one page says outside the container and its template does not."""
    sample = max(rule.pages, key=_age)
    inside = sample.holders[rule.container].lines
    lines = [
        line.mark
        for place, line in enumerate(sample.lines)
        if place not in inside and line.unlinked and line.mark not in rule.chrome
    ]
    yield from lines[:_MOST_LINES]


def _repeated(rule: Rule) -> Iterator[str]:
    """Lines at the edges of the container, on nearly all pages, that are not yet known as chrome.

    Only the edges: 一、总体情况 stands on all reports as well, in the midst of their text.
    """
    everywhere = repeated_marks(rule.pages, PAGES_SHARE)
    counts = Counter(mark for sample in rule.pages for mark in _edges(rule, sample))
    known = (mark for mark in counts if mark in everywhere and not is_chrome(mark))
    least = PAGES_SHARE * len(rule.pages)
    yield from sorted(mark for mark in known if counts[mark] >= least)[:_MOST_LINES]


def _edges(rule: Rule, sample: Sample) -> set[str]:
    """The template's lines before the first and behind the last line that is the page's own."""
    lines = [sample.lines[place] for place in sorted(sample.holders[rule.container].lines)]
    own = [place for place, line in enumerate(lines) if line.mark not in rule.chrome]
    first, last = (own[0], own[-1]) if own else (len(lines), len(lines))
    return {line.mark for line in (*lines[:first], *lines[last + 1 :])}


def _fields(rule: Rule) -> Iterator[tuple[str, str]]:
    """The elements that print title, date and source on nearly all pages."""
    for field in ("title", "published", "source"):
        counts = Counter(name for sample in rule.pages for name in sample.fields[field])
        stable = [name for name, count in counts.items() if count >= PAGES_SHARE * len(rule.pages)]
        if stable:
            yield field, min(stable, key=plainness)
