"""RAR archives to zips, by bsdtar: libarchive's program, which needs nobody's licence.

Through a pipe, into a file without a name: no member becomes a file, so no name is ever a path.
Which members need a password or another volume is read from the headers first, by rarfile;
libarchive of some versions takes out noise for them and says nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import IO, Final

from crawler.conversion import soffice_start
from crawler.conversion.tool import Made, NotMade
from crawler.extraction.sniff import true_type
from crawler.isolation.limits import size
from crawler.items import BSDTAR, Capture, PageOutcome, PageResult

_MIB: Final = 1 << 20
_MEMORY: Final = 1024 * _MIB
_SECONDS: Final = 60  # of CPU
_PATIENCE: Final = 180  # by the clock
_OUTPUT: Final = 256 * _MIB  # what a zip of an attachment may come to
_ZIP: Final = "application/zip"
_ARGUMENTS: Final = ("-c", "-f", "-", "--format", "zip", "@-")
# Names come out in UTF-8, times as they were written.
_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_MOST_TOLD: Final = 300
_LIMITS: Final = {
    -signal.SIGXCPU: f"{_SECONDS} s of CPU",
    -signal.SIGXFSZ: f"output {size(_OUTPUT)}",
    -signal.SIGKILL: f"{_PATIENCE} s by the clock",
}


class Unrar:
    """The tool for RAR attachments."""

    engine = BSDTAR
    missing = "install bsdtar (Debian: libarchive-tools) and pip install 'xianzhi[archives]'"

    def __init__(self, program: str = "bsdtar") -> None:
        self._program = which(program)

    @cached_property
    def _version(self) -> str | None:
        if self._program is None or not _has_rarfile():
            return None
        told = subprocess.run(
            [self._program, "--version"], capture_output=True, text=True, env=_ENVIRONMENT,
            check=False, timeout=_PATIENCE,
        )  # fmt: skip
        words = told.stdout.split()  # bsdtar 3.6.2 - libarchive 3.6.2 zlib/1.2.13 …
        return words[1] if len(words) > 1 else None

    def version(self) -> str | None:
        return self._version

    def wants(self, capture: Capture, result: PageResult) -> bool:
        return result.outcome is PageOutcome.NEEDS_TOOL and true_type(capture.content) == "rar"

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        return [_refused(content) or self._converted(content) for content in files]

    def close(self) -> None:
        """Nothing outlives `convert`."""

    def _converted(self, content: bytes) -> Made | NotMade:
        with tempfile.TemporaryFile() as target, tempfile.TemporaryFile() as words:
            code = self._run(content, target, words)
            target.seek(0)
            words.seek(0)
            if code == 0:
                return Made(_ZIP, target.read(), (("arguments", " ".join(_ARGUMENTS)),))
            return _why(code, words.read(_MOST_TOLD).decode("utf-8", "replace"))

    def _run(self, content: bytes, target: IO[bytes], words: IO[bytes]) -> int:
        """Its exit code; a negative one is the signal that ended it.

        The archive comes through a pipe: where libarchive can seek, it finds the Word file that
        lies unpacked at the end of a RAR, and takes that apart.
        """
        numbers = (os.getpid(), _MEMORY, _SECONDS, _OUTPUT)
        with subprocess.Popen(
            [
                sys.executable, "-I", "-S", soffice_start.__file__, *map(str, numbers),
                str(self._program), *_ARGUMENTS,
            ],
            stdin=subprocess.PIPE,
            stdout=target,
            stderr=words,
            env=_ENVIRONMENT,
            cwd=Path(tempfile.gettempdir()),
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                process.communicate(content, _PATIENCE)
            except subprocess.TimeoutExpired:
                pass  # the signal tells
            finally:
                process.kill()
        return process.returncode


def _has_rarfile() -> bool:
    try:
        import rarfile  # noqa: F401 - an extra
    except ImportError:
        return False
    return True


def _refused(content: bytes) -> NotMade | None:
    """Why a RAR cannot be taken apart, by its headers; None where nothing speaks against it."""
    import rarfile

    try:
        archive = rarfile.RarFile(BytesIO(content), part_only=True)
        members = archive.infolist()
    except rarfile.Error as error:
        return NotMade(PageOutcome.ERROR, f"rar_broken: {type(error).__name__}: {error}")
    if archive.needs_password():
        return NotMade(PageOutcome.ENCRYPTED, "rar_password: the file needs a password")
    split = rarfile.RAR_FILE_SPLIT_BEFORE | rarfile.RAR_FILE_SPLIT_AFTER
    if any(member.flags & split for member in members):
        return NotMade(
            PageOutcome.UNSUPPORTED,
            "split: expected a whole archive, found one volume of several; fetch it as one file",
        )
    return None


def _why(code: int, words: str) -> NotMade:
    if code in _LIMITS:
        return NotMade(PageOutcome.KILLED, f"limit: {_LIMITS[code]}")
    told = " ".join(words.split()) or f"exit code {code}"
    return NotMade(PageOutcome.ERROR, f"rar_broken: bsdtar: {told}")
