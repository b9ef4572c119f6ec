"""The thresholds of ``data/verdicts.toml``, typed. The reasons stand there."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_DATA: dict[str, Any] = tomllib.loads(
    (files("crawler") / "data" / "verdicts.toml").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class ListRule:
    kind: str
    figure: str
    before: int
    share: float
    left: float
    told: str
    reason: str


@dataclass(frozen=True, slots=True)
class TraitRule:
    trait: str
    drop: float
    chance: float
    told: str
    reason: str


@dataclass(frozen=True, slots=True)
class RateRule:
    kind: str
    outcomes: tuple[str, ...]
    count: int
    share: float
    times: float
    chance: float
    told: str
    reason: str


@dataclass(frozen=True, slots=True)
class LossRule:
    thing: str
    rate: float
    told: str
    reason: str
    left: float | None = None


LIST_RULES = tuple(ListRule(**row) for row in _DATA["list"])
TRAIT_RULES = tuple(TraitRule(**row) for row in _DATA["trait"])
LOSS_RULES = tuple(LossRule(**row) for row in _DATA["loss"])
#: Of things that are counted: the share that an edit leaves at least.
SIZES_LEFT = {rule.thing: rule.left for rule in LOSS_RULES if rule.left is not None}
RATE_RULES = tuple(RateRule(**{**row, "outcomes": tuple(row["outcomes"])}) for row in _DATA["rate"])
LIMITS: dict[str, float] = {name: row["value"] for name, row in _DATA["limits"].items()}
#: Outcomes of fetches that failed, whoever's fault it was.
FAILING: tuple[str, ...] = tuple(_DATA["failing"]["outcomes"])
