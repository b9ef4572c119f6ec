"""One ``scrapy crawl`` in a process of its own, which never outlives us."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO

#: A line longer than this is shown cut.
_LINE_MAX = 1000
_READ_MAX = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_PR_SET_PDEATHSIG = 1


class CrawlProcess:
    """A running crawl that writes to ``output``, a file opened for reading and appending.

    A file and no pipe: a crawl that says nothing, or a great deal, holds nobody up.
    """

    def __init__(self, command: Sequence[str], output: IO[bytes]) -> None:
        self.words = ""  # the last line it said
        self._output = output
        self._position = output.seek(0, os.SEEK_END)
        self._rest = b""
        self._started = time.monotonic()
        # A session of its own: Ctrl-C reaches us alone, and we ask each crawl once. Scrapy takes
        # a second signal as an order to drop everything.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dying_with_parent(),
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def poll(self) -> int | None:
        """The exit code (negative: the signal that killed it), or None while it runs."""
        return self._process.poll()

    def lines(self) -> Iterator[str]:
        """What it has said since the last call, in whole lines; all of it once it has ended."""
        ended = self.poll() is not None
        while piece := os.pread(self._output.fileno(), _READ_MAX, self._position):
            self._position += len(piece)
            *whole, rest = (self._rest + piece).split(b"\n")
            self._rest = rest[:_READ_MAX]
            yield from filter(None, map(self._readable, whole))
        if ended and self._rest:
            yield self._readable(self._rest)
            self._rest = b""

    def close(self) -> None:
        """Let go of the output of a crawl that has ended."""
        self._output.close()

    def stop(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        """End it and whatever it started; only while `poll` says that it runs."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _readable(self, line: bytes) -> str:
        """Without the control characters that a page may have smuggled into a log line."""
        text = _CONTROL.sub("�", line.rstrip()[: 4 * _LINE_MAX].decode("utf-8", "replace"))
        self.words = text[:_LINE_MAX] or self.words
        return text[:_LINE_MAX]


def _dying_with_parent() -> Callable[[], None] | None:
    """What a child does before it becomes a crawl: it asks for SIGTERM when we die, kill -9
    included; else orphans would crawl on beside the next start. Only Linux knows how."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask
