"""Readers that do what a hostile file may make a real one do; the file's first word says which."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from crawler.items import Capture, Context, PageOutcome, PageResult

READER = f"{__name__}:troubled"
SLEEPY = f"{__name__}:sleepy"
_seen: list[str] = []


def troubled(capture: Capture, context: Context | None) -> PageResult:
    word, *rest = capture.content.decode().split()
    said = str(_TROUBLE[word](*rest))
    _seen.append(word)
    # Its record, address and date are forged: they are not for a worker to say.
    return PageResult("urn:other", "", capture.date.max, PageOutcome.DOCUMENT, title=said)


def _spin() -> None:
    while True:
        pass


def _swell(mib: str) -> int:
    return len(bytes(int(mib) << 20))


def _creep() -> None:
    """Memory taken in pieces so small that none is left to say so with."""
    taken: object = None
    for size in (1 << 20, 1 << 14, *range(512, 0, -16)):
        with suppress(MemoryError):
            while True:
                taken = (taken, bytes(size))
    raise MemoryError


def _leap(mib: str) -> int:
    """Memory asked for by a library that gives up the process when it gets none."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    return 1 if libc.malloc(ctypes.c_size_t(int(mib) << 20)) else os.abort()


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _raise() -> None:
    raise LookupError("a bug\nof two lines")


def _boast(mib: str) -> str:
    return "长" * (int(mib) << 20)


def _lie() -> None:
    """What a reader that was taken over may say: every descriptor is open to it."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"r" + (2).to_bytes(8, "big") + b"[]")
        except OSError:
            continue
    time.sleep(60)


def _print() -> str:
    print("r" * 100, flush=True)
    os.write(1, b"r" * 100)
    os.write(2, b"r" * 100)
    return "printed"


def _write(path: str) -> str:
    try:
        Path(path).write_text("planted")
    except OSError as error:
        return type(error).__name__ + ("" if Path(path).stat().st_size == 0 else " written")
    return "written"


def _connect(port: str) -> str:
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


def _spawn() -> str:
    """A child that outlives its parent; the kernel refuses it to all but root."""
    try:
        return f"child {subprocess.Popen(['sleep', '300']).pid}"
    except OSError as error:
        return type(error).__name__


def _environment() -> str:
    return " ".join(sorted(os.environ))


_TROUBLE: Mapping[str, Callable[..., object]] = {
    "sleep": lambda seconds: time.sleep(float(seconds)),
    "spin": _spin,
    "creep": _creep,
    "swell": _swell,
    "leap": _leap,
    "crash": _crash,
    "exit": lambda code: os._exit(int(code)),
    "quit": sys.exit,
    "raise": _raise,
    "boast": _boast,
    "lie": _lie,
    "print": _print,
    "write": _write,
    "connect": _connect,
    "spawn": _spawn,
    "environment": _environment,
    "pid": lambda *_: os.getpid(),
    "seen": lambda: len(_seen),
    # Fine in a fresh process, deadly where another file was read before.
    "bent": lambda: _crash() if _seen else "straight",
}


def sleepy(capture: Capture, context: Context | None) -> PageResult:
    """A file that takes longer than any crawl."""
    time.sleep(600)
    raise AssertionError(capture.url)
