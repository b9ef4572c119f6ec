"""Crawling a living portal: the spider's way through it, without Scrapy and without a network.

Every run reads page 1 of each list, further pages when page 1 changed (or on a whole walk), new
rows, and a quarter of the known documents again: weekly runs that see each page once a month.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from urllib.parse import urljoin

from crawler.contexts import child_context
from crawler.fetch.outcomes import outcome_of
from crawler.items import Context, Document, FetchOutcome, ListPage, PageResult, PartRef, Rel
from crawler.parts import MAX_PARTS, wants_parts
from crawler.runs.collect import Collector
from crawler.runs.evidence import Evidence, Holdings, Observed, baseline_of
from crawler.runs.verdict import Judgement, judge_run
from crawler.runs.words import HEALTHY
from crawler.titles import possible
from tests.benchmarks.drift_changes import Change
from tests.benchmarks.drift_pages import Reader, spider_of
from tests.benchmarks.drift_portal import LivingPortal

DAY = date(2026, 1, 15)
RECHECKED = 0.25
WHOLE_WALKS = 0.1


class Step(NamedTuple):
    """A page to ask for; ``root`` is the first page of the list it belongs to."""

    url: str
    context: Context
    root: str = ""


class Operator:
    """Crawls one portal again and again and keeps what its archive would."""

    def __init__(self, key: str, seed: int) -> None:
        self.spider = spider_of(key)
        self.portal = LivingPortal(self.spider, seed)
        self.reader = Reader(self.spider)
        self.kinds: dict[str, str] = {}  # known documents
        self.contexts: dict[str, Context] = {}
        self.first_pages: dict[str, frozenset[str]] = {}
        self.history: list[Observed] = []

    def run(self, change: Change | None = None) -> Judgement:
        """Time passes, the portal is crawled and judged; what was healthy becomes history."""
        self.portal.victim = self._largest_list()
        self.portal.live(change)
        baseline = baseline_of(self.history[-30:])
        observed = Walk(self, Collector(baseline.lists)).observed()
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
        self._whole = not operator.history or self._portal.random.random() < WHOLE_WALKS
        self._stats: Counter[str] = Counter()
        self._asked: set[str] = set()
        self._rows_met: dict[str, set[str]] = {}

    def observed(self) -> Observed:
        spider, known = self._operator.spider, sorted(self._operator.kinds)
        queue = deque(
            Step(urljoin(spider.home, url), Context(link_text=name))
            for name, url in spider.columns.items()
        )
        queue.extend(
            Step(url, self._operator.contexts[url])
            for url in known
            if self._portal.random.random() < RECHECKED
        )
        while queue:
            step = queue.popleft()
            if step.url not in self._asked:
                self._asked.add(step.url)
                queue.extend(self._visit(step))
        return self._collector.observed(self._stats)

    def _visit(self, step: Step) -> Iterator[Step]:
        if step.root:
            self._portal.is_page_of(step.url, step.root)
        self._collector.asked(step.url)
        capture = self._portal.fetch(step.url, self._stats)
        if capture is None:
            return
        self._collector.answered(step.url, capture.url, str(outcome_of(capture)))
        reading = self._operator.reader.page(capture, step.context)
        if reading.listing is not None:
            self._collector.list_page(reading.listing, step.url, step.root or None)
            yield from self._follow(reading.listing, step.root or reading.listing.url)
        elif reading.page is not None:
            self._keep(step, reading.page)

    def _keep(self, step: Step, page: PageResult) -> None:
        parts = []
        if wants_parts(page, step.context):
            parts = [(ref, self._part(ref)) for ref in page.parts[:MAX_PARTS]]
        document = self._operator.spider.document(page, parts, step.context)
        if not isinstance(document, Document):
            self._stats[f"page/{document.outcome}"] += 1
            return
        self._collector.document(document)
        self._stats["documents/found"] += 1
        self._stats["documents/new"] += step.url not in self._operator.kinds
        self._operator.kinds[step.url] = document.kind
        self._operator.contexts.setdefault(step.url, step.context)

    def _part(self, ref: PartRef) -> PageResult | None:
        capture = self._portal.fetch(ref.url, self._stats)
        if capture is None or outcome_of(capture) is not FetchOutcome.OK:
            return None
        return self._operator.reader.part(capture)

    def _follow(self, page: ListPage, root: str) -> Iterator[Step]:
        rows = {link.url for link in page.links if link.rel is Rel.ROW}
        met = self._rows_met.setdefault(root, set())
        fresh = rows - met
        met |= rows
        deeper = self._whole or page.url != root or self._operator.first_pages.get(root) != rows
        if page.url == root:
            self._operator.first_pages[root] = frozenset(rows)
        for link in page.links:
            context = child_context(page.context, page.url, link)
            known = link.url in self._operator.kinds
            if link.rel is Rel.ROW and possible(link.text) and not known:
                yield Step(link.url, context)
            elif link.rel is Rel.PAGE and fresh and deeper:
                yield Step(link.url, context, root)
            elif link.rel in (Rel.COLUMN, Rel.FRAME):
                yield Step(link.url, context)
