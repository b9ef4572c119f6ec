"""One response whose place is known, without a scan of the files around it."""

from __future__ import annotations

from pathlib import Path

from crawler.errors import ArchiveError
from crawler.items import Capture
from crawler.warc.entity import decode_entity
from crawler.warc.index import Place, record_at
from crawler.warc.message import read_http
from crawler.warc.records import Original


def read_original(directory: Path, of: Original, *, limit: int) -> Capture:
    """A capture whose place is known, without a scan. ArchiveError when it is not there (any
    more) or cannot be read, so that nobody builds on what is lost."""
    record = record_at(directory, Place(of.location.warc, of.location.offset, 0))
    if record.kind != "response" or record.id() != of.record_id:
        raise ArchiveError(
            f"{of.location.warc} at {of.location.offset}: expected the response {of.record_id}"
            f" of {of.url}, found {record.kind} {record.id()}"
        )
    status, headers, payload = read_http(record.block)
    content = decode_entity(headers, payload, limit)
    return Capture(of.record_id, of.url, of.date, status, headers, content)
