"""How the text of a file stands to another text: the same, more of it, or something else. Pure."""

from __future__ import annotations

from functools import cached_property

from crawler.extraction.whitespace import bare
from crawler.hanzi import count_han
from crawler.identity.bodykey import BORDER, normal_body
from crawler.identity.grouping import VERSION_LIKENESS
from crawler.identity.likeness import likeness
from crawler.items import Block, PageResult, Table
from crawler.places.issuers import printed_issuer

# Pieces of five characters are a text's own; of a text that is held by another this share of them
# is found there, whatever was joined, dropped or put into cells differently.
_PIECE = 5
_HELD = 0.8


class Text:
    """Blocks as they are compared with others: folded, without white space and punctuation."""

    def __init__(self, *blocks: Block) -> None:
        self.has_table = any(isinstance(block, Table) for block in blocks)
        self._normal = normal_body(blocks)

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

    def equals(self, other: Text) -> bool:
        return self._normal == other._normal

    def is_like(self, other: Text) -> bool:
        """The likeness that makes a further address of a Document a version of it."""
        return likeness(self._normal, other._normal) >= VERSION_LIKENESS

    def is_held_by(self, other: Text) -> bool:
        return len(self._pieces & other._pieces) >= _HELD * len(self._pieces)


def may_be_of(file: PageResult, page: PageResult) -> bool:
    """Whether nothing in a file's title says that it is another Document than the page's."""
    said, own = file.judgement, page.judgement
    if said.kind is None or own.kind is None or is_titled_alike(file, page):
        return True
    if said.kind is not own.kind:
        return False
    if said.report_year and own.report_year and said.report_year != own.report_year:
        return False
    one, other = printed_issuer(file.title) or "", printed_issuer(page.title) or ""
    return one in other or other in one  # 灵武市临河镇 is 临河镇


def is_titled_as(file: PageResult, page: PageResult) -> bool:
    return bool(file.title) and bare(file.title) == bare(page.title)


def is_titled_alike(file: PageResult, page: PageResult) -> bool:
    """Whether one title holds the other: 关于印发《…工作要点》的通知 holds that of the plan."""
    one, other = bare(file.title), bare(page.title)
    return bool(one and other) and (one in other or other in one)


def is_same_text(one: PageResult, other: PageResult) -> bool:
    """Whether two files print one text: the report as Word file and as PDF.

    The likeness of two files of one type proves nothing: thirty townships report zero everywhere.
    """
    if one.title and other.title and not is_titled_alike(one, other):
        return False
    a, b = Text(*one.blocks), Text(*other.blocks)
    return a.equals(b) or (one.text_source != other.text_source and a.is_like(b))
