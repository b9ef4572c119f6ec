"""What a killed run had fetched already, answered from its WARC files instead of the network.

Between the record of an answer and the moment its request is done lie callback, pipelines and
fsyncs. A run killed in between left the request open and the answer in the archive: the run that
goes on hands the same answer out again, under the same record id, so that nothing is fetched or
archived twice. Robots files and the parts of such pages are answered alike.

The answer may be a revisit whose body lies in a file of another walk, or with an attempt that is
over. The state knows most of these places; what it does not know is looked for in the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import ArchiveError
from crawler.fetch.archive import CrawlArchive
from crawler.fetch.archived import archived_response
from crawler.fetch.notes import attempt_note
from crawler.items import Note, Role
from crawler.state.entries import attempt_of
from crawler.state.frontier import Frontier, Standing
from crawler.warc import notes
from crawler.warc.index import Index, file_named, index_of, warc_files
from crawler.warc.reader import CaptureReader
from crawler.warc.records import Original
from crawler.warc.scan import Record

#: A site's rules are read again every day, whatever the archive has.
_ROBOTS_AGE: Final = timedelta(days=1)


class _Key(NamedTuple):
    """What makes two requests the same: of two parts of a page, also their places in it."""

    frontier_id: str
    attempt: int
    parent: str | None
    position: int

    @classmethod
    def of(cls, note: Note) -> _Key:
        position = note.context.position if note.parent else 0
        return cls(note.frontier_id, note.attempt, note.parent, position)


#: What the state knows of a URL: where its last full capture lies.
Known = Callable[[str], Original | None]


class Recovery:
    """The answers in the WARC files of ``runs`` that no finished request has used.

    To be made before the frontier's requests are queued again: ``pages`` of its open requests
    have an answer, ``in_flight`` of those that are marked as out, ``unmarked`` of those that are
    not: they went out in the instant before the kill (`Frontier.mark`).
    """

    def __init__(
        self, directory: Path, runs: Iterable[str], frontier: Frontier, known: Known
    ) -> None:
        self._frontier = frontier
        self._answers: dict[_Key, str] = {}
        self._ids: set[str] = set()
        self._bodies: dict[str, tuple[str, str]] = {}  # revisit → the response it refers to, URL
        self._standings: dict[str, Standing] = {}  # answer → what its request was doing
        of_runs = set(runs)
        files = [path for path in warc_files(directory) if _run_of(path) in of_runs]
        index = index_of(files, self._is_wanted)
        self._reader = CaptureReader(directory, index=index)
        self._find_bodies(directory, index, known)
        standings = [s for answer, s in self._standings.items() if answer in index.entries]
        self.pages = len(standings)
        self.in_flight = standings.count(Standing.IN_FLIGHT)
        self.unmarked = standings.count(Standing.QUEUED)

    def answer(self, request: Request, note: Note, archive: CrawlArchive) -> Response | None:
        """The archived answer to a request with that note, once; None where there is none."""
        record_id = self._answers.pop(_Key.of(note), None)
        if record_id is None:
            return None
        try:
            capture = self._reader.get(record_id)
            location = self._reader.location(record_id)
        except ArchiveError:  # cut short by the kill, or its original is lost
            return None
        if capture.truncated:
            return None
        archive.adopt(record_id, location)
        return archived_response(request, capture, self._reader.original(record_id))

    def _find_bodies(self, directory: Path, index: Index, known: Known) -> None:
        """The responses that revisits among the answers refer to, the latest files first."""
        for body, url in self._bodies.values():
            original = known(url)
            if original is None or original.record_id != body:
                continue
            if file_named(directory, original.location.warc).exists():
                self._reader.know(original)
        missing = {body for body, _ in self._bodies.values()} - index.entries.keys()

        def is_missing(record: Record) -> bool:
            return record.id() in missing

        for path in reversed(warc_files(directory)) if missing else ():
            found = index_of([path], is_missing).entries
            index.entries.update(found)
            missing -= found.keys()
        for revisit, (body, _) in self._bodies.items():
            if body in missing:  # fetched again
                index.entries.pop(revisit, None)

    def _is_wanted(self, record: Record) -> bool:
        """Asked of all records in order; a note stands before the answer it belongs to."""
        if record.kind != "metadata":
            wanted = record.id() in self._ids
            if wanted and record.kind == "revisit":
                self._bodies[record.id()] = record.id("WARC-Refers-To"), record.url
            return wanted
        facts = notes.load(record.block)
        about = record.ids("WARC-Concurrent-To")
        if facts is None or not about:
            return False
        try:
            note = notes.note_of(facts)
        except ValueError:  # a role that this version does not know
            return False
        if not self._is_open(note, record, about):
            return False
        self._answers[_Key.of(note)] = about[0]
        self._ids.update(about)
        return True

    def _is_open(self, note: Note, record: Record, about: Iterable[str]) -> bool:
        if note.role is Role.PROBE:  # asked beside its page, under the same frontier id
            return False
        if note.parent is not None:
            return note.parent in self._ids
        if note.role is Role.ROBOTS:
            return datetime.now(UTC) - record.date < _ROBOTS_AGE
        row = self._frontier.open_request(bytes.fromhex(note.frontier_id))
        if row is None or attempt_of(row.request) != note.attempt:
            return False
        self._standings.update(dict.fromkeys(about, row.standing))
        return True


class RecoveryMiddleware:
    """Hands out what the archive has before anybody is asked. Stands outside of politeness."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RecoveryMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        crawler = self._crawler
        recovery: Recovery | None = getattr(crawler.engine.scheduler, "recovery", None)
        if recovery is None:
            return None
        archive = crawler.get_extension(CrawlArchive)
        if archive is None:
            return None
        response = recovery.answer(request, attempt_note(request, crawler), archive)
        if response is not None:
            crawler.stats.inc_value("frontier/answered")
        return response


def _run_of(path: Path) -> str:
    """Of ``<portal>-<run>-<serial>.warc.gz``."""
    parts = path.name.split("-")
    return parts[1] if len(parts) == 3 else ""
