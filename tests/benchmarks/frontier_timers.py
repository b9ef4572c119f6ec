"""``scrapy`` with timers around frontier and state: a child process of the benchmark.

    TIMES=<file> python -m tests.benchmarks.frontier_timers crawl <portal> …

writes the CPU seconds that the reactor's thread spent inside the functions below, with all they
call but for other timed ones, which count under their own names. Not seen is what runs between
these calls: coroutines resumed, Scrapy's spider middlewares around `crawler.state.parentage`. The
timers themselves, a microsecond a call, are counted.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from scrapy.cmdline import execute
from scrapy.core.scheduler import Scheduler

import crawler.portal.spider
import crawler.state.conditional
from crawler.state.conditional import ConditionalMiddleware
from crawler.state.flights import Flights
from crawler.state.memory import Memory
from crawler.state.recovery import RecoveryMiddleware
from crawler.state.scheduler import DurableScheduler

#: What is counted, and under which name.
ENTRIES: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("queue", DurableScheduler, ("open", "enqueue_request", "next_request", "_mark")),
    ("queue", DurableScheduler, ("has_pending_requests", "_take_stock")),
    ("queue", Flights, ("begin", "_removed", "_commit_ended")),
    ("queue", Scheduler, ("open", "enqueue_request", "next_request", "has_pending_requests")),
    ("state", ConditionalMiddleware, ("process_request",)),
    ("state", crawler.state.conditional, ("digest",)),
    ("state", RecoveryMiddleware, ("process_request",)),
    ("state", Memory, ("unknown", "step", "met", "yields", "siblings", "same_payload", "profile")),
    ("state", Memory, ("remember", "meeting", "profiling", "stopping", "is_liar", "is_due_list")),
    # Texts counted for the judge of drift: no part of frontier and state, and told apart.
    ("drift", crawler.portal.spider, ("look_back",)),
)


class Timers:
    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []  # CPU seconds of the timed calls within each open one

    def around(self, name: str, owner: Any, method: str) -> None:
        original: Callable[..., Any] = getattr(owner, method)

        @wraps(original)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inside.append(0.0)
            begun = time.thread_time()
            try:
                return original(*args, **kwargs)
            finally:
                spent = time.thread_time() - begun
                self.seconds[name] += spent - self._inside.pop()
                if self._inside:
                    self._inside[-1] += spent

        setattr(owner, method, timed)


def main() -> None:
    timers = Timers()
    for name, owner, methods in ENTRIES:
        for method in methods:
            timers.around(name, owner, method)
    try:
        execute(["scrapy", *sys.argv[1:]])
    finally:
        Path(os.environ["TIMES"]).write_text(json.dumps(timers.seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
