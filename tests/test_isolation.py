"""Workers that read files: what one file does to its reader costs this one file, and by name."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.extraction.extract import is_file, read
from crawler.isolation.limits import Limits, check_attachments, limits_of
from crawler.isolation.pool import Pool, PoolClosedError
from crawler.isolation.process import WorkerError
from crawler.items import Capture, Context, PageOutcome, PageResult
from tests.attachments.files import attachments
from tests.attachments.kitchen import kept
from tests.isolation_readers import READER
from tests.pdf_samples import seed_004

ROOT = Path(__file__).resolve().parent.parent
#: Generous to every honest word of `tests.isolation_readers`, quick for the others.
LIMITS = Limits(memory=256 << 20, seconds=1, answer=1 << 20)
#: A file of each carrier whose reader goes a way of its own.
FILES = ("form-2021.docx", "form-2014.xlsx", "prose.ofd", "points.pdf", "gbk.txt", "html.doc")


def captured(content: bytes, url: str = "http://www.mou.gov.cn/f/1.pdf") -> Capture:
    return Capture("urn:r", url, datetime(2023, 2, 1, tzinfo=UTC), 200, (), content)


def processes(command: bytes = b"crawler.isolation.worker") -> set[int]:
    """Workers that are children of ours, zombies included."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == os.getpid() and command in (folder / "cmdline").read_bytes():
                    found.add(int(folder.name))
            except OSError:
                continue
    return found


def is_running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(LIMITS, reader=READER) as pool:
        yield pool
    assert not processes()


def tell(pool: Pool, words: str) -> PageResult:
    return pool.submit(captured(words.encode())).result()


def said(pool: Pool, words: str) -> str:
    result, sent = tell(pool, words), captured(words.encode())
    assert result.outcome is PageOutcome.DOCUMENT, result.warnings
    assert (result.record_id, result.url, result.date) == (sent.record_id, sent.url, sent.date)
    return result.title


def test_a_worker_reads_what_the_process_itself_reads() -> None:
    files = {one.name: one for one in attachments()}
    contents = [kept(name, files[name].make) for name in FILES]  # type: ignore[arg-type]
    captures = [
        captured(path.read_bytes(), f"http://www.mou.gov.cn/{path.name}") for path in contents
    ]
    captures += [captured(seed_004()), captured(seed_004()[:3000]), captured(b"\xff\xfe\x00\xd8a")]
    captures += [captured(b"<html><h1>\xe5\xb9\xb4\xe6\x8a\xa5</h1></html>"), captured(b"")]
    context = Context(link_text="某某镇2022年政府信息公开工作年度报告")
    with Pool() as pool:
        found = [pool.read(capture, context) for capture in captures]
    assert found == [read(capture, context) for capture in captures]
    assert sum(bool(result.blocks) for result in found) >= len(FILES)


def test_pages_are_read_without_a_worker() -> None:
    page = captured("<html><title>年报</title><p>全文如下。</p></html>".encode())
    with Pool(reader="no.such.module:reader") as pool:
        assert pool.read(page) == read(page)
    assert not is_file(page)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("spin", "1 s of CPU"),
        ("swell 400", "memory 256 MiB"),
        ("creep", "memory 256 MiB"),
        ("leap 400", "signal 6, perhaps memory 256 MiB"),
        ("crash", "signal 11"),
        ("exit 3", "exit code 3"),
        ("quit", "exit code 0"),
        ("raise", "raised LookupError: a bug"),
        ("boast 1", "answer over 1 MiB"),
        ("lie", "answer that is no result"),
    ],
)
def test_a_file_that_breaks_its_reader_is_killed_and_the_next_one_is_read(
    pool: Pool, words: str, reason: str
) -> None:
    result = tell(pool, words)
    assert (result.outcome, result.warnings) == (PageOutcome.KILLED, (f"killed: {reason}",))
    assert (result.record_id, result.url) == ("urn:r", "http://www.mou.gov.cn/f/1.pdf")
    assert said(pool, "swell 100") == str(100 << 20)
    assert len(processes()) == 1


def test_a_file_that_hangs_is_killed_by_the_clock() -> None:
    with Pool(Limits(patience=1), reader=READER) as pool:
        assert tell(pool, "sleep 600").warnings == ("killed: 1 s",)
        assert said(pool, "pid")


def test_a_limit_is_of_one_file_whatever_those_before_it_took(pool: Pool) -> None:
    first = said(pool, "pid")
    assert [said(pool, "swell 200") for _ in range(3)] == [str(200 << 20)] * 3
    assert said(pool, "pid") == first


def test_a_file_does_not_pay_for_the_one_before_it(pool: Pool) -> None:
    said(pool, "pid")
    assert said(pool, "bent") == "straight"
    assert said(pool, "seen") == "1"


def test_what_libraries_print_is_no_answer(pool: Pool) -> None:
    assert said(pool, "print") == "printed"
    assert said(pool, "pid") == said(pool, "pid")


def test_nothing_is_written_connected_or_known(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(pool, f"write {tmp_path / 'planted'}") == "OSError"
    monkeypatch.setenv("https_proxy", "http://user:secret@127.0.0.1:9")
    with Pool(LIMITS, reader=READER) as other:
        assert not {"https_proxy", "USER"} & set(said(other, "environment").split())
    with socket.create_server(("127.0.0.1", 0)) as server:
        word = said(pool, f"connect {server.getsockname()[1]}")
    if word == "connected":
        pytest.skip("this kernel gives no unprivileged process a network of its own")


def test_what_a_reader_starts_ends_with_it(pool: Pool) -> None:
    word, _, child = said(pool, "spawn").partition(" ")
    if word != "child":
        assert word == "BlockingIOError"
        return
    assert is_running(int(child))
    tell(pool, "crash")
    wait_until(lambda: not is_running(int(child)))


def test_a_worker_killed_while_it_reads_costs_its_file_and_no_other() -> None:
    with Pool(Limits(), workers=2, reader=READER) as pool:
        futures = [pool.submit(captured(b"sleep 600")) for _ in range(2)]
        wait_until(lambda: len(processes()) == 2 and all(map(is_confined, processes())))
        first, second = processes()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: any(future.done() for future in futures))
        (done,) = (future for future in futures if future.done())
        assert done.result().warnings == ("killed: signal 9",)
        assert said(pool, "swell 1") == str(1 << 20)
        assert is_running(second)
    (cut,) = (future for future in futures if future is not done)
    assert ended_unread(cut)
    assert not processes()


def is_confined(pid: int) -> bool:
    """Its readers are loaded: it has given up what it needs no more."""
    return "Max file size             0" in (Path("/proc") / str(pid) / "limits").read_text()


def ended_unread(future: Future[PageResult]) -> bool:
    return future.cancelled() or isinstance(future.exception(timeout=0), PoolClosedError)


def test_a_pool_that_is_closed_ends_what_is_read_and_what_waits() -> None:
    pool = Pool(Limits(), reader=READER)
    futures = [pool.submit(captured(b"sleep 600")) for _ in range(3)]
    wait_until(processes)
    pool.close()
    assert all(map(ended_unread, futures))
    with pytest.raises(PoolClosedError):
        pool.submit(captured(b"pid"))
    pool.close()
    assert not processes()


def test_a_worker_is_replaced_after_so_many_files() -> None:
    with Pool(Limits(files=2), reader=READER) as pool:
        pids = [said(pool, "pid") for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_worker_that_cannot_start_is_no_file_s_fault(capfd: pytest.CaptureFixture[str]) -> None:
    with Pool(reader="no.such.module:reader") as pool:
        with pytest.raises(WorkerError, match=r"expected a worker process .* found exit code 1"):
            pool.read(captured(b"pid"))
        assert "No module named 'no'" in capfd.readouterr().err
        assert not processes()


def test_workers_end_with_a_parent_that_is_killed() -> None:
    program = "from tests.test_isolation import *; stay()"
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout:
        worker = int(parent.stdout.readline())
    assert is_running(worker)
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(worker))


def stay() -> None:
    """The parent of a worker that reads for ever, and prints which one it is."""
    pool = Pool(Limits(), reader=READER)
    print(said(pool, "pid"), flush=True)
    tell(pool, "sleep 600")


def test_settings_are_read_and_refused_by_name() -> None:
    stated = {"ATTACHMENT_WORKERS": 1, "ATTACHMENT_MEMORY": "2e9", "ATTACHMENT_SECONDS": "5"}
    assert limits_of(stated) == Limits(2_000_000_000, seconds=5, patience=15)
    for name, value in (
        ("ATTACHMENT_WORKERS", 0),
        ("ATTACHMENT_SECONDS", "1.5"),
        ("ATTACHMENT_MEMORY", "1 GiB"),
    ):
        with pytest.raises(ConfigurationError, match=f"{name}: expected a whole number"):
            check_attachments({**stated, name: value})
