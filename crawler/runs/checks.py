"""What can be wrong with a whole run: how it stopped, what answered, what was found.

Every check is a pure function of the `Evidence`; `verdict.py` says in which order they count.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.runs.deadlines import due_date, overdue
from crawler.runs.evidence import Evidence
from crawler.runs.findings import Finding, counted, some
from crawler.runs.likelihood import chance_of_more
from crawler.runs.words import FINISHED, STOPPED, Verdict
from crawler.thresholds import FAILING, LIMITS, RATE_RULES, RateRule

#: Outcomes that show the portal answered with pages.
_ANSWERED = ("ok", "not_modified")
#: … and that it will not have us.
_REFUSING = ("blocked", "rate_limited")


def answered(evidence: Evidence) -> int:
    return _count(evidence, _ANSWERED)


def _with_hosts(told: str, evidence: Evidence) -> str:
    """… and which hosts were given up: their pages' outcomes do not say for what."""
    ended = [f"{host}: {why}" for host, why in sorted(evidence.observed.ended.items())]
    return "; ".join([told, some(ended)]) if ended else told


def _count(evidence: Evidence, words: tuple[str, ...]) -> int:
    return sum(evidence.observed.outcomes.get(word, 0) for word in words)


def stop(evidence: Evidence) -> Iterator[Finding]:
    """The run was stopped by a fault of ours: archive, state or code."""
    reason = evidence.finish_reason
    if reason != FINISHED and reason not in STOPPED:
        told = f"expected to finish, stopped by {reason}"
        yield Finding(f"stopped:{reason}", Verdict.FAILED, told)


def refusal(evidence: Evidence) -> Iterator[Finding]:
    """Challenges instead of pages: nothing found for them, or more of them than of pages."""
    refused, pages = _count(evidence, _REFUSING), answered(evidence)
    if refused and (not evidence.observed.found or refused > pages):
        told = f"{refused} challenge pages or refusals, {pages} others"
        told += "" if evidence.observed.found else ", no documents"
        yield Finding("blocked", Verdict.BLOCKED, _with_hosts(told, evidence))


def silence(evidence: Evidence) -> Iterator[Finding]:
    """Not one page: the network, robots.txt, the server."""
    if not answered(evidence):
        outcomes = counted(sorted(evidence.observed.outcomes.items())) or "no fetch at all"
        told = f"expected pages, found none ({outcomes})"
        yield Finding("no_pages", Verdict.FAILED, _with_hosts(told, evidence))


def emptiness(evidence: Evidence) -> Iterator[Finding]:
    """A portal of which nothing was ever found is no success, whatever it answered."""
    known, observed = evidence.holdings.known, evidence.observed
    if not known:
        told = f"expected documents, found none on {answered(evidence)} pages"
        yield Finding("no_documents", Verdict.FAILED, told)
    elif not observed.found and not observed.lists:
        told = f"{known} documents known, not one list or document seen"
        yield Finding("nothing_seen", Verdict.FAILED, told)


def stated_counts(evidence: Evidence) -> Iterator[Finding]:
    """The portal's file says how many Documents of a kind there must be."""
    for kind, (least, most) in sorted(evidence.holdings.expects.items()):
        found = evidence.holdings.kinds.get(kind, 0)
        if not least <= found <= most:
            told = f"expected {least} to {most} {kind}, found {found}"
            yield Finding(f"expects:{kind}", Verdict.FAILED, told)


def failing_share(evidence: Evidence) -> Iterator[Finding]:
    """More fetches lost than the rest of the run is worth."""
    total, lost = sum(evidence.observed.outcomes.values()), _count(evidence, FAILING)
    if lost >= LIMITS["failing_least"] and lost > LIMITS["failing_share"] * total:
        words = [(w, n) for w, n in sorted(evidence.observed.outcomes.items()) if w in FAILING]
        told = f"{lost} of {total} fetches failed ({counted(words)})"
        yield Finding("most_fetches_failed", Verdict.FAILED, _with_hosts(told, evidence))


def own_errors(evidence: Evidence) -> Iterator[Finding]:
    """Something raised in spider or pipelines: a page was lost to a fault of ours."""
    if given_up := evidence.observed.given_up:
        told = f"{given_up} pages given up, run after run failed to handle them; see the logs"
        yield Finding("pages_given_up", Verdict.BROKEN, told)
    errors = {n: c for n, c in evidence.observed.errors.items() if n != "count"}
    if errors:
        told = f"{counted(sorted(errors.items()))} raised while pages were read; see the log"
        yield Finding("code_errors", Verdict.BROKEN, told)


def rates(evidence: Evidence) -> Iterator[Finding]:
    """Outcomes that became more frequent than on the healthy runs."""
    if evidence.baseline.runs:
        for rule in RATE_RULES:
            yield from _rate(rule, evidence)


def _rate(rule: RateRule, evidence: Evidence) -> Iterator[Finding]:
    before = evidence.baseline.outcomes
    total, total_before = sum(evidence.observed.outcomes.values()), sum(before.values())
    now = _count(evidence, rule.outcomes)
    earlier = sum(before.get(word, 0) for word in rule.outcomes)
    if now < rule.count or now < rule.share * total:
        return
    if now * total_before < rule.times * earlier * total:
        return
    if chance_of_more(now, total, earlier, total_before) < rule.chance:
        told = f"{now} of {total} fetches were {rule.told}, before {earlier} of {total_before}"
        yield Finding(rule.kind, Verdict.DRIFT, told)


def cost(evidence: Evidence) -> Iterator[Finding]:
    """Requests that bring no Documents: a calendar, a pager without end, a drift out of column."""
    before, observed = evidence.baseline, evidence.observed
    if not before.runs:
        return
    dear = observed.requests > LIMITS["cost_times"] * before.most_requests + LIMITS["cost_more"]
    gain = observed.found / max(1, observed.requests)
    if dear and gain * LIMITS["cost_times"] < before.least_yield:
        told = (
            f"{observed.requests} requests for {observed.found} documents,"
            f" before at most {before.most_requests}"
        )
        yield Finding("requests_per_document", Verdict.DRIFT, told)


def reports_due(evidence: Evidence) -> Iterator[Finding]:
    """Annual reports whose day has passed, of issuers that used to publish theirs here."""
    late = overdue(evidence.holdings.reports, evidence.day)
    if late:
        names = [_overdue(issuer, year) for issuer, year in late]
        told = f"{len(late)} annual reports due and not found: {some(names)}"
        yield Finding("reports_overdue", Verdict.LATE, told)


def _overdue(issuer: str, year: int) -> str:
    _, level, name = issuer.split("/", 2)
    return f"{name} {year} (by {due_date(level, year)})"
