"""The lines around a body: told apart, read for fields, and taken out of the body's own top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from crawler.dates import parse_date
from crawler.extraction.flow import Element
from crawler.extraction.infobox import DOC_NUMBER, INDEX_NUMBER
from crawler.extraction.labels import INFOBOX, Pair, Token, pairs, tokens
from crawler.extraction.whitespace import bare, han
from crawler.items import Block, Paragraph

# Header lines inside a container stand among its first lines, before the first of prose.
_TOP_LINES = 40
_PROSE_HAN = 60
# After the body: what follows at once (来源 below the text), not the lists further down.
_AFTER_LINES = 25
# How many blocks of a body may be header lines that a container took in.
_HEADER_BLOCKS = 8
_BLOCK_LABELS = 3
_TELLING = frozenset(
    ("发布时间", "发布日期", "发稿时间", "信息来源", "文章来源", "索引号", "更新时间")
)


@dataclass(frozen=True, slots=True)
class Header:
    """The lines before the body, its own first ones, which of these are no text; all pairs."""

    before: tuple[Token, ...]
    top: tuple[Token, ...]
    taken_in: tuple[Token, ...]
    pairs: tuple[Pair, ...]


def read_header(root: Element, body: Sequence[Element]) -> Header:
    before: list[Token] = []
    after: list[Token] = []
    area = before
    for one in tokens(root, whole=body):
        if isinstance(one, Token):
            area.append(one)
        else:
            area = after
    top = [one for element in body for one in _top_of(element)]
    taken_in = [token for token in top if _is_header(token)]
    # Below the text stand 来源 and 发布时间 on some pages, but also the blocks of other pages.
    below = [one for one in pairs(after[:_AFTER_LINES]) if one.field not in INFOBOX]
    found = (*pairs(before), *_block_inside(top), *pairs(taken_in), *below)
    return Header(tuple(before), tuple(top), tuple(taken_in), found)


def _block_inside(top: Sequence[Token]) -> list[Pair]:
    """The pairs of an information block that the container took in.

    A text may say 责任单位: itself, so a block is told by its 索引号 or by three labels.
    """
    found = [pair for pair in pairs(top) if pair.field in INFOBOX]
    fields = {pair.field for pair in found}
    return found if "索引号" in fields or len(fields) >= _BLOCK_LABELS else []


def _top_of(element: Element) -> list[Token]:
    lines = (one for one in tokens(element) if isinstance(one, Token))
    return list(takewhile(lambda one: not _is_prose(one.text), islice(lines, _TOP_LINES)))


def _is_prose(text: str) -> bool:
    return "。" in text or han(text) > _PROSE_HAN


def without_header(
    title: str, doc_number: str, blocks: Sequence[Block], taken_in: Sequence[Token]
) -> tuple[Block, ...]:
    """The blocks less the header lines a container took in.

    The title and a 文号 that repeats the block go with them when they stand above; below, in
    the letterhead, a 文号 is text.
    """
    header = {bare(token.text) for token in taken_in}
    last = -1
    for position, block in enumerate(blocks[:_HEADER_BLOCKS]):
        if not isinstance(block, Paragraph) or _is_prose(block.text):
            break
        if bare(block.text) in header:
            last = position
    kept = [
        block
        for block in blocks[: last + 1]
        if not _belongs_to_header(block, header, bare(title), bare(doc_number))
    ]
    return (*kept, *blocks[last + 1 :])


def _is_header(token: Token) -> bool:
    """Two labels in a line, or one with a date or a name that no text would use.

    A body may say 时间 and 来源 itself.
    """
    found = [pair for pair in pairs([token]) if pair.field != "-" or pair.value == ""]
    known = [pair for pair in found if pair.field in (*INFOBOX, "published", "source")]
    if len(known) != 1:
        return len(known) >= 2
    dated = known[0].field == "source" and parse_date(token.text) is not None
    return len(found) > 1 or dated or known[0].name in _TELLING


def _belongs_to_header(block: Block, header: set[str], title: str, doc_number: str) -> bool:
    if not isinstance(block, Paragraph):
        return False
    text = bare(block.text)
    if text in header or (doc_number and text == doc_number):
        return True
    return bool(text) and (text in title or bool(INDEX_NUMBER.fullmatch(text)))


def letterhead_number(blocks: Sequence[Block]) -> str:
    """The 文号 of the letterhead: a line of its own, or beside 签发人, among the first lines."""
    for block in blocks[:_HEADER_BLOCKS]:
        if not isinstance(block, Paragraph):
            return ""
        found = DOC_NUMBER.match(block.text)
        if found and (found.end() == len(block.text) or "签发人" in block.text):
            return found[0]
    return ""
