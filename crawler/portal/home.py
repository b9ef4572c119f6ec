"""The home page a walk began with, and the county it names: for portals the registry lacks."""

from __future__ import annotations

from datetime import datetime

from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.sitecode import place_named_by
from crawler.fetch.outcomes import outcome_of
from crawler.items import Capture, Context, FetchOutcome, Note, Place, Role
from crawler.warc.reader import CaptureReader


def is_home(note: Note) -> bool:
    """Whether a capture is of the page a walk began with; foreign captures name no spider."""
    return note.role is Role.PAGE and note.context == Context() and bool(note.spider)


def place_on(capture: Capture) -> Place | None:
    """The county a home page names; None where it names none or is no page."""
    if outcome_of(capture) is not FetchOutcome.OK:
        return None
    try:
        owner = place_named_by(Page(capture))
    except PageLimitError:
        return None
    return owner.place or (Place(owner.adcode, (owner.printed,)) if owner.printed else None)


def stored_place(reader: CaptureReader) -> Place | None:
    """The county as the first stored home page names it: what the crawl went by."""
    homes = [fetch for fetch in reader.fetches() if is_home(fetch.note) and not fetch.failed]
    captures = sorted((reader.get(fetch.record_id) for fetch in homes), key=_age)
    return next(filter(None, map(place_on, captures)), None)


def _age(capture: Capture) -> tuple[datetime, str]:
    return capture.date, capture.record_id
