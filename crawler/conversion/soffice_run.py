"""One run of LibreOffice over some files of one kind: started, watched, ended, cleared away."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from crawler.conversion import confined_start
from crawler.conversion.soffice_filters import Filter
from crawler.conversion.tool import MAX_MADE
from crawler.errors import XianzhiError
from crawler.isolation.limits import size

_MIB: Final = 1 << 20
_RESTART: Final = 81  # a new profile was filled: start me again
_STOP: Final = "a stop"
_FINE: Final = (0, _RESTART)
#: How limits end a process. C++ knows no other end without memory than an abort.
_SIGNS: Final = {
    -signal.SIGXCPU: "{limits.seconds} s of CPU",
    -signal.SIGXFSZ: "output {output}",
    -signal.SIGABRT: "signal 6, perhaps memory {memory}",
}


class LibreOfficeError(XianzhiError):
    """LibreOffice is there and cannot be started: no file's fault."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``memory`` is address space: LibreOffice with nothing to do takes 470 MiB of it, of which
    it uses 210. ``seconds`` are of CPU and a file, ``patience`` by the clock since the file before;
    whatever it says, a run has no more of it than its files together.

    ``batch`` files share a run, whose start costs more than most conversions; a run has
    ``start`` seconds of CPU for it.
    """

    memory: int = 2048 * _MIB
    seconds: int = 60
    patience: int = 180
    output: int = MAX_MADE
    start: int = 15
    batch: int = 10


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run made, in the order of its files, and why it ended before it was through."""

    made: tuple[bytes | None, ...]
    killed: str = ""


class Office:
    """A LibreOffice that lives below ``folder``; what a run leaves there goes with the run.

    `end` may be called from any thread, and nothing is started before `convert`: so whoever has
    an Office can end whatever it does.
    """

    def __init__(self, program: Path, folder: Path, profile: Path, limits: Limits) -> None:
        self._program = program
        self._limits = limits
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._place = folder / "run"  # home, current folder and temporary files of a run
        self._template = folder / "profile"
        (self._template / "user").mkdir(parents=True)
        shutil.copy(profile, self._template / "user" / "registrymodifications.xcu")
        self._is_filled = False

    def convert(self, how: Filter, files: Sequence[bytes]) -> Ended:
        """Every file through ``how``, each run from a profile that knows no file before it."""
        self._fill()
        if self._ended:
            return Ended((None,) * len(files), _STOP)
        profile, sources, made = (self._place / name for name in ("profile", "in", "out"))
        try:
            sources.mkdir(parents=True)
            shutil.copytree(self._template, profile)
            paths = [sources / f"{number}.{how.ending}" for number in range(len(files))]
            for path, content in zip(paths, files, strict=True):
                path.write_bytes(content)
            asked = [
                f"--infilter={how.reads}", "--convert-to",
                f"{how.target.ending}:{how.target.writes}", "--outdir", str(made), *map(str, paths),
            ]  # fmt: skip
            seconds = self._limits.start + self._limits.seconds * len(files)
            killed = self._run(profile, asked, seconds, len(files))
            results = (made / f"{path.stem}.{how.target.ending}" for path in paths)
            return Ended(tuple(map(self._taken, results)), killed)
        finally:
            shutil.rmtree(self._place, ignore_errors=True)

    def end(self) -> None:
        """End what runs, from any thread; nothing is started any more."""
        with self._lock:
            self._ended = True
            if self._running is not None:
                os.killpg(self._running.pid, signal.SIGKILL)

    def _fill(self) -> None:
        """The first start of a profile only fills it, and asks for another."""
        if self._is_filled:
            return
        self._place.mkdir(exist_ok=True)
        ended = self._run(self._template, ["--terminate_after_init"], self._limits.start, 1)
        if ended and not self._ended:
            raise LibreOfficeError(
                f"{self._program}: expected LibreOffice to start, found {ended}; try"
                " `soffice --headless --terminate_after_init`, free memory or disk"
            )
        self._is_filled = True

    def _run(self, profile: Path, arguments: Sequence[str], seconds: int, files: int) -> str:
        """Why it was ended; nothing where it ended by itself."""
        limits = self._limits
        numbers = (os.getpid(), limits.memory, seconds, limits.output)
        command = [
            sys.executable, "-I", "-S", confined_start.__file__, *map(str, numbers),
            str(self._program), f"-env:UserInstallation={profile.as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--nodefault", "--nologo", *arguments,
        ]  # fmt: skip
        with self._lock:
            if self._ended:
                return _STOP
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=self._place,
                start_new_session=True,  # what it may start is in its group, and ends with it
            )
            self._running = process
        try:
            is_late = _is_late(process, limits.patience, files)
        finally:
            with self._lock:
                self._running = None
            # Until it is reaped the number is its own, dead or alive.
            os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
            assert process.stdout is not None
            process.stdout.close()
        if self._ended:
            return _STOP
        return f"{limits.patience} s without a file" if is_late else _told(code, limits)

    def _environment(self) -> dict[str, str]:
        """None of ours: no proxy, no password, no display, no home, no locale."""
        home = str(self._place)
        return {
            "PATH": os.defpath,
            "HOME": home,
            "TMPDIR": home,
            "LC_ALL": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            "SAL_USE_VCLPLUGIN": "svp",
        }

    def _taken(self, path: Path) -> bytes | None:
        """A file LibreOffice finished: one that it was killed over has no end."""
        if not path.is_file() or path.is_symlink() or not zipfile.is_zipfile(path):
            return None
        return path.read_bytes()


def _is_late(process: subprocess.Popen[bytes], patience: int, files: int) -> bool:
    """Waits for its end; whether it came too late. A word, one or two a file, buys more time, but
    never more than ``files`` are worth: one that was taken over could go on talking."""
    assert process.stdout is not None
    words, end = process.stdout.fileno(), os.pidfd_open(process.pid)
    watched = [end, words]
    last = time.monotonic() + patience * files
    try:
        while (left := min(patience, last - time.monotonic())) > 0:
            ready = select.select(watched, [], [], left)[0]
            if not ready:
                return True
            if end in ready:
                return False
            if not os.read(words, 65_536):
                watched.remove(words)
        return True
    finally:
        os.close(end)


def _told(code: int, limits: Limits) -> str:
    if code in _FINE:
        return ""
    if code in _SIGNS:
        return _SIGNS[code].format(
            limits=limits, memory=size(limits.memory), output=size(limits.output)
        )
    return f"signal {-code}" if code < 0 else f"exit code {code}"
