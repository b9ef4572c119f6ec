"""One crawl of a portal at a time.

An ``flock`` that the system drops when its holder dies, however it dies, and that no child of it
keeps. What stands in the file only tells others who the holder is; what a dead process left in
it holds nobody up.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from crawler.errors import StateError


@dataclass(frozen=True, slots=True)
class Holder:
    """Who crawls a portal; ``run`` is known once its archive is open."""

    pid: int
    host: str
    started: str
    run: str = ""

    def __str__(self) -> str:
        run = f"run {self.run}, " if self.run else ""
        return f"{run}process {self.pid} on {self.host}, since {self.started}"


class PortalBusyError(StateError):
    """Another process crawls the portal."""

    def __init__(self, portal: str, path: Path, holder: Holder | None) -> None:
        who = holder or "a process that has not said who it is"
        super().__init__(f"{portal}: being crawled already by {who} (lock {path}); nothing to do")


class PortalLock:
    """Held from `acquire` until it is closed or the process ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        os.register_at_fork(after_in_child=self.close)

    @classmethod
    def acquire(cls, path: Path, portal: str) -> Self:
        """Hold the portal's lock, or say who does (PortalBusyError)."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StateError(
                f"{portal}: expected to open the lock {path}, found {error};"
                " set ARCHIVE_DIR to a directory you may write to"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise PortalBusyError(portal, path, holder_of(path)) from error
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _write(path, Holder(os.getpid(), socket.gethostname(), now))
        return cls(path, descriptor)

    def close(self) -> None:
        """Let go; the file stays, since removing it would let two processes hold two files."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def name_run(path: Path, run: str) -> None:
    """The holder, which is this process, says which run it is."""
    holder = holder_of(path)
    if holder is not None and holder.pid == os.getpid():
        _write(path, replace(holder, run=run))


def holder_of(path: Path) -> Holder | None:
    """What the lock's file says; None where it says nothing that can be read."""
    with suppress(OSError, ValueError, TypeError):
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    return None


def is_held(path: Path) -> bool:
    """Whether a process holds the lock. To find out it is shared for an instant, in which a
    crawl that starts would be turned away: ask only where one seems to be going on."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StateError(f"expected to open the lock {path}, found {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _write(path: Path, holder: Holder) -> None:
    # In place: a renamed file would be another one than the lock is held on.
    path.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")
