"""Pages as `scrapy learn` samples them."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.captures import Capture
from crawler.extraction.extract import read
from crawler.extraction.page import Page
from crawler.items import Note
from crawler.learn.sample import Sample, sample_of
from tests.small_portal import PORTAL


def capture(body: str | bytes, url: str, day: int = 15) -> Capture:
    return Capture(
        record_id=f"urn:test:{url}:{day}",
        url=url,
        date=datetime(2026, 1, day, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        content=body if isinstance(body, bytes) else body.encode(),
        note=Note(portal=PORTAL, spider=PORTAL),
    )


def sampled(html: str, url: str, day: int = 15) -> Sample:
    page = Page(capture(html, url, day))
    sample = sample_of(page, read(page.capture))
    assert sample is not None
    return sample
