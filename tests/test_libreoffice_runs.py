"""What a run of LibreOffice may do: limits, stops and what is left behind, by a stand-in for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.conversion.libreoffice import LibreOffice
from crawler.conversion.soffice_run import Limits
from crawler.conversion.tool import Made, NotMade
from crawler.items import PageOutcome
from tests.attachments.odf_made import open_document

#: In the place of LibreOffice: does what the first line of a file says, then copies a package.
_STAND_IN = """#!/bin/sh
here=$(dirname "$0")
while [ $# -gt 0 ]; do
  case "$1" in --outdir) out=$2; shift 2; break;; *) shift;; esac
done
echo run >> "$here/runs"
if [ -e "$here/slow" ]; then echo $$ >> "$here/pids"; exec sleep 600; fi
for file; do
  mkdir -p "$out"
  read -r line < "$file"
  case "$line" in
    *CRASH*) kill -ABRT $$;;
    *TALK*) while sleep 0.2; do echo more; done;;
    *SLEEP*) echo $$ >> "$here/pids"; sleep 600 & echo $! >> "$here/pids"; wait;;
    *FLOOD*) exec head -c 9000000 /dev/zero > "$out/0.docx";;
    *HALF*) echo PK > "$out/$(basename "$file" .rtf).docx"; kill -ABRT $$;;
    *ENV*) env > "$here/env";;
  esac
  cp "$here/made.docx" "$out/$(basename "$file" .rtf).docx"
done
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("soffice", "soffice.bin"):
        (programs / name).write_text(_STAND_IN)
        (programs / name).chmod(0o755)
    (programs / "made.docx").write_bytes(open_document("text"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("http_proxy", "http://user:password@proxy:3128")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return programs


def rtf(*words: str) -> list[bytes]:
    return [rf"{{\rtf1 {one}}}".encode() for one in words]


def outcomes(answers: list[Made | NotMade]) -> list[str]:
    return [str(one.outcome) if isinstance(one, NotMade) else "made" for one in answers]


def is_alive(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def pids_of(stand_in: Path, count: int) -> list[str]:
    """The processes of the stand-in, as soon as there are so many."""
    told = stand_in / "pids"
    while not told.exists() or len(found := told.read_text().split()) < count:
        time.sleep(0.01)
    return found


def test_a_file_that_ends_its_run_costs_only_itself(stand_in: Path) -> None:
    tool = LibreOffice(Limits(batch=4))
    answers = tool.convert(rtf("a", "CRASH", "b", "HALF", "c"))
    tool.close()
    assert outcomes(answers) == ["made", "killed", "made", "killed", "made"]
    assert isinstance(answers[1], NotMade)
    assert "signal 6, perhaps memory 2 GiB" in answers[1].reason
    # A profile filled; four together of which the first is made; three alone; the fifth.
    assert (stand_in / "runs").read_text().split() == ["run"] * 6


def test_files_share_a_run_up_to_the_size_of_a_batch(stand_in: Path) -> None:
    tool = LibreOffice(Limits(batch=3))
    assert outcomes(tool.convert(rtf(*"abcdefg"))) == ["made"] * 7
    tool.close()
    assert len((stand_in / "runs").read_text().split()) == 1 + 3


def test_a_sleeper_is_ended_with_its_child_and_its_folder_goes(stand_in: Path) -> None:
    tool = LibreOffice(Limits(patience=2))
    (answer,) = tool.convert(rtf("SLEEP"))
    assert isinstance(answer, NotMade)
    assert (answer.outcome, "2 s without a file" in answer.reason) == (PageOutcome.KILLED, True)
    processes = (stand_in / "pids").read_text().split()
    assert len(processes) == 2, "alone already, it is not tried again"
    while any(map(is_alive, processes)):
        time.sleep(0.01)
    (place,) = (stand_in.parent / "temporary").iterdir()
    assert [one.name for one in place.iterdir()] == ["profile"]
    tool.close()
    assert not list((stand_in.parent / "temporary").iterdir())


def test_closed_by_another_thread_it_ends_what_runs(stand_in: Path) -> None:
    tool = LibreOffice()
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(tool.convert, rtf("SLEEP"))
        (run, _) = pids_of(stand_in, 2)
        tool.close()
        assert outcomes(future.result()) == ["killed"]
    assert not is_alive(run)
    assert not list((stand_in.parent / "temporary").iterdir())


def test_closed_during_its_first_start_it_leaves_nothing(stand_in: Path) -> None:
    (stand_in / "slow").touch()
    tool = LibreOffice()
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(tool.convert, rtf("a", "b"))
        (run,) = pids_of(stand_in, 1)
        tool.close()
        answers = future.result()
    assert outcomes(answers) == ["killed", "killed"]
    assert all(isinstance(one, NotMade) and "a stop" in one.reason for one in answers)
    assert not is_alive(run)
    assert not list((stand_in.parent / "temporary").iterdir())
    assert outcomes(tool.convert(rtf("c"))) == ["killed"]
    assert not list((stand_in.parent / "temporary").iterdir())


def test_one_that_goes_on_talking_buys_no_time_without_end(stand_in: Path) -> None:
    tool = LibreOffice(Limits(patience=1))
    (answer,) = tool.convert(rtf("TALK"))
    tool.close()
    assert isinstance(answer, NotMade)
    assert answer.outcome is PageOutcome.KILLED


def test_output_without_end_is_cut_off(stand_in: Path) -> None:
    tool = LibreOffice(Limits(output=1 << 20))
    (answer,) = tool.convert(rtf("FLOOD"))
    tool.close()
    assert isinstance(answer, NotMade)
    assert "output 1 MiB" in answer.reason


def test_nothing_of_our_environment_reaches_it(stand_in: Path) -> None:
    tool = LibreOffice()
    tool.convert(rtf("ENV"))
    tool.close()
    given = dict(line.split("=", 1) for line in (stand_in / "env").read_text().splitlines())
    assert "http_proxy" not in given
    assert given["HOME"].startswith(str(stand_in.parent / "temporary"))


_CONVERTING = """
from crawler.conversion.libreoffice import LibreOffice
LibreOffice().convert([rb"{\\rtf1 SLEEP}"])
"""


def test_a_run_ends_with_the_process_that_started_it(stand_in: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _CONVERTING], env={**os.environ, "TMPDIR": str(stand_in.parent)}
    )
    run, child = pids_of(stand_in, 2)
    parent.kill()
    parent.wait()
    while is_alive(run):
        time.sleep(0.01)
    subprocess.run(["kill", child], check=False)  # LibreOffice has none; the stand-in has
