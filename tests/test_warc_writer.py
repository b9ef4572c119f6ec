"""What the writer puts into a file, judged by warcio, fastwarc, gzip and our own scanner."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import ArchiveError
from crawler.items import Note
from crawler.warc.groups import NOT_MODIFIED, Reference
from crawler.warc.records import Location, Original
from crawler.warc.scan import Record, iter_records
from crawler.warc.verify import verify
from crawler.warc.writer import WarcWriter
from tests.warc_samples import NOTE, PLAIN_NOTE, PORTAL, RUN, exchange, failed, judge

FIRST = f"{PORTAL}-{RUN}-00000.warc.gz"


def records(directory: Path) -> list[Record]:
    return [r for path in sorted(directory.iterdir()) for r in iter_records(path)]


def kinds(directory: Path) -> list[str]:
    return [record.kind for record in records(directory)]


def test_an_exchange_keeps_every_byte_of_both_messages(tmp_path: Path) -> None:
    head = (
        b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\nset-cookie: a\r\nX-Odd:  two  spaces\r\n"
        b"SET-Cookie: b\r\nFolded: a\r\n\tb\r\nno colon here\r\n\r\n"
    )
    payload = gzip.compress("正文".encode("gb18030"))
    sent = b"POST /a?q=%e5%B9 HTTP/1.1\r\nhOST: x\r\n\r\n"
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    stored = writer.write_exchange(
        exchange(head=head, payload=payload, request_head=sent, request_body=b"k=v"), NOTE
    )
    writer.close()
    info, request, about, response = records(tmp_path)
    assert response.block == head + payload
    assert request.block == sent + b"k=v"
    assert response.id() == stored.record_id
    assert [r.kind for r in (info, request, about)] == ["warcinfo", "request", "metadata"]
    assert response.header("WARC-Date") == "2026-01-15T02:15:00.123456Z"
    assert response.header("WARC-IP-Address") == "127.0.0.9"
    digest = hashlib.sha256(payload).hexdigest()
    assert response.header("WARC-Payload-Digest") == f"sha256:{digest}"
    assert judge(tmp_path / FIRST) == []


def test_records_are_linked_and_digests_stand_only_where_they_are_right(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    stored = writer.write_exchange(exchange(), NOTE)
    writer.write_failure(failed(), NOTE)
    writer.close()
    info, *others = records(tmp_path)
    assert all(r.id("WARC-Warcinfo-ID") == info.id() for r in others)
    assert [r.id("WARC-Concurrent-To") for r in others] == [
        stored.record_id,
        stored.record_id,
        "",
        "",
    ]
    with_payload_digest = [r.kind for r in others if r.header("WARC-Payload-Digest")]
    assert with_payload_digest == ["response"]
    assert all(r.header("WARC-Block-Digest") for r in [info, *others])
    assert verify(tmp_path / FIRST) != []  # the note's parent is not there
    assert all("parent" in problem.what for problem in verify(tmp_path / FIRST))


def test_warcinfo_says_what_made_the_file_and_how(tmp_path: Path) -> None:
    WarcWriter(tmp_path, PORTAL, RUN, info={"robots": "obey"}).close()
    (info,) = records(tmp_path)
    lines = dict(line.split(": ", 1) for line in info.block.decode().splitlines())
    assert lines["software"].startswith("xianzhi/")
    assert lines["robots"] == "obey"
    assert lines["isPartOf"] == PORTAL
    assert "de-chunked" in lines["normalisations"]
    assert info.header("WARC-Filename") == FIRST


def test_behind_a_proxy_there_is_no_address(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    writer.write_exchange(exchange(ip=None, via_proxy="127.0.0.2:3128"), PLAIN_NOTE)
    writer.close()
    assert not any(r.header("WARC-IP-Address") for r in records(tmp_path))
    assert b'"via_proxy": "127.0.0.2:3128"' in records(tmp_path)[2].block


def test_equal_payload_of_one_url_becomes_a_revisit_with_its_own_headers(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    first = writer.write_exchange(exchange(), PLAIN_NOTE)
    again = b"HTTP/1.1 200 OK\r\nDate: later\r\n\r\n"
    writer.write_exchange(exchange(head=again), PLAIN_NOTE)
    writer.write_exchange(exchange("/other.html"), PLAIN_NOTE)
    writer.close()
    assert kinds(tmp_path)[3::3] == ["response", "revisit", "response"]
    revisit = records(tmp_path)[6]
    assert revisit.block == again
    assert revisit.header("WARC-Profile").endswith("/warc/1.1/revisit/identical-payload-digest")
    assert revisit.header("WARC-Truncated") == "length"
    assert revisit.id("WARC-Refers-To") == first.record_id
    assert revisit.header("WARC-Refers-To-Date") == "2026-01-15T02:15:00.123456Z"
    assert revisit.header("WARC-Refers-To-Target-URI") == "http://www.shili.example/art/1.html"
    assert revisit.header("WARC-Payload-Digest") == records(tmp_path)[3].header(
        "WARC-Payload-Digest"
    )
    assert judge(tmp_path / FIRST) == []
    assert verify(tmp_path / FIRST) == []


def test_empty_and_cut_bodies_are_never_revisits(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    for _ in range(2):
        writer.write_exchange(exchange(payload=b""), PLAIN_NOTE)
    for _ in range(2):
        writer.write_exchange(exchange(truncated="disconnect"), PLAIN_NOTE)
    writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.close()
    answers = records(tmp_path)[3::3]
    assert [r.kind for r in answers] == ["response"] * 5
    assert [r.header("WARC-Truncated") for r in answers] == ["", "", "disconnect", "disconnect", ""]


def test_a_revisit_of_an_earlier_run_comes_from_the_lookup(tmp_path: Path) -> None:
    asked = []
    date = datetime(2025, 3, 1, tzinfo=UTC)

    def lookup(url: str, payload_digest: str) -> Original | None:
        asked.append((url, payload_digest))
        return Original("urn:uuid:" + "0" * 8, url, date, payload_digest, Location("w", 7))

    writer = WarcWriter(tmp_path, PORTAL, RUN, lookup=lookup)
    stored = writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.close()
    revisit = records(tmp_path)[-1]
    assert stored.original is not None
    assert stored.original.location == Location("w", 7)
    assert asked == [(revisit.url, revisit.header("WARC-Payload-Digest"))]
    assert revisit.header("WARC-Refers-To-Date") == "2025-03-01T00:00:00Z"


def test_not_modified_is_a_revisit_with_its_own_profile(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    page = exchange()
    first = writer.write_exchange(page, PLAIN_NOTE)
    answer = exchange(head=b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", payload=b"")
    of = Reference(first.record_id, page.url, first.date)
    writer.write_revisit(answer, PLAIN_NOTE, of, NOT_MODIFIED)
    writer.close()
    revisit = records(tmp_path)[-1]
    assert revisit.header("WARC-Profile").endswith("/server-not-modified")
    assert not revisit.header("WARC-Truncated")  # a 304 has no body to leave out
    assert judge(tmp_path / FIRST) == []


def test_rendered_dom_and_conversion_refer_to_their_response(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    page = exchange()
    stored = writer.write_exchange(page, PLAIN_NOTE)
    of = Reference(stored.record_id, page.url, stored.date)
    resource = writer.write_resource(of, "text/html; charset=utf-8", b"<p>DOM</p>", PLAIN_NOTE)
    conversion = writer.write_conversion(
        of, "text/plain", b"text", PLAIN_NOTE, engine="ocr", version="3", settings={"dpi": "300"}
    )
    located = writer.close()
    about, dom, about_conversion, text = records(tmp_path)[4:]
    assert (dom.kind, dom.id(), dom.block) == ("resource", resource.record_id, b"<p>DOM</p>")
    assert dom.id("WARC-Concurrent-To") == stored.record_id
    assert about.id("WARC-Concurrent-To") == dom.id()
    assert (text.kind, text.id()) == ("conversion", conversion.record_id)
    assert text.id("WARC-Refers-To") == stored.record_id
    assert b'"engine": "ocr"' in about_conversion.block
    assert set(located) == {stored.record_id, resource.record_id, conversion.record_id}
    assert judge(tmp_path / FIRST) == []
    assert verify(tmp_path / FIRST) == []


def test_a_hostile_url_or_note_cannot_add_header_lines(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    url = "http://a/\r\nWARC-Type: warcinfo\r\n\r\n<年>"
    note = Note(portal=PORTAL, spider="\ud800\r\nX: y", frontier_id="\x00")
    writer.write_exchange(exchange(url=url, ip="1\r\nX: y"), note)
    writer.write_refusal(url, "robots.txt:\r\nDisallow", note)
    writer.close()
    assert kinds(tmp_path) == ["warcinfo", "request", "metadata", "response", "metadata"]
    assert not any(r.header("X") for r in records(tmp_path))
    assert judge(tmp_path / FIRST) == []


def test_places_are_final_names_and_true_offsets(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    stored = [writer.write_exchange(exchange(f"/{i}"), PLAIN_NOTE) for i in range(3)]
    located = writer.sync()
    assert [path.name for path in tmp_path.iterdir()] == [FIRST + ".open"]
    assert writer.sync() == {}
    assert writer.close() == {}
    assert {place.warc for place in located.values()} == {FIRST}
    with (tmp_path / FIRST).open("rb") as file:
        for one in stored:
            file.seek(located[one.record_id].offset)
            record = next(iter(ArchiveIterator(file)))
            assert record.rec_headers.get_header("WARC-Record-ID") == f"<{one.record_id}>"


def test_full_files_are_closed_and_named_and_exchanges_never_split(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN, max_bytes=4000)
    for number in range(10):
        writer.write_exchange(exchange(f"/{number}", os.urandom(1500)), PLAIN_NOTE)
    located = writer.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"{PORTAL}-{RUN}-{serial:05}.warc.gz" for serial in range(len(names))]
    assert len(names) > 2
    assert {place.warc for place in located.values()} == set(names)
    for path in sorted(tmp_path.iterdir()):
        assert judge(path) == []
        assert verify(path) == []


def test_two_writers_of_one_run_cannot_both_have_its_name(tmp_path: Path) -> None:
    first = WarcWriter(tmp_path, PORTAL, RUN)
    with pytest.raises(FileExistsError):
        WarcWriter(tmp_path, PORTAL, RUN)
    first.close()
    with pytest.raises(FileExistsError):
        WarcWriter(tmp_path, PORTAL, RUN)


def test_syncing_from_a_thread_loses_and_repeats_nothing(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN, max_bytes=20_000)
    located: list[str] = []
    done = threading.Event()

    def sync_all() -> None:
        while not done.is_set():
            located.extend(writer.sync())

    thread = threading.Thread(target=sync_all)
    thread.start()
    stored = [writer.write_exchange(exchange(f"/{i}"), PLAIN_NOTE).record_id for i in range(200)]
    done.set()
    thread.join()
    located.extend(writer.close())
    assert sorted(located) == sorted(stored)
    assert all(not path.name.endswith(".open") for path in tmp_path.iterdir())
    assert [r.id() for r in records(tmp_path) if r.kind == "response"] == stored


def test_a_full_disk_is_named_final_and_leaves_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    kept = writer.write_exchange(exchange("/kept"), PLAIN_NOTE)
    real_write = os.write

    def half_then_full(fd: int, data: bytes) -> int:
        if len(data) < 200:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(fd, data[: len(data) - 100])

    monkeypatch.setattr(os, "write", half_then_full)
    with pytest.raises(ArchiveError, match="No space left on device"):
        writer.write_exchange(exchange("/lost"), PLAIN_NOTE)
    monkeypatch.undo()
    with pytest.raises(ArchiveError, match="No space left on device"):
        writer.write_exchange(exchange("/later"), PLAIN_NOTE)
    assert set(writer.close()) == {kept.record_id}
    assert kinds(tmp_path) == ["warcinfo", "request", "metadata", "response"]
    assert judge(tmp_path / FIRST) == []


def test_after_a_failed_fsync_nothing_is_called_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WarcWriter(tmp_path, PORTAL, RUN)
    writer.write_exchange(exchange(), PLAIN_NOTE)

    def broken(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(ArchiveError, match="Input/output error"):
        writer.sync()
    monkeypatch.undo()
    assert writer.close() == {}
    with pytest.raises(ArchiveError):
        writer.write_exchange(exchange(), PLAIN_NOTE)
