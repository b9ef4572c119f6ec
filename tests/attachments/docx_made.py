"""DOCX by python-docx, with what Word and WPS put into official documents asked for by name."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from tests.attachments import docx_parts as parts
from tests.attachments.docx_tables import table_element
from tests.attachments.truth import SpanTable, Truth
from tests.attachments.zipped import settled

_NUMBER = re.compile(r"^(?:([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）)")
FOOTNOTE = "统计口径与上年度一致。"


@dataclass(frozen=True, slots=True)
class Look:
    """The features a document is given; each shows on the first paragraphs it fits."""

    head: str = ""
    numbered: bool = False
    tracked: bool = False
    boxes: bool = False
    footnote: bool = False
    broken: bool = False
    tabbed: bool = False
    fields: bool = False
    wrapped: bool = False
    phantom: bool = False
    size: float = 16
    table_size: float = 9


def docx_of(truth: Truth, look: Look) -> bytes:
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "宋体", Pt(look.size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(truth.title).font.size = Pt(look.size + 6)
    if look.numbered:
        parts.add_numbering(document)
    _add_blocks(document, truth, look)
    if look.head:
        _add_running_lines(document, look.head)
    buffer = io.BytesIO()
    document.save(buffer)
    made = settled(buffer.getvalue())
    return parts.with_footnote(made, FOOTNOTE) if look.footnote else made


def _add_blocks(document: Document, truth: Truth, look: Look) -> None:
    for position, block in enumerate(truth.blocks):
        if isinstance(block, SpanTable):
            holder: Any = document
            if look.wrapped:  # a table inside a table of one cell, as pasted from a web page
                holder = document.add_table(1, 1, style="Table Grid").cell(0, 0)
            _add_table(holder, block, look)
        else:
            _add_paragraph(document, block, position, look)


def _add_paragraph(document: Document, text: str, position: int, look: Look) -> None:
    number = _NUMBER.match(text) if look.numbered else None
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(2 * look.size)
    if number:
        parts.number(paragraph, 0 if number[1] else 1)
        text = text[number.end() :]
    if look.boxes and position == 1:
        paragraph._p.append(parts.text_box(text))
    elif look.tracked and len(text) > 60:
        parts.add_tracked(paragraph, text)
    elif look.fields and len(text) > 60:
        parts.add_fields(paragraph, text)
    elif look.broken and len(text) > 60:
        _add_broken(paragraph, text)
    elif look.tabbed and "：" in text:
        paragraph.add_run("\t" + text)
    else:
        _add_runs(paragraph, text)
    if look.footnote and position == 0:
        paragraph._p.append(parts.footnote_mark())


def _add_runs(paragraph: Paragraph, text: str) -> None:
    """Runs of uneven length, cut inside words and numbers, as Word's history leaves them."""
    cuts = [0, *range(7, len(text), 11), len(text)]
    for start, end in pairwise(cuts):
        paragraph.add_run(text[start:end])


def _add_broken(paragraph: Paragraph, text: str) -> None:
    """Soft line breaks inside sentences, as texts copied from a PDF have them."""
    cut = next(i for i in range(20, len(text)) if _may_break(text[i - 1]) and _may_break(text[i]))
    paragraph.add_run(text[:cut]).add_break()
    paragraph.add_run(text[cut:])


def _may_break(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _add_table(holder: Any, table: SpanTable, look: Look) -> None:
    """python-docx merges cells correctly and slowly: the rows are written as XML at once."""
    place = holder.add_table(1, 1)._tbl
    place.addprevious(table_element(table, look.table_size, phantom=look.phantom))
    place.getparent().remove(place)


def _add_running_lines(document: Document, head: str) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = head
    number = "<w:r><w:t>- 1 -</w:t></w:r>"
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE ">{number}</w:fldSimple>'
    section.footer.paragraphs[0]._p.append(parse_xml(field))
