"""Where single hosts keep their text: proposed by ``scrapy learn``, reviewed by somebody.

Only entries that name their reviewer are used. They stand in ``data/site_containers.toml``, so
that what was learned from pages is read by everybody and never kept by a process.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from crawler.errors import ConfigurationError
from crawler.extraction.page import Page
from crawler.extraction.walk.flow import Element
from crawler.urls import host

#: The warning of a page whose host has reviewed containers, none of which is on it.
LOST = "site_container_lost"


@dataclass(frozen=True, slots=True)
class SiteContainer:
    """An entry of the file: ``container`` is a CSS selector."""

    host: str
    container: str
    version: int
    reviewed_by: str
    _find: CSSSelector

    def find(self, page: Page) -> list[Element]:
        return cast("list[Element]", self._find(page.root))


def entries(text: str, source: str) -> Iterator[SiteContainer]:
    """All entries of a file, reviewed or not; an error names the one that is wrong."""
    try:
        sites = tomllib.loads(text).get("site", [])
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{source}: expected TOML, found: {error}") from error
    for number, entry in enumerate(sites, start=1):
        yield _entry(entry, f"{source}, entry {number}")


def _entry(entry: Mapping[str, Any], place: str) -> SiteContainer:
    fields = {"host": str, "container": str, "version": int, "reviewed_by": str}
    for name, kind in fields.items():
        if not isinstance(entry.get(name), kind):
            raise ConfigurationError(
                f"{place}: expected {name} ({kind.__name__}), found {entry.get(name)!r}"
            )
    try:
        find = CSSSelector(entry["container"], translator="html")
    except SelectorError as error:
        raise ConfigurationError(
            f"{place}: expected a CSS selector, found {entry['container']!r}: {error}"
        ) from error
    return SiteContainer(
        host=entry["host"],
        container=entry["container"],
        version=entry["version"],
        reviewed_by=entry["reviewed_by"],
        _find=find,
    )


def _reviewed() -> Mapping[str, Sequence[SiteContainer]]:
    text = files("crawler").joinpath("data/site_containers.toml").read_text("utf-8")
    found: dict[str, list[SiteContainer]] = defaultdict(list)
    for entry in entries(text, "site_containers.toml"):
        if entry.reviewed_by:
            found[entry.host].append(entry)
    return dict(found)


_REVIEWED = _reviewed()


def reviewed_of(name: str) -> Sequence[SiteContainer]:
    """The reviewed containers of a host."""
    return _REVIEWED.get(name, ())


def _of(page: Page) -> Sequence[SiteContainer]:
    # Most installations have no entry at all: their pages need not be asked for their host.
    return reviewed_of(host(page.url)) if _REVIEWED else ()


def site_elements(page: Page) -> list[tuple[str, list[Element]]]:
    """What the host's reviewed containers are on a page: (selector, elements)."""
    found = ((one.container, one.find(page)) for one in _of(page))
    return [(selector, elements) for selector, elements in found if elements]


def lost_container(page: Page) -> tuple[str, ...]:
    """The warning that a page has none of its host's reviewed containers: its template changed."""
    return (LOST,) if _of(page) and not site_elements(page) else ()
