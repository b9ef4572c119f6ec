"""``make bench-drift``: are changes of a portal noticed, and is everything else left in peace?

Twenty kinds of change (`drift_changes`), each done to every sample portal it can be done to, after
a history of healthy runs: is the first run after it given another verdict than a healthy one? And
500 runs of portals to which nothing happened but what always happens: how many are accused?
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field

from crawler.runs.words import HEALTHY
from crawler.tables import print_table
from tests.benchmarks.drift_changes import CHANGES
from tests.benchmarks.drift_walk import Operator
from tests.portals.model import PORTALS

#: The bars.
LEAST_DETECTED = 0.95
MOST_FALSE_IN_500 = 1


@dataclass
class Kind:
    """What became of one kind of change; ``missed`` names portal and history."""

    done: int = 0
    verdicts: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def inject(kind: str, key: str, seed: int, history: int, outcome: Kind) -> None:
    """Healthy runs, then the change; a portal it has no effect on is left out."""
    operator = Operator(key, seed)
    for _ in range(history):
        operator.run()
    before = operator.portal.altered
    judged = operator.run(CHANGES[kind])
    if operator.portal.altered == before:
        return
    outcome.done += 1
    outcome.verdicts.append(judged.verdict)
    if judged.verdict in HEALTHY:
        outcome.missed.append(f"{key}/{seed}")


def undisturbed(runs: int) -> list[str]:
    """The false alarms of so many runs of portals to which nothing happened."""
    alarms, done, seed = [], 0, 0
    while done < runs:
        for key in PORTALS:
            operator = Operator(key, 1000 + seed)
            for number in range(min(25, runs - done)):
                judged = operator.run()
                done += 1
                if judged.verdict not in HEALTHY:
                    alarms.append(f"{key}/{1000 + seed} run {number}: {judged.reason}")
        seed += 1
    return alarms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2, help="histories of each portal and kind")
    parser.add_argument("--history", type=int, default=6, help="healthy runs before the change")
    parser.add_argument("--runs", type=int, default=500, help="undisturbed runs")
    parser.add_argument("--only", metavar="KIND", help="this kind of change alone")
    options = parser.parse_args()
    outcomes = {kind: Kind() for kind in CHANGES if options.only in (None, kind)}
    for kind, outcome in outcomes.items():
        for key in PORTALS:
            for seed in range(options.seeds):
                inject(kind, key, seed, options.history, outcome)
    rows = [
        [
            kind,
            f"{one.done - len(one.missed)}/{one.done}",
            " ".join(sorted(set(one.verdicts))),
            " ".join(one.missed),
        ]
        for kind, one in outcomes.items()
    ]
    print_table(["change", "noticed", "verdicts", "missed"], rows)
    done = sum(one.done for one in outcomes.values())
    noticed = done - sum(len(one.missed) for one in outcomes.values())
    alarms = undisturbed(options.runs)
    print(f"\n{noticed} of {done} changes noticed in the first run ({noticed / done:.1%})")
    print(f"{len(alarms)} false alarms in {options.runs} undisturbed runs")
    for alarm in alarms:
        print(f"  {alarm}")
    good = noticed >= LEAST_DETECTED * done and len(alarms) <= MOST_FALSE_IN_500
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
