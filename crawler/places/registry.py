"""The county portals of China: which county a key, a code, a host or a printed name belongs to.

``data/portals.csv`` has a row a portal: adcode (行政区划代码), key, pinyin of its own name, names
from province to county joined by ``/``, level, home page, note. `crawler.places.authority` adds
what counties were called before.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crawler import urls
from crawler.items import Place
from crawler.places import authority

# 统一社会信用代码: two characters for the registering authority and the kind of body, the adcode,
# nine of the organisation, one check character.
_CREDIT_CODE = re.compile(r"[0-9A-Z]{2}(\d{6})[0-9A-Z]{10}(?![0-9A-Z])", re.IGNORECASE)
# 索引号 of nine or ten digits before a slash, 网站标识码 of ten digits: both begin with the adcode.
_LEADING_ADCODE = re.compile(r"(\d{6})\d{3,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Portal:
    """A government's web presence. ``pinyin`` reads its own name, ``key`` is the portal's name
    everywhere in the project; the 兵团 has a portal but no adcode."""

    key: str
    pinyin: str
    place: Place
    level: str
    url: str
    note: str = ""

    @property
    def adcode(self) -> str:
        return self.place.adcode

    @property
    def host(self) -> str:
        return urls.host(self.url)


def _rows() -> Iterator[Portal]:
    text = (files("crawler") / "data" / "portals.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        place = Place(row["adcode"], tuple(row["name"].split("/")))
        yield Portal(row["key"], row["pinyin"], place, row["level"], row["url"], row["note"])


def _registered_domain(host: str) -> str:
    """The name registered below gov.cn: ``nync.pingliang.gov.cn`` → ``pingliang.gov.cn``."""
    labels = host.split(".")
    return ".".join(labels[-3:]) if urls.is_gov(host) and len(labels) >= 3 else ""


def _by(pairs: Iterable[tuple[str, Portal]]) -> dict[str, tuple[Portal, ...]]:
    found: defaultdict[str, list[Portal]] = defaultdict(list)
    for key, portal in pairs:
        found[key].append(portal)
    return {key: tuple(portals) for key, portals in found.items()}


#: By adcode, the provinces' counties behind them.
PORTALS = tuple(_rows())
_BY_KEY = {portal.key: portal for portal in PORTALS}
_BY_ADCODE = {portal.adcode: portal for portal in PORTALS if portal.adcode}
_BY_HOST = _by((portal.host, portal) for portal in _BY_ADCODE.values())
_BY_DOMAIN = _by((_registered_domain(portal.host), portal) for portal in _BY_ADCODE.values())

# 新晃侗族自治县 is 新晃县 in most of its bureaux' names.
_AUTONOMOUS = re.compile(
    "(?<=..)(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡"
    "|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|保安|裕固|独龙"
    "|各)族?)+自治(?P<unit>[县旗])$"
)
# 城区街道 is a subdistrict called 城区, not the district 城区; but 镇罗镇 lies in 沙坡头区.
_BARE_UNIT = re.compile("(?:镇|乡|街道|苏木)(?:$|人民政府|政府|办|党|综合|社区)")


def portal(key: str) -> Portal | None:
    """The portal with this key."""
    return _BY_KEY.get(key)


def portal_of(adcode: str) -> Portal | None:
    """The portal of the government with this 6-digit division code."""
    return _BY_ADCODE.get(adcode)


def portals_on(host: str) -> tuple[Portal, ...]:
    """The portals with their home page on this very host; four hosts carry two."""
    return _BY_HOST.get(host.lower().rstrip("."), ())


def shared_hosts() -> Mapping[str, tuple[Portal, ...]]:
    """Hosts that carry several portals."""
    return {host: portals for host, portals in _BY_HOST.items() if len(portals) > 1}


def place(adcode: str) -> Place | None:
    """The place of a 6-digit division code."""
    found = _BY_ADCODE.get(adcode)
    return found.place if found else None


def place_of_host(host: str) -> Place | None:
    """The place a host speaks for: its own portal, else the only portal of its registered domain.

    Two portals on one host (Putuo in Shanghai and in Zhoushan) or below one domain (a prefecture
    and its counties) leave it open: None. What a page prints decides there (`place_of_code`).
    """
    host = host.lower().rstrip(".")
    found = _BY_HOST.get(host) or _BY_DOMAIN.get(_registered_domain(host), ())
    return found[0].place if len(found) == 1 else None


def place_of_code(code: str) -> Place | None:
    """The place in an 索引号, 网站标识码 or 统一社会信用代码, or None if it carries no adcode.

    Codes outlive counties: one of the past stands for the county that came of it.
    """
    code = code.strip()
    match = _CREDIT_CODE.match(code) or _LEADING_ADCODE.match(code)
    if match is None:
        return None
    if found := place(match[1]):
        return found
    heir = authority.county(match[1])
    return place(heir.adcode) if heir else None


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


@cache
def _by_name() -> Mapping[str, tuple[Place, ...]]:
    """Places by name; a former name stands for the county of now where no other has it now."""
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for portal in _BY_ADCODE.values():
        found[portal.place.county].append(portal.place)
    for portal in _BY_ADCODE.values():
        if (short := _AUTONOMOUS.sub(r"\g<unit>", portal.place.county)) not in found:
            found[short].append(portal.place)
    for name, adcodes in authority.former_names().items():
        # 郊区, 市区: not a name to know a place by.
        if name not in found and (len(name) > 2 or name.endswith("县")):
            found[name] = [heir for adcode in adcodes if (heir := place(adcode))]
    return {name: tuple(places) for name, places in found.items()}


@cache
def _longest_name() -> int:
    return max(map(len, _by_name()))


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
    for length in range(min(_longest_name(), len(text)), 1, -1):
        name, rest = text[:length], text[length:]
        named = [*_by_name().get(name, ()), *(place for place in own if place.county == name)]
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
