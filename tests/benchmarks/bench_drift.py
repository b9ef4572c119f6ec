"""``make bench-drift``: are changes of a portal noticed, and is everything else left in peace?

Kinds of change are done to every sample portal they can be done to, after a history of healthy
runs: is the first run after it given another verdict than a healthy one? And 500 runs of portals
to which nothing happened but what always happens: how many are accused?

Asked twice: of the kinds the checks were made with (*development*: `drift_changes`, `drift_more`
and `drift_yet_more`) and of kinds and portals kept away from that (*holdout*: `drift_holdout`),
which is the figure to believe.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crawler.runs.words import HEALTHY
from crawler.tables import print_table
from tests.benchmarks import drift_changes, drift_holdout, drift_more, drift_yet_more
from tests.benchmarks.drift_changes import Change
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
_DEVELOPMENT = {**drift_changes.CHANGES, **drift_more.CHANGES, **drift_yet_more.CHANGES}
BENCHES = (
    Bench("development", _DEVELOPMENT, DEVELOPMENT_SHAPES, 0),
    Bench(
        "holdout", drift_holdout.CHANGES, drift_holdout.SHAPES, first_seed=drift_holdout.FIRST_SEED
    ),
)


@dataclass
class Kind:
    """What became of one kind of change; ``missed`` names portal and history."""

    done: int = 0
    verdicts: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def inject(change: Change, name: str, operator: Operator, outcome: Kind) -> None:
    """Do the change and crawl once; a portal it has no effect on is left out."""
    before = operator.portal.altered
    judged = operator.run(change)
    if operator.portal.altered == before:
        return
    outcome.done += 1
    outcome.verdicts.append(judged.verdict)
    if judged.verdict in HEALTHY:
        outcome.missed.append(name)


def injected(bench: Bench, seeds: int, history: int) -> dict[str, Kind]:
    outcomes = {kind: Kind() for kind in bench.changes}
    for seed in range(seeds):
        for name, operator in bench.operators(seed):
            for _ in range(history):
                operator.run()
            for kind, change in bench.changes.items():
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


def report(bench: Bench, seeds: int, history: int, runs: int) -> bool:
    """Print one set's table and figures; whether it passes the bars."""
    outcomes = injected(bench, seeds, history)
    rows = [
        [
            kind,
            f"{one.done - len(one.missed)}/{one.done}",
            " ".join(sorted(set(one.verdicts))),
            " ".join(one.missed),
        ]
        for kind, one in outcomes.items()
    ]
    print_table([f"change ({bench.name})", "noticed", "verdicts", "missed"], rows)
    done = sum(one.done for one in outcomes.values())
    noticed = done - sum(len(one.missed) for one in outcomes.values())
    alarms = undisturbed(bench, runs)
    share = f"{noticed / done:.1%}" if done else "none could be done"
    print(f"\n{bench.name}: {noticed} of {done} changes noticed in the first run ({share})")
    print(f"{bench.name}: {len(alarms)} false alarms in {runs} undisturbed runs")
    for alarm in alarms:
        print(f"  {alarm}")
    return noticed >= LEAST_DETECTED * done and len(alarms) <= MOST_FALSE_IN_500


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
