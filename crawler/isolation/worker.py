"""The worker process: ``python -m crawler.isolation.worker READER MEMORY SECONDS PARENT``.

Requests come as pickles, for we trust our parent. Answers go as JSON, for after the first hostile
file our parent need not trust us. The process ends with its standard input, and with the first
exception of a reader: what is left of the heap then is nothing to read the next file with.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import IO, TYPE_CHECKING, Final

from crawler.isolation.confinement import confine, limit, unlimit
from crawler.isolation.frames import MEMORY, RAISED, READY, RESULT, send
from crawler.serial import to_json

if TYPE_CHECKING:
    from crawler.items import PageResult

_TRACEBACK_CHARS: Final = 8_000
#: Address space that is given back when a reader has used up its own in small pieces: without it
#: nothing is left to say so with.
_ROOM: Final = 4 << 20


def main() -> None:
    name, *numbers = sys.argv[1:]
    memory, seconds, parent = map(int, numbers)
    read = reader_of(name)
    requests, answers = _private_pipes()
    sys.excepthook = partial(_last_words, answers)
    room = bytes(_ROOM)
    confine(parent)
    send(answers, READY)
    while True:
        unlimit()
        try:
            request = pickle.load(requests)
        except EOFError:
            return
        limit(memory, seconds)
        try:
            answer = read(*request)
            if not isinstance(answer, bytes):
                answer = to_json(answer).encode("utf-8", "surrogatepass")
        except MemoryError:
            del room
            raise
        send(answers, RESULT, answer)


def reader_of(name: str) -> Callable[..., PageResult | bytes]:
    """``module:function``; importing it loads all that the reader needs.

    Readers of captures give a result; what tools are run with may give bytes of their own.
    """
    module, _, function = name.partition(":")
    reader: Callable[..., PageResult | bytes] = getattr(import_module(module), function)
    return reader


def _private_pipes() -> tuple[IO[bytes], int]:
    """Our parent's pipes under numbers of their own: what a library prints is no answer.

    The answers' descriptor stays open until the kernel closes it, so that our end is the first
    that is heard of an end.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    return requests, answers


def _last_words(
    answers: int, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    unlimit()  # the traceback holds what the reader had
    if issubclass(kind, MemoryError):
        send(answers, MEMORY)
        return
    told = "".join(traceback.format_exception(kind, error, trace))[-_TRACEBACK_CHARS:]
    line = f"{kind.__name__}: {error}".partition("\n")[0][:_TRACEBACK_CHARS]
    send(answers, RAISED, f"{line}\n{told}".encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    main()
