"""Automatic numbers: what Word prints before the paragraphs of its lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crawler.extraction.office.docx.names import DATA, below, is_on, number, value, w
from crawler.extraction.office.docx.styles import Look
from crawler.extraction.office.package import Element
from crawler.extraction.walk.numerals import chinese, roman

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_MOST_WRITTEN = 3999
_PLAIN = "零一二三四五六七八九十百千"


def _letters(count: int) -> str:
    """a … z, aa, bb …: Word repeats the letter, where browsers count on."""
    times, letter = divmod(count - 1, 26)
    return chr(ord("a") + letter) * (times + 1)


def _one_of(series: str) -> Callable[[int], str]:
    return lambda count: series[count - 1] if count <= len(series) else str(count)


def _digits(digits: str) -> Callable[[int], str]:
    return lambda count: str(count).translate(str.maketrans("0123456789", digits))


def _capitals(numerals: str) -> Callable[[int], str]:
    table = str.maketrans(_PLAIN, numerals)

    def written(count: int) -> str:
        text = chinese(count)
        return (f"一{text}" if text.startswith("十") else text).translate(table)

    return written


_CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
)
#: How a kind of numbering writes a number from 1 to 3999. No entry: in digits.
_WRITTEN: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(_CHINESE, chinese),
    **{kind: _one_of(series) for kind, series in DATA["series"].items()},
    **{kind: _digits(digits) for kind, digits in DATA["digits"].items()},
    **{kind: _capitals(numerals) for kind, numerals in DATA["capitals"].items()},
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda count: roman(count).upper(),
    "decimalZero": lambda count: f"{count:02}",
}
# Bullets are ornaments here as they are in HTML, and their fonts are private ones.
_UNPRINTED = frozenset(("bullet", "none"))


def written(kind: str, count: int) -> str:
    """A number as its kind of numbering writes it."""
    return _WRITTEN.get(kind, str)(count) if 0 < count <= _MOST_WRITTEN else str(count)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    kind: str = "decimal"
    text: str = ""
    blank: bool = False  # a blank is set between number and text
    restart: int | None = None  # only a level above this one makes it begin again; 0: none does
    digits: bool = False  # all numbers in digits, whatever their level's kind


@dataclass(slots=True)
class _List:
    """A list's levels by those of its definition; lists of one definition count on."""

    definition: str
    levels: dict[int, _Level]
    starts: dict[int, int]  # where this list begins anew, level by level


class Numbering:
    """The lists of a document, counting while its paragraphs are read in order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._styled: dict[tuple[str, str], int] = {}  # the level that a style asks for
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        definitions = {
            one.get(w("abstractNumId")) or "": one for one in root.iter(w("abstractNum"))
        }
        styles = {key: value(one, "styleLink") for key, one in definitions.items()}
        by_style = {style: key for key, style in styles.items() if style}
        for num in root.iter(w("num")):
            key = value(num, "abstractNumId") or ""
            key = by_style.get(value(definitions.get(key), "numStyleLink") or "", key)
            self._add(num, key, definitions.get(key))

    def _add(self, num: Element, key: str, definition: Element | None) -> None:
        name = num.get(w("numId")) or ""
        elements = list(definition.iterchildren(w("lvl"))) if definition is not None else []
        starts = {}
        for override in num.iterchildren(w("lvlOverride")):
            level = _level_number(override)
            elements += [one for one in [below(override, "lvl")] if one is not None]
            start = value(override, "startOverride")
            if start is not None:
                starts[level] = number(start, 1)
        for one in elements:
            self._styled[name, value(one, "pStyle") or ""] = _level_number(one)
        levels = {_level_number(one): _level(one) for one in elements}
        self._lists[name] = _List(key, levels, starts)

    def next(self, look: Look) -> str:
        """The number of the next paragraph of that look; empty where it has none."""
        one = self._lists.get(look.list_id)
        if one is None:
            return ""
        at = look.level
        if at is None:
            at = self._styled.get((look.list_id, look.style), 0)
        counts = self._counts.setdefault(one.definition, {})
        level = one.levels.get(at, _Level())
        if at in one.starts:
            counts[at] = one.starts.pop(at)
        else:
            counts[at] = counts[at] + 1 if at in counts else level.start
        for deeper in range(at + 1, _LEVELS):
            restart = one.levels.get(deeper, level).restart
            if restart is None or at < restart:
                counts.pop(deeper, None)
        return _printed(one, level, counts)


def _printed(one: _List, level: _Level, counts: Mapping[int, int]) -> str:
    if level.kind in _UNPRINTED:
        return ""

    def count(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        of = one.levels.get(at, level)
        kind = "decimal" if level.digits else of.kind
        return "" if kind in _UNPRINTED else written(kind, counts.get(at, of.start))

    text = _PLACE.sub(count, level.text).strip()
    return f"{text} " if level.blank and text else text


def _level_number(element: Element) -> int:
    return number(element.get(w("ilvl")), 0, _LEVELS - 1)


def _level(element: Element) -> _Level:
    restart = value(element, "lvlRestart")
    return _Level(
        start=number(value(element, "start"), 1),
        kind=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        blank=value(element, "suff") == "space",
        restart=None if restart is None else number(restart, 0),
        digits=bool(is_on(element, "isLgl")),
    )
