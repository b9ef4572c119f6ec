"""Chrome told from text: whole lines by their phrases, which are data, never pieces of lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Container, Sequence
from importlib.resources import files
from itertools import takewhile

from crawler.extraction.whitespace import bare
from crawler.items import Block, Paragraph

_DATA = tomllib.loads(files("crawler").joinpath("data/boilerplate.toml").read_text("utf-8"))
_SEPARATORS = re.compile(r"[|｜·•▪●◆>＞»/\\\-—_,，、.。:：;；\[\]【】〖〗()（）<《》]*")
# They are matched with `_plain` lines, DECORATION with addresses in lower case: `re` skips ways
# that begin with another letter at once, where it need not look at both cases of it.
_PHRASES = tuple(map(re.compile, _DATA["phrases"]))
_ANY_PHRASE = re.compile("|".join(_DATA["phrases"]))
# What no phrase and no separator has, and nearly every line of a text has. All ASCII may stand in
# the addresses that some end with, anything behind `_OPEN_END`.
_KNOWN = "".join(sorted(set("".join(_DATA["phrases"]) + _SEPARATORS.pattern)))
_STRANGE = re.compile(rf"[^\x00-\x7f\d{re.escape(_KNOWN)}]")
_OPEN_END = _DATA["open_end"]
_WHOLE_LINE = re.compile("|".join(_DATA["lines"]))
_RELATED = re.compile(_DATA["related"])
_TAIL = re.compile("|".join(_DATA["tail"]))
DECORATION = re.compile(_DATA["decoration"])
_OWNER = re.compile(_DATA["owner"])
#: A sentence that sends the reader elsewhere or announces what follows.
POINTING = re.compile(_DATA["pointing"])
_LEAST_ROWS = 3  # of links to other pages at the end of a text
# No line of chrome is longer; it also bounds the work of the expressions.
_LONGEST = 120


def is_chrome(line: str) -> bool:
    """Whether a whole line is furniture of the page."""
    text = bare(line).lower()  # every line of a body is asked about: no call of `_plain`
    if len(text) > _LONGEST:
        return False
    if not text or ((not _STRANGE.search(text) or _OPEN_END in text) and _is_phrases(text)):
        return True
    return _WHOLE_LINE.fullmatch(text) is not None


def heads_links(line: str) -> bool:
    """Whether a line is a heading of links to other pages (相关信息)."""
    return _RELATED.fullmatch(_plain(line)) is not None


def is_foot(line: str) -> bool:
    """Whether a line below a text is the foot of the page; in a text it may be a line of it."""
    return _TAIL.fullmatch(_plain(line)) is not None


def names_owner(line: str) -> bool:
    """Whether a line says whose the site is, and so begins the foot of a page."""
    return _OWNER.fullmatch(_plain(line)) is not None


def _plain(line: str) -> str:
    return bare(line).lower()


def _is_phrases(text: str) -> bool:
    """Whether phrases and separators use up the line, which has nothing strange to them.

    Every place is looked at once: a bracket may belong to a phrase or separate two, and one
    expression for the whole line would try both for each of them, 【打印】 × 20 for hours.
    """
    places = [_after_separators(text, 0)]
    if not _ANY_PHRASE.match(text, places[0]):
        return False
    for place in places:
        for phrase in _PHRASES:
            found = phrase.match(text, place)
            end = _after_separators(text, found.end()) if found else place
            if end == len(text):
                return True
            if end not in places:
                places.append(end)
    return False


def _after_separators(text: str, place: int) -> int:
    found = _SEPARATORS.match(text, place)
    return found.end() if found else place


def without_chrome(
    blocks: Sequence[Block],
    rows: Container[str] = (),
    files: Container[str] = (),
    others: Collection[str] = (),
) -> tuple[Block, ...]:
    """The blocks less lines of chrome and of ``others``; words of a footer go at the end only.

    So do ``files``, the lines (without white space) of a list of attachments, and ``rows``, which
    are links to other pages: a list that a container took in goes as a whole, one row is a link
    the text ends with.
    """
    kept = [
        one
        for one in blocks
        if not isinstance(one, Paragraph)
        or not (is_chrome(one.text) or (others and bare(one.text) in others))
    ]
    while kept and isinstance(last := kept[-1], Paragraph):
        if is_foot(last.text) or bare(last.text) in files:
            kept.pop()
            continue
        length = _rows_at_end(kept, rows)
        if length < _LEAST_ROWS or _announces(kept[:-length]):
            break
        del kept[-length:]
    return tuple(kept)


def _rows_at_end(blocks: Sequence[Block], rows: Container[str]) -> int:
    is_row = (isinstance(one, Paragraph) and bare(one.text) in rows for one in reversed(blocks))
    return sum(1 for _ in takewhile(bool, is_row))


def _announces(blocks: Sequence[Block]) -> bool:
    """Whether a text says before the links at its end that they follow (l15)."""
    last = blocks[-1] if blocks else None
    return isinstance(last, Paragraph) and last.text.endswith(("：", ":"))
