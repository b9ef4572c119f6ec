"""What the reader makes of our files, of other tools' files and of damaged ones."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter as ForeignWriter

from crawler.errors import ArchiveError
from crawler.items import FetchOutcome, Note, Role
from crawler.warc.fields import new_record_id, parse_warc_date, warc_date
from crawler.warc.groups import NOT_MODIFIED, Reference
from crawler.warc.message import dechunk
from crawler.warc.notes import dump
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Stored
from crawler.warc.scan import Damage, iter_records
from crawler.warc.serialise import record
from crawler.warc.writer import WarcWriter
from tests.warc_samples import NOTE, PLAIN_NOTE, PORTAL, RUN, STARTED, exchange, failed

FIRST = f"{PORTAL}-{RUN}-00000.warc.gz"
TEXT = "<html><p>年度报告</p></html>"


def portal_directory(tmp_path: Path) -> Path:
    directory = tmp_path / PORTAL
    directory.mkdir()
    return directory


def write_foreign(path: Path, *, compress: bool, head: str = "", body: bytes = b"") -> None:
    """A WARC 1.0 file by another tool."""
    with path.open("wb") as file:
        writer = ForeignWriter(file, gzip=compress, warc_version="WARC/1.0")
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "other"}))
        message = f"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n{head}\r\n".encode() + body
        for number in range(2):
            record = writer.create_warc_record(
                f"http://www.shili.example/{number}",
                "response",
                payload=io.BytesIO(message),
                length=len(message),
                warc_content_type="application/http; msgtype=response",
                warc_headers_dict={"WARC-Date": "2019-03-15T01:02:03Z"},
            )
            writer.write_record(record)


def test_a_capture_comes_back_as_it_was_handed_to_the_writer(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    head = (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nSet-Cookie: a\r\n"
        b"set-cookie: \xb3\r\nContent-Encoding: gzip\r\n\r\n"
    )
    page = exchange(payload=gzip.compress(TEXT.encode()), head=head, truncated="time")
    stored = writer.write_exchange(page, NOTE)
    writer.close()
    reader = CaptureReader(directory)
    (capture,) = reader.captures()
    assert capture == reader.get(stored.record_id)
    assert capture.record_id == stored.record_id
    assert (capture.url, capture.date) == (page.url, STARTED)
    assert (capture.status, capture.content) == (404, TEXT.encode())
    assert capture.truncated == "time"
    assert capture.note == NOTE
    assert capture.headers == (
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a"),
        ("set-cookie", "\xb3"),
        ("Content-Encoding", "gzip"),
    )
    assert list(reader.notes()) == [(stored.record_id, NOTE)]
    assert reader.damages == []


def test_failures_come_back_with_their_bytes_and_refusals_with_their_reason(
    tmp_path: Path,
) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    lost = failed(tls={"version": "TLSv1.3", "unverified": "self-signed"})
    stored = writer.write_failure(lost, NOTE)
    writer.write_refusal("http://www.shili.example/admin", "Disallow: /admin", PLAIN_NOTE)
    answered = writer.write_exchange(exchange(), PLAIN_NOTE)
    writer.close()
    reader = CaptureReader(directory)
    first, refusal = reader.failures()
    assert (first.record_id, first.failed, first.note) == (stored.record_id, lost, NOTE)
    assert refusal.failed is not None
    assert refusal.failed.outcome is FetchOutcome.ROBOTS
    assert refusal.failed.error == "Disallow: /admin"
    assert [c.record_id for c in reader.captures()] == [answered.record_id]
    assert [f.record_id for f in reader.fetches()][-1] == answered.record_id


def test_the_order_of_captures_is_that_of_the_files(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    for run in ("20260116T000000Z", "20260115T000000Z"):
        writer = WarcWriter(directory, PORTAL, run, max_bytes=3000)
        for number in range(4):
            writer.write_exchange(exchange(f"/{run}/{number}", os.urandom(900)), PLAIN_NOTE)
        writer.close()
    urls = [capture.url for capture in CaptureReader(directory).captures()]
    assert urls == sorted(urls)
    assert len(urls) == 8


def test_revisits_have_the_payload_of_their_response_and_their_own_headers(
    tmp_path: Path,
) -> None:
    directory = portal_directory(tmp_path)
    packed = gzip.compress(TEXT.encode())
    encoded = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nDate: 1\r\n\r\n"
    writer = WarcWriter(directory, PORTAL, RUN)
    page = exchange(payload=packed, head=encoded)
    first = writer.write_exchange(page, PLAIN_NOTE)
    writer.write_exchange(
        exchange(payload=packed, head=encoded.replace(b"Date: 1", b"Date: 2")), NOTE
    )
    of = Reference(first.record_id, page.url, first.date)
    unchanged = exchange(payload=b"", head=b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
    writer.write_revisit(unchanged, PLAIN_NOTE, of, NOT_MODIFIED)
    writer.close()
    _, same, not_modified = CaptureReader(directory).captures()
    assert (same.content, same.header("Date"), same.truncated) == (TEXT.encode(), "2", None)
    assert same.note == NOTE
    assert (not_modified.status, not_modified.content) == (200, TEXT.encode())
    assert not_modified.header("Date") == "1"  # what the server vouched for, not the 304


def test_a_revisit_without_its_response_is_reported_not_left_out(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    of = Reference("urn:uuid:00000000-0000-4000-8000-00000000dead", "http://a/", STARTED)
    writer.write_revisit(exchange(), PLAIN_NOTE, of)
    writer.close()
    reader = CaptureReader(directory)
    assert list(reader.captures()) == []
    assert list(reader.captures()) == []
    (damage,) = reader.damages
    assert "dead" in str(damage)


def test_a_revisit_by_url_and_date_alone_is_resolved(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    writer.write_exchange(exchange(), PLAIN_NOTE)
    unknown_id = Reference("urn:uuid:none", exchange().url, STARTED)
    writer.write_revisit(exchange(), PLAIN_NOTE, unknown_id)
    writer.close()
    assert [c.content for c in CaptureReader(directory).captures()] == [TEXT.encode()] * 2


def test_a_rendered_dom_is_read_in_place_of_its_response(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    page = exchange(payload=b"<script>")
    stored = writer.write_exchange(page, PLAIN_NOTE)
    of = Reference(stored.record_id, page.url, stored.date)
    dom = writer.write_resource(of, "text/html; charset=utf-8", TEXT.encode(), NOTE)
    writer.close()
    (capture,) = CaptureReader(directory).captures()
    assert capture.record_id == dom.record_id
    assert (capture.status, capture.content, capture.note) == (200, TEXT.encode(), NOTE)
    assert capture.header("content-type") == "text/html; charset=utf-8"


def test_a_body_over_the_limit_is_an_empty_truncated_capture(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    writer.write_exchange(exchange(head=head, payload=gzip.compress(bytes(2**22))), PLAIN_NOTE)
    writer.close()
    (capture,) = CaptureReader(directory, limit=2**20).captures()
    assert (capture.content, capture.truncated) == (b"", "length")


def test_raw_gives_the_bytes_of_the_record(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    stored = writer.write_exchange(exchange(), PLAIN_NOTE)
    located = writer.close()
    reader = CaptureReader(directory)
    assert reader.location(stored.record_id) == located[stored.record_id]
    whole = (directory / FIRST).read_bytes()[located[stored.record_id].offset :]
    member = zlib.decompress(whole, 31)
    assert reader.raw(stored.record_id) == member.removesuffix(b"\r\n\r\n")


def test_an_unknown_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="urn:uuid:none"):
        CaptureReader(tmp_path / "nothing").get("urn:uuid:none")


def test_records_of_a_file_being_written_and_then_closed_are_readable(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    stored = writer.write_exchange(exchange(), PLAIN_NOTE)
    with (directory / f"{FIRST}.open").open("ab") as file:
        file.write(b"\x1f\x8b\x08torn")  # what the next record looks like half-way
    reader = CaptureReader(directory)
    (capture,) = reader.captures()
    assert reader.damages == []
    assert reader.location(capture.record_id).warc == FIRST
    writer.close()
    assert reader.get(stored.record_id) == capture


@pytest.mark.parametrize("compress", [True, False])
def test_other_tools_files_get_the_default_note(tmp_path: Path, compress: bool) -> None:
    directory = portal_directory(tmp_path)
    write_foreign(
        directory / ("a.warc.gz" if compress else "a.warc"), compress=compress, body=TEXT.encode()
    )
    reader = CaptureReader(directory)
    captures = list(reader.captures())
    assert [c.url for c in captures] == [f"http://www.shili.example/{n}" for n in range(2)]
    assert captures[0].content == TEXT.encode()
    assert captures[0].date == datetime(2019, 3, 15, 1, 2, 3, tzinfo=UTC)
    assert captures[0].note == Note(portal=PORTAL, spider="", role=Role.PAGE)
    assert reader.get(captures[1].record_id) == captures[1]
    assert reader.damages == []


def test_a_whole_file_in_one_gzip_member_is_read(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    write_foreign(tmp_path / "a.warc", compress=False, body=TEXT.encode())
    (directory / "a.warc.gz").write_bytes(gzip.compress((tmp_path / "a.warc").read_bytes()))
    captures = list(CaptureReader(directory).captures())
    assert [(c.url[-1], c.content) for c in captures] == [
        ("0", TEXT.encode()),
        ("1", TEXT.encode()),
    ]


def test_chunked_bodies_of_other_tools_are_dechunked(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    framed = b"6;x=y\r\n<html>\r\n3\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n"
    write_foreign(
        directory / "a.warc.gz",
        compress=True,
        head="Transfer-Encoding: chunked\r\n",
        body=framed,
    )
    assert [c.content for c in CaptureReader(directory).captures()] == [b"<html>abc"] * 2


@pytest.mark.parametrize(
    ("framed", "body"),
    [
        (b"", b""),
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (b"3\r\nab", b"ab"),  # cut in the middle
        (b"<html>not framed", b"<html>not framed"),
        (b"3\nabc\r\n0\r\n", b"abc"),
    ],
)
def test_dechunking(framed: bytes, body: bytes) -> None:
    assert dechunk(framed) == body


def test_wgets_bracketed_uris_line_feeds_and_folded_headers(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    body = b"HTTP/1.1 200 OK\n\nhello"
    (directory / "a.warc").write_bytes(
        b"WARC/1.0\nWARC-Type: Response\nWARC-Target-URI: <http://a.example/>\n"
        b"WARC-Date: 2012-01-01T00:00:00Z\nWARC-Record-ID:\n <urn:uuid:1>\n"
        b"Content-Length: %d\n\n%s\n\n" % (len(body), body)
    )
    (capture,) = CaptureReader(directory).captures()
    assert (capture.record_id, capture.url) == ("urn:uuid:1", "http://a.example/")
    assert (capture.status, capture.content) == (200, b"hello")


def test_the_same_record_twice_is_one_capture_and_named(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    write_foreign(directory / "a.warc.gz", compress=True, body=b"x")
    (directory / "b.warc.gz").write_bytes((directory / "a.warc.gz").read_bytes())
    reader = CaptureReader(directory)
    assert len(list(reader.captures())) == 2
    assert [damage.warc for damage in reader.damages] == ["b.warc.gz"] * 2


def member_offsets(path: Path) -> list[int]:
    return [record.offset for record in iter_records(path)]


@pytest.mark.parametrize("compress", [True, False])
def test_reading_goes_on_behind_damage_and_names_it(tmp_path: Path, compress: bool) -> None:
    path = tmp_path / ("a.warc.gz" if compress else "a.warc")
    write_foreign(path, compress=compress, body=os.urandom(3000))
    _, first, second = member_offsets(path)
    data = bytearray(path.read_bytes())
    # A bit flipped in the compressed data, or a lost Content-Length in the plain file.
    spot = first + 400 if compress else data.index(b"Content-Length", first)
    data[spot] ^= 0xFF
    path.write_bytes(data)
    damages: list[Damage] = []
    assert [r.offset for r in iter_records(path, damages.append)] == [0, second]
    assert [damage.offset for damage in damages] == [first]
    with pytest.raises(ArchiveError, match=path.name):
        list(iter_records(path))


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, b"\x1f\x8b\x08", b"WARC/1.1\r\n", b"WARC/1.1\r\n\r\n", b"%PDF-1.4"]
)
def test_what_is_no_warc_is_damage_not_an_empty_archive(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    damages: list[Damage] = []
    assert list(iter_records(path, damages.append)) == []
    assert len(damages) == (1 if data else 0)


def test_a_header_block_without_end_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1\r\n" + b"X: y\r\n" * 2_000_000))
    damages: list[Damage] = []
    assert list(iter_records(path, damages.append)) == []
    assert "header block" in damages[0].reason


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-15T02:15:00Z", datetime(2026, 1, 15, 2, 15, tzinfo=UTC)),
        ("2026-01-15T02:15:00.1Z", datetime(2026, 1, 15, 2, 15, 0, 100_000, UTC)),
        ("2026-01-15T02:15:00.123456789Z", datetime(2026, 1, 15, 2, 15, 0, 123_456, UTC)),
    ],
)
def test_warc_dates_of_any_precision(text: str, moment: datetime) -> None:
    assert parse_warc_date(text) == moment
    assert parse_warc_date(warc_date(moment)) == moment


@pytest.mark.parametrize("text", ["", "20260115021500", "2026-13-01", "2026-01-15T02:15:00+08:00"])
def test_what_is_no_warc_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_warc_date(text)


def test_a_note_of_a_later_version_is_named_and_its_capture_kept(tmp_path: Path) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    note = Note(portal=PORTAL, spider="x", role="hologram")  # type: ignore[arg-type]
    writer.write_exchange(exchange(), note)
    writer.close()
    reader = CaptureReader(directory)
    (capture,) = reader.captures()
    assert capture.note == Note(portal=PORTAL, spider="")
    assert "hologram" in str(reader.damages[0])


@pytest.mark.parametrize("name", ["aaa.warc.gz", "zzz.warc.gz"])
def test_a_file_from_elsewhere_says_nothing_of_our_records(tmp_path: Path, name: str) -> None:
    directory = portal_directory(tmp_path)
    writer = WarcWriter(directory, PORTAL, RUN)
    stored = writer.write_exchange(exchange(), NOTE)
    made = writer.write_conversion(
        Reference(stored.record_id, exchange().url, stored.date),
        "text/plain",
        b"made",
        NOTE,
        engine="libreoffice",
        version="1",
        settings={},
    )
    writer.close()
    url = exchange().url
    forged = dump({"portal": PORTAL, "role": "page", "engine": "rapidocr", "version": "0"})
    asked = b"POST /art/2.html HTTP/1.1\r\n\r\n", b"year=2025"
    (directory / name).write_bytes(
        record("warcinfo", new_record_id(), STARTED, (b"software: other\r\n",))
        + record("metadata", new_record_id(), STARTED, (forged,), url=url, fields=_to(stored))
        + record("metadata", new_record_id(), STARTED, (forged,), url=url, fields=_to(made))
        + record("request", new_record_id(), STARTED, asked, url=url, fields=_to(stored))
    )
    reader = CaptureReader(directory)
    (capture,) = reader.captures()
    assert (capture.note, capture.url) == (NOTE, url)
    assert [(one.engine, one.version) for one in capture.conversions] == [("libreoffice", "1")]


def _to(stored: Stored) -> list[tuple[str, str]]:
    return [("WARC-Concurrent-To", f"<{stored.record_id}>")]
