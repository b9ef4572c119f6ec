"""How the text of a file stands to another text: the same, more of it, or something else. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from crawler.extraction.whitespace import bare
from crawler.hanzi import count_han, simplify
from crawler.identity.bodykey import BORDER, normal_body
from crawler.identity.grouping import VERSION_LIKENESS
from crawler.identity.likeness import MAX_CHARACTERS, likeness
from crawler.items import Block, Judgement, PageResult, Paragraph, Table
from crawler.places.issuers import printed_issuer

# Pieces of five characters are a text's own; of a text that is held by another this share of them
# is found there, whatever was joined, dropped or put into cells differently.
_PIECE = 5
_HELD = 0.8
# Who speaks: what thirty townships that report zero everywhere differ in, and little else.
_SPEAKER = re.compile(r"[\u4e00-\u9fff]{2}(?:[镇乡局]|街道)")
# Where a year stands that a report is surely of; an opening speaks of other years as well.
_SURE = frozenset({"title", "period"})


class Text:
    """Blocks as they are compared with others: folded, without white space and punctuation."""

    def __init__(self, *blocks: Block) -> None:
        self.has_table = any(isinstance(block, Table) for block in blocks)
        opening = tuple(_opening(blocks))
        self._is_cut = opening != blocks
        self._normal = normal_body(opening)

    def with_more(self, other: Text) -> Text:
        """This text and then another; neither is folded again, which takes longest."""
        both = Text()
        both.has_table = self.has_table or other.has_table
        both._is_cut = self._is_cut or other._is_cut
        both._normal = self._normal + other._normal
        return both

    @cached_property
    def han(self) -> int:
        return count_han(self._normal)

    @property
    def size(self) -> int:
        """How much it says: what it says twice counts once."""
        return len(self._pieces)

    @cached_property
    def _pieces(self) -> frozenset[str]:
        text = self._normal.replace(BORDER, "")
        return frozenset(text[at : at + _PIECE] for at in range(max(1, len(text) - _PIECE + 1)))

    @cached_property
    def _speakers(self) -> frozenset[str]:
        # A scan misread is another name once, hardly twice.
        found = Counter(_SPEAKER.findall(self._normal))
        return frozenset(name for name, times in found.items() if times > 1)

    def is_of_another(self, other: Text) -> bool:
        """Whether both texts name a body that the other does not."""
        return bool(self._speakers - other._speakers and other._speakers - self._speakers)

    def equals(self, other: Text) -> bool:
        return not (self._is_cut or other._is_cut) and self._normal == other._normal

    def is_like(self, other: Text) -> bool:
        """The likeness that makes a further address of a Document a version of it."""
        if self._is_cut or other._is_cut:
            return False
        return likeness(self._normal, other._normal) >= VERSION_LIKENESS

    def is_held_by(self, other: Text) -> bool:
        if self._is_cut:
            return False
        return len(self._pieces & other._pieces) >= _HELD * len(self._pieces)


def _opening(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks as far as they are compared: what is longer is like nothing but itself."""
    left = MAX_CHARACTERS
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block if len(block.text) <= left else Paragraph(block.text[:left])
            left -= len(block.text)
        else:
            rows = [row for row, end in zip(block.rows, _ends(block), strict=True) if end <= left]
            yield block if len(rows) == len(block.rows) else Table(tuple(rows))
            left -= sum(1 + len(cell) for row in block.rows for cell in row)
        if left <= 0:
            return


def _ends(table: Table) -> Iterator[int]:
    return accumulate(sum(1 + len(cell) for cell in row) for row in table.rows)


def may_be_of(file: PageResult, page: PageResult) -> bool:
    """Whether nothing in a file's title says that it is another Document than the page's."""
    said, own = file.judgement, page.judgement
    if said.kind is None or own.kind is None:
        return True
    if _are_of_two_years(said, own):
        return False
    if is_titled_alike(file, page):
        return True
    if said.kind is not own.kind:
        return False
    if said.report_year and own.report_year and said.report_year != own.report_year:
        return False
    one, other = (printed_issuer(simplify(title)) or "" for title in (file.title, page.title))
    return one in other or other in one  # 灵武市临河镇 is 临河镇


def _are_of_two_years(one: Judgement, other: Judgement) -> bool:
    sure = one.year_from in _SURE and other.year_from in _SURE
    return sure and one.report_year != other.report_year


def is_titled_as(file: PageResult, page: PageResult) -> bool:
    return bool(file.title) and _plain(file.title) == _plain(page.title)


def is_titled_alike(file: PageResult, page: PageResult) -> bool:
    """Whether one title holds the other: 关于印发《…工作要点》的通知 holds that of the plan."""
    one, other = _plain(file.title), _plain(page.title)
    return bool(one and other) and (one in other or other in one)


def _plain(title: str) -> str:
    """Pages in traditional characters attach files in simplified ones (guangdong_suixi)."""
    return bare(simplify(title))


def is_same_text(one: PageResult, other: PageResult) -> bool:
    """Whether two files print one text; see `are_one`."""
    return are_one((one, Text(*one.blocks)), (other, Text(*other.blocks)))


def are_one(first: tuple[PageResult, Text], second: tuple[PageResult, Text]) -> bool:
    """Whether two files, with their texts, print one: the report as Word file and as PDF.

    The likeness of two files of one type proves nothing: thirty townships report zero everywhere.
    """
    (one, a), (other, b) = first, second
    if one.title and other.title and not is_titled_alike(one, other):
        return False
    if _are_of_two_years(one.judgement, other.judgement):
        return False
    if a.equals(b):
        return True
    is_other_carrier = one.text_source != other.text_source
    return is_other_carrier and not a.is_of_another(b) and a.is_like(b)
