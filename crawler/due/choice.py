"""Which portals are meant by ``--portal`` and ``--province``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crawler.errors import ConfigurationError
from crawler.places.registry import place

#: The beginning of a division code: a province (64), a prefecture (6403) or one county.
_ADCODE = re.compile(r"\d{2,6}")


def choose(
    adcodes: Mapping[str, str], portals: Sequence[str], provinces: Sequence[str]
) -> list[str]:
    """The portals named, or else all, that lie in one of the provinces, if any are given.

    ``adcodes`` has every portal there is. A province is its pinyin as in the portals' names
    (``shaanxi``), its name, whole or begun (``宁夏``), or the beginning of a division code.
    """
    if unknown := sorted(set(portals) - set(adcodes)):
        raise ConfigurationError(
            f"unknown portal(s) {', '.join(unknown)}; `scrapy list` names those there are"
        )
    named = [portal for portal in sorted(adcodes) if portal in portals or not portals]
    if not provinces:
        return named
    chosen: set[str] = set()
    for province in provinces:
        inside = {p for p in adcodes if lies_in(p, adcodes[p], province)}
        if not inside:
            known = sorted({portal.partition("_")[0] for portal in adcodes})
            raise ConfigurationError(
                f"--province {province}: expected one that has portals, as pinyin, name or"
                f" division code, found none in it; there are {', '.join(known)}"
            )
        chosen |= inside
    return [portal for portal in named if portal in chosen]


def lies_in(portal: str, adcode: str, province: str) -> bool:
    if _ADCODE.fullmatch(province):
        return adcode.startswith(province)
    if portal.startswith(f"{province.lower()}_"):
        return True
    county = place(adcode)
    # One character would be the beginning of several (河北, 河南).
    return bool(county and len(province) > 1 and county.names[0].startswith(province))
