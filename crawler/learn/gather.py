"""The article pages of an archive, as samples: read as a re-extraction reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crawler.discovery.shapes import spelling_of
from crawler.extraction.extract import is_file
from crawler.extraction.page import Page
from crawler.items import Capture, PageOutcome, Role
from crawler.learn.sample import Sample, sample_of
from crawler.portal.pages import PortalPages

#: Ends of a reading whose page has no text in its markup to learn from.
_NO_TEXT = frozenset((PageOutcome.KILLED, PageOutcome.ERROR, PageOutcome.TRUNCATED))
_HTML = "html"


def gather(captures: Iterable[Capture], portal: PortalPages) -> Iterator[Sample]:
    """Every capture of an article with a sentence."""
    for capture in captures:
        if capture.note.role is not Role.PAGE or capture.truncated:
            continue
        if is_file(capture):  # of which no element holds anything; nor are they read in here
            continue
        result = portal.interpret(capture).page
        if result is None or result.text_source != _HTML or result.outcome in _NO_TEXT:
            continue
        if sample := sample_of(Page(capture), result):
            yield sample


def once(found: Iterable[Sample]) -> list[Sample]:
    """One sample of each page and template: the latest, with the date of the first.

    A page captured ten times is one witness, and what it repeats is its own.
    """
    kept: dict[tuple[str, frozenset[str]], Sample] = {}
    for sample in found:
        key = (spelling_of(sample.url), sample.skeleton)
        before = kept.get(key, sample)
        latest = max(before, sample, key=lambda one: one.last)
        kept[key] = replace(
            latest, first=min(before.first, sample.first), last=max(before.last, sample.last)
        )
    return list(kept.values())
