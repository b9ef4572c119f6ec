"""Every kind of problem is found and says where."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from crawler.items import Note
from crawler.warc.scan import iter_records
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter
from tests.warc_samples import PLAIN_NOTE, PORTAL, RUN, exchange, failed

FIRST = f"{PORTAL}-{RUN}-00000.warc.gz"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.write_failure(failed(), PLAIN_NOTE)
    writer.close()
    return tmp_path / FIRST


def members(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return [gzip.decompress(data[r.offset : r.end]) for r in iter_records(path)]


def rewrite(path: Path, records: list[bytes]) -> None:
    path.write_bytes(b"".join(gzip.compress(record) for record in records))


def test_a_good_file_has_no_problems(good: Path) -> None:
    assert verify(good) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"<p>", b"<q>", "WARC-Block-Digest"),
        (b"Payload-Digest: sha256:", b"Payload-Digest: sha256:00", "WARC-Payload-Digest"),
        (b"Payload-Digest: sha256:", b"Payload-Digest: rot13:", "WARC-Payload-Digest"),
        (b"WARC-Date: 2026-", b"WARC-Date: 26-", "WARC-Date"),
        (b"WARC-Date: ", b"X-Date: ", "expected WARC-Date"),
        (b"</html>\r\n\r\n", b"</html>\r\n", "two line ends"),
        (b"WARC-Warcinfo-ID: <urn:uuid:", b"WARC-Warcinfo-ID: <urn:uuid:f", "WARC-Warcinfo-ID"),
    ],
)
def test_a_spoiled_response(good: Path, old: bytes, new: bytes, what: str) -> None:
    records = members(good)
    offset = [r.offset for r in iter_records(good)][3]
    assert old in records[3]
    data = good.read_bytes()
    rest = [r.end for r in iter_records(good)][3]
    spoiled = gzip.compress(records[3].replace(old, new))
    good.write_bytes(data[:offset] + spoiled + data[rest:])
    problems = verify(good)
    assert any(what in problem.what and problem.offset == offset for problem in problems)
    assert str(problems[0]).startswith(FIRST)


def test_a_response_that_a_note_is_about_is_missing(good: Path) -> None:
    records = members(good)
    rewrite(good, records[:3] + records[4:])
    assert [problem.what.split()[0] for problem in verify(good)] == ["WARC-Concurrent-To"]


def test_cut_spoiled_and_merged_members(good: Path) -> None:
    data = good.read_bytes()
    good.write_bytes(data[:-5])
    assert "cut short" in verify(good)[-1].what
    good.write_bytes(data + b"junk")
    assert "junk" in verify(good)[-1].what
    good.write_bytes(gzip.compress(gzip.decompress(data)))
    assert any("one record in a gzip member" in problem.what for problem in verify(good))
    good.write_bytes(b"")
    assert "empty file" in verify(good)[0].what


def test_a_parent_is_looked_for_in_all_files_of_the_portal(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN, max_bytes=2000)
    page = writer.write_exchange(exchange("/page", os.urandom(2000)), PLAIN_NOTE)
    part = Note(portal=PORTAL, spider="x", parent=page.record_id)
    orphan = Note(portal=PORTAL, spider="x", parent="urn:uuid:gone")
    writer.write_exchange(exchange("/part", os.urandom(2000)), part)
    writer.write_exchange(exchange("/orphan", os.urandom(2000)), orphan)
    writer.close()
    problems = [problem for path in sorted(tmp_path.iterdir()) for problem in verify(path)]
    assert [problem.what for problem in problems] == [
        "parent urn:uuid:gone: expected such a record, found none"
    ]
