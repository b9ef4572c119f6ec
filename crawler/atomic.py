"""Files that appear whole or not at all, and stay after a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that gets its name when the block ends well, and leaves nothing if not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The process id keeps two writers apart.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(path.parent)


def write_atomically(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, unless it is there already."""
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    with atomic_file(path) as file:
        file.write(content)


def sync_directory(directory: Path) -> None:
    """Make renames and removals in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
