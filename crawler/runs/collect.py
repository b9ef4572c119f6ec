"""Turning what a crawl meets into figures: items and answers in, `Observed` out.

Knows nothing of Scrapy, so that stored or made-up pages give the same figures as a live run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from crawler.hanzi import count_han
from crawler.items import Document, ListPage, Paragraph, Rel, Table
from crawler.runs.evidence import LINKED, NO_ANSWER, ColumnRead, ListSeen, Observed
from crawler.titles import possible
from crawler.urls import canonical_url

#: A report says more than this; less is a stub, or a body that was not found.
_TEXT_HAN = 200
_BROKEN_CHARACTER = "\ufffd"


def _on_page(document: Document, field: str) -> bool:
    """Whether a field was read from the page and not taken from the list that led to it."""
    evidence = document.field_sources.get(field)
    return isinstance(evidence, Mapping) and evidence.get("where") not in ("context", "list")


def _texts(document: Document) -> list[str]:
    texts = [document.title]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        else:
            texts += [cell for row in block.rows for cell in row]
    return texts


def _is_clean(document: Document) -> bool:
    return not any(_BROKEN_CHARACTER in text for text in _texts(document))


def _has_text(document: Document) -> bool:
    return sum(map(count_han, _texts(document))) >= _TEXT_HAN


def _is_complete(document: Document) -> bool:
    return not any(warning.startswith("part_") for warning in document.warnings)


def _in_container(document: Document) -> bool:
    """Files have no container; nor does a text that a part carries."""
    return document.text_source != "html" or document.path.startswith("container")


#: What a Document may have; `data/verdicts.toml` says how much of it may go.
TRAITS: Mapping[str, Callable[[Document], bool]] = {
    "container": _in_container,
    "title": lambda document: _on_page(document, "title"),
    "published": lambda document: bool(document.published),
    "clean": _is_clean,
    "text": _has_text,
    "complete": _is_complete,
    "source": lambda document: bool(document.source),
    "infobox": lambda document: bool(document.infobox),
    "tables": lambda document: any(isinstance(block, Table) for block in document.blocks),
    "issuer": lambda document: _on_page(document, "issuer"),
}


class Collector:
    """The figures of one run, as they come. ``known`` are the lists healthy runs met before."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._lists: dict[str, ListSeen] = {}
        self._names: dict[str, str] = {}  # where a first page was found → what was asked
        self._led: dict[str, str] = {}  # sub-column or frame → the list that led to it
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
            documents=below(stats, "documents/"),
            lists=dict(sorted(self._lists.items())),
            no_lists={
                url: word for url, word in sorted(self._ends.items()) if url not in self._lists
            },
            columns=columns,
            paths=dict(sorted(self._paths.items())),
        )


def _first_page(page: ListPage, seen: ListSeen) -> ListSeen:
    rows = [link for link in page.links if link.rel is Rel.ROW]
    rels = Counter(link.rel for link in page.links)
    return replace(
        seen,
        rows=len(rows),
        relevant=sum(1 for link in rows if possible(link.text)),
        dated=sum(1 for link in rows if link.date),
        columns=rels[Rel.COLUMN] + rels[Rel.FRAME],
        following=rels[Rel.PAGE] > 0,
        at=canonical_url(page.url),
    )


def below(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The stats whose names begin with ``prefix``, without it, sorted."""
    return {name[len(prefix) :]: stats[name] for name in sorted(stats) if name.startswith(prefix)}
