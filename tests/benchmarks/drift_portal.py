"""A sample portal that lives: articles appear, are edited, withdrawn, fetches fail now and then.

Its pages are those of ``tests/portals`` as they would stand at a date; only the network between
them and the spider is made up. `drift_walk` crawls it.
"""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

from crawler.fetch.outcomes import outcome_of
from crawler.items import Capture, FetchOutcome
from crawler.portal.spider import PortalSpider
from tests.benchmarks.drift_answers import UNANSWERED, Asked, Change, text_of, with_text
from tests.benchmarks.drift_edits import EDITS
from tests.benchmarks.drift_pages import capture_at
from tests.portals.model import PORTALS, Answer
from tests.portals.routes import key_of
from tests.portals.sites import Placed, Site

#: What varies by itself from run to run.
WITHDRAWN = 0.1  # of runs: one article is taken down
EDITED = 0.2  # … one is edited, in a way of `drift_edits`
LOST = 0.004  # of fetches: failed three times
STUMBLED = 0.01  # of fetches: failed once
BAD_RUNS = 0.05  # of runs: ten times as many of both
NO_SOURCE, NO_DATE = 9, 17  # one article page in so many lacks it, by its clerk
LATE_BY = 20  # articles were published meanwhile
ATTEMPTS = 3
FAULTS = (FetchOutcome.TIMEOUT, FetchOutcome.RESET, FetchOutcome.SERVER_ERROR)
_MISSING = "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How old a portal is, how busy, and how thoroughly it is crawled: shares, and a count."""

    visible: float = 0.6  # of its articles: there at first
    new_at_most: int = 8  # articles from run to run
    rechecked: float = 0.25  # of its known documents: asked again in a run
    whole_walks: float = 0.1  # of runs: every list is walked to its end
    late_every: int = 0  # one article in so many is published after later ones; 0: none


@cache
def _whole(key: str) -> Site:
    return Site(key)


@cache
def articles(key: str) -> tuple[str, ...]:
    """The paths of all articles, oldest first."""
    placed = [one for entries in _whole(key).entries.values() for one in entries]
    return tuple(one.path for one in sorted(placed, key=lambda o: (o.entry.published, o.path)))


class SiteAt(Site):
    """A portal with some of its articles: lists are paged as they were then."""

    def __init__(self, key: str, visible: frozenset[str], *, oldest_first: bool = False) -> None:
        self._visible = visible
        self._step = -1 if oldest_first else 1
        super().__init__(key)

    def _placed(self) -> dict[str, list[Placed]]:
        every = _whole(self.portal.key).entries
        return {
            column: [one for one in entries if one.path in self._visible][:: self._step]
            for column, entries in every.items()
        }


class LivingPortal:
    """The server. ``altered`` counts the answers a change had an effect on."""

    def __init__(self, spider: PortalSpider, seed: int, shape: Shape) -> None:
        self.spider = spider
        self.shape = shape
        self.random = random.Random(f"{spider.name}/{seed}")
        self.altered = 0
        self.victim = ""
        self._roots: dict[str, str] = {}  # a further page of a list → its first page
        self._change: Change | None = None
        self._trouble = 1.0
        self._withdrawn: frozenset[str] = frozenset()
        self._edits: dict[str, Change] = {}  # by path
        self._count = int(len(articles(spider.name)) * shape.visible)
        self._visible: frozenset[str] = frozenset()
        self._site: Site = _whole(spider.name)
        self._oldest_first: Site | None = None

    def twin(self) -> LivingPortal:
        twin = copy(self)
        twin.random, twin._roots = deepcopy(self.random), dict(self._roots)
        twin._edits = dict(self._edits)
        return twin

    def live(self, change: Change | None = None) -> None:
        """Time until the next run passes."""
        every = articles(self.spider.name)
        self._count += self.random.randint(0, self.shape.new_at_most)
        if self.random.random() < WITHDRAWN:
            self._withdrawn |= {self.random.choice(every[: self._count])}
        if self.random.random() < EDITED:
            self._edits[self.random.choice(every[: self._count])] = self.random.choice(EDITS)
        self._trouble = 10.0 if self.random.random() < BAD_RUNS else 1.0
        self._visible = frozenset(self._published(every)) - self._withdrawn
        self._site, self._oldest_first = SiteAt(self.spider.name, self._visible), None
        self._change = change

    def _published(self, every: Sequence[str]) -> Iterator[str]:
        for number, path in enumerate(every[: self._count]):
            late = self.shape.late_every and zlib.crc32(path.encode()) % self.shape.late_every == 0
            if not late or number + LATE_BY < self._count:
                yield path

    def is_page_of(self, url: str, root: str) -> None:
        self._roots[url] = root

    def fetch(self, url: str, stats: Counter[str]) -> Capture | FetchOutcome:
        """The page at ``url`` after redirects, or how the fetch failed; both are counted."""
        for _ in range(_MOST_REDIRECTS):
            if failure := self._failure(stats):
                return failure
            answer = self._answer(url)
            capture = capture_at(url, answer)
            unanswered = answer.status == UNANSWERED
            outcome = FetchOutcome(answer.location) if unanswered else outcome_of(capture)
            attempts = ATTEMPTS if outcome in FAULTS else 1
            stats["downloader/request_count"] += attempts * (outcome is not FetchOutcome.ROBOTS)
            stats[f"outcome/{outcome}"] += attempts
            if unanswered:
                return outcome
            if outcome is not FetchOutcome.REDIRECTED:
                return capture
            url = urljoin(url, answer.location)
        stats["outcome/redirect_loop"] += 1
        return FetchOutcome.REDIRECT_LOOP

    def _failure(self, stats: Counter[str]) -> FetchOutcome | None:
        """By bad luck: how all attempts ended; None where one of them gets through."""
        luck = self.random.random() / self._trouble
        failures = ATTEMPTS if luck < LOST else 1 if luck < LOST + STUMBLED else 0
        if not failures:
            return None
        fault = self.random.choice(FAULTS)
        stats[f"outcome/{fault}"] += failures
        stats["downloader/request_count"] += failures
        return fault if failures == ATTEMPTS else None

    def _answer(self, url: str) -> Answer:
        plain = self._plain(url)
        if self._change is None:
            return plain
        answer = self._change(plain, self._asked(url))
        self.altered += answer != plain
        return answer

    def _plain(self, url: str, site: Site | None = None) -> Answer:
        parts = urlsplit(url)
        site = site or self._site
        key = key_of(parts.path + (f"?{parts.query}" if parts.query else ""))
        makers = site.makers if parts.hostname == PORTALS[self.spider.name].host else {}
        if key in makers:
            answer = _by_clerk(makers[key](), parts.path, self._is_article(parts.path))
            edit = self._edits.get(parts.path)
            return edit(answer, self._asked(url)) if edit else answer
        if f"{key}/index.html" in makers:
            return Answer(b"", status=301, location=f"{key}/")
        return Answer(_MISSING.encode(), status=404)

    def _next_to(self, path: str) -> str:
        """The article after this one, by date."""
        every = [one for one in articles(self.spider.name) if one in self._visible]
        return every[(every.index(path) + 1) % len(every)] if path in every else path

    def _reversed(self) -> Site:
        if self._oldest_first is None:
            self._oldest_first = SiteAt(self.spider.name, self._visible, oldest_first=True)
        return self._oldest_first

    def _is_article(self, path: str) -> bool:
        return self.spider.families[0].article_path.search(path) is not None

    def _asked(self, url: str) -> Asked:
        path, root = urlsplit(url).path, self._roots.get(url)
        role = "article" if self._is_article(path) else "list"
        return Asked(
            url=url,
            role="file" if path.endswith(".pdf") else role,
            first=(lambda: self._plain(root)) if root else None,
            home=lambda: self._plain(self.spider.home),
            other=lambda: self._plain(urljoin(url, self._next_to(path))),
            oldest_first=lambda: self._plain(url, self._reversed()),
            article_path=self.spider.families[0].article_path,
            victim=self.victim,
        )


def _by_clerk(answer: Answer, path: str, is_article: bool) -> Answer:
    """Some pages never had a source or a date: that is no drift."""
    mark = zlib.crc32(path.encode())
    absent = [
        word
        for words, every in ((("来源",), NO_SOURCE), (("时间", "发布时间"), NO_DATE))
        if mark % every == 0
        for word in words
    ]
    if not is_article or answer.status != 200 or not absent:
        return answer
    text = text_of(answer)
    for word in absent:
        text = text.replace(f"<span>{word}", "<span>编辑")
    return with_text(answer, text)
