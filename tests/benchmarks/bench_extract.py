"""`make bench-extract`: this project beside every extractor we know of, on gold pages.

Sets: ``../shared/real`` (real pages outside the repository), ``tests/gold/dev`` and
``tests/gold/holdout``. Of the holdout only aggregates are printed: nobody looks at its pages while
rules are tuned. The exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from tests.benchmarks import extract_report as report
from tests.benchmarks.extract_bars import bars
from tests.benchmarks.extract_jobs import EXTRACTORS, OURS, Run
from tests.benchmarks.extract_score import Figure, PageScore, figures_of, own_figures_of, score_page
from tests.gold.pages import SETS, GoldPage, load

ALL = "all"

#: Set → extractor → the scores of its pages.
Scores = dict[str, dict[str, list[PageScore]]]


def score(pages: Sequence[GoldPage], runs: Iterable[Run]) -> Scores:
    """Scores by set, in the order of ``SETS``, and of all sets together."""
    by_set: Scores = {name: {} for name in SETS if any(page.set == name for page in pages)}
    together = len(by_set) > 1
    if together:
        by_set[ALL] = {}
    for run in runs:
        if run.found is None:
            continue
        for page in pages:
            one = score_page(page, run.found[page.set, page.id])
            by_set[page.set].setdefault(run.name, []).append(one)
            if together:
                by_set[ALL].setdefault(run.name, []).append(one)
    return by_set


def show(arguments: argparse.Namespace, scores: Scores, runs: Sequence[Run]) -> bool:
    """Prints and writes everything; True when no bar is missed."""
    console = Console(width=160)
    scored = {
        name: {extractor: figures_of(ones) for extractor, ones in extractors.items()}
        for name, extractors in scores.items()
    }
    own = {name: own_figures_of(extractors[OURS]) for name, extractors in scores.items()}
    sizes = {name: len(extractors[OURS]) for name, extractors in scores.items()}
    report.show(console, scored, runs, sizes)
    for name, figures in own.items():
        report.show_own(console, name, figures)
        if name in ("real", "dev") or (name == "holdout" and arguments.holdout_details):
            report.show_pages(console, name, scores[name][OURS])
    held = list(bars(_with_own(scored, own)))
    report.show_bars(console, held)
    if arguments.write:
        text = report.markdown(scored, own, runs, sizes)
        arguments.write.write_text(text, encoding="utf-8")
    return all(bar.met is not False for bar in held)


def _with_own(
    scored: Mapping[str, Mapping[str, Mapping[str, Figure]]],
    own: Mapping[str, Mapping[str, Figure]],
) -> dict[str, dict[str, dict[str, Figure]]]:
    """Our own columns beside the common ones, so that bars may be set on both."""
    return {
        name: {
            extractor: {**(own[name] if extractor == OURS else {}), **figures}
            for extractor, figures in extractors.items()
        }
        for name, extractors in scored.items()
        if name != ALL
    }


def arguments_of(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-extract", description=__doc__.splitlines()[0])
    parser.add_argument("--set", action="append", choices=SETS, help="only this set (repeatable)")
    known = ", ".join(name for name in EXTRACTORS if name != OURS)
    parser.add_argument(
        "--extractors", nargs="+", choices=EXTRACTORS, metavar="NAME", help=f"only these: {known}"
    )
    parser.add_argument("--runs", type=int, default=3, help="rounds for the speed (default 3)")
    parser.add_argument("--write", type=Path, help="write the tables as Markdown to this file")
    parser.add_argument(
        "--holdout-details", action="store_true", help="name pages of the holdout as well"
    )
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    arguments = arguments_of(given)
    pages = [page for name in arguments.set or SETS for page in load(name)]
    if not pages:
        print("bench-extract: no gold pages; expected tests/gold/dev, tests/gold/holdout")
        return 1
    names = [OURS, *(n for n in arguments.extractors or EXTRACTORS if n != OURS)]
    runs = []
    for name in names:
        print(f"{name} …", file=sys.stderr)
        runs.append(EXTRACTORS[name](pages, arguments.runs))
    return 0 if show(arguments, score(pages, runs), runs) else 1


if __name__ == "__main__":
    sys.exit(main())
