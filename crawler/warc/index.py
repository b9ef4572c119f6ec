"""What one scan of a portal's WARC files remembers: where each record lies, and little else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from crawler.cms.asks import asked_by
from crawler.errors import ArchiveError
from crawler.warc.message import split_message
from crawler.warc.openfile import OPEN_SUFFIX
from crawler.warc.scan import Damage, OnDamage, Record, iter_records, read_record

_SUFFIXES = (".warc.gz", ".warc", ".warc.gz" + OPEN_SUFFIX)

#: Records that are something seen at a URL (a metadata record: a failed fetch).
CAPTURES = frozenset({"response", "revisit", "resource"})
_INDEXED = CAPTURES | {"conversion", "metadata"}


class Place(NamedTuple):
    """Where a record lies: file name without ``.open``, member, place within the member."""

    warc: str
    offset: int
    inner: int


@dataclass(slots=True)
class Entry:
    record_id: str
    kind: str
    url: str
    date: datetime
    place: Place


@dataclass(slots=True)
class Index:
    """Entries in the order of files and offsets, which is the same on every machine.

    What is said of a record holds where it stands in that record's own file, as all writers write
    it: a file that came from elsewhere cannot speak of the records of ours.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    about: dict[tuple[str, str], Place] = field(default_factory=dict)  # file, record → metadata
    rendered: set[str] = field(default_factory=set)  # responses that a resource stands for
    converted: dict[str, list[str]] = field(default_factory=dict)  # record → its conversions
    by_url: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: dict[tuple[str, str], str] = field(default_factory=dict)  # the same → the POST's name
    damages: list[Damage] = field(default_factory=list)

    def about_entry(self, entry: Entry) -> Place | None:
        """Where its metadata record lies."""
        return self.about.get((entry.place.warc, entry.record_id))


def warc_files(directory: Path) -> list[Path]:
    """A portal's WARC files, those being written included, by name."""
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.name.endswith(_SUFFIXES))


def file_named(directory: Path, warc: str) -> Path:
    """The file of that name, be it still open or closed meanwhile."""
    path = directory / warc
    return path if path.exists() else path.with_name(warc + OPEN_SUFFIX)


def scan_records(path: Path, on_damage: OnDamage) -> Iterator[Record]:
    """The records of a file. The unfinished end of one being written is no damage."""
    torn: list[Damage] = []
    for record in iter_records(path, torn.append):
        for damage in torn:
            on_damage(damage)
        torn.clear()
        yield record
    if not path.name.endswith(OPEN_SUFFIX):
        for damage in torn:
            on_damage(damage)


def build_index(directory: Path) -> Index:
    return index_of(warc_files(directory))


def index_of(files: Iterable[Path], wanted: Callable[[Record], bool] | None = None) -> Index:
    """The index of some files, or of only those records of them that are ``wanted``."""
    index = Index()
    for path in files:
        for record in scan_records(path, index.damages.append):
            if record.kind == "request":
                _add_question(index, record)
            elif wanted is None or wanted(record):
                _add(index, record)
    return index


def _add_question(index: Index, record: Record) -> None:
    """What was asked by POST is known by its name, whether its answer stands before or behind."""
    name = asked_by(record.url, *split_message(record.block))
    if name is None:
        return
    warc = _closed_name(record)
    for answer in record.ids("WARC-Concurrent-To"):
        index.asked[warc, answer] = name
        entry = index.entries.get(answer)
        if entry is not None and entry.place.warc == warc:
            index.entries[answer] = replace(entry, url=name)


def _add(index: Index, record: Record) -> None:
    place = Place(_closed_name(record), record.offset, record.inner)
    record_id, kind = record.id(), record.kind
    if kind not in _INDEXED:
        return
    if kind == "metadata":
        about = record.ids("WARC-Concurrent-To") or record.ids("WARC-Refers-To")
        if about:
            index.about.update(((place.warc, one), place) for one in about)
            return
    try:
        url = index.asked.get((place.warc, record_id), record.url)
        entry = Entry(record_id, kind, url, record.date, place)
    except ValueError as error:
        index.damages.append(Damage(place.warc, place.offset, str(error)))
        return
    if not record_id or record_id in index.entries:
        # A WARC copied in twice, or by a tool that gives no ids: the first one stands.
        reason = f"expected a new WARC-Record-ID, found {record_id!r}"
        index.damages.append(Damage(place.warc, place.offset, reason))
        return
    index.entries[record_id] = entry
    if kind == "response":
        index.by_url.setdefault((record.url, record.header("WARC-Date")), record_id)
    if kind == "conversion":
        for converted in record.ids("WARC-Refers-To"):
            index.converted.setdefault(converted, []).append(record_id)
    if kind == "resource":
        index.rendered.update(record.ids("WARC-Concurrent-To"))


def _closed_name(record: Record) -> str:
    return record.warc.removesuffix(OPEN_SUFFIX)


def record_at(directory: Path, place: Place) -> Record:
    path = directory / place.warc
    try:
        try:
            return read_record(path, place.offset, place.inner)
        except FileNotFoundError:  # it is still being written, or not there at all
            path = file_named(directory, place.warc)
            return read_record(path, place.offset, place.inner)
    except OSError as error:
        raise ArchiveError(
            f"{path}: expected a readable WARC file, found {error.strerror};"
            " put it back, or run `scrapy reextract` to rebuild the catalogue without it"
        ) from error
