"""Captures as `read` wants them, from the WARC files of one portal: see `CaptureReader`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from crawler.errors import ArchiveError, BodyTooLargeError
from crawler.items import Capture, Conversion, Note
from crawler.warc import notes
from crawler.warc.conversions import conversions_of
from crawler.warc.entity import Headers, open_entity
from crawler.warc.fields import digest
from crawler.warc.groups import NOT_MODIFIED
from crawler.warc.index import CAPTURES, Entry, Index, Place, build_index, record_at
from crawler.warc.message import read_http
from crawler.warc.notes import Facts
from crawler.warc.records import FailedFetch, Location, Original
from crawler.warc.scan import Damage, Record

#: How long a decoded body may be; give the live crawl's DOWNLOAD_MAXSIZE where it differs.
ENTITY_LIMIT = 64 * 1024 * 1024
#: What an answer is truncated for whose frame is whole and whose gzip or deflate stream is not:
#: the cut was made at the server, for reasons unknown.
CODING_CUT = "unspecified"


@dataclass(frozen=True, slots=True)
class ArchivedFetch:
    """One fetch without its body. ``failed`` is None where there was an answer."""

    record_id: str
    url: str
    location: Location
    note: Note
    failed: FailedFetch | None = None


class CaptureReader:
    """The captures of a directory of WARC files, ours or foreign, in a fixed order.

    The first question scans all files once; only places are remembered, bodies are read when
    asked for. What could not be read is in ``damages``, never silently left out.
    """

    def __init__(
        self, directory: Path, *, limit: int = ENTITY_LIMIT, index: Index | None = None
    ) -> None:
        """``index`` stands for the scan: for who wants some records of many files."""
        self._directory = directory
        if index is not None:
            self._index = index
        self._limit = limit
        # A foreign file has no notes: its pages were met by no spider of ours.
        self._default_note = Note(portal=directory.name, spider="")

    @cached_property
    def _index(self) -> Index:
        return build_index(self._directory)

    @property
    def damages(self) -> list[Damage]:
        return self._index.damages

    def captures(self) -> Iterator[Capture]:
        """Every answer over HTTP, and every rendered DOM in place of the answer it came from.

        A body over the limit is an empty capture truncated for ``length``.
        """
        return self.read(self.record_ids())

    def add_damages(self, damages: Iterable[Damage]) -> None:
        """What a reader of the same files met in another process."""
        self._index.damages.extend(one for one in damages if one not in self._index.damages)

    def record_ids(self) -> Iterator[str]:
        """Of `captures`, unread."""
        return (entry.record_id for entry in self._answers())

    def read(self, record_ids: Iterable[str]) -> Iterator[Capture]:
        """As `captures`, of some records."""
        for record_id in record_ids:
            entry = self._entry(record_id)
            try:
                capture = self._capture(entry)
            except ArchiveError as error:
                self._damaged(entry.place, str(error))
                continue
            yield capture

    def fetches(self) -> Iterator[ArchivedFetch]:
        """Answers and failures, bodies unread."""
        for entry in list(self._index.entries.values()):
            failed = None
            if entry.kind == "metadata":
                failed, note = self._failed(entry)
                if failed is None:
                    continue
            elif entry.kind in CAPTURES:
                note = self._note(entry)
            else:
                continue
            url = failed.url if failed else entry.url
            yield ArchivedFetch(entry.record_id, url, self.location(entry.record_id), note, failed)

    def failures(self) -> Iterator[ArchivedFetch]:
        """Fetches without an HTTP answer, and URLs that robots.txt forbids."""
        return (fetch for fetch in self.fetches() if fetch.failed is not None)

    def notes(self) -> Iterator[tuple[str, Note]]:
        """The note of each capture, bodies unread."""
        return ((entry.record_id, self._note(entry)) for entry in self._answers())

    def get(self, record_id: str) -> Capture:
        return self._capture(self._entry(record_id))

    def raw(self, record_id: str) -> bytes:
        """The record as it stands in the file, uncompressed: WARC header, then block."""
        record = record_at(self._directory, self._entry(record_id).place)
        return record.head + record.block

    def location(self, record_id: str) -> Location:
        place = self._entry(record_id).place
        return Location(place.warc, place.offset)

    def know(self, of: Original) -> None:
        """A response in a file that was not scanned, so that its revisits can be read."""
        place = Place(of.location.warc, of.location.offset, 0)
        entry = Entry(of.record_id, "response", of.url, of.date, place)
        self._index.entries.setdefault(of.record_id, entry)

    def original(self, record_id: str) -> Original | None:
        """The response with the whole body of a capture; None where the archive has none."""
        entry = self._entry(record_id)
        record = record_at(self._directory, entry.place)
        if entry.kind == "revisit":
            entry = self._original(record)
            record = record_at(self._directory, entry.place)
        if entry.kind != "response" or record.header("WARC-Truncated") or record.cut:
            return None
        payload = read_http(record.block)[2]
        place = Location(entry.place.warc, entry.place.offset)
        if not payload:
            return None
        return Original(entry.record_id, entry.url, entry.date, digest(payload), place)

    def _entry(self, record_id: str) -> Entry:
        try:
            return self._index.entries[record_id]
        except KeyError:
            raise ArchiveError(
                f"{record_id}: expected in {self._directory}, found no such capture;"
                " are all of the portal's WARC files there?"
            ) from None

    def _answers(self) -> Iterator[Entry]:
        index = self._index
        for entry in list(index.entries.values()):
            web = entry.url.startswith(("http://", "https://"))
            if entry.kind in CAPTURES and web and entry.record_id not in index.rendered:
                yield entry

    def _capture(self, entry: Entry) -> Capture:
        record = record_at(self._directory, entry.place)
        if entry.kind == "resource":
            headers: Headers = (("Content-Type", record.header("Content-Type")),)
            status, payload = 200, record.block
        else:
            status, headers, payload = read_http(record.block)
        truncated = record.header("WARC-Truncated") or ("length" if record.cut else None)
        holder = ""
        if entry.kind == "revisit":
            first = self._original(record)
            holder, original = first.record_id, record_at(self._directory, first.place)
            unchanged = record.header("WARC-Profile") == NOT_MODIFIED
            first_status, first_headers, payload = read_http(original.block)
            truncated = original.header("WARC-Truncated") or None
            if unchanged:  # the server vouches for what it answered then, all of it
                status, headers = first_status, first_headers
        try:
            content, whole = open_entity(headers, payload, self._limit)
            truncated = truncated or (None if whole else CODING_CUT)
        except BodyTooLargeError:
            content, truncated = b"", "length"
        return Capture(
            entry.record_id,
            entry.url,
            entry.date,
            status,
            headers,
            content,
            truncated,
            self._note(entry),
            self._conversions({entry.record_id, holder}),
            holder,
        )

    def _conversions(self, converted: set[str]) -> tuple[Conversion, ...]:
        return conversions_of(self._directory, self._index, converted, self._limit, self._damaged)

    def _original(self, revisit: Record) -> Entry:
        index = self._index
        entry = index.entries.get(revisit.id("WARC-Refers-To"))
        if entry is None:  # other tools may refer by URL and date alone
            seen = (revisit.id("WARC-Refers-To-Target-URI"), revisit.header("WARC-Refers-To-Date"))
            entry = index.entries.get(index.by_url.get(seen, ""))
        if entry is None or entry.kind != "response":
            raise ArchiveError(
                f"revisit {revisit.id()}: expected its response"
                f" {revisit.id('WARC-Refers-To') or revisit.url} in {self._directory}, found none"
            )
        return entry

    def _note(self, entry: Entry) -> Note:
        place = self._index.about_entry(entry)
        if place is None:
            return self._default_note
        return self._read_note(place)[1]

    def _read_note(self, place: Place) -> tuple[Facts, Note]:
        """A metadata record's facts and note; none and the default where they are not ours."""
        facts = notes.load(record_at(self._directory, place).block)
        if facts is None:
            return {}, self._default_note
        try:
            return facts, notes.note_of(facts)
        except ValueError as error:  # a word that this version does not know
            self._damaged(place, str(error))
            return {}, self._default_note

    def _failed(self, entry: Entry) -> tuple[FailedFetch | None, Note]:
        facts, note = self._read_note(entry.place)
        if "outcome" not in facts:
            return None, note
        ip = record_at(self._directory, entry.place).header("WARC-IP-Address") or None
        try:
            return notes.failed_of(facts, facts.get("name", entry.url), entry.date, ip), note
        except ValueError as error:
            self._damaged(entry.place, str(error))
            return None, note

    def _damaged(self, place: Place, reason: str) -> None:
        damage = Damage(place.warc, place.offset, reason)
        if damage not in self._index.damages:
            self._index.damages.append(damage)
