"""The county portals of China: which county a code, a host or a printed name belongs to.

``data/portals.csv`` has a row a portal: adcode (行政区划代码), names from province to county
joined by ``/``, level, home page.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files

from crawler import urls
from crawler.items import Place

# 统一社会信用代码: two characters for the registering authority and the kind of body, the adcode,
# nine of the organisation, one check character.
_CREDIT_CODE = re.compile(r"[0-9A-Z]{2}(\d{6})[0-9A-Z]{10}(?![0-9A-Z])", re.IGNORECASE)
# 索引号 of nine or ten digits before a slash, 网站标识码 of ten digits: both begin with the adcode.
_LEADING_ADCODE = re.compile(r"(\d{6})\d{3,4}(?!\d)")


def _rows() -> Iterator[tuple[Place, str]]:
    text = (files("crawler") / "data" / "portals.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        if row["adcode"]:  # the 兵团 has a portal but no division code
            yield Place(row["adcode"], tuple(row["name"].split("/"))), urls.host(row["url"])


def _registered_domain(host: str) -> str:
    """The name registered below gov.cn: ``nync.pingliang.gov.cn`` → ``pingliang.gov.cn``."""
    labels = host.split(".")
    return ".".join(labels[-3:]) if urls.is_gov(host) and len(labels) >= 3 else ""


def _unambiguous(pairs: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    found: dict[str, list[Place]] = defaultdict(list)
    for key, place in pairs:
        found[key].append(place)
    return {key: places[0] for key, places in found.items() if len(places) == 1}


_ROWS = tuple(_rows())
_BY_ADCODE = {place.adcode: place for place, _ in _ROWS}
_BY_HOST = _unambiguous((host, place) for place, host in _ROWS)
_BY_DOMAIN = _unambiguous((_registered_domain(host), place) for place, host in _ROWS)
_SHARED_HOSTS = {host for _, host in _ROWS} - _BY_HOST.keys()
_BY_NAME: dict[str, list[Place]] = defaultdict(list)
for _place in _BY_ADCODE.values():
    _BY_NAME[_place.county].append(_place)
_LONGEST_NAME = max(map(len, _BY_NAME))

# 城区街道 is a subdistrict called 城区, not the district 城区; but 镇罗镇 lies in 沙坡头区.
_BARE_UNIT = re.compile("(?:镇|乡|街道|苏木)(?:$|人民政府|政府|办|党|综合|社区)")


def place(adcode: str) -> Place | None:
    """The place of a 6-digit division code."""
    return _BY_ADCODE.get(adcode)


def place_of_host(host: str) -> Place | None:
    """The place a host speaks for: its own portal, else the only portal of its registered domain.

    Two portals on one host (Putuo in Shanghai and in Zhoushan) or below one domain (a prefecture
    and its counties) leave it open: None.
    """
    host = host.lower().rstrip(".")
    if host in _SHARED_HOSTS:
        return None
    return _BY_HOST.get(host) or _BY_DOMAIN.get(_registered_domain(host))


def place_of_code(code: str) -> Place | None:
    """The place in an 索引号, 网站标识码 or 统一社会信用代码, or None if it carries no adcode."""
    code = code.strip()
    match = _CREDIT_CODE.match(code) or _LEADING_ADCODE.match(code)
    return _BY_ADCODE.get(match[1]) if match else None


def above(place: Place) -> list[Place]:
    """The place itself and those it lies in, nearest first."""
    found = [place]
    if len(place.names) == 3:
        found.append(Place(place.adcode[:4] + "00", place.names[:2]))
    if len(place.names) > 1:
        found.append(Place(place.adcode[:2] + "0000", place.names[:1]))
    return found


def within(inner: Place, outer: Place) -> bool:
    """Whether a place is another or lies in it."""
    return inner.names[: len(outer.names)] == outer.names


def leading_places(text: str, home: Place | None) -> tuple[list[Place], str, int]:
    """The place names a text begins with, one inside the other.

    Returns the places the last of them may mean, the rest of the text and how many names there
    were: 吴忠市红寺堡区太阳山镇 → [红寺堡区], 太阳山镇, 2. The home's own names count even if the
    registry lacks them.
    """
    own = above(home) if home else []
    meant: list[Place] = []
    count = 0
    while step := _leading_place(text, own, meant):
        meant, text = step
        count += 1
    return meant, text, count


def _leading_place(
    text: str, own: list[Place], outer: list[Place]
) -> tuple[list[Place], str] | None:
    for length in range(min(_LONGEST_NAME, len(text)), 1, -1):
        name, rest = text[:length], text[length:]
        named = [*_BY_NAME.get(name, ()), *(place for place in own if place.county == name)]
        inside = [p for p in named if not outer or any(within(p, area) for area in outer)]
        if inside and not _BARE_UNIT.match(rest):
            return inside, rest
    return None


def nearest(meant: list[Place], home: Place | None) -> Place | None:
    """The one place meant: the portal's own, else the only one in its prefecture, its province,
    the country; None where several are as near."""
    areas = above(home) if home else []
    for candidates in (*([p for p in meant if within(p, area)] for area in areas), meant):
        different = {place.adcode: place for place in candidates}
        if len(different) == 1:
            return next(iter(different.values()))
    return None
