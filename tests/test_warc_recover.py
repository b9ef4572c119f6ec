"""Files left open by a killed run are cut to their last whole exchange, and only those."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.warc.reader import CaptureReader
from crawler.warc.recover import recover
from crawler.warc.scan import iter_records
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter
from tests.warc_samples import PLAIN_NOTE, PORTAL, RUN, exchange, failed, judge

FIRST = f"{PORTAL}-{RUN}-00000.warc.gz"

# A process of its own that writes, says what is durable, and never closes.
WRITER = """
import sys
from pathlib import Path
from crawler.warc.writer import WarcWriter
from tests.warc_samples import PLAIN_NOTE, PORTAL, RUN, exchange
writer = WarcWriter(Path(sys.argv[1]), PORTAL, RUN)
for number in range(int(sys.argv[2])):
    writer.write_exchange(exchange(f"/{number}"), PLAIN_NOTE)
    print(*writer.sync(), flush=True)
sys.stdin.read()
"""


def left_open(directory: Path, data: bytes) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{FIRST}.open"
    path.write_bytes(data)
    return path


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """A file with two exchanges and a failure."""
    writer = WarcWriter(tmp_path / "whole", PORTAL, RUN)
    writer.write_exchange(exchange("/1"), PLAIN_NOTE)
    writer.write_failure(failed(), PLAIN_NOTE)
    writer.write_exchange(exchange("/2"), PLAIN_NOTE)
    writer.close()
    return (tmp_path / "whole" / FIRST).read_bytes()


def test_a_file_cut_at_any_byte_keeps_exactly_its_whole_groups(
    tmp_path: Path, whole: bytes
) -> None:
    path = tmp_path / "whole" / FIRST
    members = list(iter_records(path))
    ends = [r.end for r in members if r.kind in ("warcinfo", "response")]
    ends.append(members[4].end)  # the failed fetch
    directory = tmp_path / "cut"
    for size in range(len(whole) + 1):
        left_open(directory, whole[:size])
        messages = recover(directory, PORTAL)
        expected = max((end for end in ends if end is not None and end <= size), default=0)
        assert len(messages) == 1
        final = directory / FIRST
        if expected == 0:
            assert list(directory.iterdir()) == []
            continue
        assert final.read_bytes() == whole[:expected]
        assert ("torn bytes" in messages[0]) == (expected < size)
        final.unlink()


def test_what_recovery_leaves_passes_the_judges(tmp_path: Path, whole: bytes) -> None:
    directory = tmp_path / "cut"
    left_open(directory, whole[:-1])
    recover(directory, PORTAL)
    assert judge(directory / FIRST) == []
    assert verify(directory / FIRST) == []
    assert [c.url[-2:] for c in CaptureReader(directory).captures()] == ["/1"]


def test_good_records_behind_damage_are_kept_and_the_damage_named(
    tmp_path: Path, whole: bytes
) -> None:
    directory = tmp_path / "hole"
    records = iter_records(tmp_path / "whole" / FIRST)
    first_response = next(record for record in records if record.kind == "response")
    spoiled = bytearray(whole)
    spoiled[first_response.offset + 30] ^= 0xFF
    left_open(directory, bytes(spoiled))
    (message,) = recover(directory, PORTAL)
    assert f"damaged at {first_response.offset}" in message
    assert (directory / FIRST).read_bytes() == spoiled
    assert [c.url[-2:] for c in CaptureReader(directory).captures()] == ["/2"]


def test_nothing_to_recover(tmp_path: Path) -> None:
    assert recover(tmp_path / "absent", PORTAL) == []
    WarcWriter(tmp_path, PORTAL, RUN).close()
    before = (tmp_path / FIRST).read_bytes()
    assert recover(tmp_path, PORTAL) == []
    assert (tmp_path / FIRST).read_bytes() == before


def test_a_living_writer_in_this_process_is_left_alone(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    assert recover(tmp_path, PORTAL) == []
    writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.close()
    assert judge(tmp_path / FIRST) == []


def test_a_killed_writer_is_recovered_and_a_living_one_is_not(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path, "5"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert writer.stdout is not None
        durable = [writer.stdout.readline().strip() for _ in range(5)]
        assert recover(tmp_path, PORTAL) == []
        assert (tmp_path / f"{FIRST}.open").exists()
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
    with (tmp_path / f"{FIRST}.open").open("ab") as file:
        file.write(b"\x1f\x8b\x08half a record")
    (message,) = recover(tmp_path, PORTAL)
    assert "torn bytes" in message
    assert [c.record_id for c in CaptureReader(tmp_path).captures()] == durable
    assert judge(tmp_path / FIRST) == []


def test_another_portals_files_are_left_alone(tmp_path: Path, whole: bytes) -> None:
    path = left_open(tmp_path / "other", whole)
    assert recover(tmp_path / "other", "demo_other") == []
    assert path.exists()
    shutil.rmtree(tmp_path / "other")
