"""Turning what a crawl meets into figures: items and answers in, `Observed` out.

Knows nothing of Scrapy, so that stored or made-up pages give the same figures as a live run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from crawler.items import Document, ListPage, Rel
from crawler.losses import TRAITS
from crawler.runs.evidence import LINKED, NO_ANSWER, ColumnRead, ListSeen, Observed
from crawler.titles import possible
from crawler.urls import canonical_url

#: What the address of a further page answers where the list no longer has it.
_NO_PAGE = frozenset({"not_found", "gone", "soft_404", "redirected"})


class Collector:
    """The figures of one run, as they come. ``known`` are the lists healthy runs met before."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._lists: dict[str, ListSeen] = {}
        self._names: dict[str, str] = {}  # where a first page was found → what was asked
        self._led: dict[str, str] = {}  # sub-column or frame → the list that led to it
        self._further: dict[str, str] = {}  # URL of a further page → its list
        self._missing: set[str] = set()  # further pages that are not there
        self._rows_met: dict[str, set[int]] = {}  # of each list: hashes of its pages' rows
        self._ends: dict[str, str] = {}  # of known lists: how the fetch ended
        self._read: Counter[str] = Counter()
        self._traits: dict[str, Counter[str]] = {}
        self._paths: Counter[str] = Counter()

    def list_page(self, page: ListPage, asked: str, root: str | None = None) -> None:
        """A list's first page, reached by asking for ``asked``, or a further page of ``root``.

        A list goes by the URL that was asked for: where it redirects to may change.
        """
        rows = [link for link in page.links if link.rel is Rel.ROW]
        first = root is None or root == page.url
        if not first and asked in self._missing:
            return  # whatever answered there, it is no page of this list
        name = asked if first else self._names.get(str(root), str(root))
        seen = self._lists.get(name, ListSeen())
        if first:
            self._names[page.url] = name
            # A frame has its page's context: what led to it is known from the page's links only.
            parent = self._led.get(asked, page.context.list_url)
            seen = replace(_first_page(page, seen), parent=parent)
        for link in page.links:
            if link.rel in (Rel.COLUMN, Rel.FRAME):
                self._led.setdefault(link.url, name)
                if link.url in self._known:
                    self._ends.setdefault(link.url, LINKED)
            elif link.rel is Rel.PAGE:
                self._further.setdefault(link.url, name)
        met = self._rows_met.setdefault(name, set())
        mark = hash(frozenset(link.url for link in rows))
        again = bool(rows) and mark in met
        met.add(mark)
        self._lists[name] = replace(seen, pages=seen.pages + 1, repeated=seen.repeated + int(again))

    def document(self, document: Document) -> None:
        context = document.context
        column = (*context.column, context.link_text)[0]
        self._read[column] += 1
        self._paths[document.path] += 1
        traits = self._traits.setdefault(column, Counter())
        traits.update(name for name, holds in TRAITS.items() if holds(document))

    def asked(self, url: str) -> None:
        """A request was made; whether it is answered will be seen."""
        if url in self._known and self._ends.get(url, LINKED) == LINKED:
            self._ends[url] = NO_ANSWER

    def answered(self, asked: str, url: str, outcome: str) -> None:
        """How the fetch of ``asked`` ended, at ``url`` after its redirects."""
        if asked in self._known:
            self._ends[asked] = outcome if asked == url else "redirected"
        name = self._further.get(asked)
        if name is not None and ("redirected" if asked != url else outcome) in _NO_PAGE:
            self._missing.add(asked)
            seen = self._lists[name]
            self._lists[name] = replace(seen, missing=seen.missing + 1)

    def observed(self, stats: Mapping[str, Any]) -> Observed:
        """Everything so far, together with the counts of `crawler.stats`."""
        columns = {
            name: ColumnRead(count, dict(sorted(self._traits[name].items())))
            for name, count in sorted(self._read.items())
        }
        return Observed(
            requests=int(stats.get("downloader/request_count", 0)),
            outcomes=below(stats, "outcome/"),
            pages=below(stats, "page/"),
            errors={**below(stats, "spider_exceptions/"), **below(stats, "item_error/")},
            given_up=int(stats.get("frontier/given_up", 0)),
            documents=below(stats, "documents/"),
            lists=dict(sorted(self._lists.items())),
            no_lists={
                url: word for url, word in sorted(self._ends.items()) if url not in self._lists
            },
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
    return replace(
        seen,
        rows=len(rows),
        relevant=sum(1 for link in rows if possible(link.text)),
        dated=sum(1 for link in rows if link.date),
        letters=sum(len(link.text) for link in rows),
        columns=rels[Rel.COLUMN] + rels[Rel.FRAME],
        following=rels[Rel.PAGE] > 0,
        at=canonical_url(page.url),
    )


def below(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The stats whose names begin with ``prefix``, without it, sorted."""
    return {name[len(prefix) :]: stats[name] for name in sorted(stats) if name.startswith(prefix)}
