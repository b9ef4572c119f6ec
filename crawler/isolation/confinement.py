"""What a worker gives up before it reads a file nobody vouches for.

Enforced: CPU seconds and address space a file; no byte written to any file, no core dump; death
with the parent. Enforced where the system lets it: no network (a network of its own that leads
nowhere; some containers refuse it), no child and no thread (not for root, whom nobody counts).

Not enforced: what it reads from the disk, which system calls it makes (there is no seccomp). A
worker that was taken over can lie about the text of a file; it cannot tell anybody.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
#: A crawl's own work, and everybody else's, goes first.
_NICENESS: Final = 5

_FORBIDDEN: Final = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC)


def confine(parent: int) -> None:
    """Once, when everything is loaded: what was lost cannot be had again."""
    os.nice(_NICENESS)
    if sys.platform == "linux":
        # Refused in some containers: then the readers, which open no socket, are all there is.
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    die_with(parent)
    for kind in _FORBIDDEN:
        resource.setrlimit(kind, (0, 0))


def die_with(parent: int) -> None:
    """End this process with its parent, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


def limit(memory: int, seconds: int) -> None:
    """Let the next file have that much address space and CPU, whatever those before it took."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _soften(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds)
    _soften(resource.RLIMIT_AS, _address_space() + memory)


def unlimit() -> None:
    """Between two files: the bytes of the next one are none of its reader's memory."""
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _soften(kind, resource.getrlimit(kind)[1])


def _soften(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    within = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (within, hard))


def _address_space() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - nothing dearer for every file
        return int(file.read().split()[0]) * resource.getpagesize()
