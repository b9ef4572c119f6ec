"""A pool of workers that read files: what one file does to its reader, no other feels.

A result is what `read` gives in this process, or the outcome ``killed`` with the limit that was
passed. HTML is read here: it is bounded by bytes, nodes and depth, and costs nobody a process.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, Final, Self

from crawler.extraction.extract import is_file, read
from crawler.isolation.limits import Limits, limits_of, workers_of
from crawler.isolation.process import KilledError, WorkerError, WorkerProcess
from crawler.items import Capture, Context, PageOutcome, PageResult

logger = logging.getLogger(__name__)

_READER: Final = "crawler.extraction.extract:read"


class PoolClosedError(Exception):
    """The pool was closed before the file was read: nothing is known of it."""


class Pool:
    """``workers`` processes at most, each started by the first file that finds none idle.

    ``reader`` (``module:function``) is what they run.
    """

    def __init__(
        self, limits: Limits | None = None, workers: int = 1, reader: str = _READER
    ) -> None:
        self._limits = limits or Limits()
        self._reader = reader
        # A worker dies with the thread that started it, not with the process alone: these live as
        # long as the pool.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="attachments")
        self._lock = Lock()
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._closed = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        return cls(limits_of(settings), workers_of(settings))

    def read(self, capture: Capture, context: Context | None = None) -> PageResult:
        """`crawler.extraction.extract.read`, with files in a worker; waits for the answer."""
        if not is_file(capture):
            return read(capture, context)
        return self.submit(capture, context).result()

    def submit(self, capture: Capture, context: Context | None = None) -> Future[PageResult]:
        """A file read in a worker, for those who must not wait."""
        with self._lock:
            if self._closed:
                raise PoolClosedError
            return self._threads.submit(self._read, capture, context)

    def close(self) -> None:
        """Kill the workers at once; what was waiting or being read ends in PoolClosedError or is
        cancelled."""
        with self._lock:
            self._closed = True
            workers = tuple(self._all)
        for worker in workers:
            worker.end()
        self._threads.shutdown(cancel_futures=True)
        for worker in workers:
            worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, capture: Capture, context: Context | None) -> PageResult:
        while True:
            worker = self._take()
            try:
                result = worker.ask(capture, context)
            except (KilledError, WorkerError) as error:
                self._drop(worker)
                if self._closed:
                    raise PoolClosedError from None
                if isinstance(error, WorkerError):
                    raise
                if error.own:
                    return _killed(capture, error)
            else:
                self._give_back(worker)
                return result

    def _take(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise PoolClosedError
            if self._idle:
                return self._idle.pop()
            worker = WorkerProcess(self._reader, self._limits)
            self._all.add(worker)
            return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        if worker.is_spent:
            self._drop(worker)
        else:
            with self._lock:
                self._idle.append(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)


def _killed(capture: Capture, error: KilledError) -> PageResult:
    if error.trace:
        logger.error("%s: the reader failed, which is a bug:\n%s", capture.url, error.trace)
    logger.warning(
        "%s: expected a file that can be read, found one that ends its reader: %s. Its bytes are"
        " kept; if it is honest, raise ATTACHMENT_SECONDS or ATTACHMENT_MEMORY and reextract",
        capture.url,
        error.reason,
    )
    return PageResult(
        record_id=capture.record_id,
        url=capture.url,
        date=capture.date,
        outcome=PageOutcome.KILLED,
        text_source="",
        warnings=(f"killed: {error.reason}",),
    )
