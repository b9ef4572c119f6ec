"""What a file is called that a page links: by its link, by the words beside it, by its address."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from itertools import islice

from crawler.extraction.files.realnames import address_names
from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.whitespace import bare, squeeze

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_SAYS_NOTHING = re.compile(_DATA["says_nothing"], re.IGNORECASE)
_EXTENSION = re.compile(rf"\.(?:{_DATA['extensions']})$", re.IGNORECASE)
_SIZE = re.compile(_DATA["size"], re.IGNORECASE)
_CALLED = re.compile(r"^附件\s?[\d一二三四五六七八九十]{0,2}\s?[：:]\s?")
# The words beside a link are in the same row: so many elements up.
_LEVELS_BESIDE = 2
# What has one of these is no row.
_HEADINGS = ("h1", "h2", "h3")
_LONGEST = 120
# What has more elements or words is no row either; each link in it would be asked for all of it.
_MOST_IN_ROW = 200
_MOST_WORDS = 1_000
_LONGEST_POINTER = 16  # 点击下载附件（PDF版）
_SENTENCE = re.compile(r"[。；！？]|，.*，")


def file_name(link: Element, url: str) -> str:
    """The link's text or title; where these only say 下载, what stands beside it or its address.

    (e06, e20, f03, f08, f13.)
    """
    text = _text_of(link)
    titled = squeeze(link.get("title") or "")
    told = next((one for one in (text, titled) if one and not says_nothing(one)), "")
    return told or _beside(link, text) or next(address_names(url), "") or text or titled


def names_file(link: Element) -> bool:
    """Whether the words of a link end like a file's name, or those beside one that names nothing.

    Most links are told by their words alone, which cost little.
    """
    text = "".join(link.itertext()).strip()
    if len(text) <= _LONGEST_POINTER and (not text or says_nothing(text)):
        text = squeeze(link.get("title") or "") or _beside(link, squeeze(text))
    return _EXTENSION.search(text) is not None


def has_words(link: Element) -> bool:
    return bool("".join(link.itertext()).strip())


def _text_of(element: Element) -> str:
    lines = [line.text for line in flow(element) if isinstance(line, Line)]
    return squeeze(" ".join(lines))


def says_nothing(text: str) -> bool:
    return _SAYS_NOTHING.fullmatch(bare(text)) is not None


def _beside(link: Element, own: str) -> str:
    """The words of a row that has this link only, less those of the link and a size.

    Of several links (下载 预览), one has the words that stand before it.
    """
    child = link
    for _ in range(_LEVELS_BESIDE):
        row = child.getparent()
        if row is None or not _may_be_row(row):
            return ""
        alone = sum(1 for _ in row.iter("a")) <= 1
        if row.tag == "tr":
            words = max(map(_text_of, row.iterchildren("td", "th")), key=len, default="")
        else:
            words = _text_of(row).replace(own, "") if alone else _before(child)
        words = squeeze(words[:_MOST_WORDS])  # runs of blanks cost the pattern of a size their cube
        words = _CALLED.sub("", _SIZE.sub("", words)).strip()
        if words and not says_nothing(words):
            return words if len(words) <= _LONGEST and not _SENTENCE.search(words) else ""
        child = row
    return ""


def _may_be_row(element: Element) -> bool:
    if next(islice(element.iter(), _MOST_IN_ROW, None), None) is not None:
        return False
    return next(element.iterdescendants(*_HEADINGS), None) is None


def _before(element: Element) -> str:
    """The words of a row before one of its elements, back to the link before it."""
    words: list[str] = []
    for one in element.itersiblings(preceding=True):
        words.append(one.tail or "")
        if one.tag == "a" or one.find(".//a") is not None:
            break
        words.append(_text_of(one))
    else:
        words.append(element.getparent().text or "")
    return squeeze("".join(reversed(words)))
