"""Who the counties and townships are: codes, names, and what counties were called before.

``data/authority.tsv.gz`` (made by ``data/build_authority.py``) has a line a county. It is read
when first asked for; a line is taken apart when its county is.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from crawler.items import Level


@dataclass(frozen=True, slots=True)
class Former:
    """What a county was before a change of that year; ``adcode`` may be the one it has now."""

    adcode: str
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class County:
    adcode: str
    name: str
    former: tuple[Former, ...]


@dataclass(frozen=True, slots=True)
class Township:
    """A township or subdistrict by its nine-digit code. Reports outlive those ``abolished``."""

    code: str
    name: str
    level: Level
    abolished: bool


@cache
def _lines() -> Mapping[str, str]:
    data = (files("crawler") / "data" / "authority.tsv.gz").read_bytes()
    return {line[:6]: line for line in gzip.decompress(data).decode().splitlines()}


def counties() -> Iterator[County]:
    """All counties there are, by code."""
    return (_county(line) for line in _lines().values())


def _county(line: str) -> County:
    adcode, name, past, _ = line.split("\t")
    parts = (entry.split(":") for entry in past.split(",") if entry)
    return County(adcode, name, tuple(Former(code, old, int(year)) for code, old, year in parts))


def county(adcode: str) -> County | None:
    """The county with this code, or that once had it, unless another has it now."""
    line = _lines().get(adcode) or _lines().get(_successors().get(adcode, ""))
    return _county(line) if line else None


@cache
def _successors() -> Mapping[str, str]:
    """Codes of the past, where one county only had each, to its code of now."""
    heirs: defaultdict[str, set[str]] = defaultdict(set)
    for one in counties():
        for former in one.former:
            heirs[former.adcode].add(one.adcode)
    return {code: min(found) for code, found in heirs.items() if len(found) == 1}


@cache
def former_names() -> Mapping[str, tuple[str, ...]]:
    """The adcodes of now of the counties that once had a name: 望城县 → 430112."""
    heirs: defaultdict[str, set[str]] = defaultdict(set)
    for one in counties():
        for former in one.former:
            if former.name != one.name:
                heirs[former.name].add(one.adcode)
    return MappingProxyType({name: tuple(sorted(found)) for name, found in heirs.items()})


@cache
def townships(adcode: str) -> Mapping[str, Township]:
    """The townships and subdistricts of a county by name; none for a county not known."""
    line = _lines().get(adcode)
    entries = line.split("\t")[3].split(",") if line else []
    found = (_township(adcode, entry) for entry in entries if entry)
    return MappingProxyType({township.name: township for township in found})


def _township(adcode: str, entry: str) -> Township:
    plain = entry.removeprefix("-")
    name = plain[3:]
    level = Level.SUBDISTRICT if name.endswith("街道") else Level.TOWNSHIP
    return Township(adcode + plain[:3], name, level, abolished=plain != entry)
