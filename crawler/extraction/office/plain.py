"""`read` for plain text and for pages saved as mails (MHTML)."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extraction.article import read_page
from crawler.extraction.decode import decode
from crawler.extraction.filed import Carrier, cut_mark
from crawler.extraction.office.mhtml import html_parts
from crawler.extraction.page import Page, PageLimitError
from crawler.extraction.passages import Passage
from crawler.extraction.whitespace import goes_on, join, squeeze
from crawler.hanzi import count_han
from crawler.items import Capture, Context, PageOutcome, PageResult

MAX_BYTES = 20 * 1024 * 1024
_TEXT = Carrier(text_source="office", path="text")
_MAIL = Carrier(text_source="html", path="mhtml")
_INDENTED = re.compile(r"[ \u3000\xa0\t]{2,}|[\u3000\t]")
# A title in the first line, alone or under a letterhead, is no sentence.
_TITLE_LINES = 4
_SENTENCE = re.compile(r"[。；！？;]$|，")


def read_text(capture: Capture, context: Context | None = None) -> PageResult:
    """A text file: a line a paragraph, but lines that an editor wrapped are joined (design §5)."""
    del context
    warnings = cut_mark(capture)
    if len(capture.content) > MAX_BYTES:
        return _TEXT.failed(capture, PageOutcome.KILLED, [*warnings, f"limit: bytes {MAX_BYTES}"])
    text, _ = decode(capture.content, capture.header("Content-Type") or "")
    paragraphs: list[str] = []
    fresh = True
    for line in text.splitlines():
        squeezed = squeeze(line)
        if (
            squeezed
            and not fresh
            and not _INDENTED.match(line)
            and goes_on(paragraphs[-1], squeezed)
        ):
            paragraphs[-1] = join(paragraphs[-1], squeezed)
        elif squeezed:
            paragraphs.append(squeezed)
        fresh = not squeezed
    if not paragraphs:
        return _TEXT.failed(capture, PageOutcome.ERROR, [*warnings, "no_text"])
    pieces = [
        Passage(one, 0, 1.0, number < _TITLE_LINES and not _SENTENCE.search(one))
        for number, one in enumerate(paragraphs)
    ]
    return _TEXT.finished(capture, pieces, warnings, cut=bool(warnings))


def read_mhtml(capture: Capture, context: Context | None = None) -> PageResult:
    """A page saved as a mail: the HTML part that says most, read as any page.

    A workbook has a frame set and a page for every sheet.
    """
    try:
        results = [
            read_page(Page(replace(capture, content=markup)), context)
            for markup in html_parts(capture.content)
        ]
    except PageLimitError as limit:
        return _MAIL.failed(capture, PageOutcome.KILLED, [f"limit: {limit}"])
    if not results:
        return _MAIL.failed(capture, PageOutcome.ERROR, ["mhtml_broken: no HTML part"])
    best = max(results, key=lambda result: count_han(result.body))
    return replace(best, path=f"{_MAIL.path}:{best.path}")
