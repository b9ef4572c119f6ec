"""Labels as they stand in a line: with a colon, in brackets, alone, behind a bullet."""

from __future__ import annotations

import re
from itertools import chain

from crawler import hanzi
from crawler.extraction.fields.label_names import NAME_TO_FIELD, NAMES_OF, any_of, first_of

NAMES = any_of(NAME_TO_FIELD)
#: A name of a field of the information block, wherever it stands.
BLOCK_NAMES = re.compile(any_of(name for names in NAMES_OF["infobox"].values() for name in names))
# Colons are typed in many ways, and so are the brackets around a label or a whole pair.
_COLONS = ":：∶︰﹕"
OPENERS, CLOSERS = "【［〖〔[（(", "】］〗〕]）)"
OPENER, _CLOSER = (f"[{re.escape(signs)}]" for signs in (OPENERS, CLOSERS))
_BEHIND = rf"\s*(?:{_CLOSER}?\s*[{_COLONS}]|[】］〗\]])"
# What a label stands behind: no word, or a date (发布日期：2019年1月2日来源：某镇).
_APART = r"(?:(?<![\u3400-\u9fffA-Za-z_])|(?<=\d[日次分秒]))"
_IS_APART = re.compile(_APART)
# Behind the first label there may be no blanks at all (来源：某镇作者：); but a short name may be
# the end of one that nobody has listed.
_LONGEST_END = 3
_WHOLE = any_of((one for one in NAME_TO_FIELD if len(one) > _LONGEST_END or one == "作者"), "")
_FIRST = first_of(NAME_TO_FIELD)
# 发布于 2023年1月16日 (q22): behind 于, a date is the sign.
_AT_DATE = r"(?<=于)(?=\s*(?:19|20)\d\d)"
_LABEL = re.compile(rf"(?={_FIRST})(?P<name>{_APART}{NAMES}|{_WHOLE})(?:{_BEHIND}|{_AT_DATE})")
# A sign that labels end with, behind what may be one's end, and the rest of the line: most lines
# have none, and a time of day (17:26) is none. `re` runs to the sign and then looks back.
_ENDS = first_of([*(name[-1] for name in NAME_TO_FIELD), *CLOSERS, " "])
_SIGNS = rf"{_COLONS}】］〗\]"
ENDS_LABEL = re.compile(rf"[{_SIGNS}于](?:(?<={_ENDS}[{_SIGNS}])|{_AT_DATE}).*")
# A cell that is nothing but a label may lack the colon.
_BULLETS = f"-•·▪●◆◇■□※▶►→*{OPENERS}"
_BEFORE = rf"[\s{re.escape(_BULLETS)}]*"
ONLY_LABEL = re.compile(rf"{_BEFORE}(?P<name>{NAMES})\s*{_CLOSER}?\s*[{_COLONS}]?\s*")
# How a line begins that is one, among lines each behind a break: most are none. Readings may stand
# behind each character (d19). Blanks inside of lines are spaces.
_TWO = any_of((name[:2] for name in NAME_TO_FIELD), " *")
OPENS_LABEL = re.compile(rf"\n[ {re.escape(_BULLETS)}]*(?:{_TWO}|{_FIRST} *[(（])")
COLONS = tuple(_COLONS)
#: The last character of what is but a label, perhaps with readings; behind it are no blanks.
ENDS_OF_LABELS = frozenset(
    chain(_COLONS, CLOSERS, *(hanzi.spellings(name[-1]) for name in NAME_TO_FIELD))
)


def labels_in(text: str) -> list[re.Match[str]]:
    """The labels of a line, each at its start or apart from the word before it."""
    found: list[re.Match[str]] = []
    for label in _LABEL.finditer(text):
        if found or _IS_APART.match(text, label.start()):
            found.append(label)
    return found


def opens_pair(text: str) -> bool:
    """Whether a line begins with a label and goes on, perhaps without a colon."""
    plain = text.lstrip(f" {_BULLETS}")
    label = _LABEL.match(plain)
    return label is not None or hanzi.fold(plain.partition(" ")[0]) in NAME_TO_FIELD
