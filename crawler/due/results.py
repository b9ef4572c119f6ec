"""What became of each crawl, and of all: rows of the summary, the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.due.crawls import Ended
from crawler.due.plan import PastRun

HEADINGS = ("portal", "verdict", "new", "altered", "requests", "minutes", "reason, next step")
#: A crawl's exit code and what it means where its run file has no verdict.
MEANINGS = {
    0: "skipped",  # somebody else is crawling it; its last words say who
    1: "interrupted",
    2: "not started",
    3: "failed",
}
#: The exit codes of crawls, the weightiest first: one of them is ours.
_WEIGHT = (3, 2, 1, 0)


@dataclass(frozen=True, slots=True)
class Result:
    """How a crawl ended, and its run file if it wrote one."""

    end: Ended
    run: PastRun | None

    @property
    def portal(self) -> str:
        return self.end.turn.portal

    @property
    def code(self) -> int:
        """As `scrapy crawl` means it; whatever else killed it is a failure."""
        return self.end.code if self.end.code in MEANINGS else 3

    @property
    def verdict(self) -> str:
        if self.run and self.run.verdict:
            return self.run.verdict
        return "killed" if self.end.code not in MEANINGS else MEANINGS[self.code]

    @property
    def reason(self) -> str:
        if self.run and self.run.verdict:
            return "; ".join(filter(None, (self.run.reason, self.run.next_step)))
        if self.end.code < 0:
            return f"ended by signal {-self.end.code}; the next `scrapy crawldue` goes on"
        words = self.end.words.removeprefix(f"{self.portal}: ")
        return words or f"exit code {self.end.code}, and not a word"

    def cells(self) -> list[object]:
        run = self.run
        counts = (run.new, run.altered, run.requests) if run else ("", "", "")
        minutes = f"{self.end.seconds / 60:.1f}"
        return [self.portal, self.verdict, *counts, minutes, self.reason]

    def line(self) -> str:
        requests = f"{self.run.requests} requests, " if self.run else ""
        return f"{self.portal}: {self.verdict}, {requests}{self.end.seconds:.0f} s; {self.reason}"


def in_need_first(results: Iterable[Result]) -> list[Result]:
    return sorted(results, key=lambda result: (_WEIGHT.index(result.code), result.portal))


def told(results: Sequence[Result], left: int) -> str:
    """The last line of the summary."""
    verdicts = Counter(result.verdict for result in in_need_first(results))
    counts = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.items())
    rest = f"; stopped, {left} not started: due next time" if left else ""
    return f"{len(results)} crawled{counts and f': {counts}'}{rest}"


def exit_code(results: Iterable[Result], stopped: bool) -> int:
    """1 when we were stopped; else the weightiest of the crawls' own."""
    if stopped:
        return 1
    return min((result.code for result in results), key=_WEIGHT.index, default=0)
