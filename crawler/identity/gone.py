"""When a page is gone: a pure function of what was captured of it, whatever the order.

A page that once showed a Document is gone when

1. the server answered 404, 410 or a recognised soft 404 in two runs at least `MIN_APART` apart,
   both after the page was last seen, and in each of those runs something else of the same host
   was read (a list page or a Document): a host in trouble proves nothing about one page;
2. every list page that ever linked to it was read again after the first of these checks, and
   links to it no more. A list that was not read since counts as linking to it still; one that
   is itself absent, redirects to another list since a relaunch or has no links left links to
   nothing. A page no list ever linked to has no such condition.

Blocks, time-outs and every other failure are no checks and prove nothing either way. A page that
shows a Document again is back: earlier checks count no longer. Nothing is taken away from a
Document that is gone; it is when the archive matters most.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.items import AbsentCheck, Capture, FetchOutcome
from crawler.urls import canonical_url

#: Answers that say "there is no such page" rather than "not now" or "not for you".
ABSENT = frozenset({FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.SOFT_404})
#: Answers of a list's address that are not that list: another list, or a page without links.
NO_LIST = frozenset({FetchOutcome.REDIRECTED, FetchOutcome.OK})
#: A relaunch or a broken server may last some days.
MIN_APART = timedelta(days=7)

_RUN = re.compile(r"-(\d{8}T\d{6}Z)-")


def absent_checks(capture: Capture, outcome: FetchOutcome, portal: str) -> tuple[AbsentCheck, ...]:
    """The checks that a capture with this outcome is: of its URL, and of the one asked for.

    Many portals redirect from a page that is no more to their error page; what is denied is the
    page that was asked for.
    """
    if outcome not in ABSENT:
        return ()
    urls = {canonical_url(url): url for url in (capture.note.asked, capture.url) if url}
    return tuple(_check(capture, url, outcome, portal) for url in urls.values())


def moved_list(capture: Capture, portal: str) -> tuple[AbsentCheck, ...]:
    """The check that a list page is of the address asked for, where redirects led on from that."""
    asked = capture.note.asked
    if not asked or canonical_url(asked) == canonical_url(capture.url):
        return ()
    return (_check(capture, asked, FetchOutcome.REDIRECTED, portal),)


def no_list(capture: Capture, portal: str) -> tuple[AbsentCheck, ...]:
    """The checks that a page without a single link is: it may be a list that was emptied."""
    return (
        *moved_list(capture, portal),
        _check(capture, capture.url, FetchOutcome.OK, portal),
    )


def _check(capture: Capture, url: str, outcome: FetchOutcome, portal: str) -> AbsentCheck:
    return AbsentCheck(
        record_id=capture.record_id,
        url=url,
        canonical_url=canonical_url(url),
        portal=portal,
        date=capture.date,
        outcome=outcome,
        answer_url=capture.url,
    )


def run_of(warc: str | None, date: str) -> str:
    """The run a capture belongs to: by its file's name, or its UTC day in a foreign file."""
    found = _RUN.search(warc or "")
    return found[1] if found else date[:10]


@dataclass(frozen=True, slots=True)
class Check:
    """An absent check; ``answered`` says whether its host gave anything else in the same run."""

    date: str
    run: str
    answered: bool


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list page as read (or found absent) at a time, and whether it linked to the page."""

    canonical_url: str
    date: str
    links: bool


def pending(checks: Iterable[Check], seen: Collection[str]) -> list[Check]:
    """The checks since the page was last seen, in time order, that could make it gone.

    None at all unless two of them are far enough apart, so that most pages are settled here,
    before anybody asks about hosts and lists.
    """
    last_seen = max(seen, default="")
    since = sorted((c for c in checks if c.date > last_seen), key=lambda c: (c.date, c.run))
    return since if _two_runs_apart(since) else []


def gone_since(
    checks: Iterable[Check], seen: Collection[str], lists: Iterable[ListRead]
) -> str | None:
    """The date of the first check that counts, or None while the page is not gone."""
    counted = pending((check for check in checks if check.answered), seen)
    if not counted:
        return None
    first = counted[0].date
    if all(read.date > first and not read.links for read in _latest(lists)):
        return first
    return None


def _two_runs_apart(checks: list[Check]) -> bool:
    return any(
        check.run != checks[0].run and _time(check.date) - _time(checks[0].date) >= MIN_APART
        for check in checks[1:]
    )


def _latest(lists: Iterable[ListRead]) -> Iterable[ListRead]:
    """Each list page as last read; where two readings share a moment, the one with the link."""
    latest: dict[str, ListRead] = {}
    for read in sorted(lists, key=lambda read: (read.date, read.links)):
        latest[read.canonical_url] = read
    return latest.values()


def _time(date: str) -> datetime:
    return datetime.fromisoformat(date)
