"""The judge of titles on the labelled titles, beside a naive keyword search.

    python -m tests.benchmarks.bench_titles [--wrong]

``--wrong`` lists what was judged wrongly, except in the holdout: who reads that cannot
use it as one any more.
"""

from __future__ import annotations

import argparse
import re

from crawler.items import Judgement, Kind
from tests import titles_table as table
from tests.titles_table import Row, Score

GROUPS = ("real", "written dev", "written holdout")
_COLUMNS = ("kind", "year", "look-alike", "issuer", "level")


def naive(row: Row) -> Judgement:
    """What a first spider does: two keywords and the first year in sight."""
    year = re.search(r"20\d\d", row.title)
    kind = None
    if re.search("年度报告", row.title):
        kind = Kind.ANNUAL_REPORT
    elif re.search("工作要点", row.title):
        kind = Kind.WORK_POINTS
    return Judgement(kind, None, int(year[0]) if year else None)


def scores(group: str) -> tuple[Score, ...]:
    chosen = table.of_group(group)
    return (
        table.kinds(chosen),
        table.years(chosen),
        table.look_alikes(chosen),
        table.issuers(chosen),
        table.levels(chosen),
    )


def naive_scores(group: str) -> tuple[Score, ...]:
    chosen = table.of_group(group)
    return table.kinds(chosen, naive), table.years(chosen, naive)


def _line(name: str, results: tuple[Score, ...]) -> str:
    return f"{name:<24}" + "".join(f"{one.share:>8.3f} ({one.asked:>3})" for one in results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list wrong answers (not holdout)")
    options = parser.parse_args()
    print(f"{'':<24}" + "".join(f"{name:>14}" for name in _COLUMNS))
    for group in GROUPS:
        results = scores(group)
        print(_line(group, results))
        print(_line("  naive keywords", naive_scores(group)))
        if options.wrong and "holdout" not in group:
            for name, one in zip(_COLUMNS, results, strict=True):
                print("".join(f"    {name}: {line}\n" for line in one.wrong), end="")


if __name__ == "__main__":
    main()
