"""White space as published text keeps it (design §5), and when a broken line goes on."""

from __future__ import annotations

import re

# Han, kana-width punctuation and full-width forms: between these a line break is no space.
_WIDE = (
    r"\u2014\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff"
    r"\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Zero-width marks are carrier noise: no reader sees them and no search finds a word across them.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_BLANK = re.compile(r"\s+")
_SOFT = re.compile(r"[ \t]*\x1e[ \t\x1e]*")
_SOFT_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \t]*\x1e[ \t\x1e]*(?=[{_WIDE}])")
_UNLINKED_HAN = re.compile(rf"[{_HAN}]")
_WIDE_EDGES = re.compile(rf"[{_WIDE}]\Z"), re.compile(rf"[{_WIDE}]")

# The line before has ended: nothing is joined to it.
_ENDED = re.compile(r"[。；：！？;:!?][”’」』）)】》\"']*\Z")
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十百]+[、.．]|第[一二三四五六七八九十百\d]+[章节条款部]|[（(][一二三四五六七八九十\d]+[)）]"
    r"|\d+[、.．](?!\d)|附件?[:：\d一二三四五]|[①-⑳])"
)
_DATE = re.compile(
    r"[（(]?[12０-９二〇○零一\d]{4}\s*[年.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日?[)）]?"
)
_SIGNATURE = re.compile(
    r".{2,40}(?:人民政府|办公室|党政办|委员会|管委会|办事处|党委|局|厅|院|中心|部|队|站|社|公司|学校)[)）]?"
)
_LABELLED = re.compile(r".{1,12}[:：]")

# No editor wraps a line earlier; what is shorter was broken by its author (a list, a verse).
SHORTEST_WRAPPED = 14

SOFT_BREAK = "\x1e"  # a line break of the HTML source
HARD_BREAK = "\n"  # <br>


def squeeze(text: str) -> str:
    """Blank runs (NBSP and U+3000 too) to one space, ends trimmed, invisible marks gone."""
    return _BLANK.sub(" ", _INVISIBLE.sub("", text)).strip()


def bare(text: str) -> str:
    """The text without any white space: for comparing, never for printing."""
    return _BLANK.sub("", _INVISIBLE.sub("", text))


def soften(text: str) -> str:
    """Source line breaks: nothing between wide characters and at the ends, else a space."""
    return _SOFT.sub(" ", _SOFT_WIDE.sub("", text.strip(" \t\x1e")))


def han(text: str) -> int:
    """How many Han characters the text has."""
    return len(_UNLINKED_HAN.findall(text))


def join(first: str, second: str) -> str:
    """One line out of two that a carrier broke: a space only between two narrow edges.

    Chinese text has no space between 于 and 2018 either; one that was printed there stays,
    because it is in the text and not made by the break.
    """
    if not first or not second:
        return first or second
    wide = _WIDE_EDGES[0].search(first) or _WIDE_EDGES[1].match(second)
    return first + second if wide else f"{first} {second}"


def goes_on(first: str, second: str) -> bool:
    """Whether ``second`` continues the sentence that ``first`` broke off (both squeezed)."""
    if len(bare(first)) < SHORTEST_WRAPPED or not second or _ENDED.search(first):
        return False
    if _HEADING.match(second) or _LABELLED.match(second):
        return False
    if _HEADING.match(first) and len(first) <= 40 and "，" not in first:
        return False
    return not any(_stands_alone(line) for line in (first, second))


def _stands_alone(line: str) -> bool:
    """A signature or a date, which is a line of its own."""
    return bool(_DATE.fullmatch(line) or _SIGNATURE.fullmatch(line))
