"""Turning what a crawl meets into figures: items and answers in, `Observed` out.

Knows nothing of Scrapy, so that stored or made-up pages give the same figures as a live run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from crawler.items import Document, ListPage, Rel
from crawler.losses import TRAITS
from crawler.runs.further import FurtherPages
from crawler.runs.observed import CLOSED, LINKED, NO_ANSWER, ColumnRead, ListSeen, Observed
from crawler.thresholds import FAILING
from crawler.titles import judge, possible
from crawler.urls import canonical_url

#: Outcomes after which nothing is known of the page that was asked for.
_FAILED = frozenset(FAILING) - CLOSED
#: Which row of a list, from the newest, editors do not withdraw together with those above it.
_RECENT = 3


class Collector:
    """The figures of one run, as they come. ``known`` are the lists healthy runs met before,
    ``directories`` those their rows lay in."""

    def __init__(
        self,
        known: Collection[str] = (),
        directories: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        self._known = frozenset(known)
        self._lists: dict[str, ListSeen] = {}
        self._names: dict[str, str] = {}  # where a first page was found → what was asked
        self._led: dict[str, str] = {}  # sub-column or frame → the list that led to it
        self._further = FurtherPages(directories)
        self._rows_met: dict[str, set[int]] = {}  # of each list: hashes of its pages' rows
        self._ends: dict[str, str] = {}  # of known lists: how the fetch ended
        self._attempts: Counter[str] = Counter()  # of known lists: those that failed
        self._read: Counter[str] = Counter()
        self._traits: dict[str, Counter[str]] = {}
        self._paths: Counter[str] = Counter()

    def list_page(self, page: ListPage, asked: str, root: str | None = None) -> None:
        """A list's first page, reached by asking for ``asked``, or a further page of ``root``.

        A list goes by the URL that was asked for: where it redirects to may change.
        """
        rows = [link for link in page.links if link.rel is Rel.ROW]
        asked, here, root = _name(asked), _name(page.url), _name(root or page.url)
        first = root == here
        name = asked if first else self._names.get(root, root)
        if not self._further.read(name, asked, rows, first=first):
            return  # whatever answered there, it is no page of this list
        seen = self._lists.get(name, ListSeen())
        if first:
            self._names[here] = name
            # A frame has its page's context: what led to it is known from the page's links only.
            parent = self._led.get(asked) or _name(page.context.list_url)
            seen = replace(_first_page(page, seen), parent=parent)
        for link in page.links:
            if link.rel in (Rel.COLUMN, Rel.FRAME):
                child = _name(link.url)
                self._led.setdefault(child, name)
                if child in self._known:
                    self._ends.setdefault(child, LINKED)
            elif link.rel is Rel.PAGE:
                self._further.linked(_name(link.url), name)
        met = self._rows_met.setdefault(name, set())
        mark = hash(frozenset(link.url for link in rows))
        again = bool(rows) and mark in met
        met.add(mark)
        self._lists[name] = replace(
            seen,
            pages=seen.pages + 1,
            repeated=seen.repeated + int(again),
            beyond=seen.beyond + (0 if first else len(rows)),
        )

    def document(self, document: Document) -> None:
        context = document.context
        column = (*context.column, context.link_text)[0]
        self._read[column] += 1
        self._paths[document.path] += 1
        traits = self._traits.setdefault(column, Counter())
        traits.update(name for name, holds in TRAITS.items() if holds(document))

    def asked(self, url: str) -> None:
        """A request was made; whether it is answered will be seen."""
        name = _name(url)
        if name in self._known and self._ends.get(name, LINKED) == LINKED:
            self._ends[name] = NO_ANSWER

    def failed(self, asked: str, outcome: str) -> None:
        """An attempt brought nothing; another one may follow."""
        if outcome in _FAILED:
            name = _name(asked)
            self._further.failed(name)
            if name in self._known:
                self._attempts[name] += 1

    def answered(self, asked: str, url: str, outcome: str) -> None:
        """How the fetch of ``asked`` ended, at ``url`` after its redirects."""
        asked = _name(asked)
        end = outcome if asked == _name(url) else "redirected"
        end = NO_ANSWER if outcome in _FAILED else end
        if asked in self._known:
            self._ends[asked] = end
        if end != NO_ANSWER:
            self._further.answered(asked, end)

    def closed(self, asked: str, outcome: str) -> None:
        """``asked`` was not answered with a page, and that was meant (`CLOSED`)."""
        if _name(asked) in self._known:
            self._ends[_name(asked)] = outcome

    def observed(self, stats: Mapping[str, Any]) -> Observed:
        """Everything so far, together with the counts of `crawler.stats`."""
        columns = {
            name: ColumnRead(count, dict(sorted(self._traits[name].items())))
            for name, count in sorted(self._read.items())
        }
        lists = self._further.counted_in(self._lists)
        ends = {url: end for url, end in sorted(self._ends.items()) if url not in lists}
        return Observed(
            requests=int(stats.get("downloader/request_count", 0)),
            outcomes=below(stats, "outcome/"),
            pages=below(stats, "page/"),
            errors={**below(stats, "spider_exceptions/"), **below(stats, "item_error/")},
            given_up=int(stats.get("frontier/given_up", 0)),
            documents=below(stats, "documents/"),
            lists=dict(sorted(lists.items())),
            no_lists=ends,
            unanswered={url: self._attempts[url] for url in ends if ends[url] == NO_ANSWER},
            columns=columns,
            paths=dict(sorted(self._paths.items())),
            ended=below(stats, "host_ended/"),
            had=below(stats, "known/had/"),
            lost=below(stats, "known/lost/"),
            lost_at={name: tuple(urls) for name, urls in below(stats, "known/lost_at/").items()},
        )


def _first_page(page: ListPage, seen: ListSeen) -> ListSeen:
    rows = [link for link in page.links if link.rel is Rel.ROW]
    rels = Counter(link.rel for link in page.links)
    reports = [link.text for link in rows if possible(link.text)]
    dates = sorted(link.date for link in rows if link.date)
    return replace(
        seen,
        rows=len(rows),
        relevant=len(reports),
        dated=len(dates),
        letters=sum(len(link.text) for link in rows),
        columns=rels[Rel.COLUMN] + rels[Rel.FRAME],
        following=rels[Rel.PAGE] > 0,
        at=_name(page.url),
        years=sum(1 for text in reports if judge(text).report_year is not None),
        days=len(set(dates)),
        newest=dates[-1] if dates else "",
        recent=dates[-_RECENT] if len(dates) >= _RECENT else "",
    )


def _name(url: str) -> str:
    """What a list goes by: the canonical form of its address; what has none is no list."""
    try:
        return canonical_url(url)
    except ValueError:
        return url


def below(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The stats whose names begin with ``prefix``, without it, sorted."""
    return {name[len(prefix) :]: stats[name] for name in sorted(stats) if name.startswith(prefix)}
