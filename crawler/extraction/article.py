"""The HTML path of `read`: container, blocks, information block, fields, title, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.dates import find_dates
from crawler.extraction.attachments import parts_of
from crawler.extraction.body import blocks_of
from crawler.extraction.boilerplate import without_chrome
from crawler.extraction.container import Body, find_body
from crawler.extraction.fields import read_fields
from crawler.extraction.header import Header, letterhead_number, read_header, without_header
from crawler.extraction.heading import Heading, completed, find_heading, without_title_lines
from crawler.extraction.infobox import Infobox, read_infobox
from crawler.extraction.outcome import form_is_empty, outcome_of
from crawler.extraction.page import Page
from crawler.extraction.repeats import collapse
from crawler.items import Block, Context, PageResult, Paragraph, render_blocks
from crawler.titles import judge

# How much of the body the judge of titles sees: 统计期限 stands in the opening paragraphs.
_JUDGED_HEAD = 1500
# 落款 and date are among the last lines of a text.
_CLOSING_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class _Text:
    """A body on its way: blocks, title, what had to be noted."""

    title: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...]


def read_page(page: Page, context: Context | None = None) -> PageResult:
    """One HTML page; body and fields are filled whatever the outcome."""
    body = find_body(page)
    header = read_header(page.tree, body.elements)
    infobox = read_infobox(header.pairs, page.lines)
    fields = read_fields(page, header)
    heading = find_heading(page, body.elements)
    if not heading.text and context:
        heading = Heading(context.link_text, "context")
    text = _text(body, header, infobox, heading.text)
    sources: dict[str, Any] = {**infobox.sources, **fields.sources}
    sources["title"] = {"where": heading.where, "raw": heading.text}
    written = dict(infobox.fields)
    number = letterhead_number(text.blocks)
    if number and not written.get("发文字号"):
        sources["doc_number"] = {"where": "body", "value": number}
    judgement = judge(text.title, render_blocks(text.blocks)[:_JUDGED_HEAD])
    parts = parts_of(page, body.elements)
    return PageResult(
        record_id=page.capture.record_id,
        url=page.url,
        date=page.capture.date,
        outcome=outcome_of(page, body, text.blocks, judgement, parts),
        title=text.title,
        judgement=judgement,
        published=fields.published,
        source=fields.source,
        infobox=infobox.fields,
        breadcrumb=fields.breadcrumb,
        blocks=text.blocks,
        parts=parts,
        warnings=(*text.warnings, *_date_conflict(written.get("成文日期", ""), text.blocks)),
        field_sources=sources,
        path=body.path,
    )


def _text(body: Body, header: Header, infobox: Infobox, heading: str) -> _Text:
    blocks = without_chrome(blocks_of(body.elements, frozenset(infobox.elements)))
    number = dict(infobox.fields).get("发文字号", "")
    blocks = without_header(heading, number, blocks, header.taken_in)
    title = completed(heading, blocks)
    blocks, repeated = collapse(blocks, title)
    blocks = without_title_lines(title, blocks)
    warnings = []
    if repeated:
        warnings.append("repeat_collapsed")
    if form_is_empty(blocks):
        warnings.append("form_without_tables")
    return _Text(title, blocks, tuple(warnings))


def _date_conflict(written: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    """The block's 成文日期 against the date under the text; both stay as published."""
    closing = [one.text for one in blocks[-_CLOSING_BLOCKS:] if isinstance(one, Paragraph)]
    dates = [date for text in closing if len(text) <= 40 for date in find_dates(text)]
    return ("date_conflict",) if written and dates and written not in dates else ()
