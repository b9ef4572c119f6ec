"""What a file is called that a page links: by its link, by the words beside it, by its address."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from crawler.extraction.walk.flow import Element, Line, flow
from crawler.extraction.whitespace import bare, squeeze

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_NAMES: tuple[str, ...] = tuple(_DATA["names"])
_SAYS_NOTHING = re.compile(_DATA["says_nothing"], re.IGNORECASE)
_SIZE = re.compile(_DATA["size"], re.IGNORECASE)
# The words beside a link are in the same row: so many elements up.
_LEVELS_BESIDE = 2
_LONGEST = 120
_SENTENCE = re.compile(r"[。；！？]|，.*，")


def file_name(link: Element, url: str) -> str:
    """The link's text or title; where these only say 下载, what stands beside it or its address.

    (e06, e20, f03, f08, f13.)
    """
    text = _text_of(link)
    titled = squeeze(link.get("title") or "")
    told = next((one for one in (text, titled) if one and not _says_nothing(one)), "")
    return told or _beside(link, text) or _in_address(url) or text or titled


def _text_of(element: Element) -> str:
    lines = [line.text for line in flow(element) if isinstance(line, Line)]
    return squeeze(" ".join(lines))


def _says_nothing(text: str) -> bool:
    return _SAYS_NOTHING.fullmatch(bare(text)) is not None


def _beside(link: Element, own: str) -> str:
    """The words of a row that has this link only, less those of the link and a size."""
    row = link.getparent()
    for _ in range(_LEVELS_BESIDE):
        if row is None or sum(1 for _ in row.iter("a")) > 1:
            return ""
        words = _SIZE.sub("", _text_of(row).replace(own, "")).strip()
        if words and not _says_nothing(words):
            return words if len(words) <= _LONGEST and not _SENTENCE.search(words) else ""
        row = row.getparent()
    return ""


def _in_address(url: str) -> str:
    named = dict(parse_qsl(urlsplit(url).query))
    return next((named[name] for name in _NAMES if named.get(name)), "")
