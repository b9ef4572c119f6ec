"""The members of a 7z archive, by py7zr, in memory.

py7zr's worker is asked directly: `SevenZipFile.extract` makes paths of names and refuses an archive
for one name that leads out of a folder, though nothing is written here.
"""

from __future__ import annotations

import lzma
import struct
import tomllib
import zlib
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import Any

from py7zr import SevenZipFile
from py7zr.exceptions import ArchiveError, DecompressionBombError, PasswordRequired
from py7zr.io import MemIO, Py7zIO, WriterFactory
from py7zr.py7zr import ArchiveFile

from crawler.extraction.archives.member import Budget, Packed
from crawler.extraction.archives.names import is_furniture, plain
from crawler.extraction.filed import UnreadableError
from crawler.items import PageOutcome

_DATA = tomllib.loads(files("crawler").joinpath("data/archives.toml").read_text("utf-8"))
_METHODS: dict[str, str] = _DATA["sevenzip_methods"]
_AES = "06f10701"
_START = struct.Struct("<8xIQQ")  # checksum, where the header begins behind the start, its length
# A decoder reserves what the file says it needs: 7-Zip's strongest level 64 MiB, of late 256.
_MOST_DICTIONARY = 256 * 1024 * 1024
_LZMA, _LZMA2 = "lzma", "lzma2"
# What a header that was not checked makes of a parser that trusts it.
_BROKEN = (
    ArchiveError, lzma.LZMAError, zlib.error, struct.error, EOFError, OSError, ValueError,
    LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RuntimeError,
)  # fmt: skip


class _Sink(Py7zIO):
    """The bytes of one member; ``done`` when they are all there and their checksum is right."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.done = False

    @property
    def content(self) -> bytes:
        return b"".join(self._parts)

    def write(self, s: bytes | bytearray) -> int:
        self._parts.append(bytes(s))
        self._size += len(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        self.done = True


class _Only(WriterFactory):
    """Writes one member into its sink."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink

    def create(self, filename: str) -> Py7zIO:
        return self._sink


def members_of_7z(content: bytes, budget: Budget) -> Iterator[Packed]:
    """The files of an archive in the order of its directory."""
    archive = _opened(content)
    budget.enter(len(archive.files))
    wanted = [file for file in archive.files if _is_file(file)]
    sinks = {file.id: _Sink() for file in wanted[: budget.members]}
    for number, sink in sinks.items():
        archive.worker.register_filelike(number, MemIO("", _Only(sink)))
    archive.worker.max_extract_size = budget.inflated
    problem = _extracted(archive)
    budget.inflated -= sum(sink.size() for sink in sinks.values())
    for file in wanted:
        name = plain(file.filename)
        taken = sinks.pop(file.id, None)
        if taken is not None and taken.done:
            yield Packed(name, taken.content)
        elif taken is not None:
            yield Packed(name, problem=problem)
        else:
            yield Packed(name)  # one more than are read: the caller counts


def _opened(content: bytes) -> SevenZipFile:
    """The archive, once its header promises nothing that a worker cannot keep."""
    if len(content) >= _START.size:
        _, offset, length = _START.unpack_from(content)
        if 32 + offset + length > len(content):
            raise UnreadableError(
                PageOutcome.TRUNCATED,
                f"cut: expected {32 + offset + length} bytes, found {len(content)}: the file was "
                "cut short, or is the first volume of several; fetch it whole",
            )
    try:
        archive = SevenZipFile(BytesIO(content))
        _check_coders(archive.header.main_streams)
    except PasswordRequired as error:
        raise _locked() from error
    except _BROKEN as error:
        raise _broken(error) from error
    return archive


def _check_coders(streams: Any) -> None:
    """Every coder of the archive is one that is read, and asks for a dictionary within limits."""
    for folder in streams.unpackinfo.folders if streams is not None else ():
        for coder in folder.coders:
            method = coder["method"].hex()
            if method == _AES:
                raise _locked()
            if method not in _METHODS:
                raise UnreadableError(
                    PageOutcome.UNSUPPORTED,
                    f"7z_method: expected one of {', '.join(sorted(set(_METHODS.values())))}; "
                    f"found {method}",
                )
            if _dictionary(_METHODS[method], coder.get("properties") or b"") > _MOST_DICTIONARY:
                raise UnreadableError(
                    PageOutcome.KILLED, f"limit: dictionary over {_MOST_DICTIONARY} bytes"
                )


def _dictionary(method: str, properties: bytes) -> int:
    """The bytes that a decoder reserves: 7z's own coding of them, one for each method."""
    if method == _LZMA and len(properties) == 5:
        return int.from_bytes(properties[1:], "little")
    if method == _LZMA2 and len(properties) == 1:
        return (2 | properties[0] & 1) << (properties[0] // 2 + 11)
    return 0


def _extracted(archive: SevenZipFile) -> UnreadableError:
    """Fill the sinks; what is the matter with those that were not."""
    try:
        archive.worker.extract(archive.fp, None, parallel=False)
    except DecompressionBombError as error:
        return UnreadableError(PageOutcome.KILLED, f"limit: {error}")
    except PasswordRequired:
        return _locked()
    except _BROKEN as error:
        return _broken(error)
    return UnreadableError(PageOutcome.ERROR, "7z_broken: the archive ends before this member")


def _is_file(file: ArchiveFile) -> bool:
    special = file.is_directory or file.is_symlink or file.is_junction or file.is_socket
    return not special and not is_furniture(plain(file.filename))


def _locked() -> UnreadableError:
    return UnreadableError(PageOutcome.ENCRYPTED, "7z_password: the file needs a password")


def _broken(error: Exception) -> UnreadableError:
    return UnreadableError(PageOutcome.ERROR, f"7z_broken: {type(error).__name__}: {error}"[:200])
