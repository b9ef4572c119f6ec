"""Where the portal's lists are no longer as healthy runs met them; `drift` asks for Documents.

Every check compares with the `Baseline`; without one (a portal's first run) none can fire. The
figures that decide stand in ``data/verdicts.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.runs.evidence import Evidence
from crawler.runs.findings import Finding, some
from crawler.runs.observed import CLOSED, NO_ANSWER, ListSeen
from crawler.runs.words import FINISHED, Verdict
from crawler.thresholds import FAILING, LIMITS, LIST_RULES, ListRule

#: Ends that say the list itself is no more, or is closed. After any other failure the next run
#: asks again.
_NO_MORE = CLOSED | {"ok", "redirected", "not_found", "gone", "soft_404"}


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
    if before.rows < LIMITS["lists_least_rows"] and not before.columns and _emptied(url, evidence):
        return ""
    if seen is not None:
        if before.at and seen.at != before.at:
            return f"leads to {seen.at}"
        return "no rows" if before.relevant and not seen.rows else ""
    end = evidence.observed.no_lists.get(url)
    if end == NO_ANSWER:
        return _silence(url, evidence)
    if end is not None:
        return ("no list" if end == "ok" else end) if end in _NO_MORE else ""
    if evidence.finish_reason != FINISHED or before.parent not in evidence.baseline.lists:
        return ""
    # Neither asked for nor linked: its column leads to it no more, or is lost itself. A column
    # that was not due in this run, or did not answer, tells nothing.
    if evidence.observed.no_lists.get(before.parent) == NO_ANSWER:
        return ""
    read = _alive(evidence.observed.lists.get(before.parent))
    return "not linked" if read or _loss(before.parent, evidence) else ""


def _silence(url: str, evidence: Evidence) -> str:
    """No answer in run after run, or in this one for as long as it lasted."""
    runs = 1 + evidence.baseline.silent.get(url, 0)
    if runs >= LIMITS["silent_runs"]:
        return f"no answer in {runs} runs"
    attempts = evidence.observed.unanswered.get(url, 0)
    stubborn = attempts >= LIMITS["silent_attempts"] and not _bad_day(evidence, attempts)
    return f"no answer to {attempts} attempts" if stubborn else ""


def _bad_day(evidence: Evidence, own: int) -> bool:
    """Do so many fetches fail, besides ``own`` attempts, that one more proves nothing?"""
    outcomes = evidence.observed.outcomes
    failed = sum(outcomes.get(word, 0) for word in FAILING) - own
    return failed > LIMITS["silent_failing"] * (sum(outcomes.values()) - own)


def _emptied(url: str, evidence: Evidence) -> bool:
    """A list that answers as itself, without rows."""
    seen = evidence.observed.lists.get(url)
    return not seen.rows if seen else evidence.observed.no_lists.get(url) == "ok"


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
        few = 0 < evidence.baseline.beyond.get(url, 0) <= LIMITS["rows_withdrawn"]
        if before.following and not seen.following and seen.rows and not few:
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
    """Lists whose further pages were read before, and are not there any more, or are no pages of
    the list, or do not answer."""
    walked, astray = evidence.baseline.walked, evidence.baseline.astray
    cut = [
        (url, seen)
        for url, _, seen in _both(evidence)
        if seen.pages == 1 < walked.get(url, 0) and not astray.get(url, 0)
    ]
    own = LIMITS["silent_attempts"] * sum(seen.silent for _, seen in cut)
    bad_day = _bad_day(evidence, int(own))
    for kind, told, lists in (
        ("pages_missing", "are not there", [url for url, seen in cut if seen.missing]),
        ("pages_strange", "are none of theirs", [url for url, seen in cut if seen.strange]),
        (
            "pages_silent",
            "do not answer, however often they are asked",
            [url for url, seen in cut if seen.silent and not bad_day],
        ),
    ):
        if lists:
            reason = f"{len(lists)} lists lead to further pages that {told}: {some(lists)}"
            yield Finding(kind, Verdict.DRIFT, reason)


def newest_gone(evidence: Evidence) -> Iterator[Finding]:
    """Lists whose newest rows are gone from their first page.

    They were turned over, so that what is new stands on the last page, where nobody looks; or the
    server was restored from an old back-up. All that is older is there, so that little else tells.
    """
    pairs = [one for one in _both(evidence) if one[2].newest]
    older = [(url, was, now) for url, was, now in pairs if now.newest < was.newest]
    if len(older) < LIMITS["newest_gone_lists"]:
        older = [(url, was, now) for url, was, now in older if now.newest < was.recent]
    if older:
        told = some([f"{url} newest {now.newest}, before {was.newest}" for url, was, now in older])
        reason = f"{len(older)} lists begin with older rows than before: {told}"
        yield Finding("list_newest_gone", Verdict.DRIFT, reason)


def single_day(evidence: Evidence) -> Iterator[Finding]:
    """Lists that print one date for all rows: the day of an import.

    One list may do so by itself, when all townships publish on the same day.
    """
    pairs = [one for one in _both(evidence) if one[1].days >= LIMITS["days_least"]]
    told = [url for url, _, seen in pairs if seen.days == 1 and seen.dated > 1]
    if len(told) >= LIMITS["single_day_lists"] and 2 * len(told) > len(pairs):
        reason = f"{len(told)} of {len(pairs)} lists have the same date in all rows: {some(told)}"
        yield Finding("list_single_day", Verdict.DRIFT, reason)


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
