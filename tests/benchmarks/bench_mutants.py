"""`make bench-mutants`: every gold page of dev as another portal would have written it.

Rules that were tuned on these pages fit them; what changes with a class name, a colon or a wrapper
is such a fit and no reading. Each kind of change (``mutants_*``) writes a page anew with the same
gold; a table counts, kind by kind, the pages that read worse than the unchanged page, and in what.
All is seeded by the page's id, so two runs change the same things.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    mutants_block,
    mutants_body,
    mutants_bytes,
    mutants_fields,
    mutants_layout,
    mutants_markup,
)
from tests.benchmarks.extract_found import Found, ours
from tests.benchmarks.extract_score import PageScore, score_page
from tests.benchmarks.mutants_page import Kind, reserialised, words_of
from tests.benchmarks.mutants_worse import ASPECTS, Worse, worse
from tests.gold.pages import GoldPage, load

KINDS: tuple[Kind, ...] = (
    *mutants_layout.KINDS,
    *mutants_markup.KINDS,
    *mutants_bytes.KINDS,
    *mutants_fields.KINDS,
    *mutants_block.KINDS,
    *mutants_body.KINDS,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it is, or as it comes out of a tree, with its words and how it reads."""

    page: GoldPage
    words: str
    found: Found
    score: PageScore


@dataclass(slots=True)
class Result:
    """What became of the pages of one kind."""

    pages: int = 0
    #: Pages that lost words by the change itself, which says nothing about the reader.
    spoilt: list[str] = field(default_factory=list)
    worse: list[Worse] = field(default_factory=list)


def written(page: GoldPage) -> Written:
    found = ours(page)
    return Written(page, words_of(page), found, score_page(page, found))


def mutant(kind: Kind, page: GoldPage) -> GoldPage | None:
    return kind.change(page, Random(f"{kind.name} {page.id}"))


def keeps_words(kind: Kind, before: str, changed: GoldPage) -> bool:
    return kind.words is None or kind.words(before, words_of(changed))


def run(kinds: Sequence[Kind], pages: Sequence[GoldPage], sample: int) -> dict[str, Result]:
    results = {kind.name: Result() for kind in kinds}
    chosen = {kind.name: _sampled(kind, pages, sample) for kind in kinds}
    for page in pages:
        as_it_is, again = written(page), written(reserialised(page))
        spoilt = as_it_is.words != again.words
        for kind in kinds:
            if page.id not in chosen[kind.name]:
                continue
            if kind.from_tree and spoilt:
                results[kind.name].spoilt.append(page.id)
            else:
                _judge(kind, again if kind.from_tree else as_it_is, results[kind.name])
    return results


def _sampled(kind: Kind, pages: Sequence[GoldPage], sample: int) -> set[str]:
    """Other pages for each kind, the same in every run."""
    ids = [page.id for page in pages]
    ids.sort(key=lambda one: Random(f"{kind.name} {one} sample").random())
    return set(ids[:sample] if sample else ids)


def _judge(kind: Kind, before: Written, result: Result) -> None:
    changed = mutant(kind, before.page)
    if changed is None or changed.content == before.page.content:
        return
    if not keeps_words(kind, before.words, changed):
        result.spoilt.append(changed.id)
        return
    result.pages += 1
    found = ours(changed)
    if found != before.found:
        one = worse(changed, (before.score, before.found), (score_page(changed, found), found))
        result.worse += [one] if one else []


# -- what is printed -------------------------------------------------------------------------------


def show(console: Console, results: Mapping[str, Result], details: int) -> None:
    console.print(_table(results))
    fields = Counter(
        name for result in results.values() for one in result.worse for name in one.fields
    )
    console.print("fields: " + ", ".join(f"{name} {n}" for name, n in fields.most_common()))
    for name, result in results.items():
        ordered = sorted(result.worse, key=lambda one: -one.weight)
        for one in ordered[:details]:
            console.print(f"[bold]{name}[/] {one.page}", soft_wrap=True)
            for change in one.changes:
                console.print(f"    {change}", soft_wrap=True, markup=False)
    for page, count in _pages(results).most_common(details):
        console.print(f"{page}: worse in {count} kinds", soft_wrap=True)


def _table(results: Mapping[str, Result]) -> Table:
    table = Table(title="pages that read worse")
    for head in ("kind", "pages", "spoilt", "worse", *ASPECTS):
        table.add_column(head, no_wrap=head == "kind")
    for name, result in results.items():
        aspects = Counter(aspect for one in result.worse for aspect in one.aspects)
        counts = (result.pages, len(result.spoilt), len(result.worse))
        table.add_row(name, *map(_shown, counts), *(_shown(aspects[one]) for one in ASPECTS))
    everything = [one for result in results.values() for one in result.worse]
    aspects = Counter(aspect for one in everything for aspect in one.aspects)
    pages = sum(result.pages for result in results.values())
    spoilt = sum(len(result.spoilt) for result in results.values())
    sums = (pages, spoilt, len(everything), *(aspects[one] for one in ASPECTS))
    table.add_row("all", *map(_shown, sums), style="bold")
    return table


def _shown(count: int) -> str:
    return str(count) if count else "–"


def _pages(results: Mapping[str, Result]) -> Counter[str]:
    return Counter(one.page for result in results.values() for one in result.worse)


def save(folder: Path, kinds: Sequence[Kind], pages: Sequence[GoldPage]) -> None:
    """The mutants themselves, to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        again = reserialised(page)
        for kind in kinds:
            changed = mutant(kind, again if kind.from_tree else page)
            if changed is not None:
                (folder / f"{page.id}.{kind.name}.html").write_bytes(changed.content)


def arguments_of(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-mutants", description=__doc__.splitlines()[0])
    names = [kind.name for kind in KINDS]
    parser.add_argument("--kinds", nargs="+", metavar="PREFIX", default=[""], help=", ".join(names))
    parser.add_argument("--pages", default="", metavar="PREFIX", help="only pages named like this")
    parser.add_argument("--sample", type=int, default=60, help="pages a kind, 0 for all (60)")
    parser.add_argument("--details", type=int, default=0, metavar="N", help="worst pages a kind")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write the mutants there")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    arguments = arguments_of(given)
    kinds = [kind for kind in KINDS if kind.name.startswith(tuple(arguments.kinds))]
    pages = [page for page in load("dev") if page.id.startswith(arguments.pages)]
    if not kinds or not pages:
        print("bench-mutants: no such kinds or pages; --help names the kinds", file=sys.stderr)
        return 2
    if arguments.save:
        save(arguments.save, kinds, pages)
    show(Console(width=170), run(kinds, pages, arguments.sample), arguments.details)
    return 0


if __name__ == "__main__":
    sys.exit(main())
