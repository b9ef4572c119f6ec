"""How the reading of a page ended, and what it lacks (design §10): no silent empties."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extraction.boilerplate import DECORATION
from crawler.extraction.container import Body
from crawler.extraction.flow import Element, Line, flow, is_hidden
from crawler.extraction.page import Page
from crawler.extraction.whitespace import bare, han
from crawler.hanzi import fold
from crawler.items import Block, Judgement, PageOutcome, Paragraph, PartRef, Role, Table

# A text shorter than this is a caption or a pointer to the attachment, not a report.
LEAST_TEXT_HAN = 80
# A list: this many rows that are links, which carry this share of the Han below the body.
_LEAST_ROWS = 6
_LINKED_SHARE = 0.6
_ROW_HAN = 6
_SENTENCE = re.compile(r"[\u3400-\u9fff]{4,}[，,][^\n]*。")
# The form of 2019 and after: its headings, and nothing between the second and the fourth.
_FORM_HEADINGS = (
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "行政复议、行政诉讼情况",
)
_HEADING_NUMBER = re.compile(r"^[一二三四五六七八九十]+[、.．]")


def outcome_of(
    page: Page,
    body: Body,
    blocks: Sequence[Block],
    judgement: Judgement,
    parts: Sequence[PartRef],
) -> PageOutcome:
    if _is_list_page(page, body, blocks):
        return PageOutcome.LIST
    if judgement.look_alike:
        return PageOutcome.LOOK_ALIKE
    if judgement.kind is None:
        return PageOutcome.NOT_RELEVANT
    if sum(_han_of(block) for block in blocks) >= LEAST_TEXT_HAN:
        return PageOutcome.DOCUMENT
    return _without_text(body, blocks, parts)


def _without_text(body: Body, blocks: Sequence[Block], parts: Sequence[PartRef]) -> PageOutcome:
    """A page of the genre with (almost) no text of its own."""
    if any(part.role is Role.ATTACHMENT for part in parts):
        return PageOutcome.ATTACHMENT_ONLY
    if any(part.role is Role.FRAME for part in parts):
        return PageOutcome.PART_MISSING  # until assemble has the frame
    if any(_is_picture(image) for element in body.elements for image in element.iter("img")):
        return PageOutcome.IMAGE_ONLY
    return PageOutcome.DOCUMENT if blocks else PageOutcome.PART_MISSING


def _han_of(block: Block) -> int:
    if isinstance(block, Paragraph):
        return han(block.text)
    return sum(han(cell) for row in block.rows for cell in row)


def _is_picture(image: Element) -> bool:
    return not is_hidden(image) and not DECORATION.search(image.get("src") or "")


def _is_list_page(page: Page, body: Body, blocks: Sequence[Block]) -> bool:
    """Whether the page is rows of links: an article's own container never is.

    Where no container was found, a page without a sentence is judged as a whole.
    """
    if body.strong:
        return False
    own = [line for one in body.elements for line in flow(one) if isinstance(line, Line)]
    if any(isinstance(one, Table) or _SENTENCE.search(one.text) for one in blocks):
        return _is_list(own)
    return _is_list(own) or _is_list(page.lines)


def _is_list(lines: Sequence[Line]) -> bool:
    rows = sum(1 for line in lines if line.linked >= _ROW_HAN and line.linked >= line.unlinked)
    linked = sum(line.linked for line in lines)
    total = sum(han(line.text) for line in lines)
    return rows >= _LEAST_ROWS and linked > total * _LINKED_SHARE


def form_is_empty(blocks: Sequence[Block]) -> bool:
    """Headings of the form follow each other with no table between (seed 002)."""
    if any(isinstance(block, Table) for block in blocks):
        return False
    texts = [fold(bare(one.text)) for one in blocks if isinstance(one, Paragraph)]
    headings = [_HEADING_NUMBER.sub("", text) for text in texts]
    return any(
        all(wanted in text for wanted, text in zip(_FORM_HEADINGS, headings[start:], strict=False))
        for start in range(len(headings) - len(_FORM_HEADINGS) + 1)
    )
