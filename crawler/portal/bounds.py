"""What keeps a walk from going on for ever: lists, frames and folders without end.

A portal's own pager ends a list, and a page that brings nothing new to it (`crawler.state.lists`).
Some servers know neither: they have a next page for every page, frame themselves under another
query string, or answer below every folder with a link to one more.
"""

from __future__ import annotations

from collections import Counter

from crawler.contexts import child_context
from crawler.items import Link, ListPage, Rel

#: Further pages of one list; a list that claims more is a trap or a misread pager.
MAX_LIST_PAGES = 500
#: Frames and stubs followed in the place of one list; real ones are one or two.
MAX_FRAMES = 20
#: Columns one below the other; from 信息公开 to a township's year it takes five.
MAX_HOPS = 10


class Bounds:
    """Counts in memory: a run that goes on where another was killed counts anew, and ends too."""

    def __init__(self, max_list_pages: int) -> None:
        self._max_list_pages = max_list_pages
        self._pages: Counter[str] = Counter()
        self._frames: Counter[tuple[int, str, int]] = Counter()

    def passed(self, page: ListPage, link: Link, root: str) -> str | None:
        """The bound that following ``link`` would pass, as a word for the stats, or None."""
        if link.rel is Rel.PAGE:
            self._pages[root] += 1
            return "limit" if self._pages[root] >= self._max_list_pages else None
        if link.rel is Rel.FRAME:
            self._frames[page.context.rank] += 1
            return "depth" if self._frames[page.context.rank] > MAX_FRAMES else None
        hops = child_context(page.context, page.url, link).hops
        return "depth" if link.rel is Rel.COLUMN and hops > MAX_HOPS else None
