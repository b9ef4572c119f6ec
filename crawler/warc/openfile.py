"""A WARC file while it is written: locked, named ``.open``, whole records only.

The lock tells `recover` (in this or another process) that the writer is alive; the system drops
it when the writer dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

OPEN_SUFFIX = ".open"


class OpenFile:
    """``append`` belongs to one thread; ``sync`` and ``finish`` may run in another."""

    def __init__(self, path: Path) -> None:
        """Claim ``path`` (the final name). FileExistsError when it is taken, open or closed."""
        self.path = path
        self.size = 0
        self._open_path = path.with_name(path.name + OPEN_SUFFIX)
        if path.exists():
            raise FileExistsError(f"{path} exists already")
        self._fd = os.open(self._open_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        if not lock(self._fd, self._open_path):
            os.close(self._fd)
            raise FileExistsError(f"{path} was taken by a recovering process")
        sync_directory(path.parent)

    def append(self, data: bytes) -> int:
        """Hand whole records to the operating system; their offset."""
        offset = self.size
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError:
            os.ftruncate(self._fd, offset)  # a full disk leaves no half record behind
            raise
        self.size += len(data)
        return offset

    def sync(self) -> None:
        os.fsync(self._fd)

    def finish(self) -> None:
        """Make everything durable and give the file its final name, then the lock up."""
        try:
            os.fsync(self._fd)
            self._open_path.rename(self.path)
            sync_directory(self.path.parent)
        finally:
            os.close(self._fd)


def lock(fd: int, path: Path) -> bool:
    """Whether we now hold the file that ``path`` names; False while a writer is alive."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Between open and lock somebody may have closed, renamed or removed it.
        return os.path.samestat(os.fstat(fd), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def make_directory(directory: Path) -> None:
    """Create it so that it, and what is fsynced in it, outlives a power cut."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make renames and new names in ``directory`` durable."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
