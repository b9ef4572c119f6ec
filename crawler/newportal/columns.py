"""Which lists of a portal carry reports, and which families its spider needs. Pure.

A spider with columns follows their sub-columns by itself, where these lie below them. So of the
lists that carry reports only the entries are named: the page that frames a list instead of the
frame, the first page instead of the second, and a directory of lists instead of each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawler.cms.family import Family, recognise
from crawler.discovery.vocabulary import SEARCH, class_of_text
from crawler.extraction.page import Page
from crawler.items import Document, Link, ListPage, Rel
from crawler.newportal.offline import Visit
from crawler.portal.spider import is_wanted_row
from crawler.scope import Scope, host_of, in_scope
from crawler.titles import judge

#: A portal is a short file; what stands in more columns than this finds `scrapy crawl portal`.
MAX_COLUMNS: Final = 20
#: A directory stands for its lists when of those that were seen so many carry reports.
_SHARE: Final = 0.5
#: Fewer are named one by one: a spider walks everything below the directory it begins in.
_FEW: Final = 3
_LONGEST_NAME: Final = 30
_MORE: Final = class_of_text("更多")
_SAME_PLACE: Final = (Rel.PAGE, Rel.FRAME)


@dataclass(slots=True)
class Entry:
    """A list to begin with, the rows of ours on it and on the pages it leads on to."""

    visit: Visit
    rows: set[str] = field(default_factory=set)
    lists: list[Visit] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.visit.asked

    @property
    def directory(self) -> str:
        return _directory(self.visit.capture.url)


def entries_of(visits: Sequence[Visit], home: str) -> list[Entry]:
    """The lists a spider begins with, those with most rows first."""
    documents = {
        url for v in visits if isinstance(v.result, Document) for url in (v.asked, v.capture.url)
    }
    found: dict[str, Entry] = {}
    for visit in visits:
        rows = set(_rows_of_ours(visit.listing, documents)) if visit.listing else set()
        root = _root(visit)
        if rows and _is_column(root, home):
            entry = found.setdefault(root.capture.url, Entry(root))
            entry.rows |= rows
            entry.lists.append(visit)
    kept = _joined(_without_doubles(found.values()), visits, home)
    return sorted(kept, key=lambda entry: (-len(entry.rows), entry.url))


def _rows_of_ours(page: ListPage, documents: Collection[str]) -> Iterator[str]:
    """Rows that are Documents, and those whose title says so of pages that were not fetched."""
    for link in page.links:
        wanted = link.rel is Rel.ROW and link.text and is_wanted_row(page, link)
        if wanted and (link.url in documents or judge(link.text).kind is not None):
            yield link.url


def _root(visit: Visit) -> Visit:
    """The page a reader opens to see this list: not a frame, an answer to a script, page two."""
    while visit.parent is not None and (visit.rel in _SAME_PLACE or visit.is_answer):
        visit = visit.parent
    return visit


def _is_column(visit: Visit, home: str) -> bool:
    """The home page shows what is new of everything; a search is no column, nor is a mirror's."""
    url = visit.capture.url
    is_home = urlsplit(url).path in ("", "/", urlsplit(home).path)
    is_search = visit.context.link_text == SEARCH["name"] or url.endswith(".xml")
    return not is_home and not is_search and in_scope(url, Scope.of([host_of(home)]))


def _without_doubles(entries: Iterable[Entry]) -> list[Entry]:
    """Without those whose rows all stand in others: hubs that show the latest of each column."""
    kept = sorted(entries, key=lambda entry: (entry.directory.count("/"), entry.url))
    for entry in list(kept):
        others = set[str]().union(*(one.rows for one in kept if one is not entry))
        if entry.rows <= others:
            kept.remove(entry)
    return kept


def _joined(kept: list[Entry], visits: Sequence[Visit], home: str) -> list[Entry]:
    """Lists below one directory are reached from the page of that directory."""
    pages = {visit.capture.url: visit for visit in visits if visit.listing}
    while True:
        hubs = [
            (inside, hub)
            for hub in pages.values()
            if _is_column(hub, home) and (inside := _inside(hub, pages, kept))
        ]
        if not hubs:
            return kept
        inside, hub = max(hubs, key=lambda one: (len(one[0]), len(_directory(one[1].asked))))
        whole = Entry(_root(hub))
        for entry in inside:
            whole.rows |= entry.rows
            whole.lists += entry.lists
        kept = [entry for entry in kept if entry not in inside] + [whole]


def _inside(hub: Visit, pages: Mapping[str, Visit], kept: Sequence[Entry]) -> list[Entry]:
    """The entries a spider beginning at ``hub`` comes to: some, and most of its lists."""
    reached = _below(hub, pages)
    inside = [entry for entry in kept if entry.visit.capture.url in reached]
    lists = [
        url
        for url in reached
        if any(link.rel is Rel.ROW for link in _links(pages[url]) if link.text)
    ]
    carrying = sum(1 for entry in inside for _ in entry.lists)
    return inside if len(inside) >= _FEW and carrying >= _SHARE * len(lists) else []


def _below(hub: Visit, pages: Mapping[str, Visit]) -> set[str]:
    """The pages a spider comes to from ``hub`` without leaving its directory."""
    prefix = urljoin(hub.capture.url, _directory(hub.capture.url))
    reached, queue = {hub.capture.url}, [hub]
    while queue:
        for link in _links(queue.pop()):
            is_same = link.rel in _SAME_PLACE
            is_below = link.rel is Rel.COLUMN and link.url.startswith(prefix)
            if (is_same or is_below) and link.url in pages and link.url not in reached:
                reached.add(link.url)
                queue.append(pages[link.url])
    return reached


def _links(visit: Visit) -> tuple[Link, ...]:
    return visit.listing.links if visit.listing else ()


def _directory(url: str) -> str:
    path = urlsplit(url).path
    return path[: path.rfind("/") + 1]


def named(entries: Sequence[Entry], home: str) -> dict[str, str]:
    """Entries as a spider's ``columns``: name → path, or address where it is another host."""
    columns: dict[str, str] = {}
    for entry in entries[:MAX_COLUMNS]:
        *above, own = _names(entry.visit)
        whose = f"{above[-1]}{own}" if above else own
        numbered = (f"{whose} {number}" for number in count(2))
        name = next(name for name in chain((own, whose), numbered) if name not in columns)
        columns[name] = _place(entry.url, home)
    return columns


def _names(visit: Visit) -> list[str]:
    """What the links to a column say, outermost first; at least one. 更多 says nothing."""
    column = (*visit.context.column, visit.context.link_text)
    telling = (part for part in column if part.strip() and class_of_text(part) is not _MORE)
    said = [" ".join(part.split())[:_LONGEST_NAME] for part in telling]
    return said or [_directory(visit.capture.url).strip("/") or visit.capture.url]


def _place(url: str, home: str) -> str:
    parts, base = urlsplit(url), urlsplit(home)
    if parts.netloc != base.netloc:
        return url
    return parts._replace(scheme="", netloc="").geturl() or "/"


def families_of(entries: Iterable[Entry], families: Sequence[Family]) -> tuple[Family, ...]:
    """The families the lists are of. The commonest stands last: it is taken for pages in doubt."""
    known = {family.name: family for family in families}
    counted: Counter[str] = Counter()
    for entry in entries:
        for visit in entry.lists:
            found = recognise(Page(visit.capture), known)
            counted[found.family if found else families[-1].name] += 1
    names = [name for name, _ in counted.most_common()]
    return tuple(known[name] for name in reversed(names))
