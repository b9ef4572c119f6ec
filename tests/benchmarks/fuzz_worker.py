"""The process that reads hostile files for `fuzz_attachments`, and the parent's hold on it.

The worker makes each mutant from the job's name, so that bytes need not travel; as the workers of
`crawler.isolation` do, it limits the memory that a file may take on top of what it has before. By
an audit hook it reports what the reader should never do.

    job, a line in: ``name/seed``, or ``hostile/name`` of a file that lies in the folder
    end, a line out: {"outcome": …, "fault": …, "seconds": …, "peak": MiB}
"""

from __future__ import annotations

import importlib
import json
import logging
import resource
import select
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from crawler.extraction.extract import read
from tests.attachments.mutants import mutant
from tests.benchmarks.attachments_jobs import capture_of
from tests.benchmarks.extract_jobs import ROOT

_FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec")
_WRITING = frozenset("wax+")
_STATUS, _RESET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """How one job ended; ``fault`` is what counts against the reader."""

    job: str
    outcome: str
    fault: str = ""
    seconds: float = 0.0
    peak_mib: int = 0

    @property
    def is_hostile(self) -> bool:
        return self.job.startswith("hostile/")


class Worker:
    """A worker that is started anew whenever it died or hung."""

    def __init__(self, target: str, folder: Path, memory_mib: int, patience: float) -> None:
        self._command = [
            sys.executable, "-m", "tests.benchmarks.fuzz_worker", target, str(folder),
            str(memory_mib),
        ]  # fmt: skip
        self._patience = patience
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, job: str) -> Fuzzed:
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        began = time.monotonic()
        process.stdin.write(job + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], self._patience)
        line = process.stdout.readline() if ready else ""
        if line:
            return Fuzzed(job, **json.loads(line))
        self._end()
        how = f"died with {process.returncode}" if ready else f"no answer in {self._patience:g} s"
        return Fuzzed(job, "dead" if ready else "hung", how, time.monotonic() - began)

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            assert self._process.stdout is not None
            self._process.stdout.readline()  # "ready": its start is not the first file's time
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def read_outcome(name: str, content: bytes) -> str:
    """`read` as it is, in this process."""
    return str(read(capture_of(name, content)).outcome)


class _Watch:
    """Notes what the reader does beyond reading."""

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open" and arguments[1] and _WRITING & set(str(arguments[1])):
            self.seen.append(f"wrote {arguments[0]}")
        elif event in _FORBIDDEN:
            self.seen.append(f"{event} {arguments[:1]}")


def _content(folder: Path, job: str) -> tuple[str, bytes]:
    name, _, rest = job.rpartition("/")
    if name == "hostile":
        return rest, (folder / f"hostile-{rest}").read_bytes()
    return name, mutant((folder / name).read_bytes(), int(rest))


def _mib(what: str) -> int:
    """VmSize, or VmHWM, the peak since its reset: the one getrusage gives includes the parent's."""
    status = _STATUS.read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) >> 10


def _serve(target: str, folder: Path, memory_mib: int) -> None:
    module, _, function = target.partition(":")
    reader = getattr(importlib.import_module(module), function)
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    watch = _Watch()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        name, content = _content(folder, line.rstrip("\n"))
        _RESET_PEAK.write_text("5")
        most = (_mib("VmSize") + memory_mib) << 20
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
        watch.seen, watch.on = [], True
        began, fault = time.monotonic(), ""
        try:
            outcome = reader(name, content)
        except Exception as error:  # noqa: BLE001 - whatever escapes is the finding
            outcome, fault = f"raised {type(error).__name__}", f"{type(error).__name__}: {error}"
        seconds, watch.on = time.monotonic() - began, False
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        peak = _mib("VmHWM")
        fault = "; ".join([*([fault[:200]] if fault else []), *watch.seen])
        end = {"outcome": outcome, "fault": fault, "seconds": seconds, "peak_mib": peak}
        print(json.dumps(end), file=answers, flush=True)


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    target, folder, memory_mib = sys.argv[1:]
    _serve(target, Path(folder), int(memory_mib))


if __name__ == "__main__":
    main()
