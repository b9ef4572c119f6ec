"""Which portals are due, in which order, and why. Pure: histories and the time in, a plan out.

A crawl's verdict decides how long its portal is left alone, counted from the start of the crawl:

- cut off (interrupted, or killed and so without a verdict): not at all, it goes on where it was;
- failed, blocked, broken: longer each time in a row, for asking daily does not mend a wall;
- late: shorter than usual, a report is expected;
- budget: the limit was the operator's, who may mean it a day; but where the hours of
  POLITENESS_WINDOW were over it goes on as if cut off;
- all others: the regular pause of the season. `drift` is among them: pages still come, and the raw
  ones are what a mended rule will read.

Nothing is due while that window is shut: a crawl would start, find it shut and end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from itertools import takewhile

from crawler.due.rules import Rules
from crawler.runs.words import OUTSIDE_WINDOW, Verdict

CHINA = timezone(timedelta(hours=8))


class Rank(IntEnum):
    """What is started first."""

    RESUME = 0  # half a crawl is worth nothing until it is whole
    NEW = 1
    LATE = 2
    REGULAR = 3
    RETRY = 4  # most likely to fail again


_RANKS: Mapping[Verdict | None, Rank] = {
    None: Rank.RESUME,
    Verdict.INTERRUPTED: Rank.RESUME,
    Verdict.LATE: Rank.LATE,
    Verdict.OK: Rank.REGULAR,
    Verdict.NOTHING_NEW: Rank.REGULAR,
    Verdict.DRIFT: Rank.REGULAR,
    Verdict.BUDGET: Rank.REGULAR,
    Verdict.FAILED: Rank.RETRY,
    Verdict.BLOCKED: Rank.RETRY,
    Verdict.BROKEN: Rank.RETRY,
}


#: How a crawl was cut off; without a verdict it was killed.
_CUT_OFF: Mapping[Verdict | None, str] = {
    Verdict.INTERRUPTED: "was interrupted",
    Verdict.BUDGET: "reached the end of its hours",
}


@dataclass(frozen=True, slots=True)
class PastRun:
    """What a run file says; without a verdict the run is going on, or was killed."""

    run: str
    started: datetime
    verdict: Verdict | None = None
    reason: str = ""
    next_step: str = ""
    requests: int = 0
    new: int = 0
    altered: int = 0
    finish_reason: str = ""

    @property
    def rank(self) -> Rank:
        """Of the crawl that comes after it."""
        if self.verdict is Verdict.BUDGET and self.finish_reason == OUTSIDE_WINDOW:
            return Rank.RESUME
        return _RANKS[self.verdict]

    @property
    def settles(self) -> bool:
        """Whether it tells how the portal is; runs before it no longer matter."""
        return self.rank not in (Rank.RESUME, Rank.RETRY)


@dataclass(frozen=True, slots=True)
class Turn:
    """A portal's turn: due from ``due`` on, for ``reason``."""

    portal: str
    rank: Rank
    due: datetime
    reason: str
    last: PastRun | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``due`` in the order of their starts, ``waiting`` in the order they become due, ``running``:
    who crawls them now."""

    due: tuple[Turn, ...]
    waiting: tuple[Turn, ...]
    running: Mapping[str, str]


def make_plan(
    histories: Mapping[str, Sequence[PastRun]],
    now: datetime,
    rules: Rules,
    running: Mapping[str, str],
) -> Plan:
    """Histories are oldest first; portals in ``running`` are being crawled by somebody else."""
    turns = [
        turn_of(portal, runs, now, rules)
        for portal, runs in histories.items()
        if portal not in running
    ]
    return Plan(
        due=tuple(sorted((t for t in turns if t.due <= now), key=_by_rank)),
        waiting=tuple(sorted((t for t in turns if t.due > now), key=_by_time)),
        running=running,
    )


def turn_of(portal: str, runs: Sequence[PastRun], now: datetime, rules: Rules) -> Turn:
    turn = _turn(portal, runs, now, rules)
    if rules.window is None:
        return turn
    moment = max(turn.due, now)
    shut = timedelta(seconds=rules.window.until_open(moment))
    if shut <= rules.patience:
        return turn
    return replace(turn, due=moment + shut, reason=f"{turn.reason}, within {rules.window}")


def _turn(portal: str, runs: Sequence[PastRun], now: datetime, rules: Rules) -> Turn:
    """As if one might ask at any hour."""
    if not runs:
        return Turn(portal, Rank.NEW, now, "never crawled")
    last = runs[-1]
    rank = last.rank
    if rank is Rank.RESUME:
        how = _CUT_OFF.get(last.verdict, "did not end")
        return Turn(portal, rank, now, f"run {last.run} {how}: goes on", last)
    if last.started > now:
        # Else a clock once set wrong would keep the portal waiting for that long.
        return Turn(portal, rank, now, f"run {last.run} lies in the future: clock set back", last)
    days, why = _pause(runs, now, rules)
    due = last.started + timedelta(days=days) - rules.slack
    return Turn(portal, rank, due, f"{last.verdict} {_ago(now - last.started)}; {why}", last)


def _pause(runs: Sequence[PastRun], now: datetime, rules: Rules) -> tuple[float, str]:
    """Days to leave a portal alone after its last run, and why so many."""
    verdict = runs[-1].verdict
    in_season = now.astimezone(CHINA).month in rules.season_months
    season = "reports are due" if in_season else "out of season"
    regular = rules.season_days if in_season else rules.regular_days
    if runs[-1].rank is Rank.RETRY:
        times = _times_in_a_row(runs)
        days = rules.backoff_days[min(times, len(rules.backoff_days)) - 1]
        return days, f"asked again {_every(days)} after {times} in a row"
    if verdict is Verdict.LATE:
        days = min(rules.late_days, regular)
        return days, f"a report is late: {_every(days)}"
    if verdict is Verdict.BUDGET:
        return rules.budget_days, f"limit reached: goes on {_every(rules.budget_days)}"
    return regular, f"{season}: {_every(regular)}"


def _times_in_a_row(runs: Sequence[PastRun]) -> int:
    """Fruitless runs since the last good one; a run that was cut off says nothing of the portal."""
    row = takewhile(lambda run: not run.settles, reversed(runs))
    return sum(run.rank is Rank.RETRY for run in row)


def _every(days: float) -> str:
    return "daily" if days == 1 else f"every {days:g} days"


def _ago(passed: timedelta) -> str:
    hours = passed / timedelta(hours=1)
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"


def _by_rank(turn: Turn) -> tuple[Rank, datetime, str]:
    return (turn.rank, turn.due, turn.portal)


def _by_time(turn: Turn) -> tuple[datetime, str]:
    return (turn.due, turn.portal)
