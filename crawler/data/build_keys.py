"""``make data``: the keys of ``portals.csv``, from the names and readings of its rows.

Needs pypinyin, which the crawler itself does not: the readings are committed with the keys. A key
once given is the name of a folder in somebody's archive; the script says which ones it changes.

- province: ``shaanxi``; prefecture: ``<province>_<prefecture>``; county: ``<province>_<county>``.
- Where that collides, every county of it is ``<province>_<prefecture>_<county>``; a prefecture
  keeps its key. Two of one prefecture (和田市, 和田县) keep their unit too: ``…_hetianxian``.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pypinyin import lazy_pinyin

HERE = Path(__file__).parent
COLUMNS = ("adcode", "key", "pinyin", "name", "level", "url", "note")
_UNITS = tomllib.loads((HERE / "units.toml").read_text("utf-8"))
_PEOPLES = sorted(_UNITS["peoples"]["names"], key=len, reverse=True)
_WHOLE = re.compile(_UNITS["whole"])

Row = dict[str, str]


def short_name(name: str) -> str:
    """A name without its unit and peoples: 莫力达瓦达斡尔族自治旗 → 莫力达瓦."""
    if name in _UNITS["short"] or _WHOLE.search(name):
        return str(_UNITS["short"].get(name, name))
    for unit in _UNITS["units"]:
        if name.endswith(unit) and len(name) - len(unit) >= 2:
            return _without_peoples(name.removesuffix(unit))
    return name


def _without_peoples(name: str) -> str:
    for people in _PEOPLES:
        if name.endswith(people) and len(name) - len(people) >= 2:
            return _without_peoples(name.removesuffix(people))
    return name


def load_readings() -> dict[str, str]:
    lines = (HERE / "readings.tsv").read_text("utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))


def reading_of(name: str, readings: Mapping[str, str]) -> str:
    if name in readings:
        return readings[name]
    syllables = [
        readings.get(character, syllable)
        for character, syllable in zip(name, lazy_pinyin(name), strict=True)
    ]
    return "".join(syllables).replace("lve", "lue").replace("nve", "nue")


def assign(rows: Sequence[Row], readings: Mapping[str, str]) -> None:
    """Set ``pinyin`` and ``key`` of every row."""

    def read(name: str) -> str:
        return reading_of(short_name(name), readings)

    def printed(row: Row, depth: int) -> str:
        """The key of a county by its province and ``depth`` further names, from the last one."""
        names = row["name"].split("/")
        return "_".join([read(names[0]), *map(read, names[1:][-depth:])])

    for row in rows:
        row["pinyin"] = read(row["name"].split("/")[-1])
        row["key"] = printed(row, 1) if "/" in row["name"] else row["pinyin"]
    _part(rows, lambda row: printed(row, 2))
    _part(rows, lambda row: row["key"] + reading_of(row["name"][-1], readings))


def _part(rows: Sequence[Row], longer: Callable[[Row], str]) -> None:
    """Give every county whose key is not its own a longer one."""
    shared = Counter(row["key"] for row in rows)
    for row in rows:
        if shared[row["key"]] > 1 and row["level"] == "county":
            row["key"] = longer(row)


def main() -> None:
    path = HERE / "portals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows: list[Row] = [dict(row) for row in csv.DictReader(file)]
    before = {row["name"]: row.get("key") for row in rows}
    assign(rows, load_readings())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    changed = [row for row in rows if before[row["name"]] != row["key"]]
    print(f"portals.csv: {len(rows)} rows, {len(changed)} keys changed")
    for row in changed[:20]:
        print(f"  {row['name']}: {before[row['name']]} → {row['key']}")


if __name__ == "__main__":
    main()
