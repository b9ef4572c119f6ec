"""The verdicts on a run, what they make of `scrapy crawl`'s exit code, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    NOTHING_NEW = "nothing_new"
    LATE = "late"
    DRIFT = "drift"
    BROKEN = "broken"
    FAILED = "failed"
    BLOCKED = "blocked"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"


#: Exit codes of `scrapy crawl`.
EXIT_CODES: Mapping[Verdict, int] = {
    Verdict.OK: 0,
    Verdict.NOTHING_NEW: 0,
    Verdict.LATE: 0,
    Verdict.BUDGET: 0,
    Verdict.DRIFT: 3,
    Verdict.BROKEN: 3,
    Verdict.FAILED: 3,
    Verdict.BLOCKED: 3,
    Verdict.INTERRUPTED: 1,
}

NEXT_STEPS: Mapping[Verdict, str] = {
    Verdict.OK: "",
    Verdict.NOTHING_NEW: "",
    Verdict.LATE: "look on the portal itself; if it is there, freeze its list and mend the spider",
    Verdict.DRIFT: (
        "compare a named page with its stored capture, freeze it, mend the family; if the portal"
        " means it so: `scrapy status --ack {portal}`"
    ),
    Verdict.BROKEN: "open the named columns, correct spiders/{portal}.py or its family, crawl",
    Verdict.FAILED: "read the run file's outcomes, then try `scrapy crawl {portal}` again",
    Verdict.BLOCKED: "wait a day, then crawl from an address the portal serves; never evade",
    Verdict.BUDGET: "run `scrapy crawl {portal}` again, or raise the limit",
    Verdict.INTERRUPTED: "run `scrapy crawl {portal}` again",
}

#: What a healthy portal gives. Later runs are compared with these; `late` and `budget` say
#: something about the portal's clerks and our limits, not about its pages.
HEALTHY = frozenset({Verdict.OK, Verdict.NOTHING_NEW, Verdict.LATE, Verdict.BUDGET})

OUTSIDE_WINDOW = "outside_window"  # the hours of POLITENESS_WINDOW are over
#: Reasons Scrapy gives for stopping, and what they make of a run. Any other reason but
#: `finished` is a failure that names itself.
STOPPED: Mapping[str, Verdict] = {
    "shutdown": Verdict.INTERRUPTED,
    "closespider_timeout": Verdict.BUDGET,
    "closespider_timeout_no_item": Verdict.BUDGET,
    "closespider_itemcount": Verdict.BUDGET,
    "closespider_pagecount": Verdict.BUDGET,
    "budget": Verdict.BUDGET,
    OUTSIDE_WINDOW: Verdict.BUDGET,
}
FINISHED = "finished"


def exit_code(verdict: str | None, finish_reason: str | None) -> int:
    """Of `scrapy crawl`; a run that ended before it could be judged failed or was interrupted."""
    if verdict is not None:
        return EXIT_CODES[Verdict(verdict)]
    stopped = STOPPED.get(finish_reason or "", Verdict.FAILED)
    return EXIT_CODES[Verdict.INTERRUPTED if stopped is Verdict.INTERRUPTED else Verdict.FAILED]


def next_step(verdict: Verdict, portal: str) -> str:
    return NEXT_STEPS[verdict].format(portal=portal)
