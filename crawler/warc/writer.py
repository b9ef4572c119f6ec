"""Writing WARC files (design §7): see `WarcWriter`; `groups` says which records are written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.items import Note
from crawler.warc.fields import digest
from crawler.warc.groups import NOT_MODIFIED, SAME_PAYLOAD, Group, GroupMaker
from crawler.warc.openfile import OpenFile, make_directory
from crawler.warc.records import Exchange, FailedFetch, Location, Original, Reference, Stored

# How many URLs of this run are remembered to write revisits; a forgotten one costs a second copy.
_REMEMBERED = 50_000

#: What earlier runs know: (url, payload digest) → the response that has this payload.
Lookup = Callable[[str, str], Original | None]


class WarcWriter:
    """The WARC files of one run of one portal: ``<portal>-<run>-<serial>.warc.gz``.

    Write from one thread. Records are with the operating system when a ``write_*`` returns and
    on the disk when `sync`, which any thread may call, has returned them. Any failure is an
    ArchiveError and final: nothing is written after it.
    """

    def __init__(
        self,
        directory: Path,
        portal: str,
        run: str,
        *,
        info: Mapping[str, str] | None = None,
        lookup: Lookup | None = None,
        max_bytes: int = 1_000_000_000,
    ) -> None:
        """Open the first file; FileExistsError when another run has that name already.

        ``info`` adds to warcinfo: robots policy, user agent, versions.
        """
        self._directory = directory
        self._stem = f"{portal}-{run}"
        self._info = {"isPartOf": portal, "run": run, **(info or {})}
        self._lookup = lookup
        self._max_bytes = max_bytes
        self._serial = 0
        self._broken: ArchiveError | None = None
        self._seen: OrderedDict[str, Original] = OrderedDict()
        self._sync_lock = threading.Lock()
        self._lock = threading.Lock()  # what `sync` takes over: the three below
        self._file: OpenFile | None = None
        self._full: list[OpenFile] = []
        self._pending: dict[str, Location] = {}
        make_directory(directory)
        self._open_next()

    def write_exchange(self, exchange: Exchange, note: Note) -> Stored:
        """Request, metadata and response; a revisit where the same URL gave this payload before."""
        payload_digest = digest(exchange.payload)
        whole = bool(exchange.payload) and not exchange.truncated
        known = self._known(exchange.url, payload_digest) if whole else None
        if known is not None:
            return self.write_revisit(exchange, note, known)
        group = self._maker().exchange(exchange, note, payload_digest)
        location = self._append(group, exchange.url)
        if not whole:
            return Stored(group.record_id, group.date)
        original = Original(group.record_id, exchange.url, group.date, payload_digest, location)
        self._seen[exchange.url] = original
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return Stored(group.record_id, group.date, original)

    def write_unchanged(self, exchange: Exchange, note: Note, of: Original) -> Stored:
        """A 304 to a question that named the validators of ``of``: a revisit of it."""
        return self.write_revisit(exchange, note, of, NOT_MODIFIED)

    def write_revisit(
        self, exchange: Exchange, note: Note, of: Reference, profile: str = SAME_PAYLOAD
    ) -> Stored:
        """As `write_exchange`, but only the headers are stored, since ``of`` has the payload."""
        group = self._maker().revisit(exchange, note, of, profile)
        self._append(group, exchange.url)
        original = of if isinstance(of, Original) else None
        return Stored(group.record_id, group.date, original)

    def write_failure(self, failed: FailedFetch, note: Note) -> Stored:
        """A metadata record alone, which keeps an answer that is not HTTP (`notes`)."""
        return self._put(self._maker().failure(failed, note), failed.url)

    def write_refusal(self, url: str, reason: str, note: Note) -> Stored:
        """A URL not fetched because robots.txt forbids it: a metadata record alone."""
        return self._put(self._maker().refusal(url, reason, note), url)

    def write_resource(
        self, of: Reference, content_type: str, content: bytes, note: Note
    ) -> Stored:
        """A rendered DOM, read in place of the response ``of``."""
        return self._put(self._maker().resource(of, content_type, content, note), of.url)

    def write_conversion(
        self,
        of: Reference,
        content_type: str,
        content: bytes,
        note: Note,
        *,
        engine: str,
        version: str,
        settings: Mapping[str, str],
    ) -> Stored:
        """What an engine (OCR, office conversion) made of the body of ``of``."""
        facts = {"engine": engine, "version": version, "settings": dict(settings)}
        group = self._maker().conversion(of, content_type, content, note, facts)
        return self._put(group, of.url)

    def sync(self) -> dict[str, Location]:
        """Make all that was written durable; where the records since the last call lie."""
        with self._sync_lock:
            with self._lock:
                located, self._pending = self._pending, {}
                full, self._full = self._full, []
                current = self._file
            try:
                for file in full:
                    file.finish()
                if current is not None and located:
                    current.sync()
            except OSError as error:
                # After a failed fsync nobody knows what is on the disk.
                raise self._break(error) from error
            return located

    def close(self) -> dict[str, Location]:
        """Sync, and give the last file its final name."""
        self._retire()
        return self.sync()

    def _known(self, url: str, payload_digest: str) -> Original | None:
        seen = self._seen.get(url)
        if seen is not None and seen.payload_digest == payload_digest:
            return seen
        return self._lookup(url, payload_digest) if self._lookup else None

    def _maker(self) -> GroupMaker:
        """The maker of the file that the next group goes to."""
        if self._broken is not None:
            raise self._broken
        if self._file is None:
            try:
                self._open_next()
            except OSError as error:
                raise self._break(error) from error
        return self._groups

    def _put(self, group: Group, url: str) -> Stored:
        self._append(group, url)
        return Stored(group.record_id, group.date)

    def _append(self, group: Group, url: str) -> Location:
        file = self._file
        assert file is not None  # `_maker` opened it
        try:
            offset = file.append(b"".join(group.records))
        except OSError as error:
            raise self._break(error, url) from error
        offset += sum(map(len, group.records[:-1]))
        with self._lock:
            location = self._pending[group.record_id] = Location(file.path.name, offset)
        if file.size >= self._max_bytes:
            self._retire()
        return location

    def _open_next(self) -> None:
        path = self._directory / f"{self._stem}-{self._serial:05}.warc.gz"
        file = OpenFile(path)
        self._serial += 1
        self._groups = GroupMaker()
        file.append(self._groups.warcinfo(path.name, self._info))
        with self._lock:
            self._file = file

    def _retire(self) -> None:
        """The file takes no more records; the next `sync` finishes it, off the writing thread."""
        with self._lock:
            if self._file is not None:
                self._full.append(self._file)
                self._file = None

    def _break(self, error: OSError, url: str = "") -> ArchiveError:
        self._broken = ArchiveError(
            f"{self._stem}: expected to write below {self._directory}"
            f"{' for ' + url if url else ''}, found {error};"
            " free space or fix the disk, then start the crawl again: it goes on from here"
        )
        return self._broken


def open_writer(
    directory: Path,
    portal: str,
    info: Mapping[str, str],
    lookup: Lookup | None = None,
    suffix: str = "",
) -> tuple[str, WarcWriter]:
    """A writer and its run id: the UTC second, or the next free one, and the ``suffix``."""
    moment = datetime.now(UTC)
    while True:
        run = moment.strftime("%Y%m%dT%H%M%SZ") + suffix
        try:
            return run, WarcWriter(directory, portal, run, info=info, lookup=lookup)
        except FileExistsError:
            moment += timedelta(seconds=1)
