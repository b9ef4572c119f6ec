"""What tools made of a capture's bytes: found in the index, read with its digest checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from crawler.errors import ArchiveError
from crawler.items import Conversion
from crawler.warc import notes
from crawler.warc.fields import is_digest_of
from crawler.warc.index import Entry, Index, Place, index_of, record_at, warc_files
from crawler.warc.notes import Facts
from crawler.warc.scan import Record

#: Told where a record that cannot be used lies, and why not.
OnDamage = Callable[[Place, str], None]


def conversions_of(
    directory: Path, index: Index, converted: set[str], limit: int, on_damage: OnDamage
) -> tuple[Conversion, ...]:
    """The latest conversion by each engine of any of the ``converted`` records.

    Where the latest is damaged or larger than ``limit``, the one before it stands. Conversions
    that do not say by what engine they were made are somebody else's, and left alone.
    """
    found: dict[str, Conversion] = {}
    for entry in _latest_first(index, converted):
        try:
            facts = _facts(directory, index, entry)
            if facts is not None and facts["engine"] not in found:
                found[facts["engine"]] = _conversion(directory, entry, facts, limit)
        except ArchiveError as error:
            on_damage(entry.place, str(error))
    return tuple(found[engine] for engine in sorted(found))


def index_conversions(directory: Path) -> Index:
    """Where conversions lie, and nothing else: for who has the captures already."""
    return index_of(warc_files(directory), _is_of_conversion)


def _is_of_conversion(record: Record) -> bool:
    return record.kind in ("conversion", "metadata") and bool(record.ids("WARC-Refers-To"))


def _latest_first(index: Index, converted: set[str]) -> Iterator[Entry]:
    ids = {made for record_id in converted for made in index.converted.get(record_id, ())}
    entries = [index.entries[made] for made in ids]
    yield from sorted(entries, key=lambda entry: (entry.date, entry.record_id), reverse=True)


def _facts(directory: Path, index: Index, entry: Entry) -> Facts | None:
    """Engine, version and settings; None where it is no conversion of ours."""
    place = index.about_entry(entry)
    facts = notes.load(record_at(directory, place).block) if place else None
    if facts is None or not isinstance(facts.get("engine"), str):
        return None
    return facts


def _conversion(directory: Path, entry: Entry, facts: Facts, limit: int) -> Conversion:
    record = record_at(directory, entry.place)
    stated = record.header("WARC-Block-Digest")
    if record.cut or len(record.block) > limit:
        raise ArchiveError(
            f"conversion {entry.record_id} of {entry.url}: expected at most {limit} bytes,"
            " found more; `scrapy reextract --convert --again` makes another"
        )
    if stated and not is_digest_of(stated, record.block):
        raise ArchiveError(
            f"conversion {entry.record_id} of {entry.url}: expected the digest {stated}, found"
            " other bytes; `scrapy reextract --convert --again` makes another"
        )
    settings = facts.get("settings")
    named = settings.items() if isinstance(settings, dict) else ()
    return Conversion(
        entry.record_id,
        facts["engine"],
        str(facts.get("version", "")),
        tuple(sorted((str(name), str(value)) for name, value in named)),
        record.header("Content-Type"),
        record.block,
    )
