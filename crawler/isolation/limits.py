"""What the reading of one file may cost, and how a warning names a limit that was passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler.stated import whole_number

#: A minute of CPU is as much on a busy machine as on an idle one; the clock is not. By the clock a
#: file has this many times longer, so that only what sleeps or hangs is ended by it.
_PATIENCE: Final = 3
_MIB: Final = 1 << 20
_GIB: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` is address space in bytes on top of what the worker had before the file;
    ``seconds`` are of CPU, ``patience`` by the clock.

    ``answer`` bounds what we take from a worker that was taken over: a workbook of 5,000,000
    characters, the most a reader gives, is a quarter of it.

    After ``files`` a worker is replaced: PDFium leaks, and what a hostile file left in the heap
    goes with it. A start costs 0.7 s of CPU, so 500 files make it less than 2 ms a file.
    """

    memory: int = _GIB
    seconds: int = 60
    patience: int = 60 * _PATIENCE
    answer: int = 64 * _MIB
    files: int = 500


def limits_of(settings: Mapping[str, Any]) -> Limits:
    memory = whole_number(settings, "ATTACHMENT_MEMORY")
    seconds = whole_number(settings, "ATTACHMENT_SECONDS")
    return Limits(memory, seconds, _PATIENCE * seconds)


def workers_of(settings: Mapping[str, Any]) -> int:
    return whole_number(settings, "ATTACHMENT_WORKERS")


def check_attachments(settings: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for a setting that makes no sense, before anything is started."""
    limits_of(settings)
    workers_of(settings)


def size(number: int) -> str:
    """Bytes as a reader of warnings wants them: ``1 GiB``, ``64 MiB``."""
    unit, name = (_GIB, "GiB") if number >= _GIB else (_MIB, "MiB")
    return f"{number / unit:.4g} {name}"
