"""What a worker writes to its parent: a letter, a length, that many bytes."""

from __future__ import annotations

import os
import struct
from typing import IO, Final

#: The readers are loaded: the first file may come.
READY: Final = b"+"
#: A PageResult as JSON.
RESULT: Final = b"r"
#: The reader wanted more memory than it may have.
MEMORY: Final = b"m"
#: The reader raised: the exception in a line, then its traceback.
RAISED: Final = b"e"

_HEAD = struct.Struct(">cQ")


class OversizedError(Exception):
    """A frame that is larger than anything a worker has to say."""


def send(descriptor: int, letter: bytes, payload: bytes = b"") -> None:
    rest = memoryview(_HEAD.pack(letter, len(payload)) + payload)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def receive(stream: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """The next frame; EOFError where the worker ends before it does."""
    letter, length = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if length > most:
        raise OversizedError
    return letter, _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found
