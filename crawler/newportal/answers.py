"""Stored pages by address: what a walk without the network is answered with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urljoin

from crawler.errors import ConfigurationError
from crawler.fetch.outcomes import outcome_of
from crawler.items import Capture, FetchOutcome, Role
from crawler.urls import canonical_url
from crawler.warc.index import index_of, scan_records, warc_files
from crawler.warc.reader import CaptureReader
from crawler.warc.scan import Damage, Record

#: Records that hold what a server answered, or what a browser made of it.
_BODIES: Final = ("response", "resource")
_MOST_HOPS: Final = 5


class Trail(NamedTuple):
    """The answer to a question, and the redirects that led to it."""

    capture: Capture
    hops: tuple[Capture, ...] = ()


class Answers:
    """The answers in some WARC files of one directory; bodies are read when they are asked for."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = tuple(files)
        index = index_of(files)
        self._damages = index.damages
        self._reader = CaptureReader(files[0].parent, index=index)
        self._by_url: defaultdict[str, list[str]] = defaultdict(list)
        self._by_canonical: defaultdict[str, list[str]] = defaultdict(list)
        for entry in index.entries.values():
            web = entry.url.startswith(("http://", "https://"))
            if web and entry.kind in _BODIES and entry.record_id not in index.rendered:
                self._by_url[entry.url].append(entry.record_id)
                if canonical := _canonical(entry.url):
                    self._by_canonical[canonical].append(entry.record_id)

    @classmethod
    def of_directory(cls, directory: Path) -> Answers:
        return cls(warc_files(directory))

    @property
    def damages(self) -> list[Damage]:
        return self._damages

    def __len__(self) -> int:
        return len(self._by_url)

    def pages(self) -> Iterator[Capture]:
        """The answer of every address that was asked as a page, in the order of the files."""
        for url in self._by_url:
            capture = self.get(url)
            if capture and capture.note.role is Role.PAGE:
                yield capture

    def get(self, url: str) -> Capture | None:
        """The good answer of an address, else its first; http stands for https."""
        ids = self._by_url.get(url) or self._by_canonical.get(_canonical(url)) or ()
        captures = (self._reader.get(record_id) for record_id in ids)
        first = None
        for capture in captures:
            if outcome_of(capture) is FetchOutcome.OK:
                return capture
            first = first or capture
        return first

    def follow(self, url: str) -> Trail | None:
        """The answer where redirects end."""
        hops: list[Capture] = []
        capture = self.get(url)
        while capture and outcome_of(capture) is FetchOutcome.REDIRECTED:
            hops.append(capture)
            location = urljoin(capture.url, (capture.header("Location") or "").strip())
            capture = self.get(location) if len(hops) < _MOST_HOPS else None
        return Trail(capture, tuple(hops)) if capture else None

    def records(self, wanted: set[str]) -> Iterator[Record]:
        """The records of captures as they stand in the files: answers and their questions."""
        for path in self.files:
            for record in scan_records(path, self._damages.append):
                asked = record.kind == "request" and wanted & set(record.ids("WARC-Concurrent-To"))
                if asked or (record.kind in _BODIES and record.id() in wanted):
                    yield record


def read_warc(path: Path) -> Answers:
    """The answers in one WARC file, whoever wrote it."""
    if not path.is_file():
        raise ConfigurationError(f"--from-warc: expected a WARC file, found no file at {path}")
    answers = Answers([path])
    if not len(answers):
        why = f" ({answers.damages[0].reason})" if answers.damages else ""
        raise ConfigurationError(
            f"--from-warc: expected a WARC file with answers of a portal, found none in {path}{why}"
        )
    return answers


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return ""
