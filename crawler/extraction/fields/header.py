"""The lines around a body: told apart, read for fields, and taken out of the body's own top."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from crawler.dates import parse_date
from crawler.extraction.fields.area import Area
from crawler.extraction.fields.infobox import DOC_NUMBER, INDEX_NUMBER
from crawler.extraction.fields.label_patterns import BLOCK_NAMES, ONLY_LABEL
from crawler.extraction.fields.labels import (
    INFOBOX,
    Pair,
    is_value,
    pairs,
    pairs_in,
)
from crawler.extraction.fields.plain_labels import plain_pairs
from crawler.extraction.fields.tokens import Token, stretches, tokens
from crawler.extraction.walk.flow import Element, Line
from crawler.extraction.walk.lines import Lines
from crawler.extraction.whitespace import bare, han, joined, squeeze
from crawler.hanzi import without_readings
from crawler.items import Block, Paragraph

# Header lines inside a container stand among its first lines, before the first of prose...
_TOP_LINES = 40
# ...and where the whole page had to be taken for the body, below its navigation.
_PAGE_LINES = 400
_PROSE_HAN = 60
# After the body: what follows at once (来源 below the text), not the lists further down.
_AFTER_LINES = 40
# How many blocks of a body may be header lines that a container took in.
_HEADER_BLOCKS = 8
_BLOCK_LABELS = 3
_NEXT_LINES = 3
_DATING = ("published", "source")
# Of lines each behind a break, whose blanks are spaces.
_OPENS_WITH_DATE = re.compile(r"\n[\[【(（]?(?:19|20)\d\d ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}")
_MOMENT = re.compile(r"[\d\s年月日时分秒:：./-]+")
_LEAST_BESIDE_DATE = 5  # Han, 年月日 among them
# A title on two lines: 某县人民政府办公室 over 关于…的通知.
_ABOUT = re.compile(r"关于|印发|转发")
_ISSUER_LINE = re.compile(r"[\u3400-\u9fff（）()]{4,40}(?:政府|办公室|委员会|办事处|局|厅)")
_TELLING = frozenset(
    ("发布时间", "发布日期", "发稿时间", "信息来源", "文章来源", "索引号", "更新时间")
)


@dataclass(slots=True)
class Header:
    """The lines before the body, its own first ones, which of these are no text; all pairs."""

    around: Area
    inside: Area
    taken_in: tuple[Token, ...]
    pairs: tuple[Pair, ...]

    @property
    def before(self) -> Sequence[Token]:
        return self.around.tokens

    @property
    def top(self) -> Sequence[Token]:
        return self.inside.tokens

    def line_above_date(self) -> str:
        """What stands above date, source and block: the title, where nothing marks it."""
        dated = {one.element for one in self.pairs if one.field in _DATING and one.value}
        for area in (self.around, self.inside):
            lines = area.tokens
            printed = {position for position, one in enumerate(lines) if one.element in dated}
            likely = printed.union(area.signed, area.having(_OPENS_WITH_DATE))
            for position in sorted(likely.difference((0,)), reverse=True):
                is_next = area is self.around and position >= len(lines) - _NEXT_LINES
                if position in printed or _is_dated(lines[position], is_next):
                    return self._title_above(lines, position)
        return ""

    def _title_above(self, lines: Sequence[Token], position: int) -> str:
        """The lines of the element above one, with the name of the issuer.

        The labels of a block may stand between, with their values (g14).
        """
        values = {one.value for one in self.pairs}
        above = position - 1
        while above and _is_of_block(lines[above], values):
            above -= 1
        if is_value(lines, above) or pairs_in(lines[above]):
            return ""
        if _opens_with_date(lines[above]):  # a row of a list, above another (p13)
            return ""
        text = lines[above].text
        whole = joined(lines[above].element.itertext())  # a heading may be broken by <br>
        while above and lines[above - 1].element is lines[above].element:
            above -= 1
            longer = joined((lines[above].text, text))
            if bare(longer) not in bare(whole):
                break
            text = longer
        if above and _ABOUT.match(text) and _ISSUER_LINE.fullmatch(lines[above - 1].text):
            return lines[above - 1].text + text
        return text


def _is_of_block(token: Token, values: Container[str]) -> bool:
    """Whether a line is a label, a value, or both."""
    text = squeeze(token.text)
    if text in values or ONLY_LABEL.fullmatch(text) or DOC_NUMBER.fullmatch(text):
        return True
    return bool(pairs_in(token))


def _is_dated(token: Token, is_next: bool) -> bool:
    """Whether a line says the day of publication, or the source with its label.

    2021年03月19日 17:26 某区政府办公室 does (e12); a date alone only right above the text, since
    elsewhere it is that of a list's row (e14).
    """
    if _opens_with_date(token) and (is_next or han(token.text) > _LEAST_BESIDE_DATE):
        return True
    return any(one.value and one.field in _DATING for one in pairs_in(token))


def _opens_with_date(token: Token) -> bool:
    return _OPENS_WITH_DATE.match(f"\n{token.text}") is not None


def read_header(
    root: Element,
    body: Sequence[Element],
    lines: Lines | None = None,
    closing: Sequence[Line] = (),
) -> Header:
    """The header lines around a body.

    ``lines`` are those of the page, where it has been walked, ``closing`` the body's last ones.
    """
    before: list[Token] = []
    after: list[Token] = []
    area = before
    for one in stretches(root, body, lines):
        if isinstance(one, list):
            area += one
        else:
            area = after
        if area is after and before and len(after) >= _AFTER_LINES:
            break
    if not before:  # a text carried at the very top is shown below its header (f09)
        before, after = after, []
    whole = (root, root.find("body"))
    top = [one for element in body for one in _top_of(element, element in whole, lines)]
    around, inside = Area(before), Area(top)
    taken_in = [top[position] for position in inside.signed if _is_header(top[position])]
    above = [*pairs(around), *plain_pairs(around)]
    above += [*_block_inside(pairs(inside), plain_pairs(inside)), *pairs(Area(taken_in))]
    if lines and not any(one.field in INFOBOX and one.value for one in above):
        folded = Area(_folded(lines.hidden))  # shown by a button (h24)
        above += _block_inside(pairs(folded), plain_pairs(folded))
    # Below the text stand 来源 and 发布时间 on some pages, but also the blocks of other pages.
    behind = Area(after[:_AFTER_LINES])
    labelled, plain = pairs(behind), plain_pairs(behind)
    below = [one for one in (*labelled, *plain) if one.field not in INFOBOX]
    if not any(one.field in INFOBOX and one.value for one in above):
        below += _block_inside(labelled, plain)  # c09
    last = [Token(squeeze(line.text), line.element) for line in closing if not _is_prose(line.text)]
    below += [one for one in pairs(Area(last)) if one.field == "source" or one.name in _TELLING]
    return Header(around, inside, tuple(taken_in), (*above, *below))


def _block_inside(labelled: Sequence[Pair], plain: Sequence[Pair]) -> list[Pair]:
    """The pairs of an information block that the container took in.

    A text may say 责任单位: itself, so a block is told by its 索引号 or by three labels.
    """
    found = [pair for pair in labelled if pair.field in INFOBOX]
    fields = {pair.field for pair in found}
    if "索引号" not in fields and len(fields) < _BLOCK_LABELS:
        found = []
    return [*found, *(pair for pair in plain if pair.field in INFOBOX)]


def _folded(hidden: Sequence[Element]) -> list[Token]:
    """The lines of hidden elements, where any of them names a field of the block: most do not."""
    if not any(map(_names_field, hidden)):
        return []
    return [one for element in hidden for one in _top_of(element, False, None)]


def _names_field(element: Element) -> bool:
    return BLOCK_NAMES.search(without_readings("".join(element.itertext()))) is not None


def _top_of(element: Element, is_page: bool, lines: Lines | None) -> list[Token]:
    texts = (one for one in tokens(element, lines=lines) if isinstance(one, Token))
    if is_page:  # a menu may be one long line
        return list(takewhile(lambda one: "。" not in one.text, islice(texts, _PAGE_LINES)))
    return list(takewhile(lambda one: not _is_prose(one.text), islice(texts, _TOP_LINES)))


def _is_prose(text: str) -> bool:
    return "。" in text or (len(text) > _PROSE_HAN and han(text) > _PROSE_HAN)


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
    if not (labelled := pairs_in(token)):
        return False
    found = [pair for pair in labelled if pair.field != "-" or pair.value == ""]
    known = [pair for pair in found if pair.field in (*INFOBOX, "published", "source")]
    if not known and _opens_with_date(token):
        return True  # 2017-02-22 09:15 石桥镇党政办 点击：12
    if len(known) != 1:
        return len(known) >= 2
    only = known[0]
    dated = only.field == "source" and parse_date(token.text) is not None
    return len(found) > 1 or dated or only.name in _TELLING or _says_when(only)


def _says_when(pair: Pair) -> bool:
    """发布于 2023年1月16日, and not 发布于2023年1月16日的公告."""
    return pair.name.endswith("于") and _MOMENT.fullmatch(pair.value) is not None


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
