"""The verdict on a run: which checks count, in which order, and why in this one.

The first tier that finds something decides; its findings are all kept, and the tiers below it are
asked only where their answer would still mean something:

1. `interrupted`: half a walk proves nothing, the next run continues it. Nothing is judged.
2. `failed` by our own fault (archive, state, code that stopped the run): whatever else is seen may
   be its consequence.
3. `blocked`: before "nothing found", because a wall explains that and asks for another next step.
4. `failed`: no page, no document ever, stated counts missed, most fetches lost. The run says
   nothing about the portal's pages, so these are not compared with anything.
5. `broken`: pages come, but the way to the documents is lost or our own code raised;
   before `drift`, because the same change shows in smaller figures too. Both are looked for
   together, and all findings are named.
6. `drift`: documents come, but not as before.
7. `budget`: after the above, which a part of a walk can prove as well; absences are not judged
   (a list that was not reached, counts, reports due).
8. `late`: the portal works and the crawl too; the clerks are behind. After all faults of ours, or
   a lost list would be taken for a missing report.
9. `ok` with new or altered documents, else `nothing_new`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from crawler.runs import checks, drift, drift_lists
from crawler.runs.evidence import Evidence
from crawler.runs.findings import Finding
from crawler.runs.words import FINISHED, STOPPED, Verdict

Check = Callable[[Evidence], Iterable[Finding]]

#: Tiers 2 to 6. The second value tells whether a walk that reached its budget can prove it.
TIERS: tuple[tuple[tuple[Check, bool], ...], ...] = (
    ((checks.stop, True),),
    ((checks.refusal, True),),
    (
        (checks.silence, True),
        (checks.emptiness, False),
        (checks.stated_counts, False),
        (checks.failing_share, True),
    ),
    (
        (checks.own_errors, True),
        (drift_lists.lost_lists, True),
        (drift.losses, True),
        (drift.lost_yield, True),
        (drift_lists.changed_lists, True),
        (drift_lists.shorter_titles, True),
        (drift_lists.newest_gone, True),
        (drift_lists.single_day, True),
        (drift_lists.pagers, True),
        (drift_lists.lost_pages, True),
        (drift.lost_traits, True),
        (checks.rates, True),
        (checks.cost, True),
    ),
)
CHECKS: tuple[Check, ...] = (*(check for tier in TIERS for check, _ in tier), checks.reports_due)
#: Within one tier.
_WORST = (Verdict.FAILED, Verdict.BLOCKED, Verdict.BROKEN, Verdict.DRIFT, Verdict.LATE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, why in one sentence, and all that was found wrong, worst first."""

    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(finding.kind for finding in self.findings)


def judge_run(evidence: Evidence) -> Judgement:
    stopped = STOPPED.get(evidence.finish_reason)
    if stopped is Verdict.INTERRUPTED:
        return Judgement(stopped, "stopped by a signal before the end")
    finished = evidence.finish_reason == FINISHED
    for tier in TIERS:
        found = _found((check for check, partly in tier if finished or partly), evidence)
        if found:
            return _judged(found)
    if stopped is not None:
        return Judgement(stopped, f"limit reached: {evidence.finish_reason}")
    healthy, late = _healthy(evidence), _found((checks.reports_due,), evidence)
    if not late:
        return healthy
    judged = _judged(late)
    return replace(judged, reason=f"{healthy.reason}; {judged.reason}")


def _found(asked: Iterable[Check], evidence: Evidence) -> list[Finding]:
    return [replace(one, check=check.__name__) for check in asked for one in check(evidence)]


def _judged(found: list[Finding]) -> Judgement:
    found.sort(key=lambda finding: _WORST.index(finding.verdict))
    reason = "; ".join(finding.reason for finding in found)
    return Judgement(found[0].verdict, reason, tuple(found))


def _healthy(evidence: Evidence) -> Judgement:
    documents = evidence.observed.documents
    new, altered = documents.get("new", 0), documents.get("altered", 0)
    if new or altered:
        return Judgement(Verdict.OK, f"{new} new documents, {altered} altered")
    found, known = evidence.observed.found, evidence.holdings.known
    return Judgement(Verdict.NOTHING_NEW, f"{found} of {known} documents seen, no news")
