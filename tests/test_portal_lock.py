"""One crawl a portal: who holds the lock, and who still seems to."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.state.lock import PortalBusyError, PortalLock, holder_of, name_run


def test_a_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    path = tmp_path / "state" / "demo.lock"
    with PortalLock.acquire(path, "demo"):
        name_run(path, "20260101T000000Z")
        with pytest.raises(PortalBusyError) as busy:
            PortalLock.acquire(path, "demo")
    assert f"run 20260101T000000Z, process {os.getpid()} on " in str(busy.value)
    PortalLock.acquire(path, "demo").close()


def test_what_a_dead_process_left_in_the_lock_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "demo.lock"
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from crawler.state.lock import PortalLock;"
        "lock = PortalLock.acquire(Path(sys.argv[1]), 'demo'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    left = holder_of(path)
    assert left is not None
    with PortalLock.acquire(path, "demo"):
        now = holder_of(path)
    assert now is not None
    assert (now.pid, now.pid != left.pid) == (os.getpid(), True)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "\x00\x00"])
def test_a_lock_file_that_says_nothing_is_a_lock_all_the_same(tmp_path: Path, content: str) -> None:
    path = tmp_path / "demo.lock"
    path.write_text(content)
    with PortalLock.acquire(path, "demo"):
        path.write_text(content)
        with pytest.raises(PortalBusyError, match="has not said who it is"):
            PortalLock.acquire(path, "demo")


def test_no_child_keeps_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "demo.lock"
    lock = PortalLock.acquire(path, "demo")
    executed = subprocess.Popen(["sleep", "60"], close_fds=False)
    context = multiprocessing.get_context("fork")
    ready, stop = context.Event(), context.Event()
    forked = context.Process(target=lambda: (ready.set(), stop.wait(60)))
    forked.start()
    try:
        assert ready.wait(30)
        lock.close()
        PortalLock.acquire(path, "demo").close()
    finally:
        stop.set()
        forked.join()
        executed.kill()
        executed.wait()
