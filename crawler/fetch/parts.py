"""Fetching a page's own parts: attachments and frames, inside the page's callback.

A part is fetched through the same downloader, robots, politeness and archive as any page, and
its metadata record names the page's record as its parent. Waiting here keeps page and parts one
unit of work: there is no join to lose when a run is killed.
"""

from __future__ import annotations

import logging

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.fetch.attachments import attachments_of
from crawler.fetch.capture import capture_of
from crawler.fetch.outcomes import FETCH_ERRORS, outcome_of
from crawler.fetch.refusals import HostEnded, PutOff
from crawler.items import FetchOutcome, Note, PageResult, PartRef, Role
from crawler.parts import fetched_parts, note_of_part, wants_parts
from crawler.scope import host_of
from crawler.state.frontier import StateWrite
from crawler.state.memory import WRITES

logger = logging.getLogger(__name__)
#: Every way a download may end without an answer.
NO_ANSWER: tuple[type[BaseException], ...] = (*FETCH_ERRORS, IgnoreRequest)


async def fetch_parts(
    crawler: Crawler, page: PageResult, note: Note, writes: list[StateWrite]
) -> list[tuple[PartRef, PageResult | None]]:
    """Fetch and read the parts of a page of the genre, in page order; None = missing.

    A frame's own parts follow it. Parts of other pages (news, look-alikes) are not fetched.
    What becomes known of a part goes to ``writes``, the page's own: they are one unit of work.
    """
    if not wants_parts(page, note.context):
        return []
    parts: list[tuple[PartRef, PageResult | None]] = []
    for position, ref in enumerate(fetched_parts(page)):
        part_note = note_of_part(ref, position, page, note)
        result = await _fetch_part(crawler, ref, part_note, writes)
        parts.append((ref, result))
        if ref.role is Role.FRAME and result is not None and note.role is not Role.FRAME:
            parts += await fetch_parts(crawler, result, part_note, writes)
    return parts


async def _fetch_part(
    crawler: Crawler, ref: PartRef, note: Note, writes: list[StateWrite]
) -> PageResult | None:
    assert crawler.engine is not None
    request = Request(
        ref.url,
        meta={"note": note, WRITES: writes},
        headers={"Referer": note.context.list_url},
    )
    try:
        response = await crawler.engine.download_async(request)
    except HostEnded as error:
        own_host = host_of(ref.url) == host_of(note.context.list_url)
        if own_host and error.outcome is FetchOutcome.RATE_LIMITED:
            raise  # the next run asks that host for its other pages as well
        # A verdict on the host, which may block for years: the page does not wait for it. It is
        # asked again with its part when that is due (`crawler.state.pages.due`).
        found = f"{error.outcome}: {error.reason}"
    except PutOff:
        raise  # not missing: the page is read again, with its parts, by the next run
    except NO_ANSWER as error:
        found = f"{type(error).__name__}: {error}"
    else:
        capture = capture_of(response)
        outcome = outcome_of(capture)
        if outcome is FetchOutcome.OK:
            return await attachments_of(crawler).read(capture)
        found = f"status {capture.status}, {outcome}"
    logger.warning(
        "%s: part %s of %s: expected a readable file, found %s; the page is kept, the part missing",
        note.portal,
        ref.url,
        note.context.list_url,
        found,
    )
    return None
