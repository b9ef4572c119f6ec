"""RAR archives: their headers are read under limits, and a conversion ends when it is told to."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.conversion import rar
from crawler.conversion.rar import Unrar
from crawler.conversion.tool import Made, NotMade
from crawler.isolation.limits import Limits
from crawler.items import PageOutcome
from tests.attachments.rared import rar5

pytest.importorskip("rarfile", reason="RAR: needs the extra `archives`")

_SLEEPER = """#!/bin/sh
echo $$ >> "$0.pids"
exec sleep 600
"""


def test_headers_beyond_measure_end_their_worker_and_not_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rar, "_HEADER_LIMITS", Limits(memory=8 << 20, seconds=30))
    tool = Unrar("true")
    (answer,) = tool.convert([rar5({f"{number}.txt": b"" for number in range(20_000)})])
    assert answer == NotMade(PageOutcome.KILLED, "limit: headers: memory 8 MiB")
    (other,) = tool.convert([rar5({"年报.txt": b"a"})])
    assert isinstance(other, Made), "the next file has a worker of its own"
    tool.close()


def test_closed_by_another_thread_it_ends_what_runs_and_starts_nothing(tmp_path: Path) -> None:
    program = tmp_path / "bsdtar"
    program.write_text(_SLEEPER)
    program.chmod(0o755)
    started = tmp_path / "bsdtar.pids"
    tool = Unrar(str(program))
    archive = rar5({"年报.txt": b"a"})
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(tool.convert, [archive, archive])
        while not (started.exists() and started.read_text()):
            time.sleep(0.01)
        tool.close()
        assert future.result() == [NotMade(PageOutcome.KILLED, "a stop")] * 2
    (process,) = started.read_text().split()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)
    assert tool.convert([archive]) == [NotMade(PageOutcome.KILLED, "a stop")]


@pytest.mark.parametrize("said", [b"", b"[]", b'["ok"]', b'["fine", "a"]', b"7", b"[" * 100_000])
def test_a_worker_that_was_taken_over_gives_no_answer(said: bytes) -> None:
    fault = rar._fault(said)
    assert isinstance(fault, NotMade)
    assert fault.outcome is PageOutcome.KILLED
