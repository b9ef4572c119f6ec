"""Links to files and frames that belong to a page: what else must be fetched for its text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from crawler.extraction.files.filenames import file_name
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.extraction.whitespace import squeeze
from crawler.items import PartRef, Role

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_EXTENSION = re.compile(rf"\.(?:{_DATA['extensions']})$", re.IGNORECASE)
_PATHS = re.compile("|".join(_DATA["paths"]), re.IGNORECASE)
# What any URL of a file has in itself, or hides by an escape or a blank.
_HINT = re.compile(
    rf"\.(?:{_DATA['extensions']})(?![0-9a-z])|{_DATA['hints']}|[%\x00-\x20]", re.IGNORECASE
)
_FURNITURE = re.compile(_DATA["frame_furniture"], re.IGNORECASE)
_NAMES: tuple[str, ...] = tuple(_DATA["names"])
_ONCLICK = "onclick"
# What else than a link is clicked on.
_BUTTONS = ("button", "span", "li", "img", "input")
# A function with an address for its first word; and how one is called that fetches a file.
_CALL = re.compile(r"([\w$.]+)\(\s*['\"]([^'\"\s]*/[^'\"\s]+)['\"]")
_DOWNLOADS = re.compile(_DATA["functions"], re.IGNORECASE)
_VIEWER: frozenset[str] = frozenset(_DATA["viewer"])
# Attachment lists stand beside the container, a level or two above it.
_LEVELS_AROUND = 3
# Beyond this many links an ancestor is the page, not the article.
_MOST_LINKS_AROUND = 60


def parts_of(page: Page, body: Sequence[Element]) -> tuple[PartRef, ...]:
    """Files linked inside or near the body, then frames of the same host; each URL once."""
    found: dict[str, PartRef] = {}
    for ref in (*_files(page, body), *_frames(page)):
        found.setdefault(ref.url, ref)
    return tuple(found.values())


def _files(page: Page, body: Sequence[Element]) -> Iterator[PartRef]:
    links = (link for area in _areas(body) for link in _links(page, area))
    asks_all = _HINT.search(page.base_url) is not None or is_file(page.base_url)
    for link in dict.fromkeys(links):  # the areas lie one inside the other
        href = (link.get("href") or "").strip()
        if opened := _opened(link, href):
            href = opened
        elif not asks_all and _is_no_file(href):
            continue
        url = page.absolute(href)
        if opened or is_file(url):
            yield PartRef(url, Role.ATTACHMENT, file_name(link, url))


def _links(page: Page, area: Element) -> Iterator[Element]:
    yield from area.iter("a")
    if _ONCLICK in page.html:
        yield from (one for one in area.iter(*_BUTTONS) if one.get("onclick"))


def _opened(link: Element, href: str) -> str:
    """The address a script opens for a link, where its function or the address says a file.

    ``onclick="downFile('/file/get?id=1')"`` (e24, f13).
    """
    script = link.get("onclick") or (href if href[:11].lower() == "javascript:" else "")
    called = _CALL.search(script) if script else None
    if called is None:
        return ""
    function, address = called.groups()
    return address if _DOWNLOADS.search(function) or not _is_no_file(address) else ""


def _is_no_file(href: str) -> bool:
    """Whether no base that is no file itself makes a file's URL of a link: most need no join."""
    return not _HINT.search(href)


def is_file(url: str) -> bool:
    """Whether a URL names a file by its path or by a family's way of downloading."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return False
    named = dict(parse_qsl(parts.query))
    return bool(
        _EXTENSION.search(parts.path)
        or _PATHS.search(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        or any(_EXTENSION.search(named.get(name, "")) for name in _NAMES)
    )


def _areas(body: Sequence[Element]) -> list[Element]:
    """The body, and around it as far up as the page stays an article."""
    areas = list(body)
    around = body[0]
    for _ in range(_LEVELS_AROUND):
        parent = around.getparent()
        if parent is None or parent.tag in ("body", "html"):
            # Blocks of a page without a frame of its own: those beside the article (f24).
            areas += [one for one in (around.getprevious(), body[-1].getnext()) if _may_list(one)]
            break
        if sum(1 for _ in parent.iter("a")) > _MOST_LINKS_AROUND:
            areas += [one for one in (around.getprevious(), around.getnext()) if _may_list(one)]
            break
        around = parent
        areas.append(around)
    return areas


def _may_list(beside: Element | None) -> bool:
    return beside is not None and sum(1 for _ in beside.iter("a")) <= _MOST_LINKS_AROUND


def _frames(page: Page) -> Iterator[PartRef]:
    host = urlsplit(page.url).hostname
    for frame in page.tree.iter("iframe", "frame", "embed", "object"):
        raw = frame.get("src") or frame.get("data") or ""
        url = page.absolute(raw)
        shown = shown_file(page, url)
        if shown:
            yield PartRef(shown, Role.ATTACHMENT, squeeze(frame.get("title") or ""))
        elif frame.tag in ("iframe", "frame") and _may_carry_text(url, host, raw):
            yield PartRef(url, Role.FRAME, squeeze(frame.get("title") or ""))


def shown_file(page: Page, url: str) -> str:
    """The file a frame shows: by a viewer's parameter, or by itself."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _VIEWER:
            target = page.absolute(value)
            if is_file(target):
                return target
    return url if is_file(url) else ""


def _may_carry_text(url: str, host: str | None, raw: str) -> bool:
    parts = urlsplit(url)
    own = parts.scheme in ("http", "https") and parts.hostname == host
    return own and bool(raw.strip()) and not _FURNITURE.search(parts.path)
