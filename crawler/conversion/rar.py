"""RAR archives to zips, by bsdtar: libarchive's program, which needs nobody's licence.

Through a pipe, into a file without a name: no member becomes a file, so no name is ever a path.
Which members need a password or another volume is read from the headers first, by rarfile in a
worker; libarchive of some versions takes out noise for them and says nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from threading import Lock
from typing import IO, Final

from crawler.conversion import confined_start
from crawler.conversion.tool import BSDTAR, MAX_MADE, Made, NotMade
from crawler.extraction.sniff import true_type
from crawler.isolation.limits import Limits, size
from crawler.isolation.process import KilledError, WorkerProcess
from crawler.items import Capture, PageOutcome, PageResult

_MIB: Final = 1 << 20
_MEMORY: Final = 1024 * _MIB
_SECONDS: Final = 60  # of CPU
_PATIENCE: Final = 180  # by the clock
_ZIP: Final = "application/zip"
_ARGUMENTS: Final = ("-c", "-f", "-", "--format", "zip", "@-")
# Names come out in UTF-8, times as they were written.
_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_MOST_TOLD: Final = 300
_HEADERS: Final = "crawler.conversion.rar_worker:fault"
_HEADER_LIMITS: Final = Limits(memory=512 * _MIB, seconds=30, patience=90, answer=1 * _MIB)
_SIGNS: Final = {
    -signal.SIGXCPU: f"{_SECONDS} s of CPU",
    -signal.SIGXFSZ: f"output {size(MAX_MADE)}",
}
_STOPPED: Final = NotMade(PageOutcome.KILLED, "a stop")


class Unrar:
    """The tool for RAR attachments; `close` may be called from any thread."""

    engine = BSDTAR
    missing = "install bsdtar (Debian: libarchive-tools) and pip install 'xianzhi[archives]'"

    def __init__(self, program: str = "bsdtar") -> None:
        self._program = which(program)
        self._working = Lock()  # whoever has it asks the worker
        self._lock = Lock()  # of what follows
        self._closed = False
        self._worker: WorkerProcess | None = None
        self._running: subprocess.Popen[bytes] | None = None

    @cached_property
    def _version(self) -> str | None:
        if self._program is None or find_spec("rarfile") is None:
            return None
        try:
            told = subprocess.run(
                [self._program, "--version"], capture_output=True, env=_ENVIRONMENT, check=False,
                timeout=_PATIENCE,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        words = told.stdout.decode("utf-8", "replace").split()
        return words[1] if len(words) > 1 else None  # bsdtar 3.6.2 - libarchive 3.6.2 zlib/1.2.13

    def version(self) -> str | None:
        return self._version

    def wants(self, capture: Capture, result: PageResult) -> bool:
        return result.outcome is PageOutcome.NEEDS_TOOL and true_type(capture.content) == "rar"

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        """WorkerError where no worker can be started."""
        with self._working:
            return [self._refused(content) or self._converted(content) for content in files]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._running is not None:
                self._running.kill()
            if self._worker is not None:
                self._worker.end()
        with self._working:
            self._drop_worker()

    def _refused(self, content: bytes) -> NotMade | None:
        """Why a RAR cannot be taken apart, by its headers; None where nothing speaks against it."""
        while worker := self._started():
            try:
                return _fault(worker.exchange((content,)))
            except KilledError as error:
                self._drop_worker()
                if error.own and not self._closed:
                    return NotMade(PageOutcome.KILLED, f"limit: headers: {error.reason}")
        return _STOPPED

    def _started(self) -> WorkerProcess | None:
        """None once the tool is closed."""
        if self._worker is not None and self._worker.is_spent:
            self._drop_worker()
        with self._lock:
            if self._worker is None and not self._closed:
                self._worker = WorkerProcess(_HEADERS, _HEADER_LIMITS)
            return None if self._closed else self._worker

    def _drop_worker(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def _converted(self, content: bytes) -> Made | NotMade:
        with tempfile.TemporaryFile() as target, tempfile.TemporaryFile() as words:
            code = self._run(content, target, words)
            target.seek(0)
            words.seek(0)
            if code == 0:
                return Made(_ZIP, target.read(), (("arguments", " ".join(_ARGUMENTS)),))
            if self._closed:
                return _STOPPED
            return _why(code, words.read(_MOST_TOLD).decode("utf-8", "replace"))

    def _run(self, content: bytes, target: IO[bytes], words: IO[bytes]) -> int | None:
        """Its exit code, a negative one being the signal that ended it; None where the clock did.

        The archive comes through a pipe: where libarchive can seek, it finds the Word file that
        lies unpacked at the end of a RAR, and takes that apart.
        """
        numbers = (os.getpid(), _MEMORY, _SECONDS, MAX_MADE)
        with self._lock:
            if self._closed:
                return None
            self._running = process = subprocess.Popen(
                [
                    sys.executable, "-I", "-S", confined_start.__file__, *map(str, numbers),
                    str(self._program), *_ARGUMENTS,
                ],
                stdin=subprocess.PIPE,
                stdout=target,
                stderr=words,
                env=_ENVIRONMENT,
                cwd=Path(tempfile.gettempdir()),
                start_new_session=True,
            )  # fmt: skip
        with process:
            try:
                process.communicate(content, _PATIENCE)
            except subprocess.TimeoutExpired:
                return None
            finally:
                process.kill()
                with self._lock:
                    self._running = None
        return process.returncode


def _fault(answer: bytes) -> NotMade | None:
    """What a worker says of the headers; what is no answer comes from one that was taken over."""
    try:
        told = json.loads(answer)
        return None if told is None else NotMade(PageOutcome(told[0]), f"{told[1]!s:.500}")
    except (ValueError, TypeError, LookupError, RecursionError):
        return NotMade(PageOutcome.KILLED, "limit: headers: answer that is no result")


def _why(code: int | None, words: str) -> NotMade:
    if code is None:
        return NotMade(PageOutcome.KILLED, f"limit: {_PATIENCE} s by the clock")
    if code in _SIGNS:
        return NotMade(PageOutcome.KILLED, f"limit: {_SIGNS[code]}")
    told = " ".join(words.split()) or f"exit code {code}"
    return NotMade(PageOutcome.ERROR, f"rar_broken: bsdtar: {told}")
