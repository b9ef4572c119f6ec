"""Reading stored captures again: the same `interpret`, `read` and `assemble`, no network.

What a spider yields live, `reread` yields from the archive: one item per list page, per
sighting of a Document and per answer that a page is not there, in any order of captures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from crawler.extraction.extract import Reader
from crawler.extraction.extract import read as read_here
from crawler.fetch.outcomes import outcome_of
from crawler.items import Capture, Document, FetchOutcome, Item, PageResult, PartRef, Role
from crawler.parts import fetched_parts, places_of, wants_parts
from crawler.portal.pages import Reading
from crawler.portal.spider import PortalSpider
from crawler.warc.reader import CaptureReader

#: record id of the page → position of the part in the page → its captures: the URL that was asked
#: for, by record id
Children = Mapping[str, Mapping[int, Mapping[str, str]]]


def reread(
    reader: CaptureReader,
    spider: PortalSpider,
    captures: Iterable[Capture],
    counts: Counter[str],
    read: Reader = read_here,
    children: Children | None = None,
) -> Iterator[Item]:
    """Every item that ``captures`` give; ``counts`` gets the outcomes of all other pages.

    ``read`` reads parts of pages, and files that a list leads to: `read_here`, or a pool's.
    ``children`` is what `children_of` the reader is, where it is known.
    """
    children = children_of(reader) if children is None else children
    for capture in captures:
        if capture.note.role is not Role.PAGE:
            continue
        if spider.is_file(capture):
            reading = Reading(page=read(capture, capture.note.context))
        else:
            reading = spider.interpret(capture)
        yield from reading.absent
        if reading.listing is not None:
            yield reading.listing
        elif reading.page is not None:
            parts = stored_parts(reader, reading.page, capture, children, read)
            result = spider.document(reading.page, parts, capture.note.context)
            if isinstance(result, Document):
                yield result
            else:
                counts[result.outcome] += 1


def children_of(reader: CaptureReader) -> Children:
    """Which captures are parts of which pages."""
    found: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for fetch in reader.fetches():
        note = fetch.note
        if note.parent is not None and fetch.failed is None:
            found[note.parent][note.context.position][fetch.record_id] = note.asked or fetch.url
    return found


def stored_parts(
    reader: CaptureReader, page: PageResult, capture: Capture, children: Children, read: Reader
) -> list[tuple[PartRef, PageResult | None]]:
    """The parts of a page as they were archived with it, in page order; None = missing."""
    if not wants_parts(page, capture.note.context):
        return []
    parts: list[tuple[PartRef, PageResult | None]] = []
    refs, of_page = fetched_parts(page), children.get(page.record_id, {})
    places = places_of(refs, {place: known.values() for place, known in of_page.items()})
    for ref, place in zip(refs, places, strict=True):
        records = () if place is None else of_page[place]
        stored = _answered(map(reader.get, records))
        result = read(stored, stored.note.context) if stored else None
        parts.append((ref, result))
        if stored and result and ref.role is Role.FRAME and capture.note.role is not Role.FRAME:
            parts += stored_parts(reader, result, stored, children, read)
    return parts


def _answered(captures: Iterable[Capture]) -> Capture | None:
    """The answer among a part's captures (redirects and failed attempts stand beside it)."""
    for capture in captures:
        if outcome_of(capture) is FetchOutcome.OK:
            return capture
    return None
