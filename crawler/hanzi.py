"""Han characters: what is one, and Traditional folded to Simplified.

Folding is for comparing and recognising, never for stored text: the script of a page is kept as
published.
"""

from __future__ import annotations

import re
from importlib.resources import files

# Inclusive ranges; 〇 is a numeral outside the ideograph blocks but a Han character to a reader.
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ONE_HAN = re.compile(f"[{_HAN}]")

# Forms and punctuation that occupy a full cell: CJK symbols, full-width ASCII, and the four
# Western marks that Chinese typography sets full width (—…“”‘’).
_ONE_FULLWIDTH = re.compile("[\u3000-\u3006\u3008-\u303f\uff01-\uff60\uffe0-\uffe6—…“”‘’]")

# Some mirrors print the reading behind each converted character: 報(bào)告. A syllable carries
# a tone mark; the few toneless ones are particles. Ordinary Latin in brackets has neither.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_PINYIN = re.compile(
    rf"(?<=[{_HAN}])[(（](?:[a-zü]{{0,5}}[{_TONED}][a-zü]{{0,4}}|men|ma|me|ne|de|le|ge|zi)[)）]"
)


def _load_table() -> dict[int, str]:
    lines = (files("crawler") / "data" / "traditional.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in pairs}


_FOLD = _load_table()


def _is_simplified_too(char: str) -> bool:
    """GB 2312 is the Simplified repertoire; 乾, 於 … stand in it in their own right."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


_ONLY_TRADITIONAL = frozenset(chr(code) for code in _FOLD if not _is_simplified_too(chr(code)))


def fold(text: str) -> str:
    """Traditional to Simplified, character by character; the length stays the same."""
    return text.translate(_FOLD)


def simplify(text: str) -> str:
    """Fold a Traditional text and leave a Simplified one alone.

    For names: 乾县 is a county and no misspelt 干县, so nothing is folded unless a character
    shows that the text is Traditional.
    """
    return text if _ONLY_TRADITIONAL.isdisjoint(text) else fold(text)


def strip_pinyin_parentheses(text: str) -> str:
    """``報(bào)告`` → ``報告``; brackets with anything but one syllable stay."""
    return _PINYIN.sub("", text)


def is_han(char: str) -> bool:
    """Whether a single character is Han."""
    return _ONE_HAN.fullmatch(char) is not None


def is_fullwidth(char: str) -> bool:
    """Whether a single character is full-width punctuation or a full-width form (not Han)."""
    return _ONE_FULLWIDTH.fullmatch(char) is not None


def count_han(text: str) -> int:
    """How many Han characters a text has."""
    return len(_ONE_HAN.findall(text))
