"""A worker as its parent sees it: started, asked, watched, ended."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Lock, Timer
from typing import Final

from crawler.errors import XianzhiError
from crawler.isolation.frames import MEMORY, RAISED, READY, RESULT, OversizedError, receive
from crawler.isolation.limits import Limits, size
from crawler.items import Capture, Context, PageResult
from crawler.serial import from_json

logger = logging.getLogger(__name__)

_PROGRAM: Final = "crawler.isolation.worker"
#: Seconds for loading the readers: 0.7 of CPU, but perhaps from a cold disk on a busy machine.
_START_SECONDS: Final = 120
_NO_RESULT: Final = "answer that is no result"
#: What a worker sees of our environment; passwords of proxies and services are not in it.
_KEPT: Final = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


class WorkerError(XianzhiError):
    """Workers cannot be started at all: no file's fault."""


class KilledError(Exception):
    """The reading of a file was ended, for ``reason``; ``trace`` is where the reader raised.

    ``own`` is False where the fault may be that of a file read before, whose reader left a bent
    heap behind.
    """

    def __init__(self, reason: str, trace: str, *, own: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.trace = trace
        self.own = own


class WorkerProcess:
    """One file at a time, asked from one thread; `end` may be called from any.

    A process of its own program rather than a fork: our own has threads, and a reactor.
    """

    def __init__(self, reader: str, limits: Limits) -> None:
        self.files = 0  # that it was given
        self._limits = limits
        self._late = False
        self._lock = Lock()
        numbers = (limits.memory, limits.seconds, os.getpid())
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", _PROGRAM, reader, *map(str, numbers)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for us; and what it may start ends with it
            )
        except OSError as error:
            raise WorkerError(
                f"attachments: expected to start a worker process, found {error};"
                " free memory or processes of this machine"
            ) from error

    def ask(self, capture: Capture, context: Context | None) -> PageResult:
        """What the worker reads; KilledError when it did not come to an end."""
        result = self._result(self.exchange((capture, context)))
        # What was read is for a worker to say; what it was read from is not.
        known = {made.ref for made in capture.conversions}
        return replace(
            result,
            record_id=capture.record_id,
            url=capture.url,
            date=capture.date,
            conversion=result.conversion if result.conversion in known else None,
        )

    def exchange(self, request: tuple[object, ...]) -> bytes:
        """The worker's answer to the arguments of its reader, as it came and not looked at."""
        assert self._process.stdin is not None
        if not self.files:
            self._wait_until_ready()
        self.files += 1
        try:
            with self._watched(self._limits.patience):
                pickle.dump(request, self._process.stdin, pickle.HIGHEST_PROTOCOL)
                self._process.stdin.flush()
                letter, payload = self._receive()
        except (EOFError, BrokenPipeError):
            raise self._killed(self.end()) from None
        except OversizedError:
            raise self._killed(f"answer over {size(self._limits.answer)}") from None
        if letter == MEMORY:
            raise self._killed(f"memory {size(self._limits.memory)}")
        if letter == RAISED:
            line, _, told = payload.decode("utf-8", "replace").partition("\n")
            raise self._killed(f"raised {line}", told)
        if letter != RESULT:
            raise self._killed(_NO_RESULT)
        return payload

    @property
    def is_spent(self) -> bool:
        """Whether another should read the next file."""
        return self._late or self.files >= self._limits.files

    def end(self) -> str:
        """Kill it with all it may have started; how it ended, in the words of a warning."""
        with self._lock:
            if self._process.returncode is None:
                # Until it is reaped the number is its own, dead or alive.
                os.killpg(self._process.pid, signal.SIGKILL)
            code = self._process.wait()
        if self._late:
            return f"{self._limits.patience} s"
        if code == -signal.SIGXCPU:
            return f"{self._limits.seconds} s of CPU"
        if code == -signal.SIGABRT:  # PDFium and C++ know no other end without memory
            return f"signal {signal.SIGABRT}, perhaps memory {size(self._limits.memory)}"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """`end` it and let go of its pipes; only while nobody asks."""
        self.end()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):  # of a request that was not taken whole
                pipe.close()

    def _killed(self, reason: str, trace: str = "") -> KilledError:
        return KilledError(reason, trace, own=self.files == 1 or self._late)

    def _wait_until_ready(self) -> None:
        try:
            with self._watched(_START_SECONDS):
                letter, _ = self._receive()
        except (EOFError, OversizedError):
            letter = b""
        if letter != READY:
            raise WorkerError(
                f"attachments: expected a worker process that reads them, found {self.end()} at"
                " its start; if nothing is said above, look for a lack of memory or processes"
            )

    def _receive(self) -> tuple[bytes, bytes]:
        assert self._process.stdout is not None
        return receive(self._process.stdout, self._limits.answer)

    def _result(self, payload: bytes) -> PageResult:
        try:
            return from_json(PageResult, payload.decode("utf-8", "surrogatepass"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            logger.debug("an answer that is no result: %r", error)
        raise self._killed(_NO_RESULT)

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Killed by the clock: a pipe's other end may then neither take nor give any more."""
        alarm = Timer(seconds, self._kill_late)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()
            alarm.join()  # it fires now or never: no later file is ended by it

    def _kill_late(self) -> None:
        with self._lock:
            if self._process.returncode is None:
                self._late = True
                os.killpg(self._process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """Ours without its secrets; modules are found where we find them."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
