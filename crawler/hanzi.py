"""Han characters: what is one, and Traditional folded to Simplified.

Folding is for comparing and recognising, never for stored text: the script of a page is kept as
published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

# Inclusive ranges; 〇 is a numeral outside the ideograph blocks but a Han character to a reader.
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ONE_HAN = re.compile(f"[{_HAN}]")
_HAN_RUN = re.compile(f"[{_HAN}]+")

# Forms and punctuation that occupy a full cell: CJK symbols, full-width ASCII, and the four
# Western marks that Chinese typography sets full width (—…“”‘’).
_ONE_FULLWIDTH = re.compile("[\u3000-\u3006\u3008-\u303f\uff01-\uff60\uffe0-\uffe6—…“”‘’]")

# Some mirrors print the reading behind each converted character: 報(bào)告. A syllable carries
# a tone mark; the few toneless ones are particles. Ordinary Latin in brackets has neither.
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_TONELESS = ("men", "ma", "me", "ne", "de", "le", "ge", "zi")
_PINYIN = re.compile(
    rf"[(（](?<=[{_HAN}].)(?:[a-zü]{{0,5}}[{_TONED}][a-zü]{{0,4}}|{'|'.join(_TONELESS)})[)）]"
)

# The same of whole words, 公開（gōng kāi）, and without brackets, 報bào告; pinyin fonts have their
# own a and g.
_LATIN = "a-zɑɡü"
_READING = re.compile(
    rf"(?P<base>[{_HAN}]) ?(?:(?P<bracket>[(（]) ?(?P<said>[{_LATIN}{_TONED}'’ -]{{1,40}})[)）]"
    rf"|(?P<bare>[{_LATIN}]{{0,5}}[{_TONED}][{_LATIN}]{{0,4}})(?![{_LATIN}{_TONED}]))",
    re.IGNORECASE,
)
_TONE = re.compile(f"[{_TONED}]", re.IGNORECASE)
# Without tones only syllables that make up a word are readings: 工作（gong zuo） (d32).
_SYLLABLE = r"(?:[bpmfdtnlgkhjqxrzcsyw]h?)?[aeiouü]{1,3}(?:ng?|r)?"
_SYLLABLES = re.compile(rf"{_SYLLABLE}(?:[ '’-]{_SYLLABLE})+", re.IGNORECASE)
_SPELT = re.compile(rf"[(（] ?{_SYLLABLE}[ '’-]", re.IGNORECASE)
# A text is annotated when readings stand all through it (d31: one in 33 Han, d19: one in 8): a
# gazetteer explains the names of a few places, a mirror does it to whatever it converts.
_LEAST_READINGS = 4
_HAN_A_READING = 60


def _load_table() -> dict[int, str]:
    lines = (files("crawler") / "data" / "traditional.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(traditional): simplified for traditional, simplified in pairs}


_FOLD = _load_table()
_TRADITIONAL_OF: dict[str, list[str]] = {}
for _code, _folded in _FOLD.items():
    _TRADITIONAL_OF.setdefault(_folded, []).append(chr(_code))
# A table asks for every character; most texts have none of it, which one search tells. Beyond
# the basic plane there is one range for all: single characters there would make `re` slow.
_MAY_FOLD = re.compile(
    f"[{''.join(sorted(chr(code) for code in _FOLD if code <= 0xFFFF))}\U00010000-\U0010ffff]"
)


def _is_simplified_too(char: str) -> bool:
    """GB 2312 is the Simplified repertoire; 乾, 於 … stand in it in their own right."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


_ONLY_TRADITIONAL = frozenset(chr(code) for code in _FOLD if not _is_simplified_too(chr(code)))
# Characters beyond the basic plane are too rare to tell anything, and would make `re` slow.
_COMMON_TRADITIONAL = "".join(sorted(char for char in _ONLY_TRADITIONAL if char <= "\uffff"))
_ONE_TRADITIONAL = re.compile(f"[{_COMMON_TRADITIONAL}]")
_FOREIGN = re.compile(f"[{_COMMON_TRADITIONAL}{_TONED}]")


@dataclass(frozen=True, slots=True)
class Annotation:
    """How a text is annotated with readings: after characters, or after words."""

    by_word: bool
    readings: int
    example: str


def fold(text: str) -> str:
    """Traditional to Simplified, character by character; the length stays the same."""
    return text.translate(_FOLD) if _MAY_FOLD.search(text) else text


def spellings(char: str) -> str:
    """A character and every Traditional one that folds to it: 发 → 发發髮."""
    return char + "".join(_TRADITIONAL_OF.get(char, ()))


def simplify(text: str) -> str:
    """Fold a Traditional text and leave a Simplified one alone.

    For names: 乾县 is a county and no misspelt 干县, so nothing is folded unless a character
    shows that the text is Traditional.
    """
    return text if _ONLY_TRADITIONAL.isdisjoint(text) else fold(text)


def strip_pinyin_parentheses(text: str) -> str:
    """``報(bào)告`` → ``報告``; brackets with anything but one syllable stay."""
    return _PINYIN.sub("", text)


def without_readings(text: str) -> str:
    """As `strip_pinyin_parentheses`, with blanks in their place: every offset stays right."""
    if "(" not in text and "（" not in text:
        return text
    return _PINYIN.sub(lambda reading: " " * len(reading[0]), text)


def looks_converted(text: str) -> bool:
    """Whether anything in a text is Traditional or pinyin: the cheap question to ask first."""
    return _FOREIGN.search(text) is not None or _SPELT.search(text) is not None


def traditional_share(text: str) -> float:
    """The share of Han characters that only Traditional texts have: a third in such a text."""
    return len(_ONE_TRADITIONAL.findall(text)) / max(count_han(text), 1)


def annotation(text: str) -> Annotation | None:
    """How a text is annotated with readings all through; None for a few explained names."""
    if not _TONE.search(text) and not _SPELT.search(text):
        return None
    found = list(_readings(text))
    if len({match["base"] for match in found}) < _LEAST_READINGS:
        return None
    if len(found) * _HAN_A_READING < count_han(text):
        return None
    by_word = sum(match["bracket"] == "（" or " " in (match["said"] or "") for match in found)
    return Annotation(by_word * 2 > len(found), len(found), found[0][0])


def without_annotation(text: str) -> str:
    """A text, known to be annotated, without the readings in it."""
    return _READING.sub(lambda match: match["base"] if _is_reading(match) else match[0], text)


def _readings(text: str) -> Iterator[re.Match[str]]:
    return filter(_is_reading, _READING.finditer(text))


def _is_reading(match: re.Match[str]) -> bool:
    """Latin in brackets is a reading with a tone, or as a word; so are a few particles."""
    said = match["said"]
    if said is None or said.strip().lower() in _TONELESS or _TONE.search(said):
        return True
    return _SYLLABLES.fullmatch(said.strip()) is not None


def is_han(char: str) -> bool:
    """Whether a single character is Han."""
    return _ONE_HAN.fullmatch(char) is not None


def is_fullwidth(char: str) -> bool:
    """Whether a single character is full-width punctuation or a full-width form (not Han)."""
    return _ONE_FULLWIDTH.fullmatch(char) is not None


def count_han(text: str) -> int:
    """How many Han characters a text has."""
    return sum(map(len, _HAN_RUN.findall(text)))


def without_han(text: str) -> str:
    """What is left of a text when its Han characters are taken out."""
    return _HAN_RUN.sub("", text)
