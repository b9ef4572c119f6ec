"""The HTML path of `read`: container, blocks, information block, fields, title, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from crawler.extraction.body.container import Body, find_body
from crawler.extraction.body.paragraphs import blocks_of
from crawler.extraction.body.related import related
from crawler.extraction.body.repeats import collapse, is_printed_elsewhere
from crawler.extraction.body.site_containers import lost_container
from crawler.extraction.boilerplate import without_chrome
from crawler.extraction.fields.around import read_fields
from crawler.extraction.fields.breadcrumb import without_title
from crawler.extraction.fields.header import Header, letterhead_number, read_header, without_header
from crawler.extraction.fields.heading import Heading, find_heading
from crawler.extraction.fields.infobox import Infobox, read_infobox
from crawler.extraction.fields.signing import date_warnings
from crawler.extraction.fields.title_lines import completed, is_cut, without_title_lines
from crawler.extraction.files.attachments import parts_of
from crawler.extraction.files.filelines import MOST_NAMES, file_lines
from crawler.extraction.files.images import scans, table_images
from crawler.extraction.mirrors import mirror_signs
from crawler.extraction.outcome import form_is_empty, is_furniture, is_only_rows, outcome_of
from crawler.extraction.page import Page
from crawler.extraction.tables.rejoined import rejoined
from crawler.extraction.walk.flow import Line
from crawler.extraction.whitespace import bare
from crawler.items import Block, Context, PageOutcome, PageResult, PartRef, render_blocks
from crawler.titles import judge

# How much of the body the judge of titles sees: 统计期限 stands in the opening paragraphs.
_JUDGED_HEAD = 1500
# A list, and a page whose text is in a frame (d11), have no pictures of tables.
_PICTURES_ADORN = frozenset((PageOutcome.LIST, PageOutcome.PART_MISSING))
# Who put a page up may stand below its text, inside the container.
_CLOSING_LINES = 4


@dataclass(slots=True)
class _Text:
    """A body on its way: blocks, title, what had to be noted."""

    title: str
    blocks: tuple[Block, ...]
    warnings: tuple[str, ...]


def read_page(page: Page, context: Context | None = None) -> PageResult:
    """One HTML page; body and fields are filled whatever the outcome."""
    body = find_body(page)
    closing = page.lines_of(body.elements[-1])[-_CLOSING_LINES:]
    header = read_header(page.tree, body.elements, page.flowed, closing)
    infobox = read_infobox(header.pairs, page.flowed)
    fields = read_fields(page, header)
    heading = find_heading(page, body.elements, header, fields.breadcrumb)
    if context and _is_said_better(heading.text, context.link_text):
        heading = Heading(context.link_text, "context")
    parts = parts_of(page, body.elements)
    text = _text(page, body, header, infobox, heading.text, parts)
    sources: dict[str, Any] = {**infobox.sources, **fields.sources}
    sources["title"] = {"where": heading.where, "raw": heading.text}
    written = dict(infobox.fields)
    number = letterhead_number(text.blocks)
    if number and not written.get("发文字号"):
        sources["doc_number"] = {"where": "body", "value": number}
    printed = render_blocks(text.blocks)
    judgement = judge(text.title, printed[:_JUDGED_HEAD])
    dated = date_warnings(written.get("成文日期", ""), fields.published, judgement, text.blocks)
    noted = {**dated, **mirror_signs(body.elements, printed or text.title)}
    outcome = outcome_of(page, body, text.blocks, judgement, parts)
    if outcome is PageOutcome.IMAGE_ONLY:
        parts = scans(page, body.elements)
    columns = fields.breadcrumb
    if outcome is not PageOutcome.LIST:  # the column itself is the page (f19)
        columns = without_title(columns, text.title)
    if outcome not in _PICTURES_ADORN:
        noted |= table_images(page, body.elements, printed or text.title)
    return PageResult(
        record_id=page.capture.record_id,
        url=page.url,
        date=page.capture.date,
        outcome=outcome,
        title=text.title,
        judgement=judgement,
        published=fields.published,
        source=fields.source,
        infobox=infobox.fields,
        breadcrumb=columns,
        blocks=text.blocks,
        parts=parts,
        warnings=(*text.warnings, *noted),
        field_sources={**sources, **noted},
        path=body.path,
    )


def _rows(lines: Sequence[Line], parts: Sequence[PartRef]) -> frozenset[str]:
    """The lines of a body that are links to other pages, perhaps with a date (b27)."""
    names = {bare(part.name) for part in parts[:MOST_NAMES]}
    rows = {bare(line.text) for line in lines if line.linked and not line.unlinked}
    return frozenset(row for row in rows if not any(name and name in row for name in names))


def _has_copy(page: Page, own: Sequence[Line]) -> bool:
    hidden = (line for one in page.flowed.hidden for line in page.lines_of(one))
    return is_printed_elsewhere(chain(page.lines, hidden), own)


def _is_said_better(heading: str, linked: str) -> bool:
    """Whether the link's text has a title that the page lacks or cuts."""
    if not heading:
        return True
    start = bare(heading).rstrip(".…")
    return is_cut(heading) and not is_cut(linked) and bare(linked).startswith(start)


def _text(
    page: Page, body: Body, header: Header, infobox: Infobox, heading: str, parts: Sequence[PartRef]
) -> _Text:
    printed_apart = frozenset(infobox.elements)
    blocks = rejoined(blocks_of(body.elements, printed_apart, page.flowed))
    lines = [line for one in body.elements for line in page.lines_of(one)]
    rows = _rows(lines, parts)
    blocks = without_chrome(blocks, rows, file_lines(lines, parts), related(lines) if rows else ())
    number = dict(infobox.fields).get("发文字号", "")
    blocks = without_header(heading, number, blocks, header.taken_in)
    title = completed(heading, blocks)
    blocks, repeated = collapse(blocks, title)
    blocks = without_title_lines(title, blocks)
    if is_furniture(page, body, blocks) or is_only_rows(page, body, blocks):
        blocks = ()
    warnings = [*lost_container(page)]
    if repeated or _has_copy(page, lines):
        warnings.append("repeat_collapsed")
    if form_is_empty(blocks):
        warnings.append("form_without_tables")
    return _Text(title, blocks, tuple(warnings))
