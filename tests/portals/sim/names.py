"""Names for an invented county's bodies, from the tables of ``data/words.toml``."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import Any

from tests.portals.sim.model import Body

DATA = Path(__file__).parent / "data"
WORDS: dict[str, Any] = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
_UNITS = (("镇", "z"), ("镇", "z"), ("乡", "x"), ("街道", "jd"))


def _pairs(text: str) -> list[tuple[str, str]]:
    return list(zip(text[0::2], text[1::2], strict=True))


def _code(adcode: str, number: int) -> str:
    """An 18-place 统一社会信用代码: registrar and kind, adcode, organisation, check letter."""
    return f"11{adcode}{number:09d}K"


def county_bodies(county: str, adcode: str) -> tuple[Body, Body]:
    """The county government and its office."""
    government = f"{county}人民政府"
    office = f"{government}办公室"
    return (
        Body(government, county, "county", "xzf", _code(adcode, 111)),
        Body(office, office, "department", "xzfb", _code(adcode, 112)),
    )


def bureaux(county: str, adcode: str, count: int) -> list[Body]:
    return [
        Body(county + short, short, "department", slug, _code(adcode, 4200 + number))
        for number, (short, slug) in enumerate(WORDS["bureaux"][:count])
    ]


def townships(county: str, adcode: str, count: int, draw: random.Random) -> list[Body]:
    first, second = _pairs(WORDS["first_syllables"]), _pairs(WORDS["second_syllables"])
    made: dict[str, Body] = {}
    taken = {slug for _, slug in WORDS["bureaux"]}
    while len(made) < count:
        (one, a), (two, b), (unit, c) = draw.choice(first), draw.choice(second), draw.choice(_UNITS)
        short, slug = one + two + unit, a + b + c
        if slug in taken:
            slug += str(len(made))
        taken.add(slug)
        street = unit == "街道"
        name = f"{county}{short}{'办事处' if street else '人民政府'}"
        level = "subdistrict" if street else "township"
        made.setdefault(short, Body(name, short, level, slug, _code(adcode, 7700 + len(made))))
    return list(made.values())
