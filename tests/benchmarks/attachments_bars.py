"""The bars that reading attachments is held to, alone and beside its peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.attachments.files import Attachment
from tests.benchmarks.attachments_jobs import Run, ours
from tests.benchmarks.attachments_score import Count, Reading, Score, score, total
from tests.benchmarks.extract_bars import Bar
from tests.benchmarks.extract_jobs import OURS
from tests.pdf_samples import gold_004
from tests.pdf_seed_004 import seed_004_as_published

#: Carriers whose text is text already; the others are images, or have none.
TEXT_LAYERS = (
    "pdf drawn", "pdf office", "docx", "xlsx", "doc wps rtf odt", "xls ods", "ofd", "archive",
    "text", "disguised",
)  # fmt: skip
PDFS = ("pdf drawn", "pdf office")


@dataclass(frozen=True, slots=True)
class _Floor:
    text: str
    carriers: tuple[str, ...]
    column: str
    least: float


FLOORS = (
    _Floor("text recall of text layers", TEXT_LAYERS, "recall", 0.998),
    _Floor("numbers in place, PDF", PDFS, "numbers", 0.99),
    _Floor("numbers in place, DOCX and XLSX", ("docx", "xlsx"), "numbers", 1.0),
    _Floor("numbers in place, clean scans", ("scan clean",), "numbers", 0.97),
    _Floor("numbers in place, skewed or stamped scans", ("scan marred",), "numbers", 0.90),
    _Floor("outcome words", (*TEXT_LAYERS, "scan clean", "scan marred", "refused"), "outcome", 1.0),
)
#: Least files a second of CPU, the best of the runs of each: (words, with tables, least).
SPEEDS = (("prose PDFs a second", False, 25.0), ("PDFs with tables a second", True, 5.0))
#: Columns in which no peer may be level, unless both are perfect.
AHEAD = ("recall", "numbers", "tables", "paragraphs")
#: Whom the project must beat; the other peers are shown beside.
RIVALS = ("markitdown", "pdfplumber")


def bars(
    files: Sequence[Attachment], runs: Sequence[Run], real: tuple[Count, list[str]] | None
) -> Iterator[Bar]:
    by_name = {run.name: run.found for run in runs if run.found is not None}
    mine = by_name[OURS]
    for floor in FLOORS:
        group = [one for one in files if one.carrier in floor.carriers and one.name in mine]
        share = total(_scores(group, mine))[floor.column].share
        yield _bar(f"{floor.text} ≥ {floor.least}", share, floor.least)
    for text, with_tables, least in SPEEDS:
        yield _speed_bar(f"{text} a core ≥ {least:g}", files, by_name, with_tables, least)
    yield _real_bar(real)
    yield _seed_bar()
    for rival in RIVALS:
        if rival in by_name:
            yield _beside(rival, files, mine, by_name[rival])
        else:
            yield Bar(f"ahead of {rival}", None, "not run")


def _scores(files: Sequence[Attachment], found: Mapping[str, Reading]) -> list[Score]:
    return [score(one, found[one.name]) for one in files]


def _bar(text: str, figure: float | None, least: float) -> Bar:
    if figure is None:
        return Bar(text, None, "–")
    return Bar(text, figure >= least, f"{figure:.4f}" if least <= 1 else f"{figure:.1f}")


def _speed_bar(
    text: str,
    files: Sequence[Attachment],
    by_name: Mapping[str, Mapping[str, Reading]],
    with_tables: bool,
    least: float,
) -> Bar:
    """Ours, and beside it every peer that reads PDFs."""
    speeds = {name: _speed(files, found, with_tables) for name, found in by_name.items()}
    mine = speeds.pop(OURS)
    if mine is None:
        return _bar(text, mine, least)
    beside = ", ".join(f"{name} {speed:.1f}" for name, speed in speeds.items() if speed)
    return Bar(text, mine >= least, f"{mine:.1f}" + (f" ({beside})" if beside else ""))


def _speed(
    files: Sequence[Attachment], found: Mapping[str, Reading], with_tables: bool
) -> float | None:
    seconds = [
        found[one.name].seconds
        for one in files
        if one.carrier in PDFS and one.name in found and bool(one.text.tables) == with_tables
    ]
    return len(seconds) / sum(seconds) if sum(seconds) else None


def _real_bar(real: tuple[Count, list[str]] | None) -> Bar:
    text = "the Huai'an report of 2024 exact"
    if real is None:
        return Bar(text, None, "shared/real is not at hand, or not asked for")
    count, faults = real
    return Bar(text, not faults, f"{count.hits} of {count.of}" + "".join(f"; {n}" for n in faults))


def _seed_bar() -> Bar:
    """Its own PDF is not at hand: it is drawn anew with the breaks it is known to have."""
    title, body = gold_004()
    drawn = [seed_004_as_published(repeats_head=repeats) for repeats in (False, True)]
    exact = sum(ours("seed-004.pdf", content).text == f"{title}\n{body}" for content in drawn)
    return Bar("seed 004 from a PDF that breaks as its own", exact == len(drawn), f"{exact} of 2")


def _beside(
    rival: str,
    files: Sequence[Attachment],
    mine: Mapping[str, Reading],
    theirs: Mapping[str, Reading],
) -> Bar:
    """Compared carrier by carrier, on the files that the peer takes."""
    lost = []
    for carrier in dict.fromkeys(one.carrier for one in files):
        group = [one for one in files if one.carrier == carrier and one.name in theirs]
        our, other = total(_scores(group, mine)), total(_scores(group, theirs))
        lost += [
            f"{carrier}: {column} {b:.3f} against {a:.3f}"
            for column in AHEAD
            if (a := our[column].share) is not None
            and (b := other[column].share) is not None
            and (b > a or (b == a and a not in (0.0, 1.0)))
        ]
    return Bar(f"ahead of {rival}", not lost, "; ".join(lost) or "everywhere")
