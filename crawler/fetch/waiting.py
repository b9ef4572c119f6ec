"""Requests that wait for their turn: in line, host by host, and easily woken."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from scrapy import Request
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred


class WaitingRoom:
    def __init__(self) -> None:
        self._lines: dict[str, deque[Request]] = {}
        self._naps: dict[Request, Deferred[None]] = {}

    @contextmanager
    def place(self, host: str, request: Request) -> Iterator[None]:
        """A place in the host's line; whoever is next looks around when it is given up."""
        line = self._lines.setdefault(host, deque())
        line.append(request)
        try:
            yield
        finally:
            line.remove(request)
            if not line:
                del self._lines[host]
            self.wake_first()

    def is_first(self, host: str, request: Request) -> bool:
        return self._lines[host][0] is request

    async def nap(self, request: Request, seconds: float) -> None:
        nap = self._naps[request] = Deferred()
        timer = call_later(seconds, self._wake, request)
        try:
            await maybe_deferred_to_future(nap)
        finally:
            timer.cancel()

    def wake_first(self) -> None:
        """Something became free: the first of every line looks again at once."""
        for request in [line[0] for line in self._lines.values()]:
            self._wake(request)

    def wake_all(self) -> None:
        for request in tuple(self._naps):
            self._wake(request)

    def _wake(self, request: Request) -> None:
        nap = self._naps.pop(request, None)
        if nap is not None:
            nap.callback(None)
