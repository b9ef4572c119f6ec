"""Which portal a new spider is for: its key, its home page, its county."""

from __future__ import annotations

import keyword
import sys
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from crawler.errors import ConfigurationError
from crawler.items import Place
from crawler.layout import check_portal
from crawler.places.registry import PORTALS, place, portal, portal_of, portals_on
from crawler.urls import host

#: Modules of the `spiders` package that are no portals.
_TAKEN: Final = frozenset({"portal", "families", "spiders", "crawler", "pipelines", "tests"})
_SUGGESTED: Final = 3
_NEAR: Final = 70


@dataclass(frozen=True, slots=True)
class Subject:
    """A portal to be. ``place`` is None until its home page has named its county."""

    key: str
    home: str
    place: Place | None

    @property
    def is_registered(self) -> bool:
        return self.place is not None and place(self.place.adcode) == self.place


def subject_of(key: str, url: str) -> Subject:
    """The portal of a key of the registry, or the one at ``url`` under a key of its own."""
    check_portal(key)
    if keyword.iskeyword(key) or key in _TAKEN or key in sys.stdlib_module_names:
        raise ConfigurationError(
            f"key {key!r}: expected <province>_<county>, found the name of a Python module or word"
        )
    known = portal(key)
    if url:
        home = _checked(url)
        if known is None:
            _refuse_registered(key, home)
        return Subject(key, home, known.place if known else None)
    if known is None:
        raise ConfigurationError(_unknown(key))
    # The 兵团 has a portal but no code: its spider would name no county.
    return Subject(key, known.url, known.place if known.adcode else None)


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not host(url) or parts.query or parts.fragment:
        raise ConfigurationError(
            f"URL: expected the address of a home page, http://www.….gov.cn/, found {url!r}"
        )
    return url if parts.path else f"{url}/"


def _refuse_registered(key: str, url: str) -> None:
    """One portal has one key; four hosts carry two portals, told apart by path."""
    names = [one.key for one in portals_on(host(url))]
    if len(names) == 1:
        raise ConfigurationError(
            f"key {key!r}: the registry calls the portal at {url} {names[0]};"
            f" run `scrapy newportal {names[0]}`"
        )


def registered_key(key: str, found: Place) -> str | None:
    """Another key under which the registry has the county that a home page named."""
    known = portal_of(found.adcode)
    return known.key if known and known.key != key else None


def _unknown(key: str) -> str:
    keys = (one.key for one in PORTALS)
    scored = process.extract(key, keys, scorer=fuzz.ratio, limit=_SUGGESTED, score_cutoff=_NEAR)
    near = ", ".join(name for name, *_ in scored)
    return (
        f"key {key!r}: expected a key of crawler/data/portals.csv, found none such"
        + (f"; near it: {near}" if near else "; `scrapy portals NAME` finds keys")
        + f". A portal the registry lacks is named by its address: scrapy newportal {key} URL"
    )
