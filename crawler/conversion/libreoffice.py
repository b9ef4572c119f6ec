"""DOC, WPS, XLS, RTF, ODT and ODS by LibreOffice, made into what `read` reads: DOCX and XLSX.

Files of one kind share a run; what it makes nothing of is tried once more alone, so that no file
depends on its neighbours. Slides are left out: no report was ever seen in them.

A process that a file took over could lie about the others of its run. It has no network, it is
given nothing but the files of its run, and everything it writes is thrown away but their results.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Final

from crawler.conversion.soffice_faults import known_fault, refused
from crawler.conversion.soffice_filters import Filter, filter_of
from crawler.conversion.soffice_run import Ended, Limits, Office
from crawler.conversion.tool import LIBREOFFICE, Made, NotMade
from crawler.items import Capture, PageOutcome, PageResult

_PROFILE: Final = Path(__file__).parents[1] / "data" / "libreoffice.xcu"
_PROFILE_HASH: Final = hashlib.sha256(_PROFILE.read_bytes()).hexdigest()[:12]
_PROGRAMS: Final = ("soffice", "libreoffice")
#: What the script of that name starts by way of a splash screen; we need neither.
_BINARY: Final = "soffice.bin"
_VERSION_SECONDS: Final = 60
_VERSION: Final = re.compile(r"LibreOffice [\d.]+")


class LibreOffice:
    """The tool; its first conversion makes its folder, which `close` clears away."""

    engine = LIBREOFFICE
    missing = (
        "LibreOffice; on Debian: apt-get install --no-install-recommends libreoffice-writer"
        " libreoffice-calc"
    )

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._program = _program()
        self._version: str | None = None
        self._working = Lock()  # whoever has it uses the folder
        self._lock = Lock()  # of what follows
        self._closed = False
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._office: Office | None = None

    def version(self) -> str | None:
        if self._program and self._version is None:
            self._version = _version(self._program)
        return self._version

    def wants(self, capture: Capture, result: PageResult) -> bool:
        return result.outcome is PageOutcome.NEEDS_TOOL and filter_of(capture.content) is not None

    def convert(self, files: Sequence[bytes]) -> list[Made | NotMade]:
        answers: dict[int, Made | NotMade] = {}
        alike: dict[Filter, list[int]] = {}
        for number, content in enumerate(files):
            how, fault = filter_of(content), known_fault(content)
            if self._program is None:
                answers[number] = NotMade(PageOutcome.NEEDS_TOOL, f"install {self.missing}")
            elif fault or how is None:
                answers[number] = fault or refused(content)
            else:
                alike.setdefault(how, []).append(number)
        for how, numbers in alike.items():
            made = self._convert_alike(how, [files[number] for number in numbers])
            answers.update(zip(numbers, made, strict=True))
        return [answers[number] for number in range(len(files))]

    def close(self) -> None:
        """From any thread: what is being converted ends as not made, and the tool with it."""
        with self._lock:
            self._closed = True
            if self._office:
                self._office.end()
        with self._working:
            if self._folder:
                self._folder.cleanup()
                self._folder = None

    def _convert_alike(self, how: Filter, files: Sequence[bytes]) -> list[Made | NotMade]:
        """In batches; what a batch made nothing of is tried once more alone."""
        answers: list[Made | NotMade] = []
        for start in range(0, len(files), self._limits.batch):
            batch = files[start : start + self._limits.batch]
            ended = self._run(how, batch)
            for content, result in zip(batch, ended.made, strict=True):
                if result is not None:
                    answers.append(_made(how, result))
                elif len(batch) > 1:
                    answers += self._convert_alike(how, [content])
                else:
                    answers.append(_killed(how, ended) if ended.killed else refused(content))
        return answers

    def _run(self, how: Filter, files: Sequence[bytes]) -> Ended:
        with self._working:
            office = self._opened()
            return office.convert(how, files) if office else Ended((None,) * len(files), "a stop")

    def _opened(self) -> Office | None:
        """None once the tool is closed."""
        with self._lock:
            if self._office is None and not self._closed:
                assert self._program is not None
                self._folder = tempfile.TemporaryDirectory(prefix="xianzhi-soffice-")
                folder = Path(self._folder.name)
                self._office = Office(self._program, folder, _PROFILE, self._limits)
            return None if self._closed else self._office


def _made(how: Filter, content: bytes) -> Made:
    settings = (("reads", how.reads), ("writes", how.target.writes), ("profile", _PROFILE_HASH))
    return Made(how.target.content_type, content, settings)


def _killed(how: Filter, ended: Ended) -> NotMade:
    return NotMade(
        PageOutcome.KILLED,
        f"expected a file that LibreOffice ({how.reads}) can read, found one that ends it:"
        f" {ended.killed}; its bytes are kept, open it by hand if it matters",
    )


def _program() -> Path | None:
    """LibreOffice itself rather than the script of its name, which adds a splash screen."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            binary = Path(found).resolve().with_name(_BINARY)
            return binary if binary.exists() else None
    return None


def _version(program: Path) -> str | None:
    """``LibreOffice 7.4.7.2``; None where the program does not say even that."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True,
            timeout=_VERSION_SECONDS,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    match = _VERSION.match(said)
    return match[0] if match else None
