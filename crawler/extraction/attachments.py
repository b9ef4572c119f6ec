"""Links to files and frames that belong to a page: what else must be fetched for its text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from crawler.extraction.flow import Element, Line, flow
from crawler.extraction.page import Page
from crawler.extraction.whitespace import squeeze
from crawler.items import PartRef, Role

_DATA = tomllib.loads(files("crawler").joinpath("data/parts.toml").read_text("utf-8"))
_EXTENSION = re.compile(rf"\.(?:{_DATA['extensions']})$", re.IGNORECASE)
_PATHS = re.compile("|".join(_DATA["paths"]), re.IGNORECASE)
_FURNITURE = re.compile(_DATA["frame_furniture"], re.IGNORECASE)
_NAMES: tuple[str, ...] = tuple(_DATA["names"])
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
    for area in _areas(body):
        for link in area.iter("a"):
            url = page.absolute(link.get("href") or "")
            if is_file(url):
                yield PartRef(url, Role.ATTACHMENT, _name(link, url))


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
            break
        if sum(1 for _ in parent.iter("a")) > _MOST_LINKS_AROUND:
            break
        around = parent
        areas.append(around)
    return areas


def _name(link: Element, url: str) -> str:
    """The link's text, else its title, else the name the URL gives the file."""
    lines = [line.text for line in flow(link) if isinstance(line, Line)]
    text = squeeze(" ".join(lines)) or squeeze(link.get("title") or "")
    named = dict(parse_qsl(urlsplit(url).query))
    return text or next((named[name] for name in _NAMES if named.get(name)), "")


def _frames(page: Page) -> Iterator[PartRef]:
    host = urlsplit(page.url).hostname
    for frame in page.tree.iter("iframe", "frame", "embed", "object"):
        raw = frame.get("src") or frame.get("data") or ""
        url = page.absolute(raw)
        shown = _shown_file(page, url)
        if shown:
            yield PartRef(shown, Role.ATTACHMENT, squeeze(frame.get("title") or ""))
        elif frame.tag in ("iframe", "frame") and _may_carry_text(url, host, raw):
            yield PartRef(url, Role.FRAME, squeeze(frame.get("title") or ""))


def _shown_file(page: Page, url: str) -> str:
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
