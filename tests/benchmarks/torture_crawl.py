"""``scrapy`` with a death in it: the torture's child process.

    TORTURE=<point>:<count> python -m tests.benchmarks.torture_crawl crawl demo_torture …

kills itself (SIGKILL) at the ``count``-th passage of a named point. The points are put into the
production code from here, by replacing functions; production code knows nothing of them.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any

from scrapy.cmdline import execute

from crawler.fetch.handler import WireHandler
from crawler.state.frontier import Frontier
from crawler.state.scheduler import DurableScheduler
from crawler.store import service
from crawler.warc.openfile import OpenFile
from crawler.warc.writer import WarcWriter

#: Small WARC files, so that there is something to rotate.
_WARC_BYTES = 10_000

Die = Callable[[], None]


def _around(owner: Any, name: str, die: Die) -> None:
    """Die before or after a call: both sides of the point are passages of it."""
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        die()
        result = original(*args, **kwargs)
        die()
        return result

    setattr(owner, name, wrapped)


def _fetch(die: Die) -> None:
    """The answer is here and on no record."""
    original = WireHandler._fetch

    async def fetched(self: WireHandler, request: Any, tap: Any) -> Any:
        response = await original(self, request, tap)
        die()
        return response

    WireHandler._fetch = fetched  # type: ignore[method-assign]


def _write(die: Die) -> None:
    """A group of records is torn in the middle."""
    original = OpenFile.append

    def torn(self: OpenFile, data: bytes) -> int:
        os.pwrite(self._fd, data[: len(data) // 2], self.size)
        die()
        os.ftruncate(self._fd, self.size)
        return original(self, data)

    OpenFile.append = torn  # type: ignore[method-assign]


def _rename(die: Die) -> None:
    """A text is written, and has its name or not."""
    original = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if target.suffix != ".txt":
            return original(self, target)
        die()
        result = original(self, target)
        die()
        return result

    Path.replace = replaced  # type: ignore[method-assign, assignment]


def _close(die: Die) -> None:
    _around(DurableScheduler, "_take_stock", die)
    _around(WarcWriter, "close", die)


def _slow_disk(die: Die) -> None:
    """No death: every fsync takes its time."""
    original = OpenFile.sync

    def slow(self: OpenFile) -> None:
        time.sleep(2)
        original(self)

    OpenFile.sync = slow  # type: ignore[method-assign]


def _state_fails(die: Die) -> None:
    """No death: the disk is full when the frontier commits for the third time."""
    original, commits = Frontier.end, count(1)

    def full(self: Frontier, endings: Any) -> int:
        if next(commits) == 3:
            self._state.connection.execute("PRAGMA max_page_count = 1")
        return original(self, endings)

    Frontier.end = full  # type: ignore[method-assign]


POINTS: dict[str, Callable[[Die], None]] = {
    "fetch": _fetch,
    "write": _write,
    "fsync": lambda die: _around(OpenFile, "sync", die),
    "rename": _rename,
    "upsert": lambda die: _around(service, "settle", die),
    "commit": lambda die: _around(Frontier, "_end", die),
    "rotate": lambda die: _around(WarcWriter, "_open_next", die),
    "close": _close,
    "slow disk": _slow_disk,
    "state fails": _state_fails,
}


def main() -> None:
    assert WarcWriter.__init__.__kwdefaults__ is not None
    WarcWriter.__init__.__kwdefaults__["max_bytes"] = _WARC_BYTES
    point, _, passage = os.environ.get("TORTURE", "").partition(":")
    if point:
        passages = count(1)

        def die() -> None:
            if next(passages) == int(passage):
                os.kill(os.getpid(), signal.SIGKILL)

        POINTS[point](die)
    execute(["scrapy", *sys.argv[1:]])


if __name__ == "__main__":
    main()
