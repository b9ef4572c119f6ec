"""Closing the WARC files that a killed run left open."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from crawler.warc.openfile import OPEN_SUFFIX, lock, sync_directory
from crawler.warc.scan import Damage, Record, iter_records


def recover(directory: Path, portal: str) -> list[str]:
    """Cut each ``.open`` file of the portal back to its last whole group and close it.

    A request or note whose response never came goes with the torn end: its writer never said it
    was durable. Damage with good records behind it is left alone, since cutting there would lose
    them; it is named. A file whose writer is alive is not touched. What was done, a line a file.
    """
    if not directory.is_dir():
        return []
    paths = sorted(directory.glob(f"{portal}-*.warc.gz{OPEN_SUFFIX}"))
    return [message for path in paths if (message := _recover_file(path)) is not None]


def _recover_file(path: Path) -> str | None:
    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:  # its writer has closed it just now
        return None
    try:
        if not lock(fd, path):
            return None
        return _close(fd, path)
    finally:
        os.close(fd)


def _close(fd: int, path: Path) -> str:
    found = _whole_groups(path)
    size = os.fstat(fd).st_size
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    if not found.records:
        path.unlink()
        sync_directory(path.parent)
        return f"{final.name}: removed, its {size} bytes hold no whole record"
    os.ftruncate(fd, found.end)
    os.fsync(fd)
    path.rename(final)
    sync_directory(path.parent)
    message = f"{final.name}: closed after a run that was cut off, {found.records} records"
    if found.end < size:
        message += f", {size - found.end} torn bytes cut at {found.end}"
    for damage in found.damages:
        message += f"; damaged at {damage.offset} ({damage.reason}), run `scrapy verify`"
    return message


@dataclass(slots=True)
class _Found:
    """Where the last whole group ends, the records up to there, what is broken before it."""

    end: int = 0
    records: int = 0
    damages: list[Damage] = field(default_factory=list)


def _whole_groups(path: Path) -> _Found:
    found = _Found()
    damages: list[Damage] = []
    for count, record in enumerate(iter_records(path, damages.append), start=1):
        if record.end is not None and _ends_group(record):
            found = _Found(record.end, count, list(damages))
    return found


def _ends_group(record: Record) -> bool:
    """Requests and notes come before the answer they belong to."""
    linked = record.ids("WARC-Concurrent-To") or record.ids("WARC-Refers-To")
    return record.kind not in ("request", "metadata") or not linked
