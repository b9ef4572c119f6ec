"""Pictures that stand where a text or a table should be: named, and fetched where there is no text.

A photo beside prose is none of them. A picture is, when the page has no text (d15), when it is
all that a numbered section holds (d17), or when the line above it announces a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import Any

from crawler.extraction.boilerplate import DECORATION
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element, Line, is_hidden
from crawler.extraction.walk.prose import has_sentence
from crawler.extraction.whitespace import bare, han
from crawler.hanzi import fold
from crawler.items import PartRef, Role

TABLE_IMAGE = "table_image"
# Less text than this without a sentence (d29 has one) is a caption: the pictures are the document.
_LEAST_TEXT_HAN = 80
# No table can be read in a picture smaller than this; icons state their size.
_LEAST_PIXELS = 100
# No report is scanned in more pages.
_MOST_PICTURES = 500
_LONGEST_RAW = 60
# What is longer is hostile: expressions look at its end.
_LONGEST_ADDRESS = 500
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")
_STYLED = re.compile(r"(?<![\w-])(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px", re.IGNORECASE)
# Where most scripts that load a picture when it is scrolled to find its address; others have
# names of their own for it. VSB's orisrc is the picture before it was stored (e08).
_LOADED = ("data-src", "data-original")
_NO_ADDRESS = frozenset(("src", "alt", "title", "orisrc", "oldsrc"))
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)(?:[?#]|$)", re.IGNORECASE)
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）])[^。；：，]{2,40}"
)
_ANNOUNCED = re.compile(
    r"(?:[如见]下[表图]?|[下附][表图]|[如见]图|(?:情况|统计|汇总|明细|一览|登记)[表图])(?:所示)?(?:[（(][^）)]{1,20}[)）])?[。:：]?\Z"
)


def table_images(
    page: Page, elements: Sequence[Element], text: str
) -> Mapping[str, dict[str, Any]]:
    """A warning ``table_image:<absolute URL>`` for each such picture, with its evidence."""
    images = (one for element in elements for one in element.iter("img"))
    pictures = list(islice(filter(may_hold_text, images), _MOST_PICTURES))
    if not pictures:
        return {}
    if han(text) < _LEAST_TEXT_HAN and not has_sentence(text):
        placed = [(one, {"where": "page without text"}) for one in pictures]
    elif any(map(_is_followed_by_pictures, map(_bare, text.splitlines()))):
        placed = list(_placed(page, elements, pictures, bare(text)))
    else:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for picture, evidence in placed:
        if name := _named(page, picture):
            found.setdefault(f"{TABLE_IMAGE}:{name}", evidence)
    return found


def scans(page: Page, elements: Sequence[Element]) -> tuple[PartRef, ...]:
    """The pictures of a page that has no text but theirs, each once, in the order they stand."""
    pictures = (one for element in elements for one in element.iter("img") if may_hold_text(one))
    urls = (page.absolute(_address(one)) for one in islice(pictures, _MOST_PICTURES))
    fetched = dict.fromkeys(url for url in urls if url.startswith(("http:", "https:")))
    return tuple(PartRef(url, Role.IMAGE) for url in fetched)


def may_hold_text(image: Element) -> bool:
    """Whether a picture is the text's: no icon, no banner, none of the page's template."""
    if is_hidden(image) or _is_small(image) or _leads_away(image) or _marks_a_link(image):
        return False
    address = _address(image)
    return bool(address) and (address.startswith("data:") or not _adorns(address))


def _leads_away(image: Element) -> bool:
    """Whether a picture is a link's: a banner's, but for one that shows the picture enlarged."""
    links = (one.get("href") or "" for one in image.iterancestors("a"))
    return any(link and not _PICTURE.search(link) for link in links)


def _marks_a_link(image: Element) -> bool:
    """Whether a picture is the icon in front of a link: it stands in its line (l16)."""
    beside: Element | None = image
    while beside is not None and beside.tag == "img" and not (beside.tail or "").strip():
        beside = beside.getnext()
    if beside is None or beside.tag != "a":
        return False
    return bool(beside.get("href")) and not _PICTURE.search(beside.get("href") or "")


def _is_small(image: Element) -> bool:
    style = image.get("style") or ""
    stated = [int(pixels) for _, pixels in _STYLED.findall(style)]
    for name in ("width", "height"):
        if given := _PIXELS.fullmatch(image.get(name) or ""):
            stated.append(int(given[1]))
    return bool(stated) and max(stated) < _LEAST_PIXELS


def _address(image: Element) -> str:
    """Where the picture is: until a script loads it, ``src`` has a placeholder (e07, f11)."""
    given = [address.strip() for name, address in image.items() if _is_loaded(name, address)]
    given += [(image.get("src") or "").strip()]
    real = (one for one in given if one and not one.startswith("data:") and not _adorns(one))
    return next(real, next(iter(given), ""))


def _adorns(address: str) -> bool:
    return DECORATION.search(address[-_LONGEST_ADDRESS:].lower()) is not None


def _is_loaded(name: str, address: str) -> bool:
    """Whether an attribute has the address of the real picture: _src="/upload/1.jpg"."""
    if name in _LOADED:
        return bool(address.strip())
    ends = address[-_LONGEST_ADDRESS:]
    return name not in _NO_ADDRESS and "/" in ends and bool(_PICTURE.search(ends))


def _placed(
    page: Page, elements: Sequence[Element], pictures: Sequence[Element], text: str
) -> Iterator[tuple[Element, dict[str, Any]]]:
    """The pictures whose place between the body's lines says what they are."""
    pieces = chain.from_iterable(page.flowed.split_at(pictures, one) for one in elements)
    kept = (one for one in pieces if not isinstance(one, Line) or bare(one.text) in text)
    runs = [(lines, list(run)) for lines, run in groupby(kept, lambda one: isinstance(one, Line))]
    for index, (lines, run) in enumerate(runs):
        if lines or not index:
            continue
        above = _words(runs[index - 1][1][-1])
        below = _words(runs[index + 1][1][0]) if index + 1 < len(runs) else ""
        if _ANNOUNCED.search(above):
            where = "after a caption"
        elif _HEADING.fullmatch(above) and (not below or _HEADING.fullmatch(below)):
            where = "section without text"
        else:
            continue
        yield from (
            (one, {"where": where, "raw": above[-_LONGEST_RAW:]}) for one in run if one in pictures
        )


def _is_followed_by_pictures(line: str) -> bool:
    """Whether pictures below a line can be told by it."""
    return bool(_HEADING.fullmatch(line) or _ANNOUNCED.search(line))


def _words(piece: Line | Element) -> str:
    return _bare(piece.text or "")


def _bare(text: str) -> str:
    return fold(bare(text))


def _named(page: Page, image: Element) -> str:
    """The absolute URL; a picture written into the page is named by its type alone."""
    address = _address(image)
    if address.startswith("data:"):
        return "".join(filter(str.isprintable, address.partition(",")[0][:40]))
    return "".join(filter(str.isprintable, page.absolute(address) or address[:80]))
