"""White space as published text keeps it (design §5), and when a broken line goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.compiled import twin

# Han, kana-width punctuation and full-width forms: between these a line break is no space.
_WIDE = (
    r"\u2014\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff"
    r"\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Zero-width marks are carrier noise: no reader sees them and no search finds a word across them.
_MARKS = r"\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad"
_INVISIBLE = re.compile(rf"[{_MARKS}]")
_VISIBLE = re.compile(rf"[^\s{_MARKS}]")
_SOFT = re.compile(r"(?<![ \t])[ \t]*\x1e[ \t\x1e]*")  # each run of blanks is tried once
_SOFT_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \t]*\x1e[ \t\x1e]*(?=[{_WIDE}])")
_HAN_RUN = re.compile(rf"[{_HAN}]+")
# The first bytes, in UTF-16, of those in the first plane: all they begin is Han. 〇 is for itself.
_HAN_ROWS = bytes((*range(0x34, 0xA0), 0xF9, 0xFA))
_BEYOND = b"\xd8"  # ...and of all beyond it, up to U+3FFFF
_LONG = 100  # from here on it is faster to count bytes
_IS_WIDE = re.compile(rf"[{_WIDE}]")

# The line before has ended: nothing is joined to it.
_ENDED = re.compile(r"[。；：！？;:!?][”’」』）)】》\"']*\Z")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十百]+[、.．]|第[一二三四五六七八九十百\d]+[章节条款部]|[（(][一二三四五六七八九十\d]+[)）]"
    r"|\d+[、.．](?!\d)|附件?[:：\d一二三四五]|[①-⑳])"
)
_DATE = re.compile(
    r"[（(]?[０-９〇○零一二三四五六七八九\d]{4}\s*[年.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日?[)）]?"
)
_SIGNATURE = re.compile(
    r"[^。；，：:]{2,40}(?:人民政府|办公室|党政办|委员会|管委会|办事处|党委|局|厅|院|中心|部|队|站|社|公司|学校)[)）]?"
)
_SIGNED = re.compile(rf"(?:{_SIGNATURE.pattern})?\s*(?:{_DATE.pattern})")
# A label is no end of a sentence with a bracket that begins another (c25: 销毁。（牵头单位：).
_LABELLED = re.compile(r"[（(【]?[^。；，、！？（(【]{1,12}[:：]")

# A heading has no sentence in it: 一、主动公开情况。全年通过门户网站
_INNER_STOP = re.compile("[，。]")

# No editor wraps a line earlier; what is shorter was broken by its author (a list, a verse).
SHORTEST_WRAPPED = 14
# ...but behind a comma, where no sentence, no name and no date ends (a26).
_CLAUSE_ENDS = ("，", "、")
# What of a line's end tells whether it was broken off (squeezed: every second one may be blank).
_ENOUGH = 2 * SHORTEST_WRAPPED + 2
# No paragraph is longer; joining without end would copy a page's text for each of its lines.
_LONGEST_JOINED = 20_000

SOFT_BREAK = "\x1e"  # a line break of the HTML source
HARD_BREAK = "\n"  # <br>
#: What lays out the source, its breaks as written, and told: no line begins or ends with it.
SOURCE_BLANKS = " \t\r\n\f"
LAYOUT = f" \t\f{SOFT_BREAK}"


@twin
def squeeze(text: str) -> str:
    """Blank runs (NBSP and U+3000 too) to one space, ends trimmed, invisible marks gone."""
    squeezed = " ".join(text.split())
    # Most texts have no marks, which is told without a regular expression. Two of them are white
    # space as well: they have become spaces, and words across them are one.
    if squeezed.isprintable() and "\u2028" not in text and "\u2029" not in text:
        return squeezed
    return " ".join(_INVISIBLE.sub("", text).split())


@twin
def has_text(text: str) -> bool:
    """Whether `squeeze` would leave anything."""
    return _VISIBLE.search(text) is not None


@twin
def bare(text: str) -> str:
    """The text without any white space: for comparing, never for printing."""
    joined = "".join(text.split())
    return joined if joined.isprintable() else "".join(_INVISIBLE.sub("", text).split())


def soften(text: str) -> str:
    """Source line breaks: nothing between wide characters and at the ends, else a space."""
    text = text.strip(" \t\x1e")
    return _SOFT.sub(" ", _SOFT_WIDE.sub("", text)) if SOFT_BREAK in text else text


@twin
def han(text: str) -> int:
    """How many Han characters the text has."""
    if text.isascii():
        return 0
    if len(text) >= _LONG:
        rows = text.encode("utf-16-be", "surrogatepass")[::2]
        if _BEYOND not in rows:
            return len(rows) - len(rows.translate(None, _HAN_ROWS)) + text.count("〇")
    return len("".join(_HAN_RUN.findall(text)))


def join(first: str, second: str) -> str:
    """One line out of two that a carrier broke: a space only between two narrow edges.

    Chinese text has no space between 于 and 2018 either; one that was printed there stays,
    because it is in the text and not made by the break.
    """
    return joined((first, second))


def joined(pieces: Iterable[str]) -> str:
    """`join` of many pieces, in time that grows with their length only."""
    parts: list[str] = []
    for piece in filter(None, pieces):
        if parts and not (_IS_WIDE.match(parts[-1][-1]) or _IS_WIDE.match(piece)):
            parts.append(" ")
        parts.append(piece)
    return "".join(parts)


def goes_on(first: str, second: str, shortest: int = SHORTEST_WRAPPED) -> bool:
    """Whether ``second`` continues the sentence that ``first`` broke off (both squeezed)."""
    if len(first) > _LONGEST_JOINED:
        return False
    if len(bare(first[-_ENOUGH:])) < shortest and not first.endswith(_CLAUSE_ENDS):
        return False
    if not second or _ENDED.search(first[-_ENOUGH:]):
        return False
    if _HEADING.match(second) or _LABELLED.match(second):
        return False
    if _HEADING.match(first) and len(first) <= 40 and not _INNER_STOP.search(first):
        return False
    return not any(stands_alone(line) for line in (first, second))


def stands_alone(line: str) -> bool:
    """A signature, a date or both, which is a line of its own."""
    return bool(_SIGNED.fullmatch(line) or _SIGNATURE.fullmatch(line))
