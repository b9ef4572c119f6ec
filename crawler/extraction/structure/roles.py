"""The words that name the roles of those who answer: labels before bodies, headings of columns."""

from __future__ import annotations

import re

from crawler.extraction.structure.units import DATA, any_of
from crawler.hanzi import fold, spellings

_ROLES = DATA["roles"]
_AHEAD, _SHARE, _BODY = any_of(_ROLES["ahead"]), any_of(_ROLES["share"]), any_of(_ROLES["body"])
# 责任科室（单位） is printed so (c12), and so is 责任部门/单位.
_ROLE = (
    rf"(?:{_AHEAD})?(?:{_SHARE})(?:责任)?(?:{_BODY})(?:[（(](?:{_BODY})[）)]|[/、](?:{_BODY}))?"
    rf"|{any_of(_ROLES['alone'])}"
)
_OTHER = any_of(_ROLES["others"])
#: Labels that tell of a page, not of a task.
PAGE_ROLES = frozenset(_ROLES["page"])
_HEADING = re.compile(_ROLE)
_OTHER_HEADING = re.compile(_OTHER)
_BULLETS, _DASHES = "◆●■▲★※•·☆▶", "—－-"
_NOTE = re.compile(rf"(?:{_OTHER})\s?[：:]")
#: A label with its colon, or in brackets: 责任单位：…, 【责任单位】… (e04, f04).
LABELLED = (
    rf"(?:[{_BULLETS}]|[{_DASHES}]{{1,2}})?\s?(?P<open>[【\[［〔])?\s?(?P<label>{_OTHER}|{_ROLE})\s?"
    r"(?(open)[】\]］〕]\s?[：:]?|为?[：:])"
)
_WORDS = [word for kind in ("ahead", "share", "alone", "others") for word in _ROLES[kind]]
_FIRST = "".join(sorted({char for word in _WORDS for char in spellings(word[0])}))
#: What one begins with, before it is folded: most paragraphs begin otherwise.
LABEL_BEGINS = re.compile(rf"[{_FIRST}{_BULLETS}\s【\[［〔{_DASHES}]")
#: 牵头单位及责任人; with more behind it, a cell is no heading of a column.
_HEADING_REST = 6
# 责任单位（列第一位的为牵头单位）.
_REMARK = re.compile(r"[（(][^（()）]*[）)]\Z")


def is_role(label: str) -> bool:
    """Whether a label names a role, not something else of a task: 责任单位, not 完成时限."""
    return _HEADING.fullmatch(label) is not None


def is_note(text: str) -> bool:
    """Whether a line tells something else of a task: 完成时限：6月底."""
    return _NOTE.match(fold(text)) is not None


def role_of_column(heading: str) -> str:
    """The role that the heading of a column names, or an empty string."""
    bare = "".join(heading.split())
    folded = fold(bare)
    if _OTHER_HEADING.match(folded):
        return ""
    found = _HEADING.match(folded)
    if found is None or len(_REMARK.sub("", folded[found.end() :])) > _HEADING_REST:
        return ""
    return bare[: found.end()]
