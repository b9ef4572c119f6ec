"""Crawls side by side: real processes that start, talk, end, hang and are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.due import crawls as crawls_module
from crawler.due.crawls import Ended, SideBySide
from crawler.due.plan import PastRun, Rank, Turn
from crawler.due.results import Result, exit_code, in_need_first, told
from crawler.runs.words import Verdict

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 5, 20, tzinfo=UTC)
PATIENCE = 30.0  # a test that waits longer has failed

READY = "import signal, sys, time; print('ready', flush=True);"


@dataclass
class Notes:
    """A watcher that remembers, and acts on a line."""

    on_line: Callable[[str], None] = lambda line: None
    begun: list[str] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    at_once: int = 0
    looks: int = 0

    def started(self, turn: Turn) -> None:
        self.begun.append(turn.portal)
        self.at_once = max(self.at_once, len(self.begun) - len(self.ends))

    def said(self, turn: Turn, line: str) -> None:
        self.lines.append((turn.portal, line))
        self.on_line(line)

    def ended(self, end: Ended) -> None:
        self.ends.append(end)

    def passed_over(self, turn: Turn) -> None:
        self.passed.append(turn.portal)

    def look(self, seconds: dict[Turn, float]) -> None:
        self.looks += 1

    @property
    def codes(self) -> dict[str, int]:
        return {end.turn.portal: end.code for end in self.ends}


def turns(*portals: str) -> list[Turn]:
    return [Turn(portal, Rank.NEW, NOW, "never crawled") for portal in portals]


def python(code: str) -> Callable[[str], Sequence[str]]:
    """The same program for every portal; its argument is the portal."""
    return lambda portal: [sys.executable, "-c", code, portal]


def always(turn: Turn) -> bool:
    return True


def alive(pid: int) -> bool:
    """Whether a process runs; one that is only waited for does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


# -- side by side ----------------------------------------------------------------------------------


def test_crawls_run_side_by_side_and_never_more_than_wanted(tmp_path: Path) -> None:
    # a and b each wait for the other; c begins when one of them is done.
    meeting = f"""
import pathlib, sys, time
folder, me = pathlib.Path({str(tmp_path)!r}), sys.argv[1]
(folder / me).touch()
other = {{"a": "b", "b": "a"}}.get(me, "a")
end = time.monotonic() + {PATIENCE}
while not (folder / other).exists() and time.monotonic() < end:
    time.sleep(0.02)
sys.exit(0 if (folder / other).exists() else 9)
"""
    notes = Notes()
    SideBySide(2, python(meeting), notes).run(turns("a", "b", "c"), always)
    assert notes.codes == {"a": 0, "b": 0, "c": 0}
    assert notes.begun == ["a", "b", "c"]
    assert notes.at_once == 2
    assert notes.looks > 0


def test_a_portal_crawled_meanwhile_by_somebody_else_is_passed_over() -> None:
    notes = Notes()
    crawls = SideBySide(1, python("pass"), notes)
    crawls.run(turns("a", "b", "c"), lambda turn: turn.portal != "b")
    assert (notes.begun, notes.passed) == (["a", "c"], ["b"])
    assert (crawls.stopped, crawls.left) == (False, 0)


def test_what_crawls_say_is_passed_on_in_whole_harmless_lines() -> None:
    talk = r"""
import os
report = "年报".encode() + b"\n"
for piece in (b"half ", b"a line\n", b"\n", b"\x1b[2Jred\r\n", b"\xff\xfe\n", report):
    os.write(1, piece)
os.write(2, b"x" * 3_000_000 + b"\n")
os.write(1, b"no line end")
"""
    notes = Notes()
    SideBySide(1, python(talk), notes).run(turns("a"), always)
    said = [line for _, line in notes.lines]
    assert said[:4] == ["half a line", "�[2Jred", "��", "年报"]
    assert said[4] == "x" * 1000
    assert said[5:] == ["no line end"]
    assert notes.ends[0].words == "no line end"


def test_with_a_log_folder_each_portal_has_a_log_that_grows(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("of yesterday\n")
    notes = Notes()
    SideBySide(2, python("import sys; print(sys.argv[1])"), notes, tmp_path).run(
        turns("a", "b"), always
    )
    assert (tmp_path / "a.log").read_text() == "of yesterday\na\n"
    assert (tmp_path / "b.log").read_text() == "b\n"
    assert notes.lines == [("a", "a"), ("b", "b")] or notes.lines == [("b", "b"), ("a", "a")]


def test_a_crawl_that_cannot_be_started_is_named_and_the_others_run(tmp_path: Path) -> None:
    (tmp_path / "a.log").mkdir()
    notes = Notes()
    SideBySide(1, python("print('fine')"), notes, tmp_path).run(turns("a", "b"), always)
    assert notes.codes == {"a": 3, "b": 0}
    assert "a.log" in notes.ends[0].words


# -- the end ---------------------------------------------------------------------------------------


def test_stopping_lets_crawls_end_cleanly_and_starts_no_more() -> None:
    clean = READY + (
        "signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(1)));"
        "print('armed', flush=True); time.sleep(60)"
    )
    notes = Notes(on_line=lambda line: crawls.stop() if line == "armed" else None)
    crawls = SideBySide(1, python(clean), notes)
    crawls.run(turns("a", "b"), always)
    assert notes.codes == {"a": 1}
    assert notes.ends[0].words == "bye"
    assert (crawls.stopped, crawls.left) == (True, 1)


def test_a_crawl_that_does_not_stop_is_killed_with_what_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crawls_module, "GRACE", 0.5)
    deaf = (
        "import signal, subprocess, sys, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    notes = Notes(on_line=lambda line: crawls.stop())
    crawls = SideBySide(1, python(deaf), notes)
    crawls.run(turns("a"), always)
    assert notes.codes == {"a": -signal.SIGKILL}
    assert eventually(lambda: not alive(int(notes.lines[0][1])))


def test_an_error_of_our_own_leaves_no_crawl_behind() -> None:
    def fail(line: str) -> None:
        pids.append(int(line))
        raise RuntimeError("of our own")

    pids: list[int] = []
    crawls = SideBySide(
        1,
        python("import os, time; print(os.getpid(), flush=True); time.sleep(60)"),
        Notes(on_line=fail),
    )
    with pytest.raises(RuntimeError, match="of our own"):
        crawls.run(turns("a"), always)
    assert eventually(lambda: not alive(pids[0]))


def test_ctrl_c_reaches_us_alone() -> None:
    """Scrapy takes a second signal as an order to drop everything, so there must be but one."""
    notes = Notes()
    SideBySide(1, python("import os; print(os.getsid(0) == os.getpid())"), notes).run(
        turns("a"), always
    )
    assert notes.lines == [("a", "True")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a death")
def test_crawls_die_with_us_even_by_kill_9(tmp_path: Path) -> None:
    parent = """
from tests.test_due_crawls import Notes, SideBySide, always, python, turns
notes = Notes(on_line=lambda line: print(line, flush=True))
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
SideBySide(2, python(child), notes).run(turns("a", "b"), always)
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    pids = [int(process.stdout.readline()) for _ in range(2)]
    assert all(map(alive, pids))
    process.kill()
    process.wait()
    watchdog.cancel()
    assert eventually(lambda: not any(map(alive, pids)))
    process.stdout.close()


# -- what is made of it ----------------------------------------------------------------------------


def result(portal: str, code: int, run: PastRun | None = None, words: str = "") -> Result:
    return Result(Ended(*turns(portal), code, 90.0, words), run)


def run(verdict: str | None, **fields: str | int) -> PastRun:
    known = Verdict(verdict) if verdict else None
    return PastRun("20260520T000000Z", NOW, known, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("codes", "stopped", "expected"),
    [
        ([], False, 0),
        ([0, 0], False, 0),
        ([0, 3, 1], False, 3),
        ([0, 2, 3], False, 3),
        ([0, 1], False, 1),
        ([0, 2, 1], False, 2),
        ([0, -9], False, 3),
        ([0, 137], False, 3),
        ([0, 3], True, 1),
        ([], True, 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_crawl(
    codes: list[int], stopped: bool, expected: int
) -> None:
    assert exit_code([result("a", code) for code in codes], stopped) == expected


@pytest.mark.parametrize(
    ("end", "verdict", "reason"),
    [
        (
            result("a", 3, run("blocked", reason="412", next_step="wait")),
            "blocked",
            "412; wait",
        ),
        (result("a", 0, None, "a: being crawled by 17"), "skipped", "being crawled by 17"),
        (result("a", 2, None, "error: CONTACT"), "not started", "error: CONTACT"),
        (result("a", 1, None, ""), "interrupted", "exit code 1, and not a word"),
        (result("a", -9, run(None), "x"), "killed", "ended by signal 9"),
        (result("a", 139, run(None), "Segmentation fault"), "killed", "Segmentation fault"),
    ],
)
def test_every_end_has_a_verdict_and_a_reason(end: Result, verdict: str, reason: str) -> None:
    assert end.verdict == verdict
    assert reason in end.reason
    assert reason in end.line()
    assert [str(cell) for cell in end.cells()][-1] == end.reason


def test_the_summary_puts_portals_in_need_first_and_counts_all() -> None:
    ends = [result("c", 0, run("ok")), result("b", 3, run("failed")), result("a", 0, run("ok"))]
    assert [end.portal for end in in_need_first(ends)] == ["b", "a", "c"]
    assert told(ends, 0) == "3 crawled: failed 1, ok 2"
    assert told([], 4) == "0 crawled; stopped, 4 not started: due next time"
    assert told(ends, 4) == "3 crawled: failed 1, ok 2; stopped, 4 not started: due next time"
