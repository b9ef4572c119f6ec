"""Where the portal's pages are no longer as healthy runs met them: lists, traits, yield.

Every check compares with the `Baseline`; without one (a portal's first run) none can fire. The
figures that decide stand in ``data/verdicts.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crawler.runs.evidence import NO_ANSWER, ColumnRead, Evidence, ListSeen
from crawler.runs.findings import Finding, some
from crawler.runs.likelihood import chance_of_fewer, chance_of_losses
from crawler.runs.rules import LIMITS, LIST_RULES, LOSS_RULES, TRAIT_RULES, ListRule, TraitRule
from crawler.runs.words import FINISHED, Verdict

#: Answers that say the list itself is no more. After any other failure the next run asks again.
_NO_MORE = frozenset({"ok", "redirected", "not_found", "gone", "soft_404"})


def lost_lists(evidence: Evidence) -> Iterator[Finding]:
    """Lists of reports, and columns that led to some, that are empty, answer with something else,
    or are led to no more.

    Half of the report rows gone with them, or all entry columns: the portal is broken. Rows that
    stand on lists nobody knew before have moved with a relaunch, and are not gone.
    """
    before, now = evidence.baseline.lists, evidence.observed.lists
    known = {url: seen for url, seen in before.items() if seen.relevant or seen.columns}
    lost = {url: told for url in known if (told := _loss(url, evidence))}
    if not lost:
        return
    rows = sum(known[url].relevant for url in lost)
    total = max(1, sum(seen.relevant for seen in known.values()))
    entries = [url for url, seen in before.items() if not seen.parent]
    no_entry = bool(entries) and not any(_alive(now.get(url)) for url in entries)
    moved = sum(seen.relevant for url, seen in now.items() if url not in before)
    broken = no_entry or rows - moved >= LIMITS["lists_lost_share"] * total
    told = f"{len(lost)} of {len(known)} lists are gone: "
    told += some([f"{url} ({how})" for url, how in sorted(lost.items())])
    if moved:
        told += f"; {moved} rows stand on new lists"
    kind = "lists_lost_most" if broken else "lists_lost"
    yield Finding(kind, Verdict.BROKEN if broken else Verdict.DRIFT, told)


def _alive(seen: ListSeen | None) -> bool:
    return seen is not None and bool(seen.rows or seen.columns)


def _loss(url: str, evidence: Evidence) -> str:
    """How a known list was lost; empty where it was not, or where nobody can tell yet."""
    before, seen = evidence.baseline.lists[url], evidence.observed.lists.get(url)
    if seen is not None:
        if before.at and seen.at != before.at:
            return f"leads to {seen.at}"
        return "no rows" if before.relevant and not seen.rows else ""
    end = evidence.observed.no_lists.get(url)
    if end == NO_ANSWER:
        runs = 1 + evidence.baseline.silent.get(url, 0)
        return f"no answer in {runs} runs" if runs >= LIMITS["silent_runs"] else ""
    if end is not None:
        return ("no list" if end == "ok" else end) if end in _NO_MORE else ""
    if evidence.finish_reason != FINISHED or before.parent not in evidence.baseline.lists:
        return ""
    # Neither asked for nor linked: its column leads to it no more, or is lost itself. A column
    # that was not due in this run tells nothing.
    read = _alive(evidence.observed.lists.get(before.parent))
    return "not linked" if read or _loss(before.parent, evidence) else ""


def changed_lists(evidence: Evidence) -> Iterator[Finding]:
    """Lists that lost rows, titles, dates or sub-columns."""
    for rule in LIST_RULES:
        told = [
            f"{url} {getattr(seen, rule.figure)} of {getattr(before, rule.figure)}"
            for url, before, seen in _both(evidence)
            if _fell(rule, before, seen)
        ]
        if told:
            reason = f"{len(told)} lists have fewer {rule.told} than before: {some(told)}"
            yield Finding(rule.kind, Verdict.DRIFT, reason)


def _fell(rule: ListRule, before: ListSeen, seen: ListSeen) -> bool:
    was, now = getattr(before, rule.figure), getattr(seen, rule.figure)
    enough = was >= rule.before and was >= rule.share * before.rows
    # An emptied list has one finding: it is lost.
    return enough and now <= rule.left * was and _alive(seen)


def pagers(evidence: Evidence) -> Iterator[Finding]:
    """Lists that lead to no next page any more, to the same page again, or to ever more pages."""
    ended, circling = [], []
    for url, before, seen in _both(evidence):
        if before.following and not seen.following and seen.rows:
            ended.append(url)
        more = before.pages * LIMITS["pages_times"] + LIMITS["pages_more"]
        if (seen.repeated and not before.repeated) or seen.pages > more > LIMITS["pages_more"]:
            circling.append(f"{url} ({seen.pages} pages, {seen.repeated} repeated)")
    if ended:
        told = f"{len(ended)} lists lead to no second page any more: {some(ended)}"
        yield Finding("pager_ended", Verdict.DRIFT, told)
    if circling:
        told = f"{len(circling)} lists bring the same pages again: {some(circling)}"
        yield Finding("pager_circles", Verdict.DRIFT, told)


def lost_pages(evidence: Evidence) -> Iterator[Finding]:
    """Lists whose further pages were read before, and are not there any more."""
    walked = evidence.baseline.walked
    told = [
        url
        for url, before, seen in _both(evidence)
        if seen.missing and seen.pages == 1 < walked.get(url, 0) and not before.missing
    ]
    if told:
        reason = f"{len(told)} lists lead to further pages that are not there: {some(told)}"
        yield Finding("pages_missing", Verdict.DRIFT, reason)


def shorter_titles(evidence: Evidence) -> Iterator[Finding]:
    """Rows whose titles are cut, or replaced by the same few words: of one list, or of all."""
    pairs = [(url, before, seen) for url, before, seen in _both(evidence) if before.letters]
    told = [
        f"{url} {seen.letters} in {seen.rows} rows, before {before.letters} in {before.rows}"
        for url, before, seen in pairs
        if _shorter([before], [seen], LIMITS["titles_least_of_one"])
    ]
    all_before, all_now = [one for _, one, _ in pairs], [one for _, _, one in pairs]
    if not told and _shorter(all_before, all_now, LIMITS["titles_least"]):
        told = [f"all {len(pairs)} together"]
    if told:
        reason = f"titles of rows have fewer characters than before: {some(told)}"
        yield Finding("titles_shorter", Verdict.DRIFT, reason)


def _shorter(before: Sequence[ListSeen], now: Sequence[ListSeen], least: float) -> bool:
    rows, rows_before = (sum(one.rows for one in lists) for lists in (now, before))
    if min(rows, rows_before) < least:
        return False
    letters, usual = (sum(one.letters for one in lists) for lists in (now, before))
    return letters / rows <= LIMITS["titles_left"] * usual / rows_before


def _both(evidence: Evidence) -> Iterator[tuple[str, ListSeen, ListSeen]]:
    """The lists met before and now, whose first page was read now."""
    before = evidence.baseline.lists
    for url, seen in evidence.observed.lists.items():
        if url in before and _alive(seen):
            yield url, before[url], seen


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
