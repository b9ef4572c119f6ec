"""Is a WARC file what it says it is: see `verify`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler.warc import notes
from crawler.warc.fields import is_digest_of
from crawler.warc.index import warc_files
from crawler.warc.message import dechunk, split_message
from crawler.warc.scan import Damage, Record, iter_records

_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
_LINKS = ("WARC-Concurrent-To", "WARC-Warcinfo-ID", "WARC-Refers-To")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one record, or with the file (``record_id`` empty)."""

    warc: str
    offset: int
    record_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.warc} at {self.offset}: {self.record_id or 'file'}: {self.what}"


def verify(path: Path) -> list[Problem]:
    """Members, lengths, digests, and that every record named by another is there.

    Linked records are looked for in the whole directory, parents (a page and its attachments
    may fall on both sides of a file's end) as well as revisited responses.
    """
    seen = _Seen()
    problems = list(_check_file(path, seen))
    missing = set(seen.wanted) - seen.ids
    for sibling in warc_files(path.parent) if missing else ():
        if sibling != path:
            missing -= {record.id() for record in iter_records(sibling, _ignore)}
    problems += [seen.wanted[record_id] for record_id in missing]
    return sorted(problems, key=lambda problem: (problem.offset, problem.record_id, problem.what))


@dataclass(slots=True)
class _Seen:
    ids: set[str] = field(default_factory=set)
    wanted: dict[str, Problem] = field(default_factory=dict)  # id → what to say if it is nowhere


def _check_file(path: Path, seen: _Seen) -> Iterator[Problem]:
    damages: list[Damage] = []
    first = True
    for record in iter_records(path, damages.append):
        record_id = record.id()
        wrong = list(_check_record(record))
        if first and record.kind != "warcinfo":
            wrong.append(f"expected warcinfo as the first record, found {record.kind}")
        if record_id in seen.ids:
            wrong.append("expected a new WARC-Record-ID, found one used before")
        for what in wrong:
            yield Problem(record.warc, record.offset, record_id, what)
        first = False
        seen.ids.add(record_id)
        for link, target in _targets(record):
            what = f"{link} {target}: expected such a record, found none"
            seen.wanted.setdefault(target, Problem(record.warc, record.offset, record_id, what))
    for damage in damages:
        yield Problem(damage.warc, damage.offset, "", damage.reason)
    if first and not damages:
        yield Problem(path.name, 0, "", "expected records, found an empty file")


def _check_record(record: Record) -> Iterator[str]:
    for name in _MANDATORY:
        if not record.header(name):
            yield f"expected {name}, found none"
    try:
        _ = record.date
    except ValueError as error:
        yield str(error)
    if record.inner or (record.end is None):
        yield "expected one record in a gzip member, found more"
    if record.kind == "conversion" and not record.ids("WARC-Refers-To"):
        yield "expected WARC-Refers-To, the record it was made of, found none"
    if record.trailer != b"\r\n\r\n":
        yield f"expected two line ends after the block, found {record.trailer!r}"
    if record.cut:
        yield "too long for its digests to be checked"
        return
    block_digest = record.header("WARC-Block-Digest")
    if block_digest and not is_digest_of(block_digest, record.block):
        yield f"WARC-Block-Digest expected {block_digest}, found other bytes"
    payload_digest = record.header("WARC-Payload-Digest")
    if payload_digest and record.kind == "response":
        payload = split_message(record.block)[1]
        # Other tools hash a chunked body with its framing, or without.
        if not any(is_digest_of(payload_digest, body) for body in (payload, dechunk(payload))):
            yield f"WARC-Payload-Digest expected {payload_digest}, found another body"


def _targets(record: Record) -> Iterator[tuple[str, str]]:
    for name in _LINKS:
        for target in record.ids(name):
            yield name, target
    if record.kind == "metadata" and (facts := notes.load(record.block)) and facts.get("parent"):
        yield "parent", facts["parent"]


def _ignore(damage: Damage) -> None:
    """A damaged sibling is reported when it is verified itself."""
