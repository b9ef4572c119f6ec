"""What a killed run had fetched already, answered from its WARC files instead of the network.

Between the record of an answer and the moment its request is done lie callback, pipelines and
fsyncs. A run killed in between left the request open and the answer in the archive: the run that
goes on hands the same answer out again, under the same record id, so that nothing is fetched or
archived twice. Robots files and the parts of such pages are answered alike.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from crawler.state.frontier import Frontier
from crawler.state.memory import memory_of
from crawler.warc import notes
from crawler.warc.index import index_of, warc_files
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


class Recovery:
    """The answers in the WARC files of ``runs`` that no finished request has used."""

    def __init__(self, directory: Path, runs: Iterable[str], frontier: Frontier) -> None:
        self._frontier = frontier
        self._answers: dict[_Key, str] = {}
        self._ids: set[str] = set()
        self.pages = 0  # answers to requests of the frontier
        of_runs = set(runs)
        files = [path for path in warc_files(directory) if _run_of(path) in of_runs]
        self._reader = CaptureReader(directory, index=index_of(files, self._is_wanted))

    def answer(
        self, request: Request, note: Note, archive: CrawlArchive, earlier: Original | None = None
    ) -> Response | None:
        """The archived answer to a request with that note, once; None where there is none.

        ``earlier`` is the page's capture of another walk, which the answer may be a revisit of.
        """
        record_id = self._answers.pop(_Key.of(note), None)
        if record_id is None:
            return None
        if earlier is not None:
            self._reader.know(earlier)
        try:
            capture = self._reader.get(record_id)
            location = self._reader.location(record_id)
        except ArchiveError:  # cut short by the kill, or its original is lost
            return None
        if capture.truncated:
            return None
        archive.adopt(record_id, location)
        return archived_response(request, capture, self._reader.original(record_id))

    def _is_wanted(self, record: Record) -> bool:
        """Asked of all records in order; a note stands before the answer it belongs to."""
        if record.kind != "metadata":
            return record.id() in self._ids
        facts = notes.load(record.block)
        about = record.ids("WARC-Concurrent-To")
        if facts is None or not about:
            return False
        try:
            note = notes.note_of(facts)
        except ValueError:  # a role that this version does not know
            return False
        if not self._is_open(note, record):
            return False
        self._answers[_Key.of(note)] = about[0]
        self._ids.update(about)
        return True

    def _is_open(self, note: Note, record: Record) -> bool:
        if note.role is Role.PROBE:  # asked beside its page, under the same frontier id
            return False
        if note.parent is not None:
            return note.parent in self._ids
        if note.role is Role.ROBOTS:
            return datetime.now(UTC) - record.date < _ROBOTS_AGE
        request = self._frontier.open_request(bytes.fromhex(note.frontier_id))
        if request is None or attempt_of(request) != note.attempt:
            return False
        self.pages += 1
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
        archive = crawler.get_extension(CrawlArchive)
        if recovery is None or archive is None:
            return None
        known = memory_of(crawler).page(request.url)
        earlier = known.original if known else None
        response = recovery.answer(request, attempt_note(request, crawler), archive, earlier)
        if response is not None:
            crawler.stats.inc_value("frontier/answered")
        return response


def _run_of(path: Path) -> str:
    """Of ``<portal>-<run>-<serial>.warc.gz``."""
    parts = path.name.split("-")
    return parts[1] if len(parts) == 3 else ""
