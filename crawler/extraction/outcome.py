"""How the reading of a page ended, and what it lacks (design §10): no silent empties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, chain

from crawler.extraction.body.container import Body
from crawler.extraction.body.related import related
from crawler.extraction.boilerplate import POINTING
from crawler.extraction.files.images import may_hold_text
from crawler.extraction.page import Page
from crawler.extraction.walk.prose import has_sentence, is_list, is_prose
from crawler.extraction.whitespace import bare, han
from crawler.hanzi import fold
from crawler.items import Block, Judgement, PageOutcome, Paragraph, PartRef, Role, Table

# A text shorter than this is a caption or a pointer to the attachment, not a report.
LEAST_TEXT_HAN = 80
# The form of 2019 and after: its headings, and nothing between the second and the fourth.
_FORM_HEADINGS = (
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "行政复议、行政诉讼情况",
)
_NEVER_FOLDED = "收到和"  # of the second of them: told without folding a whole text
_SENTENCE = re.compile(r"[^。]{10,}。")
_FACT = re.compile(
    r"[\d一二三四五六七八九十]余?(?:条|件|次|份|人|篇|期|项|则|起|个)|未|没有|无[^障]"
)
_HEADING_NUMBER = re.compile(r"^[一二三四五六七八九十]+[、.．]")


def outcome_of(
    page: Page,
    body: Body,
    blocks: Sequence[Block],
    judgement: Judgement,
    parts: Sequence[PartRef],
) -> PageOutcome:
    if _is_list_page(page, body, blocks, parts):
        return PageOutcome.LIST
    if judgement.look_alike:
        return PageOutcome.LOOK_ALIKE
    if judgement.kind is None:
        return PageOutcome.NOT_RELEVANT
    sizes = accumulate(map(_han_of, blocks))
    is_long = any(size >= LEAST_TEXT_HAN for size in sizes)
    if (is_long and not _is_mostly_links(page, body, blocks)) or _tells_facts(blocks):
        return PageOutcome.DOCUMENT
    return _without_text(body, blocks, parts)


def is_furniture(page: Page, body: Body, blocks: Sequence[Block]) -> bool:
    """Whether a body no container told is the page around a text that stands elsewhere (d11).

    It has no sentence and no table, and most of it is links.
    """
    if body.path.startswith("container:") or not blocks:
        return False
    return _is_mostly_links(page, body, blocks)


def _is_mostly_links(page: Page, body: Body, blocks: Sequence[Block]) -> bool:
    if _has_text(blocks):
        return False
    left = {bare(block.text) for block in blocks if isinstance(block, Paragraph)}
    lines = [line for one in body.elements for line in page.lines_of(one)]
    lines = [line for line in lines if bare(line.text) in left]  # its files are no links of a menu
    return 2 * sum(line.linked for line in lines) > sum(han(line.text) for line in lines)


def is_only_rows(page: Page, body: Body, blocks: Sequence[Block]) -> bool:
    """Whether a body no container told is the rows of a list page and no words of its own (e14)."""
    if body.path.startswith("container:") or not blocks:
        return False
    lines = [line for one in body.elements for line in page.lines_of(one)]
    return not any(map(is_prose, lines)) and is_list(lines)


def _tells_facts(blocks: Sequence[Block]) -> bool:
    """Whether a sentence says what was done or not: short reports of small bodies do (c05, d29).

    One that only points to an attachment or announces the report does not.
    """
    sentences = (
        sentence
        for one in blocks
        if isinstance(one, Paragraph)
        for sentence in _SENTENCE.findall(fold(bare(one.text)))
    )
    return any(_FACT.search(one) and not POINTING.search(one) for one in sentences)


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(isinstance(one, Table) or has_sentence(one.text) for one in blocks)


def _without_text(body: Body, blocks: Sequence[Block], parts: Sequence[PartRef]) -> PageOutcome:
    """A page of the genre with (almost) no text of its own."""
    if any(part.role is Role.ATTACHMENT for part in parts):
        return PageOutcome.ATTACHMENT_ONLY
    if any(part.role is Role.FRAME for part in parts):
        return PageOutcome.PART_MISSING  # until assemble has the frame
    if _shows_pictures(body):
        return PageOutcome.IMAGE_ONLY
    return PageOutcome.DOCUMENT if blocks else PageOutcome.PART_MISSING


def _han_of(block: Block) -> int:
    if isinstance(block, Paragraph):
        return han(block.text)
    return han("".join(chain.from_iterable(block.rows)))


def _is_list_page(
    page: Page, body: Body, blocks: Sequence[Block], parts: Sequence[PartRef]
) -> bool:
    """Whether the page is rows of links to other pages.

    An article may be such rows, too, when it has no sentence (d26, l15) and no files, which are
    what a short article leads to (k21). Where no container was found, a page without a sentence
    is judged as a whole.
    """
    says_more = _has_text(blocks) or any(part.role is Role.ATTACHMENT for part in parts)
    if body.strong and says_more:
        return False
    own = [line for one in body.elements for line in page.lines_of(one)]
    if is_list(own):
        others = related(own)
        if not others or is_list([line for line in own if bare(line.text) not in others]):
            return True
    if body.strong or says_more:
        return False
    return is_list(page.lines) and not _shows_pictures(body)


def _shows_pictures(body: Body) -> bool:
    return any(may_hold_text(image) for one in body.elements for image in one.iter("img"))


def form_is_empty(blocks: Sequence[Block]) -> bool:
    """Headings of the form follow each other with no table between (seed 002)."""
    if any(isinstance(block, Table) for block in blocks):
        return False
    texts = [bare(one.text) for one in blocks if isinstance(one, Paragraph)]
    if not any(_NEVER_FOLDED in text for text in texts):
        return False
    texts = [fold(text) for text in texts]
    headings = [_HEADING_NUMBER.sub("", text) for text in texts]
    return any(
        all(wanted in text for wanted, text in zip(_FORM_HEADINGS, headings[start:], strict=False))
        for start in range(len(headings) - len(_FORM_HEADINGS) + 1)
    )
