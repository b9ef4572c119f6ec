"""Which processes are alive, told by the kernel: one locked byte each in a file they share.

A process that is killed cannot give anything back, but its locks go with it at once. Process ids
would not do: they are used again, and differ between containers that share a directory. The
locks belong to the open file (OFD, Linux), not to the process, so nothing else the process
opens or forks can lose them.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ONE_BYTE = 1
_NOBODY = 0  # numbers start at 1; the first byte guards the set-up


class AliveFile:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def claim(self, number: int) -> bool:
        """Lock byte ``number`` until closed; False if a living process has it."""
        return self._lock(fcntl.F_WRLCK, number)

    def holds(self, number: int) -> bool:
        """Does another open file have ``number``?"""
        if not self._lock(fcntl.F_WRLCK, number):
            return True
        self._lock(fcntl.F_UNLCK, number)
        return False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time; the others wait."""
        self._set(fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, _NOBODY)
        try:
            yield
        finally:
            self._set(fcntl.F_OFD_SETLK, fcntl.F_UNLCK, _NOBODY)

    def close(self) -> None:
        os.close(self._file)

    def _lock(self, kind: int, number: int) -> bool:
        try:
            self._set(fcntl.F_OFD_SETLK, kind, number)
        except BlockingIOError:
            return False
        return True

    def _set(self, command: int, kind: int, number: int) -> None:
        # struct flock: type, whence, start, length, pid (0 as OFD locks demand)
        lock = struct.pack("hhqqi4x", kind, os.SEEK_SET, number, _ONE_BYTE, 0)
        fcntl.fcntl(self._file, command, lock)
