"""``make bench-drift``: are changes of a portal noticed, and is everything else left in peace?

Kinds of change are done to every sample portal they can be done to, after a history of healthy
runs: is the first run after it given another verdict than a healthy one? And 500 runs of portals
to which nothing happened but what always happens: how many are accused?

Asked four times: of the kinds the checks were made with (`drift_developed_articles` and
`drift_developed_lists`), and of three sets that were frozen before their first run, on portals that
differ too (`drift_holdout`, `drift_fresh`, `drift_unseen`). The figures to believe are those of a
frozen set at first sight, which stand in its docstring: whatever is printed here came after what it
taught. With the last two go changes that are no harm (`drift_harmless`, `drift_unseen_harmless`):
none of them may be noticed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.runs.verdict import Judgement
from crawler.runs.words import HEALTHY
from crawler.tables import print_table
from tests.benchmarks import (
    drift_developed_articles,
    drift_developed_lists,
    drift_fresh,
    drift_harmless,
    drift_holdout,
    drift_unseen,
    drift_unseen_harmless,
)
from tests.benchmarks.drift_answers import Change
from tests.benchmarks.drift_portal import Shape
from tests.benchmarks.drift_walk import Operator
from tests.portals.model import PORTALS

#: The bars, of either set.
LEAST_DETECTED = 0.95
MOST_FALSE_IN_500 = 1
_UNDISTURBED_SEED = 1000
_RUNS_OF_ONE = 25  # undisturbed runs of one history


@dataclass(frozen=True, slots=True)
class Bench:
    """Kinds of change, and the portals they are done to."""

    name: str
    changes: Mapping[str, Change]
    shapes: tuple[Shape, ...]
    first_seed: int
    harmless: Mapping[str, Change] = field(default_factory=dict)

    def operators(self, seed: int) -> Iterator[tuple[str, Operator]]:
        """Every sample portal in every shape, by a name to find it again."""
        for key in PORTALS:
            for number, shape in enumerate(self.shapes):
                yield f"{key}/{seed}/{number}", Operator(key, self.first_seed + seed, shape)


#: Thresholds that only suit large portals look good on them.
DEVELOPMENT_SHAPES = (
    Shape(),
    Shape(visible=0.35, new_at_most=4, rechecked=0.4),
    Shape(visible=0.45, new_at_most=12, rechecked=0.15, whole_walks=0.05),
)
_DEVELOPMENT = {**drift_developed_articles.CHANGES, **drift_developed_lists.CHANGES}
BENCHES = (
    Bench("development", _DEVELOPMENT, DEVELOPMENT_SHAPES, 0),
    Bench(
        "holdout", drift_holdout.CHANGES, drift_holdout.SHAPES, first_seed=drift_holdout.FIRST_SEED
    ),
    Bench(
        "fresh",
        drift_fresh.CHANGES,
        drift_fresh.SHAPES,
        drift_fresh.FIRST_SEED,
        drift_harmless.CHANGES,
    ),
    Bench(
        "unseen",
        drift_unseen.CHANGES,
        drift_unseen.SHAPES,
        drift_unseen.FIRST_SEED,
        drift_unseen_harmless.CHANGES,
    ),
)


@dataclass
class Kind:
    """What became of one kind of change, by portal and history."""

    judged: dict[str, Judgement] = field(default_factory=dict)

    def healthy(self) -> list[str]:
        return [name for name, one in self.judged.items() if one.verdict in HEALTHY]

    def accused(self) -> dict[str, str]:
        """The reasons."""
        return {name: one.reason for name, one in self.judged.items() if one.verdict not in HEALTHY}


def inject(change: Change, name: str, operator: Operator, outcome: Kind) -> None:
    """Do the change and crawl once; a portal it has no effect on is left out."""
    before = operator.portal.altered
    judged = operator.run(change)
    if operator.portal.altered != before:
        outcome.judged[name] = judged


def injected(bench: Bench, seeds: int, history: int) -> dict[str, Kind]:
    """Every kind of change, to be noticed or not, done to every portal after the same history."""
    changes = {**bench.changes, **bench.harmless}
    outcomes = {kind: Kind() for kind in changes}
    for seed in range(seeds):
        for name, operator in bench.operators(seed):
            for _ in range(history):
                operator.run()
            for kind, change in changes.items():
                inject(change, name, operator.twin(), outcomes[kind])
    return outcomes


def undisturbed(bench: Bench, runs: int) -> list[str]:
    """The false alarms of so many runs of portals to which nothing happened."""
    alarms, done, seed = [], 0, _UNDISTURBED_SEED
    while done < runs:
        for name, operator in bench.operators(seed):
            for number in range(min(_RUNS_OF_ONE, runs - done)):
                judged = operator.run()
                done += 1
                if judged.verdict not in HEALTHY:
                    alarms.append(f"{name} run {number}: {judged.reason}")
        seed += 1
    return alarms


def noticed(bench: Bench, outcomes: Mapping[str, Kind]) -> bool:
    """Print what was noticed of what must be; whether it is enough."""
    kinds = {kind: outcomes[kind] for kind in bench.changes}
    rows = [
        [
            kind,
            f"{len(one.accused())}/{len(one.judged)}",
            " ".join(sorted({judged.verdict for judged in one.judged.values()})),
            " ".join(one.healthy()),
        ]
        for kind, one in kinds.items()
    ]
    print_table([f"change ({bench.name})", "noticed", "verdicts", "missed"], rows)
    done = sum(len(one.judged) for one in kinds.values())
    found = sum(len(one.accused()) for one in kinds.values())
    share = f"{found / done:.1%}" if done else "none could be done"
    print(f"\n{bench.name}: {found} of {done} changes noticed in the first run ({share})")
    return found >= LEAST_DETECTED * done


def left_in_peace(bench: Bench, outcomes: Mapping[str, Kind]) -> bool:
    """Print which harmless changes were taken for harm; whether there was none."""
    kinds = {kind: outcomes[kind] for kind in bench.harmless}
    done = sum(len(one.judged) for one in kinds.values())
    accused = [
        f"{kind}: {name}: {reason}"
        for kind, one in kinds.items()
        for name, reason in one.accused().items()
    ]
    print(f"{bench.name}: {len(accused)} of {done} harmless changes accused")
    for line in accused:
        print(f"  {line}")
    return not accused


def report(bench: Bench, seeds: int, history: int, runs: int) -> bool:
    """Print one set's table and figures; whether it passes the bars."""
    outcomes = injected(bench, seeds, history)
    good = [noticed(bench, outcomes), left_in_peace(bench, outcomes)]
    alarms = undisturbed(bench, runs)
    print(f"{bench.name}: {len(alarms)} false alarms in {runs} undisturbed runs")
    for alarm in alarms:
        print(f"  {alarm}")
    return all(good) and len(alarms) <= MOST_FALSE_IN_500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2, help="histories of each portal")
    parser.add_argument("--history", type=int, default=6, help="healthy runs before the change")
    parser.add_argument("--runs", type=int, default=500, help="undisturbed runs of each set")
    parser.add_argument("--set", choices=[bench.name for bench in BENCHES], help="this one alone")
    options = parser.parse_args()
    chosen = [bench for bench in BENCHES if options.set in (None, bench.name)]
    good = [report(bench, options.seeds, options.history, options.runs) for bench in chosen]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
