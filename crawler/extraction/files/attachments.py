"""Links to files and frames that belong to a page: what else must be fetched for its text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import chain
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from crawler.extraction.files.filenames import file_name, has_words, names_file, says_nothing
from crawler.extraction.files.nearby import Nearby, links_near
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import squeeze
from crawler.items import PartRef, Role
from crawler.urls import canonical_url

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_EXTENSION = re.compile(rf"\.(?:{_DATA['extensions']})$", re.IGNORECASE)
_PATHS = re.compile("|".join(_DATA["paths"]), re.IGNORECASE)
# What any URL of a file, in lower case, has in itself or hides by an escape or a blank.
_HINT = re.compile(rf"\.(?:{_DATA['extensions']})(?![0-9a-z])|{_DATA['hints']}|%|[\x00-\x20]")
# TRS names the pages it takes in like its files (d12).
_PAGE = re.compile(r"\.[sx]?html?$", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp)$", re.IGNORECASE)
_PAGE_ENDS = (".html", ".htm", ".shtml")  # most links by far
_NO_FILE_ENDS = (*_PAGE_ENDS, ".jhtml", "/")
_NOWHERE = ("#", "javascript:", "mailto:", "tel:")
_FURNITURE = re.compile(_DATA["frame_furniture"], re.IGNORECASE)
_NAMES: tuple[str, ...] = tuple(_DATA["names"])
_ONCLICK = "onclick"
# A function with an address for its first word; and how one is called that fetches a file.
_CALL = re.compile(r"([\w$.]+)\(\s*['\"]([^'\"\s]*/[^'\"\s]+)['\"]")
_DOWNLOADS = re.compile(_DATA["functions"], re.IGNORECASE)
_END_OF_FILE = r"\.(?:pdf|ofd|docx?|wps)"
_SHOWN_BY_SCRIPT = re.compile(rf"['\"]([^'\"\s<>]{{3,300}}{_END_OF_FILE})['\"]", re.IGNORECASE)
_MAY_SHOW = re.compile(rf"{_END_OF_FILE}['\"]", re.IGNORECASE)  # most scripts do not
_VIEWER: frozenset[str] = frozenset(_DATA["viewer"])
_VIEWER_SCRIPT = re.compile(_DATA["viewer_scripts"])  # in lower case
_ESCAPED = re.compile(r"%2f|https?%3a", re.IGNORECASE)
_HALVES = re.compile("[\udc80-\udcff]")


def parts_of(page: Page, body: Sequence[Element]) -> tuple[PartRef, ...]:
    """Files linked inside or near the body, then frames of the same host; each once.

    Where one is linked again, under the other scheme or with a session, the first name counts
    that says anything.
    """
    found: dict[str, PartRef] = {}
    for ref in (*_files(page, body), *_scripted(page, body), *_frames(page)):
        key = _identity(ref.url)
        known = found.setdefault(key, ref)
        if _tells(ref.name) and not _tells(known.name):
            found[key] = replace(known, name=ref.name)
    return tuple(found.values())


def _tells(name: str) -> bool:
    return bool(name) and not says_nothing(name)


def _identity(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:  # file:///D:/年报.doc
        return url


def _files(page: Page, body: Sequence[Element]) -> list[PartRef]:
    leading = list(_leading(page, body))
    if not leading:  # like most pages
        return []
    nearby = Nearby(body, leads_to_file(page))
    return [
        PartRef(url, Role.ATTACHMENT, file_name(link, url))
        for link, url in leading
        if nearby.belongs(link)
    ]


def _leading(page: Page, body: Sequence[Element]) -> Iterator[tuple[Element, str]]:
    """The links in or near the body that lead to files, with their addresses."""
    asks_all = not _is_no_file(page.base_url)
    for link in links_near(body, _ONCLICK in page.html):
        href = (link.get("href") or "").strip()
        script = link.get(_ONCLICK) or (href if href[:11].lower() == "javascript:" else "")
        opened = _opened(script) if script else ""
        if not opened and _is_page(href):
            continue
        told = bool(opened) or _is_called_file(link, href)
        if not (told or asks_all) and _is_no_file(href):
            continue
        url = page.absolute(opened or href)
        if (told or is_file(url)) and not _is_enlarged(link, url):
            yield link, url


def _scripted(page: Page, body: Sequence[Element]) -> Iterator[PartRef]:
    """Files that a script inside the text, or a viewer's anywhere, shows:
    PDFObject.embed('/upload/1.pdf').
    """
    inside = frozenset(chain.from_iterable(element.iter("script") for element in body))
    for script in page.tagged("script"):
        text = script.text or ""
        if not _MAY_SHOW.search(text):
            continue
        if script not in inside and not _VIEWER_SCRIPT.search(text.lower()):
            continue
        for named in _SHOWN_BY_SCRIPT.finditer(text):
            if shown := shown_file(page, page.absolute(named[1])):
                yield PartRef(shown, Role.ATTACHMENT, "")


def _opened(script: str) -> str:
    """The address a script opens for a link, where its function or the address says a file.

    ``onclick="downFile('/file/get?id=1')"`` (e24, f13).
    """
    called = _CALL.search(script)
    if called is None:
        return ""
    function, address = called.groups()
    return address if _DOWNLOADS.search(function) or not _is_no_file(address) else ""


def _is_called_file(link: Element, href: str) -> bool:
    """Whether a link's words are a file's name, wherever it leads: /file/8812?dl=1 (g24)."""
    if not href or href.endswith(_NO_FILE_ENDS) or href.lower().startswith(_NOWHERE):
        return False
    return link.get("download") is not None or names_file(link)


def _is_enlarged(link: Element, url: str) -> bool:
    """Whether a picture leads to a picture: it is the text's own, shown larger (d16)."""
    shown = link.tag == "a" and link.find(".//img") is not None
    return shown and _PICTURE.search(urlsplit(url).path) is not None and not has_words(link)


def _is_page(href: str) -> bool:
    """Whether a link leads to a page like most do: told without a look at its words."""
    return href.endswith(_PAGE_ENDS) and "?" not in href and "#" not in href


def _is_no_file(href: str) -> bool:
    """Whether no base that is no file itself makes a file's URL of a link: most need no join."""
    return not _HINT.search(href.lower())


def leads_to_file(page: Page) -> Callable[[Element], bool]:
    """What tells whether a link of a page leads to a file, without joining most of them."""
    asks_all = not _is_no_file(page.base_url)

    def leads(link: Element) -> bool:
        href = (link.get("href") or "").strip()
        return (asks_all or not _is_no_file(href)) and is_file(page.absolute(href))

    return leads


def is_file(url: str) -> bool:
    """Whether a URL names a file by its path or by a family's way of downloading."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return False
    if _EXTENSION.search(parts.path):
        return True
    asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if _PATHS.search(asked) and not _PAGE.search(parts.path):
        return True
    named = dict(parse_qsl(parts.query))
    return any(_EXTENSION.search(named.get(name, "")) for name in _NAMES)


def _frames(page: Page) -> Iterator[PartRef]:
    for frame in page.tagged("iframe", "frame", "embed", "object"):
        raw = frame.get("src") or frame.get("data") or ""
        url = page.absolute(raw)
        shown = shown_file(page, url)
        if shown:
            yield PartRef(shown, Role.ATTACHMENT, squeeze(frame.get("title") or ""))
        elif frame.tag in ("iframe", "frame") and _may_carry_text(page, url, raw):
            yield PartRef(url, Role.FRAME, squeeze(frame.get("title") or ""))


def shown_file(page: Page, url: str) -> str:
    """The file a frame shows: by a viewer's parameter, or by itself.

    A viewer takes the address as it stands beside itself (`?file=../files/1.pdf`), and some pages
    escape it twice.
    """
    for name, value in parse_qsl(urlsplit(url).query, errors="surrogateescape"):
        if name.lower() in _VIEWER:
            named = unquote(value, errors="surrogateescape") if _ESCAPED.match(value) else value
            target = page.absolute(_beside_viewer(url, _spelled(named)))
            if is_file(target):
                return target
    return url if is_file(url) else ""


def _beside_viewer(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        return ""


def _spelled(address: str) -> str:
    """An address as it can be asked for: bytes that are no UTF-8 (GBK) as escapes again."""
    if not _HALVES.search(address):
        return address
    return quote(address, safe="/:?&=#%+,;@!$'()*~", errors="surrogateescape")


def _may_carry_text(page: Page, url: str, raw: str) -> bool:
    parts = urlsplit(url)
    own = parts.scheme in ("http", "https") and parts.hostname == urlsplit(page.url).hostname
    return own and bool(raw.strip()) and not _FURNITURE.search(parts.path)
