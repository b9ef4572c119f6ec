"""Items written in batches by one thread, off the event loop.

While one batch is being written the next gathers, so that a batch is as large as the writing
is slow. A batch that fails is tried again item by item: one bad item takes no other with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Batches(Generic[T]):
    """``write`` is called in the thread, with at most ``size`` items."""

    def __init__(self, write: Callable[[list[T]], None], size: int) -> None:
        self._write = write
        self._size = size
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batches")
        self._queue: list[tuple[T, asyncio.Future[None]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Return when the item is written, or raise what writing it raised."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((item, written))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._drain())
        await written

    async def close(self, last: Callable[[], None]) -> None:
        """Write what is queued, then call ``last`` in the same thread."""
        if self._worker is not None:
            await self._worker
        await asyncio.get_running_loop().run_in_executor(self._thread, last)
        self._thread.shutdown()

    async def _drain(self) -> None:
        while self._queue:
            batch, self._queue = self._queue[: self._size], self._queue[self._size :]
            error = await self._try([item for item, _ in batch])
            for item, written in batch:
                if error is not None and len(batch) > 1:
                    _tell(written, await self._try([item]))
                else:
                    _tell(written, error)

    async def _try(self, items: list[T]) -> BaseException | None:
        call = asyncio.get_running_loop().run_in_executor(self._thread, self._write, items)
        (error,) = await asyncio.gather(call, return_exceptions=True)
        return error


def _tell(written: asyncio.Future[None], error: BaseException | None) -> None:
    if written.cancelled():  # a spider told to stop no longer waits
        return
    if error is None:
        written.set_result(None)
    else:
        written.set_exception(error)
