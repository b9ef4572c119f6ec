"""Lines and tables to paragraphs: where a line ends because the page does, and where the text does.

Chinese official documents set paragraphs flush on both sides with the first line indented by two
ems. A line goes on in the next one when it is full and the next is not indented. The geometry
decides before the punctuation: a full stop at the end of a full line ends no paragraph where the
text marks paragraphs by indents, and does where it does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from crawler.extraction.passages import LARGER, Passage
from crawler.extraction.pdf.breaks import continues, splice
from crawler.extraction.pdf.lines import Line, joined, wide
from crawler.extraction.pdf.sheets import FULL_SHARE, LEAST_FULL, NARROWEST
from crawler.extraction.pdf.tables import Fragment

_STOPS = "。；：！？"
_CLOSING = "，、。；：！？）》”’」』,.;:!?)%％"
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十百]+[章节条部编]|[（(]?[一二三四五六七八九十]{1,3}[)）、.．]"
)
_DATE = re.compile(r"[（(]?[\d〇○Ｏ零一二三四五六七八九十]{4}\s*年[^，。]{2,12}日?[)）]?$")
_ASIDE = re.compile(r"[（(].*[)）]$")
_INNER_MARK = re.compile("[，。；：！？]")
_UNBROKEN = re.compile(r"[\x21-\x7e]+")

# In ems, see module docstring; a line may miss the margin by a hanging or a compressed mark.
_INDENT = 1.2
_DEEP = 3.0
_SLACK = 1.1
_PITCH_JUMP = 1.6
_LARGER_GUESSED = 1.5
_LONG_WORD = 0.25  # of the line
_NARROW = 0.4


@dataclass(frozen=True, slots=True)
class Margins:
    """How one page size sets its text."""

    left: float
    right: float
    em: float
    pitch: float
    indented: bool


Piece = Passage | Fragment


def measure(lines: Sequence[Line], page_width: float) -> Margins:
    """The margins that most of ``lines`` keep."""
    em = _commonest_em(lines)
    body = [line for line in lines if abs(line.em - em) <= 0.1 * em] or list(lines)
    left = _margin([line.left for line in body], em)
    right = -_margin([-line.right for line in body], em)
    if right - left < _NARROW * page_width and not _is_set_narrow(body, left, right, em):
        right = page_width - left
    firsts = sum(_INDENT * em < line.left - left < _DEEP * em for line in body)
    flush = sum(abs(line.left - left) <= 0.5 * em for line in body)
    gaps = [a.y - b.y for a, b in pairwise(body) if a.page == b.page and a.y > b.y]
    return Margins(left, right, em, median(gaps) if gaps else 2 * em, bool(firsts and flush))


def _is_set_narrow(body: Sequence[Line], left: float, right: float, em: float) -> bool:
    """Whether lines end because the column does; in a list of names no line is full."""
    full = sum(right - line.right <= em for line in body)
    return right - left >= NARROWEST * em and full >= max(LEAST_FULL, FULL_SHARE * len(body))


def _commonest_em(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.em * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size))


def _margin(edges: list[float], em: float) -> float:
    """The outermost edge that at least two lines share, so that no stray line sets the margin."""
    ordered = sorted(edges)
    for a, b in pairwise(ordered):
        if b - a <= 0.6 * em:
            return a
    return ordered[0]


def flow(
    elements: Sequence[Line | Fragment], margins: dict[int, Margins], autospaced: bool
) -> list[Piece]:
    """Paragraphs and whole tables in reading order; ``margins`` by page."""
    pieces: list[Piece] = []
    lines: list[Line] = []

    def flush() -> None:
        if lines:
            pieces.append(_passage(lines, margins[lines[0].page], autospaced))
            lines.clear()

    for element in elements:
        if isinstance(element, Line):
            if lines and not _goes_on(lines[-1], element, margins):
                flush()
            lines.append(element)
            continue
        flush()
        last = pieces[-1] if pieces else None
        if isinstance(last, Fragment) and continues(last, element):
            pieces[-1] = splice(last, element, autospaced)
        else:
            pieces.append(element)
    flush()
    return pieces


def _passage(lines: Sequence[Line], margins: Margins, autospaced: bool) -> Passage:
    text = joined(lines, autospaced)
    return Passage(text, lines[0].page, lines[0].em, _is_centred(lines[0], margins))


def _is_centred(line: Line, margins: Margins) -> bool:
    before, after = line.left - margins.left, margins.right - line.right
    if abs(before - after) > 2 * margins.em:
        return False
    return before >= _DEEP * margins.em or line.em > LARGER * margins.em


def _is_shifted(line: Line, margins: Margins) -> bool:
    """Signature or date: set to the right of the text's first half."""
    return line.left > margins.left + 0.4 * (margins.right - margins.left)


def _goes_on(upper: Line, lower: Line, margins: dict[int, Margins]) -> bool:
    """Whether ``lower`` is the rest of the paragraph that ``upper`` stands in."""
    above, below = margins[upper.page], margins[lower.page]
    if _are_of_two_sizes(upper, lower):
        return False
    same_page = upper.page == lower.page
    pitch = max(above.pitch, 1.8 * upper.em)
    if same_page and upper.y - lower.y > _PITCH_JUMP * pitch:
        return False
    if _is_centred(upper, above) or _is_centred(lower, below):
        return _is_wrapped_heading(upper, lower, above)
    if _is_shifted(upper, above) or _is_shifted(lower, below):
        return False
    if lower.left - below.left > _INDENT * below.em:
        return False
    if _is_heading(upper) and _NUMBERED.match(lower.text):
        return False
    if upper.text[-1] in _STOPS:
        indented = above.indented and not _NUMBERED.match(lower.text)
        return indented and _is_full(upper, lower, above)
    return _is_full(upper, lower, above) or (
        above.indented
        and not _is_heading(upper)
        and not _NUMBERED.match(lower.text)
        and (not same_page or _is_nearly_full(upper, above))
    )


def _are_of_two_sizes(upper: Line, lower: Line) -> bool:
    # Without a character of full width the size is guessed from digits, and faces differ.
    sure = all(any(map(wide, line.text)) for line in (upper, lower))
    limit = LARGER if sure else _LARGER_GUESSED
    return max(upper.em, lower.em) > limit * min(upper.em, lower.em)


def _is_heading(line: Line) -> bool:
    return bool(_NUMBERED.match(line.text)) and not _INNER_MARK.search(line.text)


def _is_wrapped_heading(upper: Line, lower: Line, margins: Margins) -> bool:
    """A title or caption that takes two lines; two headings, or a heading and its date, are not."""
    centred = upper.page == lower.page and _is_centred(upper, margins)
    return (
        _is_centred(lower, margins)
        and (centred or _is_full(upper, lower, margins))
        and upper.text[-1] not in _STOPS
        and not _NUMBERED.match(upper.text)
        and not _NUMBERED.match(lower.text)
        and not _DATE.match(lower.text)
        and not _ASIDE.match(lower.text)
    )


def _is_nearly_full(line: Line, margins: Margins) -> bool:
    """Room was left for more than one character: a word that must not be broken came next."""
    return margins.right - line.right < _LONG_WORD * (margins.right - margins.left)


def _is_full(line: Line, following: Line, margins: Margins) -> bool:
    """Whether the next line's first unbreakable piece had no room at the end of this one."""
    text = following.text
    unbroken = _UNBROKEN.match(text)
    length = 0.55 * len(unbroken.group()) if unbroken else 1.0
    rest = text[unbroken.end() if unbroken else 1 :]
    length += len(rest) - len(rest.lstrip(_CLOSING)) if rest and wide(rest[0]) else 0
    return margins.right - line.right < (length + _SLACK) * margins.em
