"""Gives up what a conversion does not need, then becomes the program that makes it.

A program of its own: whoever forks to set limits must not have threads, and we have. It is run by
its path with ``-I -S`` and so imports the standard library alone.

Enforced: address space, CPU seconds and the size of any file written; no core dump; no new
privileges; death with the parent. Enforced where the system lets it: no network (a network of its
own that leads nowhere; some containers refuse it).

    confined_start.py PARENT MEMORY SECONDS OUTPUT PROGRAM ARGUMENT…
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
#: What Python ignores, and would have whom it becomes ignore too.
_SILENCED: Final = (signal.SIGPIPE, signal.SIGXFSZ)
#: A crawl's own work, and everybody else's, goes first.
_NICENESS: Final = 5


def main(parent: int, memory: int, seconds: int, output: int, *, command: list[str]) -> None:
    os.nice(_NICENESS)
    for one in _SILENCED:
        signal.signal(one, signal.SIG_DFL)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        # Refused in some containers: then LibreOffice has its profile, which loads no link.
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    # One more than is asked for: at the last one the signal no longer says what it is for.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    os.execv(command[0], command)


if __name__ == "__main__":
    _, *limits = sys.argv[:5]
    main(*map(int, limits), command=sys.argv[5:])
