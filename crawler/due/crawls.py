"""Crawls side by side, in one thread: start, look, stop."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from crawler.due.plan import Turn
from crawler.due.process import CrawlProcess

#: Seconds between two looks at the crawls.
LOOK = 0.2
#: Seconds a crawl has to stop cleanly; it needs ten at most.
GRACE = 15.0
#: The exit code of a crawl that never was: as `scrapy crawl` tells of a failed one.
CANNOT_START = 3


@dataclass(frozen=True, slots=True)
class Ended:
    """A crawl that ended: exit code (negative: the signal that killed it), last line said."""

    turn: Turn
    code: int
    seconds: float
    words: str


class Watcher(Protocol):
    """Who is told what happens."""

    def started(self, turn: Turn) -> None: ...

    def said(self, turn: Turn, line: str) -> None: ...

    def ended(self, end: Ended) -> None: ...

    def passed_over(self, turn: Turn) -> None: ...

    def look(self, seconds: dict[Turn, float]) -> None:
        """At every look: the crawls that run, and for how long."""


@dataclass
class SideBySide:
    """At most ``jobs`` crawls at once, until all ended or ``stop`` was called.

    ``command`` makes a portal's command line; ``logs`` is the folder for their output, a
    ``<portal>.log`` each, or None.
    """

    jobs: int
    command: Callable[[str], Sequence[str]]
    watcher: Watcher
    logs: Path | None = None
    stopped: bool = False
    left: int = 0  # turns that never came, because it was stopped
    _running: dict[Turn, CrawlProcess] = field(default_factory=dict)

    def stop(self) -> None:
        """Start nothing more and let the running crawls stop cleanly. Fit for signal handlers."""
        self.stopped = True

    def run(self, turns: Sequence[Turn], still_due: Callable[[Turn], bool]) -> None:
        """Crawl in this order; each only if it is still due when it would start."""
        waiting = deque(turns)
        try:
            while not self.stopped and (waiting or self._running):
                while waiting and len(self._running) < self.jobs and not self.stopped:
                    turn = waiting.popleft()
                    if still_due(turn):
                        self._start(turn)
                    else:
                        self.watcher.passed_over(turn)
                self._look()
        finally:
            self.left = len(waiting)
            self._end_all()

    def _start(self, turn: Turn) -> None:
        try:
            crawl = CrawlProcess(self.command(turn.portal), self._output(turn.portal))
        except OSError as error:  # no process, no log: this portal's trouble, not the others'
            words = f"expected to start its crawl, found {error}"
            self.watcher.ended(Ended(turn, CANNOT_START, 0.0, words))
            return
        self._running[turn] = crawl
        self.watcher.started(turn)

    def _output(self, portal: str) -> IO[bytes]:
        if self.logs is None:
            return tempfile.TemporaryFile("a+b")
        return (self.logs / f"{portal}.log").open("a+b")

    def _look(self) -> None:
        time.sleep(LOOK)
        for turn, crawl in tuple(self._running.items()):
            code = crawl.poll()
            for line in crawl.lines():
                self.watcher.said(turn, line)
            if code is not None:
                del self._running[turn]
                crawl.close()
                self.watcher.ended(Ended(turn, code, crawl.seconds, crawl.words))
        self.watcher.look({turn: crawl.seconds for turn, crawl in self._running.items()})

    def _end_all(self) -> None:
        """Nothing of ours runs on when we leave, for whatever reason we do."""
        for crawl in self._running.values():
            crawl.stop()
        deadline = time.monotonic() + GRACE
        while self._running and time.monotonic() < deadline:
            self._look()
        for crawl in self._running.values():
            if crawl.poll() is None:
                crawl.kill()
        while self._running:
            self._look()
