"""What a run did: its evidence, the verdict on it, and the run file.

``archive/runs/<portal>/<run>.json`` is written when the run starts (without a verdict) and again
when it ends; one without a verdict belongs to a run that is going on or was killed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crawler.atomic import write_atomically
from crawler.errors import ArchiveError
from crawler.layout import Layout
from crawler.serial import to_plain


class Verdict(StrEnum):
    OK = "ok"
    NOTHING_NEW = "nothing_new"
    FAILED = "failed"
    BLOCKED = "blocked"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"


#: Exit codes of `scrapy crawl`.
EXIT_CODES: Mapping[Verdict, int] = {
    Verdict.OK: 0,
    Verdict.NOTHING_NEW: 0,
    Verdict.BUDGET: 0,
    Verdict.FAILED: 3,
    Verdict.BLOCKED: 3,
    Verdict.INTERRUPTED: 1,
}

NEXT_STEPS: Mapping[Verdict, str] = {
    Verdict.OK: "",
    Verdict.NOTHING_NEW: "",
    Verdict.FAILED: "read the run file's outcomes, then try `scrapy crawl {portal}` again",
    Verdict.BLOCKED: "wait a day, then crawl from an address the portal serves; never evade",
    Verdict.BUDGET: "run `scrapy crawl {portal}` again, or raise the limit",
    Verdict.INTERRUPTED: "run `scrapy crawl {portal}` again",
}

#: Reasons Scrapy gives for stopping, and what they make of a run. Any other reason but
#: `finished` is a failure that names itself.
_STOPPED: Mapping[str, Verdict] = {
    "shutdown": Verdict.INTERRUPTED,
    "closespider_timeout": Verdict.BUDGET,
    "closespider_timeout_no_item": Verdict.BUDGET,
    "closespider_itemcount": Verdict.BUDGET,
    "closespider_pagecount": Verdict.BUDGET,
    "budget": Verdict.BUDGET,
}
#: Outcomes that show the portal answered with pages.
_ANSWERED = ("ok", "not_modified")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the verdict rests on. Documents are those of this run, ``known`` those of the portal
    in the catalogue after it; outcomes are counts by `FetchOutcome`."""

    finish_reason: str
    found: int = 0
    new: int = 0
    altered: int = 0
    known: int = 0
    lists: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)


def judge_run(evidence: Evidence) -> tuple[Verdict, str]:
    """The verdict on a run and the reason for it."""
    stopped = _STOPPED.get(evidence.finish_reason)
    if stopped is Verdict.INTERRUPTED:
        return stopped, "stopped by a signal before the end"
    answered = sum(evidence.outcomes.get(word, 0) for word in _ANSWERED)
    blocked = evidence.outcomes.get("blocked", 0)
    if blocked and not evidence.found:
        return Verdict.BLOCKED, f"{blocked} challenge pages, {answered} others, no documents"
    if stopped is None and evidence.finish_reason != "finished":
        return Verdict.FAILED, f"expected to finish, stopped by {evidence.finish_reason}"
    if stopped is not None:
        return stopped, f"limit reached: {evidence.finish_reason}"
    return _of_finished(evidence, answered)


def _of_finished(evidence: Evidence, answered: int) -> tuple[Verdict, str]:
    if not answered:
        return Verdict.FAILED, f"expected pages, found none ({_told(evidence.outcomes)})"
    if not evidence.known:
        return Verdict.FAILED, f"expected documents, found none on {answered} pages"
    if not evidence.found and not evidence.lists:
        return Verdict.FAILED, f"{evidence.known} documents known, not one list or document seen"
    if evidence.new or evidence.altered:
        return Verdict.OK, f"{evidence.new} new documents, {evidence.altered} altered"
    return Verdict.NOTHING_NEW, f"{evidence.found} of {evidence.known} documents seen, no news"


def _told(outcomes: Mapping[str, int]) -> str:
    counts = [f"{word} {count}" for word, count in sorted(outcomes.items())]
    return ", ".join(counts) or "no fetch at all"


def exit_code(verdict: str | None, finish_reason: str | None) -> int:
    """Of `scrapy crawl`; a run that ended before it could be judged failed or was interrupted."""
    if verdict is not None:
        return EXIT_CODES[Verdict(verdict)]
    stopped = _STOPPED.get(finish_reason or "", Verdict.FAILED)
    return EXIT_CODES[Verdict.INTERRUPTED if stopped is Verdict.INTERRUPTED else Verdict.FAILED]


def next_step(verdict: Verdict, portal: str) -> str:
    return NEXT_STEPS[verdict].format(portal=portal)


@dataclass(frozen=True, slots=True)
class Run:
    """The content of a run file."""

    portal: str
    run: str
    started: str
    software: Mapping[str, str]
    finished: str | None = None
    verdict: Verdict | None = None
    reason: str = ""
    next_step: str = ""
    finish_reason: str = ""
    documents: Mapping[str, int] = field(default_factory=dict)
    lists: int = 0
    requests: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)
    blocked: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)


def write_run(layout: Layout, run: Run) -> None:
    text = json.dumps(to_plain(run), ensure_ascii=False, indent=2) + "\n"
    write_atomically(layout.run(run.portal, run.run), text.encode("utf-8"))


def last_run(layout: Layout, portal: str) -> dict[str, Any] | None:
    """The latest run file of a portal, as plain data; None where there is none."""
    files = sorted(layout.run_dir(portal).glob("*.json"))
    if not files:
        return None
    try:
        run: dict[str, Any] = json.loads(files[-1].read_text(encoding="utf-8"))
    except ValueError as error:
        raise ArchiveError(
            f"{files[-1]}: expected a run file, found no JSON ({error}); move it away"
        ) from error
    return run


def run_portals(layout: Layout) -> list[str]:
    """The portals that have run files."""
    return sorted({file.parent.name for file in layout.root.glob("runs/*/*.json")})
