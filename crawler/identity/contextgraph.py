"""Each page's smallest context, worked out from every link ever met.

Which list a spider came by first is chance; which context is smallest is not. Further pages and
frames of a list cost nothing (they inherit its context), rows and sub-columns one hop.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.contexts import child_context
from crawler.items import Context, Link


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """A list page as read once: where it lies, how it was reached, what it links to.

    ``links`` are pairs of canonical URL and link.
    """

    url: str
    canonical_url: str
    context: Context
    links: tuple[tuple[str, Link], ...]


#: Contexts of equal rank are told apart by what is left of them.
Order = tuple[tuple[str | int, ...], tuple[str, ...]]


def _order(context: Context) -> Order:
    return context.rank, (context.link_text, context.list_date, *context.column)


def smallest_contexts(pages: Sequence[LinkedPage]) -> Mapping[str, Context]:
    """The smallest context of every page that is linked, by canonical URL.

    Roots are the list pages a spider entered by. A list page no link leads to (it was reached
    through a redirect) starts from the context of its own fetch, after all others are settled.
    """
    by_url: dict[str, list[LinkedPage]] = {}
    for page in pages:
        by_url.setdefault(page.canonical_url, []).append(page)
    settled: dict[str, Context] = {}
    _spread(by_url, settled, (page for page in pages if not page.context.list_url))
    _spread(by_url, settled, (page for page in pages if page.canonical_url not in settled))
    return settled


def _spread(
    by_url: Mapping[str, Sequence[LinkedPage]],
    settled: dict[str, Context],
    seeds: Iterable[LinkedPage],
) -> None:
    """Dijkstra: pages are settled in the order of their contexts, each once."""
    heap = [(_order(seed.context), seed.canonical_url, seed.context) for seed in seeds]
    heapq.heapify(heap)
    while heap:
        _, url, context = heapq.heappop(heap)
        if url in settled:
            continue
        settled[url] = context
        for page in by_url.get(url, ()):
            for target, link in page.links:
                if target not in settled:
                    child = child_context(context, page.url, link)
                    heapq.heappush(heap, (_order(child), target, child))
