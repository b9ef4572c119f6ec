"""Where the portal's Documents are no longer as healthy runs met them: traits, losses, yield.

As `drift_lists`, every check compares with the `Baseline`; without one (a portal's first run) none
can fire. The figures that decide stand in ``data/verdicts.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawler.runs.evidence import Evidence
from crawler.runs.findings import Finding, some
from crawler.runs.likelihood import chance_of_fewer, chance_of_losses
from crawler.runs.observed import ColumnRead
from crawler.runs.words import Verdict
from crawler.thresholds import LIMITS, LOSS_RULES, TRAIT_RULES, TraitRule


def lost_traits(evidence: Evidence) -> Iterator[Finding]:
    """Fields and containers that Documents had before and have no more."""
    places: Mapping[str, tuple[ColumnRead, ColumnRead]] = {
        "the portal": (evidence.baseline.whole, evidence.observed.whole),
        **{
            name: (evidence.baseline.columns[name], column)
            for name, column in evidence.observed.columns.items()
            if name in evidence.baseline.columns
        },
    }
    for rule in TRAIT_RULES:
        told = [
            f"{name}: {now.traits.get(rule.trait, 0)} of {now.read}, before"
            f" {before.traits.get(rule.trait, 0)} of {before.read}"
            for name, (before, now) in places.items()
            if _lost(rule, before, now)
        ]
        if told:
            reason = f"fewer documents {rule.told}: {some(told)}"
            yield Finding(f"trait:{rule.trait}", Verdict.DRIFT, reason)


def _lost(rule: TraitRule, before: ColumnRead, now: ColumnRead) -> bool:
    if not before.read or not now.read:
        return False
    had, has = before.traits.get(rule.trait, 0), now.traits.get(rule.trait, 0)
    # Of the share there was: a trait that half of the Documents have may be lost by all of them.
    if has / now.read > (1 - rule.drop) * had / before.read:
        return False
    return chance_of_fewer(has, now.read, had, before.read) < rule.chance


def losses(evidence: Evidence) -> Iterator[Finding]:
    """Known Documents, read again, that have lost something: more of them than edits explain.

    The sharpest of the checks: it compares pages with themselves and not crowds with crowds.
    """
    observed = evidence.observed
    for rule in LOSS_RULES:
        had, lost = observed.had.get(rule.thing, 0), observed.lost.get(rule.thing, 0)
        if lost < LIMITS["losses_least"]:
            continue
        if chance_of_losses(lost, had, rule.rate) < LIMITS["losses_chance"]:
            told = f"{lost} of {had} known documents read again {rule.told}: "
            told += some(observed.lost_at.get(rule.thing, ()))
            verdict = Verdict.DRIFT if observed.read else Verdict.BROKEN
            yield Finding(f"lost:{rule.thing}", verdict, told)


def lost_yield(evidence: Evidence) -> Iterator[Finding]:
    """Pages with a report's title that turn out to be none, where before they were Documents."""
    now, before = evidence.observed, evidence.baseline
    others, others_before = (_unread(pages) for pages in (now.pages, before.pages))
    if others < LIMITS["yield_least_pages"] or not before.read:
        return
    total, total_before = now.read + others, before.read + others_before
    drop = before.read / total_before - now.read / total
    chance = chance_of_fewer(now.read, total, before.read, total_before)
    if drop >= LIMITS["yield_drop"] and chance < LIMITS["yield_chance"]:
        words = ", ".join(f"{name} {count}" for name, count in sorted(now.pages.items()))
        told = (
            f"{now.read} of {total} pages were documents, before {before.read} of {total_before}"
            f" ({words})"
        )
        verdict = Verdict.DRIFT if now.read else Verdict.BROKEN
        yield Finding("no_documents_read", verdict, told)


def _unread(pages: Mapping[str, int]) -> int:
    """Pages that are no Documents, less the look-alikes, which were recognised as what they are."""
    return sum(count for outcome, count in pages.items() if outcome != "look_alike")
