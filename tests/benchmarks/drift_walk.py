"""Crawling a living portal: the spider's way through it, without Scrapy and without a network.

Every run reads page 1 of each list, further pages while they bring unknown rows when page 1 or its
pager changed (all on a whole walk), new rows, a share of the known documents again, and of those
unasked the longest the sample that every run takes. Pages of known lists that do not answer are
asked once more, when nothing else is left to ask. What was lost is told by the comparison that a
live crawl makes (`crawler.losses`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date
from typing import NamedTuple
from urllib.parse import urljoin

from crawler.contexts import child_context
from crawler.fetch.outcomes import outcome_of
from crawler.items import Context, Document, FetchOutcome, ListPage, PageResult, PartRef, Rel
from crawler.losses import Profile, compare, profile_of
from crawler.parts import fetched_parts, wants_parts
from crawler.portal.lookback import TELLING
from crawler.runs.collect import Collector
from crawler.runs.evidence import Evidence, Holdings, baseline_of
from crawler.runs.observed import CLOSED, Observed
from crawler.runs.verdict import Judgement, judge_run
from crawler.runs.words import HEALTHY
from crawler.state.schedule import SECOND_LOOK, sample_size
from crawler.titles import possible
from crawler.urls import canonical_url
from tests.benchmarks.drift_answers import Change
from tests.benchmarks.drift_pages import Reader, spider_of
from tests.benchmarks.drift_portal import ATTEMPTS, FAULTS, LivingPortal, Shape

DAY = date(2026, 1, 15)


class Step(NamedTuple):
    """A page to ask for; ``root`` is the first page of the list it belongs to."""

    url: str
    context: Context
    root: str = ""


class Operator:
    """Crawls one portal again and again and keeps what its archive would."""

    def __init__(self, key: str, seed: int, shape: Shape) -> None:
        self.spider = spider_of(key)
        self.portal = LivingPortal(self.spider, seed, shape)
        self.reader = Reader(self.spider)
        self.kinds: dict[str, str] = {}  # known documents
        self.contexts: dict[str, Context] = {}
        self.profiles: dict[str, Profile] = {}
        self.asked: dict[str, int] = {}  # known documents: in which run last
        self.first_pages: dict[str, frozenset[str]] = {}  # their rows, and where the pager leads
        self.rows: dict[str, frozenset[str]] = {}  # known, by list
        self.runs = 0
        self.history: list[Observed] = []

    def twin(self) -> Operator:
        """The same history and luck, to try another future on; what was read is shared."""
        twin = copy(self)
        twin.portal = self.portal.twin()
        twin.kinds, twin.contexts = dict(self.kinds), dict(self.contexts)
        twin.profiles, twin.asked = dict(self.profiles), dict(self.asked)
        twin.first_pages, twin.rows = dict(self.first_pages), dict(self.rows)
        twin.history = list(self.history)
        return twin

    def run(self, change: Change | None = None) -> Judgement:
        """Time passes, the portal is crawled and judged; what was healthy becomes history."""
        self.portal.victim = self._largest_list()
        self.portal.live(change)
        self.runs += 1
        baseline = baseline_of(self.history[-30:])
        observed = Walk(self, Collector(baseline.lists, baseline.directories)).observed()
        holdings = Holdings(kinds=dict(Counter(self.kinds.values())))
        judged = judge_run(Evidence("finished", DAY, observed, holdings, baseline))
        if judged.verdict in HEALTHY:
            self.history.append(observed)
        return judged

    def _largest_list(self) -> str:
        """Where most reports are listed: what happens to a column happens there."""
        lists = self.history[-1].lists if self.history else {}
        url = max(lists, key=lambda one: lists[one].relevant, default="")
        return url.removesuffix("index.html")


class Walk:
    def __init__(self, operator: Operator, collector: Collector) -> None:
        self._operator, self._collector = operator, collector
        self._portal = operator.portal
        self._whole = (
            not operator.history or self._portal.random.random() < self._portal.shape.whole_walks
        )
        self._stats: Counter[str] = Counter()
        self._asked: set[str] = set()
        self._silent: list[Step] = []  # pages of known lists: to be asked once more
        self._looked_again = False
        self._rows_met: dict[str, set[str]] = {}

    def observed(self) -> Observed:
        spider = self._operator.spider
        queue = deque(
            Step(urljoin(spider.home, url), Context(link_text=name))
            for name, url in spider.columns.items()
        )
        queue.extend(self._known(self._due()))
        self._work_off(queue)
        self._work_off(deque(self._silent))
        return self._collector.observed(self._stats)

    def _work_off(self, queue: deque[Step]) -> None:
        while queue:
            step = queue.popleft()
            if canonical_url(step.url) not in self._asked:
                self._asked.add(canonical_url(step.url))
                queue.extend(self._visit(step))

    def _not_answered(self, step: Step) -> None:
        """Known lists are not given up before all else was asked."""
        known = canonical_url(step.root or step.url) in self._operator.rows
        if known and step not in self._silent:
            self._silent.append(step)
            self._asked.discard(canonical_url(step.url))

    def _due(self) -> list[str]:
        chance, share = self._portal.random.random, self._portal.shape.rechecked
        due = [url for url in sorted(self._operator.kinds) if chance() < share]
        oldest = self._by_age()[: sample_size(len(self._operator.profiles))]
        return [*due, *oldest]

    def _by_age(self) -> list[str]:
        asked = self._operator.asked
        return sorted(self._operator.profiles, key=lambda url: (asked[url], url))

    def _known(self, urls: Iterable[str]) -> list[Step]:
        return [Step(url, self._operator.contexts[url]) for url in urls]

    def _visit(self, step: Step) -> Iterator[Step]:
        if step.root:
            self._portal.is_page_of(step.url, step.root)
        self._collector.asked(step.url)
        capture = self._portal.fetch(step.url, self._stats)
        if isinstance(capture, FetchOutcome):
            self._failed(step, capture)
            return
        outcome = outcome_of(capture)
        if outcome in FAULTS:
            self._failed(step, outcome)
        self._collector.answered(step.url, capture.url, str(outcome))
        reading = self._operator.reader.page(capture, step.context)
        document = None
        if reading.listing is not None:
            self._collector.list_page(reading.listing, step.url, step.root or None)
            yield from self._follow(reading.listing, step.root or reading.listing.url)
        elif reading.page is not None:
            document = self._kept(step, reading.page)
        name = canonical_url(step.url)
        if outcome in TELLING and self._has_lost(name, outcome, document):
            unasked = [url for url in reversed(self._by_age()) if url not in self._asked]
            yield from self._known(unasked[: 0 if self._looked_again else SECOND_LOOK])
            self._looked_again = True

    def _failed(self, step: Step, outcome: FetchOutcome) -> None:
        if outcome in CLOSED:
            self._collector.closed(step.url, str(outcome))
        for _ in range(ATTEMPTS):
            self._collector.failed(step.url, str(outcome))
        if outcome in FAULTS:
            self._not_answered(step)

    def _has_lost(self, url: str, outcome: FetchOutcome, document: Document | None) -> bool:
        before, now = self._operator.profiles.pop(url, None), None
        if document is not None:
            now = self._operator.profiles[url] = profile_of(document)
            self._operator.asked[url] = self._operator.runs
        had, lost = compare(before, now, answered=outcome is FetchOutcome.OK)
        self._stats.update(f"known/had/{thing}" for thing in had)
        self._stats.update(f"known/lost/{thing}" for thing in lost)
        return bool(lost)

    def _kept(self, step: Step, page: PageResult) -> Document | None:
        parts = []
        if wants_parts(page, step.context):
            parts = [(ref, self._part(ref)) for ref in fetched_parts(page)]
        document = self._operator.spider.document(page, parts, step.context)
        if not isinstance(document, Document):
            self._stats[f"page/{document.outcome}"] += 1
            return None
        self._collector.document(document)
        self._stats["documents/found"] += 1
        name = canonical_url(step.url)
        self._stats["documents/new"] += name not in self._operator.kinds
        self._operator.kinds[name] = document.kind
        self._operator.contexts.setdefault(name, step.context)
        return document

    def _part(self, ref: PartRef) -> PageResult | None:
        capture = self._portal.fetch(ref.url, self._stats)
        if isinstance(capture, FetchOutcome) or outcome_of(capture) is not FetchOutcome.OK:
            return None
        return self._operator.reader.part(capture)

    def _follow(self, page: ListPage, root: str) -> Iterator[Step]:
        root = canonical_url(root)
        rows = frozenset(canonical_url(link.url) for link in page.links if link.rel is Rel.ROW)
        met = self._rows_met.setdefault(root, set())
        fresh = rows - met
        met |= rows
        deeper = self._whole or self._is_news(page, rows, root)
        for link in page.links:
            context = child_context(page.context, page.url, link)
            known = canonical_url(link.url) in self._operator.kinds
            if link.rel is Rel.ROW and possible(link.text) and not known:
                yield Step(link.url, context)
            elif link.rel is Rel.PAGE and fresh and deeper:
                yield Step(link.url, context, root)
            elif link.rel in (Rel.COLUMN, Rel.FRAME):
                yield Step(link.url, context)

    def _is_news(self, page: ListPage, rows: frozenset[str], root: str) -> bool:
        """Has a first page changed, or a further page rows that were never met?"""
        operator = self._operator
        known = operator.rows.get(root, frozenset())
        operator.rows[root] = known | rows
        if canonical_url(page.url) != root:
            return not rows <= known
        now = rows.union(link.url for link in page.links if link.rel is Rel.PAGE)
        before, operator.first_pages[root] = operator.first_pages.get(root), now
        return before is None or now != before
